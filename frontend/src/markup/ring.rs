//! A ring of goroutines of which each waits for the next, as a drawing: a box
//! for each, arrows down that say what it waits for, and one back to the first.

use protocol::run::Waiting;
use protocol::{Outcome, Reason};

use super::text;
use crate::i18n::{Key, Lang};
use crate::outcome::{goroutine_words, left, waiting_words};

/// The most goroutines that are drawn; a longer ring is told in words alone.
const MAX_DRAWN: usize = 12;
/// The height of a box, in CSS pixels.
const BOX: u32 = 28;
/// The height of an arrow, with what it says in two lines.
const ARROW: u32 = 52;
/// Where boxes begin, right of the way back.
const LEFT: u32 = 28;
/// Where the arrows go down.
const DOWN: u32 = LEFT + 24;
/// How wide a box is.
const WIDE: u32 = 180;

/// The ring, drawn and in words; nothing if there is none.
pub fn ring(lang: Lang, cycle: &[u32], outcome: &Outcome) -> String {
    if cycle.is_empty() {
        return String::new();
    }
    let all = left(outcome).map_or(&[][..], |(_, all)| all);
    let find = |g: u32| all.iter().find(|waiting| waiting.g == g);
    let name = |g: u32| goroutine_words(g, find(g).and_then(|waiting| waiting.name.as_deref()));
    let mut names: Vec<String> = cycle.iter().map(|g| name(*g)).collect();
    let svg = match cycle.len() <= MAX_DRAWN {
        true => {
            let waits: Vec<_> = cycle.iter().map(|g| find(*g)).collect();
            svg(lang, &names, &waits)
        }
        false => String::new(),
    };
    names.extend(names.first().cloned());
    let words = lang.fill(Key::FindingCycle, &[("ring", &names.join(" → "))]);
    format!(
        "<figure class=outcome-ring data-testid=outcome-ring data-ring={}>\
         <figcaption>{}</figcaption>{svg}</figure>",
        cycle.len(),
        text(&words)
    )
}

fn svg(lang: Lang, names: &[String], waits: &[Option<&Waiting>]) -> String {
    let (mut svg, mut top) = (String::new(), 1);
    for (name, waiting) in names.iter().zip(waits) {
        svg += &format!(
            "<rect x={LEFT} y={top} width={WIDE} height={BOX} rx=4 />\
             <text class=ring-name x={} y={} dy=\".35em\">{}</text>",
            LEFT + 10,
            top + BOX / 2,
            text(name)
        );
        top += BOX;
        let (what, place) = waiting
            .map(|waiting| says(lang, waiting))
            .unwrap_or_default();
        for (line, words) in (0..).zip([place, what]) {
            let y = top + 18 + line * 18;
            svg += &format!(
                "<text x={} y={y} dy=\".35em\">{}</text>",
                DOWN + 14,
                text(&words)
            );
        }
        top += ARROW;
        svg += &format!("<path d=\"M{DOWN} {}V{top}\"/>", top - ARROW);
        svg += &head(DOWN, top);
    }
    // From the last arrow's end back up to the first box.
    let (end, back, first) = (top, LEFT / 2, 1 + BOX / 2);
    svg = svg.trim_end_matches(&head(DOWN, end)).to_owned();
    svg += &format!("<path d=\"M{DOWN} {end}H{back}V{first}H{LEFT}\"/>");
    svg += &format!("<path class=ring-head d=\"M{LEFT} {first}l-8-4v8z\"/>");
    let height = end + 2;
    format!("<svg width=\"100%\" height={height} aria-hidden=true>{svg}</svg>")
}

/// The head of an arrow that points down.
fn head(x: u32, y: u32) -> String {
    format!("<path class=ring-head d=\"M{x} {y}l-4-8h8z\"/>")
}

/// What a goroutine waits for, up to the name of the next; and where.
fn says(lang: Lang, waiting: &Waiting) -> (String, String) {
    let words = waiting_words(lang, waiting);
    let is_lock = matches!(
        waiting.reason,
        Some(Reason::Mutex | Reason::RwMutexRead | Reason::RwMutexWrite)
    );
    let words = match (is_lock, lang) {
        (true, Lang::En) => format!("{words}, held by"),
        (true, Lang::Zh) => format!("{words}，持有者是"),
        (false, Lang::En) => format!("{words}, which is up to"),
        (false, Lang::Zh) => format!("{words}，要靠"),
    };
    // The file alone: its folder stands in the list below.
    let place = waiting.at.rsplit('/').next().unwrap_or_default();
    (words, place.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(g: u32, name: &str, object: &str) -> Waiting {
        Waiting {
            g,
            name: Some(name.into()),
            reason: Some(Reason::Mutex),
            object: g,
            object_name: Some(object.into()),
            at: "backend/experiments/src/deadlock.rs:157:47".into(),
            waits_for: Vec::new(),
            stuck: true,
        }
    }

    #[test]
    fn a_ring_is_drawn_with_names_and_what_is_held() {
        let outcome = Outcome::Deadlock {
            waiting: vec![
                waiting(2, "anna to <ben>", "ben"),
                waiting(3, "ben to anna", "anna"),
            ],
        };
        let html = ring(Lang::En, &[2, 3], &outcome);
        assert!(
            html.contains("anna to &lt;ben&gt; → ben to anna → anna"),
            "{html}"
        );
        // What it is held by stands below: the words come last.
        let place = html.find(">deadlock.rs:157:47</text>");
        let words = html.find("ben, held by</text>");
        assert!(place.is_some() && place < words, "{html}");
        // One arrow down, and one back to the first.
        assert_eq!(html.matches("l-4-8h8z").count(), 1);
        assert_eq!(html.matches("l-8-4v8z").count(), 1);
        assert_eq!(ring(Lang::En, &[], &outcome), "");
    }

    #[test]
    fn a_long_ring_is_told_in_words() {
        let cycle: Vec<u32> = (2..3 + MAX_DRAWN as u32).collect();
        let html = ring(Lang::Zh, &cycle, &Outcome::Stopped);
        assert!(!html.contains("<svg"), "{html}");
        assert!(html.contains("g2 → g3"), "{html}");
    }
}
