//! A lesson's prose as steps, to know where the lab stands among them, and as
//! pieces, to know where its parts stand.
//!
//! On a narrow screen the lab follows the step that first uses it; on a wide
//! one it has a column of its own. So the prose comes in two halves. In each the
//! server has left empty elements for what the page makes: predictions, claims,
//! sweeps and challenges. They stand at the top of the document, never within
//! another element, so the text may be cut there.

/// How a step begins, in the server's HTML.
const STEP: &str = "<h2";
/// What a step that uses the lab holds.
const BUTTON: &str = "step-run";

/// The lab follows this step at the latest: a lesson that is run by hand says so
/// early, and has no button there.
const LATEST_STEP: usize = 2;

/// How the place of a part begins.
const PART: &str = "<div class=\"lesson-part\"";
/// How it ends.
const PART_END: &str = "</div>";

/// What the page makes at a place in the prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// A question to answer before a run.
    Predict,
    /// The figures of the book.
    Claims,
    /// A curve to measure.
    Sweep,
    /// A task that checks itself.
    Challenge,
}

/// A piece of the prose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// HTML.
    Text(&'a str),
    /// The place of a part, with the part's id.
    Part(PartKind, &'a str),
}

/// The pieces of the prose, in order. Places of parts that this page does not
/// know are left out.
pub fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find(PART) {
        let Some(length) = rest[start..].find(PART_END) else {
            break;
        };
        let (text, place) = (&rest[..start], &rest[start..start + length]);
        rest = &rest[start + length + PART_END.len()..];
        if !text.trim().is_empty() {
            pieces.push(Piece::Text(text));
        }
        let kind = match attribute(place, "data-part") {
            "predict" => PartKind::Predict,
            "claims" => PartKind::Claims,
            "sweep" => PartKind::Sweep,
            "challenge" => PartKind::Challenge,
            _ => continue,
        };
        pieces.push(Piece::Part(kind, attribute(place, "data-id")));
    }
    if !rest.trim().is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// The value of an attribute; the server's ids need no escapes.
fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
    let after = tag
        .split_once(&format!(" {name}=\""))
        .map(|(_, after)| after);
    after
        .and_then(|after| after.split('"').next())
        .unwrap_or_default()
}

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
    fn the_prose_is_cut_at_the_places_of_its_parts() {
        let html = "<p>a</p>\n<div class=\"lesson-part\" data-part=\"predict\" data-id=\"first\"></div>\n\
                    <div class=\"lesson-part\" data-id=\"\" data-part=\"claims\"></div><p>b</p>";
        assert_eq!(
            pieces(html),
            [
                Piece::Text("<p>a</p>\n"),
                Piece::Part(PartKind::Predict, "first"),
                Piece::Part(PartKind::Claims, ""),
                Piece::Text("<p>b</p>"),
            ]
        );
        assert_eq!(pieces("<p>a</p>"), [Piece::Text("<p>a</p>")]);
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn a_place_that_is_not_understood_is_left_out() {
        let html = "<div class=\"lesson-part\" data-part=\"later\"></div><p>b</p>";
        assert_eq!(pieces(html), [Piece::Text("<p>b</p>")]);
        let cut = "<p>a</p><div class=\"lesson-part\"";
        assert_eq!(pieces(cut), [Piece::Text(cut)]);
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
