//! A lesson's prose as steps, to know where the lab stands among them.
//!
//! On a narrow screen the lab follows the step that first uses it; on a wide
//! one it has a column of its own. So the prose comes in two parts.

/// How a step begins, in the server's HTML.
const STEP: &str = "<h2";
/// What a step that uses the lab holds.
const BUTTON: &str = "step-run";

/// The prose up to the end of the first step that uses the lab, and the rest.
/// Where no step has a button, the lab follows the first step.
pub fn around_the_lab(html: &str) -> (&str, &str) {
    let mut starts: Vec<usize> = html.match_indices(STEP).map(|(at, _)| at).collect();
    starts.push(html.len());
    let end_of_step = |at: usize| starts.iter().copied().find(|&start| start > at);
    let split = match html.find(BUTTON) {
        Some(button) => end_of_step(button),
        None => starts.first().copied().and_then(end_of_step),
    };
    html.split_at(split.unwrap_or(html.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lab_follows_the_first_step_with_a_button() {
        let html = "<p>a</p><h2>1</h2><p>b</p><h2>2</h2><button class=\"step-run\">c</button>\
                    <h2>3</h2><p>d</p>";
        let (before, after) = around_the_lab(html);
        assert!(before.ends_with("c</button>"), "{before}");
        assert_eq!(after, "<h2>3</h2><p>d</p>");
    }

    #[test]
    fn without_a_button_it_follows_the_first_step() {
        assert_eq!(
            around_the_lab("<p>a</p><h2>1</h2>b<h2>2</h2>c"),
            ("<p>a</p><h2>1</h2>b", "<h2>2</h2>c")
        );
        assert_eq!(around_the_lab("<h2>1</h2>b"), ("<h2>1</h2>b", ""));
        assert_eq!(around_the_lab("<p>a</p>"), ("<p>a</p>", ""));
        assert_eq!(around_the_lab(""), ("", ""));
    }
}
