//! What each key does on the timeline, and the list of keys that a reader can
//! open. Letters mean what they mean in Perfetto, where it has them.

use super::words;
use crate::i18n::Lang;
use crate::markup::text;
use crate::picture::walk::Step;

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Goes to a neighbouring span.
    Walk(Step),
    /// Pans by a share of what is in view: -1 back, 1 on.
    Pan(i64),
    /// Zooms once, in or out.
    Zoom { inward: bool },
    /// Moves for as long as the key is held.
    Hold(Motion),
    /// Shows the chosen span.
    ShowChosen,
    /// Shows the whole run.
    ShowWhole,
    /// Goes to the next wait, or the one before, of an object or a goroutine.
    Jump { forward: bool },
    /// Moves the cursor by so many pixels.
    Cursor(i64),
    /// Marks one end of an interval at the cursor.
    Mark,
    /// Lets the pointer select, or pan again.
    Select,
    /// Keeps the end of the run in view, or leaves off.
    Follow,
    /// Goes to the field that finds names.
    Find,
    /// Shows the marked interval.
    ShowMarked,
    /// Shows the list of keys.
    Help,
    /// Lets go of what was marked; if nothing was, of cursor and choice.
    LetGo,
}

/// How the picture moves while a key is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// Zooms in.
    Inward,
    /// Zooms out.
    Outward,
    /// Pans to earlier times.
    Back,
    /// Pans to later times.
    On,
}

/// The cursor's steps with Shift, in pixels.
const LONG_STEP: i64 = 10;

/// What a key does, with Shift or without.
pub fn act(key: &str, shift: bool) -> Option<Act> {
    let step = if shift { LONG_STEP } else { 1 };
    Some(match key {
        "ArrowLeft" if shift => Act::Pan(-1),
        "ArrowRight" if shift => Act::Pan(1),
        "ArrowLeft" => Act::Walk(Step::Before),
        "ArrowRight" => Act::Walk(Step::After),
        "ArrowUp" => Act::Walk(Step::Above),
        "ArrowDown" => Act::Walk(Step::Below),
        "Home" => Act::Walk(Step::First),
        "End" => Act::Walk(Step::Last),
        "+" | "=" => Act::Zoom { inward: true },
        "-" | "_" => Act::Zoom { inward: false },
        "w" | "W" => Act::Hold(Motion::Inward),
        "s" | "S" => Act::Hold(Motion::Outward),
        "a" | "A" => Act::Hold(Motion::Back),
        "d" | "D" => Act::Hold(Motion::On),
        "0" => Act::ShowWhole,
        "Enter" | "f" | "F" => Act::ShowChosen,
        "n" | "." => Act::Jump { forward: true },
        "N" | "," => Act::Jump { forward: false },
        "[" | "{" => Act::Cursor(-step),
        "]" | "}" => Act::Cursor(step),
        "m" | "M" => Act::Mark,
        "v" | "V" => Act::Select,
        "l" | "L" => Act::Follow,
        "z" | "Z" => Act::ShowMarked,
        "/" => Act::Find,
        "?" => Act::Help,
        "Escape" => Act::LetGo,
        _ => return None,
    })
}

/// Keys that do the same, or the same in other directions, and what.
type Row = (&'static [&'static str], fn(Lang) -> &'static str);

/// The list of keys.
const ROWS: [Row; 16] = [
    (&["w", "s", "+", "-"], words::key_zoom),
    (&["a", "d", "Shift ←", "Shift →"], words::key_pan),
    (&["0"], words::key_whole),
    (&["←", "→"], words::key_span),
    (&["↑", "↓"], words::key_lane),
    (&["Home", "End"], words::key_ends),
    (&["f", "Enter"], words::key_chosen),
    (&["n", "N", ".", ","], words::key_jump),
    (&["[", "]", "Shift [", "Shift ]"], words::key_cursor),
    (&["m"], words::key_mark),
    (&["z"], words::key_zoom_to_interval),
    (&["v"], words::key_select),
    (&["l"], words::key_follow),
    (&["/"], words::key_find),
    (&["Esc"], words::key_let_go),
    (&["?"], words::key_help),
];

/// The list of keys, as HTML.
pub fn help(lang: Lang) -> String {
    let mut html = format!(
        "<h2 class=keys-title>{}</h2><dl class=keys-list>",
        words::keys_title(lang)
    );
    for (keys, what) in ROWS {
        html += "<dt>";
        for key in keys {
            html += "<kbd>";
            html += &text(key);
            html += "</kbd> ";
        }
        html += "</dt><dd>";
        html += what(lang);
        html += "</dd>";
    }
    html += "</dl><p>";
    html += words::keys_pointer(lang);
    html + "</p>"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key as the list names it: its name in events, and whether with Shift.
    fn key_of(name: &str) -> (&str, bool) {
        let (name, shift) = match name.strip_prefix("Shift ") {
            Some(name) => (name, true),
            None => (name, name == "N"),
        };
        let key = match name {
            "←" => "ArrowLeft",
            "→" => "ArrowRight",
            "↑" => "ArrowUp",
            "↓" => "ArrowDown",
            "Esc" => "Escape",
            other => other,
        };
        (key, shift)
    }

    #[test]
    fn every_key_of_the_list_does_something_and_each_another_thing() {
        for (keys, what) in ROWS {
            for name in keys {
                let (key, shift) = key_of(name);
                assert!(act(key, shift).is_some(), "{name}: {}", what(Lang::En));
            }
        }
        let html = help(Lang::Zh);
        assert_eq!(html.matches("<dd>").count(), ROWS.len());
    }

    #[test]
    fn a_letter_does_the_same_in_capitals_but_for_the_jump() {
        for key in ["w", "a", "s", "d", "f", "m", "l", "v", "z"] {
            assert_eq!(act(key, false), act(&key.to_uppercase(), true), "{key}");
        }
        assert_ne!(act("n", false), act("N", true));
        // Shift makes another sign of a bracket on many keyboards.
        assert_eq!(act("[", true), act("{", true));
        assert_eq!(act("[", false), Some(Act::Cursor(-1)));
        assert_eq!(act("}", true), Some(Act::Cursor(LONG_STEP)));
        assert_eq!(act("Tab", false), None);
    }
}
