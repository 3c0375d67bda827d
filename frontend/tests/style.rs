//! Whether everything can be read and told apart, in both themes: 4.5:1 for
//! text and 3:1 for the states, computed from the tokens. Tools that look at a
//! page do not see what is drawn on a canvas.

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../../style/tokens.css");

/// Text must stand out from its ground by this.
const TEXT: f64 = 4.5;
/// Shapes that mean something, by this.
const SHAPE: f64 = 3.0;

/// The grounds on which text and states stand.
const GROUNDS: [&str; 3] = ["--paper", "--panel", "--screen"];

const STATES: [&str; 15] = [
    "running",
    "runnable",
    "send",
    "receive",
    "select",
    "lock",
    "read-lock",
    "gate",
    "group",
    "sleep",
    "syscall",
    "outside",
    "ended",
    "panicked",
    "dropped",
];

type Theme = BTreeMap<&'static str, [u8; 3]>;

/// The colours of a theme, by token.
fn theme(name: &str) -> Theme {
    let selector = format!(":root[data-theme=\"{name}\"] {{");
    let start = TOKENS.find(&selector).expect("the theme") + selector.len();
    let block = &TOKENS[start..];
    let block = &block[..block.find("\n}").expect("its end")];
    block
        .lines()
        .filter_map(|line| {
            let (token, value) = line.trim().trim_end_matches(';').split_once(": ")?;
            Some((token, colour(value)?))
        })
        .collect()
}

fn colour(value: &str) -> Option<[u8; 3]> {
    let hex = value.strip_prefix('#').filter(|hex| hex.len() == 6)?;
    let part = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// How bright a colour is, as the Web Content Accessibility Guidelines have it.
fn luminance(colour: [u8; 3]) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// What of `pairs` of a colour and its ground falls short of `least`.
fn too_faint(theme: &Theme, pairs: &[(String, &str)], least: f64) -> Vec<String> {
    pairs
        .iter()
        .filter_map(|(token, ground)| {
            let of = |token: &str| theme.get(token).copied().ok_or(token.to_owned());
            let (one, other) = match (of(token), of(ground)) {
                (Ok(one), Ok(other)) => (one, other),
                (Err(missing), _) | (_, Err(missing)) => return Some(format!("no {missing}")),
            };
            let found = contrast(one, other);
            (found < least).then(|| format!("{token} on {ground}: {found:.2}:1"))
        })
        .collect()
}

fn on_every_ground(tokens: impl IntoIterator<Item = String>) -> Vec<(String, &'static str)> {
    tokens
        .into_iter()
        .flat_map(|token| GROUNDS.map(|ground| (token.clone(), ground)))
        .collect()
}

#[test]
fn every_state_stands_out_from_every_ground() {
    for name in ["light", "dark"] {
        let theme = theme(name);
        let edges = STATES.map(|state| format!("--state-{state}-edge"));
        assert_eq!(
            too_faint(&theme, &on_every_ground(edges), SHAPE),
            [""; 0],
            "{name}"
        );
        // A sleep is a line without an edge, an end a notch, a hole lines.
        let bare = ["sleep", "ended", "panicked", "dropped"].map(|s| format!("--state-{s}"));
        assert_eq!(
            too_faint(&theme, &on_every_ground(bare), SHAPE),
            [""; 0],
            "{name}"
        );
    }
}

#[test]
fn every_text_can_be_read_on_every_ground() {
    for name in ["light", "dark"] {
        let theme = theme(name);
        let states = STATES.map(|state| format!("--state-{state}-text"));
        let page = ["ink", "ink-soft", "accent", "danger", "warning"].map(|s| format!("--{s}"));
        let code = ["comment", "keyword", "string", "number", "function"]
            .map(|word| format!("--code-{word}"));
        let mut pairs = on_every_ground(states.into_iter().chain(page).chain(code));
        for (token, ground) in [
            ("--on-accent", "--accent"),
            ("--on-accent", "--accent-pressed"),
            ("--accent", "--accent-wash"),
            ("--ink", "--accent-wash"),
            ("--danger", "--danger-wash"),
            ("--ink", "--danger-wash"),
            ("--warning", "--warning-wash"),
            ("--ink", "--warning-wash"),
        ] {
            pairs.push((token.to_owned(), ground));
        }
        assert_eq!(too_faint(&theme, &pairs, TEXT), [""; 0], "{name}");
    }
}

#[test]
fn controls_and_lines_of_charts_stand_out() {
    for name in ["light", "dark"] {
        let theme = theme(name);
        let shapes = ["--field-edge", "--accent"].map(String::from);
        assert_eq!(
            too_faint(&theme, &on_every_ground(shapes), SHAPE),
            [""; 0],
            "{name}"
        );
    }
}

#[test]
fn stripes_differ_from_their_bars() {
    /// Enough to be seen as stripes; what they mean is told by the sign too.
    const STRIPE: f64 = 1.2;
    for name in ["light", "dark"] {
        let theme = theme(name);
        for state in ["send", "receive", "select"] {
            let fill = theme[format!("--state-{state}").as_str()];
            let stripe = theme[format!("--state-{state}-stripe").as_str()];
            let found = contrast(fill, stripe);
            assert!(found >= STRIPE, "{state}, {name}: {found:.2}:1");
        }
    }
}

#[test]
fn both_themes_have_the_same_tokens() {
    let (light, dark) = (theme("light"), theme("dark"));
    let names = |theme: &Theme| theme.keys().copied().collect::<Vec<_>>();
    assert_eq!(names(&light), names(&dark));
}
