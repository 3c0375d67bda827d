//! A lesson's prose as steps, to know where the lab stands among them.
//!
//! On a narrow screen the lab follows the step that first uses it; on a wide
//! one it has a column of its own. So the prose comes in two parts.

/// How a step begins, in the server's HTML.
const STEP: &str = "<h2";
/// What a step that uses the lab holds.
const BUTTON: &str = "step-run";

/// The lab follows this step at the latest: a lesson that is run by hand says so
/// early, and has no button there.
const LATEST_STEP: usize = 2;

/// The prose up to the end of the first step that has a button for the lab, but
/// no more than [`LATEST_STEP`] steps, and the rest.
pub fn around_the_lab(html: &str) -> (&str, &str) {
    let mut starts: Vec<usize> = html.match_indices(STEP).map(|(at, _)| at).collect();
    starts.push(html.len());
    let latest = starts.get(LATEST_STEP).copied().unwrap_or(html.len());
    let after_button = html
        .find(BUTTON)
        .and_then(|button| starts.iter().copied().find(|&start| start > button));
    html.split_at(after_button.map_or(latest, |split| split.min(latest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lab_follows_the_first_step_with_a_button() {
        let html = "<p>a</p><h2>1</h2><button class=\"step-run\">b</button><h2>2</h2>c<h2>3</h2>d";
        let (before, after) = around_the_lab(html);
        assert!(before.ends_with("b</button>"), "{before}");
        assert_eq!(after, "<h2>2</h2>c<h2>3</h2>d");
    }

    #[test]
    fn it_follows_the_second_step_at_the_latest() {
        let late = "<h2>1</h2>b<h2>2</h2>c<h2>3</h2><button class=\"step-run\">d</button>";
        assert_eq!(around_the_lab(late).0, "<h2>1</h2>b<h2>2</h2>c");
        assert_eq!(
            around_the_lab("<p>a</p><h2>1</h2>b<h2>2</h2>c<h2>3</h2>d"),
            ("<p>a</p><h2>1</h2>b<h2>2</h2>c", "<h2>3</h2>d")
        );
        assert_eq!(around_the_lab("<h2>1</h2>b"), ("<h2>1</h2>b", ""));
        assert_eq!(around_the_lab("<p>a</p>"), ("<p>a</p>", ""));
        assert_eq!(around_the_lab(""), ("", ""));
    }
}
