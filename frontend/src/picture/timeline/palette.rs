//! The tokens' colours, as a canvas needs them.

use leptos::prelude::{document, window};

use crate::picture::look::{Fill, Look};
use crate::picture::pixels::{Ink, Inks, Rgba};

/// The colours of the timeline in the theme of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Palette {
    /// The states, as bytes.
    pub inks: Inks,
    /// Lines between lanes and at ticks, as bytes.
    pub rule_bytes: Rgba,
    /// The ground.
    pub screen: String,
    /// Names and figures.
    pub ink: String,
    /// What matters less.
    pub ink_soft: String,
    /// Lines.
    pub rule: String,
    /// The choice.
    pub accent: String,
    /// The text in a bar, in the order of [`Look::ALL`].
    pub state_text: Vec<String>,
    /// The end of a goroutine.
    pub ended: String,
    /// The end of one that panicked.
    pub panicked: String,
    /// Hatching.
    pub dropped: String,
    /// The count in it.
    pub dropped_text: String,
    /// The family of all text.
    pub font: String,
}

impl Palette {
    /// Reads the tokens.
    pub fn read() -> Palette {
        let style = document()
            .document_element()
            .and_then(|html| window().get_computed_style(&html).ok()?);
        let token = |name: &str| {
            style
                .as_ref()
                .and_then(|style| style.get_property_value(name).ok())
                .map(|value| value.trim().to_owned())
                .unwrap_or_default()
        };
        let mut palette = Palette {
            rule_bytes: bytes(&token("--rule")),
            screen: token("--screen"),
            ink: token("--ink"),
            ink_soft: token("--ink-soft"),
            rule: token("--rule"),
            accent: token("--accent"),
            ended: token("--state-ended"),
            panicked: token("--state-panicked"),
            dropped: token("--state-dropped"),
            dropped_text: token("--state-dropped-text"),
            font: token("--font-text"),
            ..Palette::default()
        };
        for look in Look::ALL {
            let name = look.token();
            let fill = bytes(&token(&format!("--state-{name}")));
            let edge = bytes(&token(&format!("--state-{name}-edge")));
            let stripe = match look.fill() {
                Fill::Solid => fill,
                Fill::Rising | Fill::Falling | Fill::Upright => {
                    bytes(&token(&format!("--state-{name}-stripe")))
                }
            };
            palette.inks.states[look as usize] = Ink { fill, stripe, edge };
            palette
                .state_text
                .push(token(&format!("--state-{name}-text")));
        }
        palette
    }

    /// The colour of a text in a bar.
    pub fn text(&self, look: Look) -> &str {
        self.state_text.get(look as usize).unwrap_or(&self.ink)
    }
}

/// The bytes of `#rrggbb`. Tokens are written so; another colour would not be
/// seen, which a look at the picture shows.
fn bytes(colour: &str) -> Rgba {
    let hex = colour.strip_prefix('#').unwrap_or_default();
    let part = |at: usize| {
        hex.get(at..at + 2)
            .and_then(|part| u8::from_str_radix(part, 16).ok())
    };
    match (part(0), part(2), part(4)) {
        (Some(red), Some(green), Some(blue)) => [red, green, blue, 255],
        _ => [0; 4],
    }
}
