//! A lane of the timeline as an item of a list that is not seen: where it lies,
//! and what is in it.

use super::{attribute, text};
use crate::i18n::Lang;
use crate::model::Model;
use crate::picture::lanes::By;
use crate::picture::sentence::processor::of_processor;
use crate::picture::words;

/// Writes the item of lane `row`, with its top and height in CSS pixels.
pub fn item(
    html: &mut String,
    (model, by): (&Model, By),
    row: usize,
    (top, height): (i64, u32),
    lang: Lang,
) {
    let (key, number, name, said) = match by {
        By::Goroutine => {
            let Some(lane) = model.lanes().get(row) else {
                return;
            };
            let name = model.goroutine_name(lane.g);
            ("g", lane.g.to_string(), name.clone(), name)
        }
        By::Processor if row < model.processors().list().len() => {
            let said = of_processor(model, row, lang);
            ("p", row.to_string(), format!("P{row}"), said)
        }
        By::Processor => {
            let name = words::global_queue(lang).to_owned();
            ("p", "global".into(), name.clone(), name)
        }
    };
    html.push_str("<li data-testid=\"lane\"");
    for (key, value) in [
        (key, number),
        ("name", attribute(&name)),
        ("top", top.to_string()),
        ("height", height.to_string()),
    ] {
        html.push_str(" data-");
        html.push_str(key);
        html.push_str("=\"");
        html.push_str(&value);
        html.push('"');
    }
    html.push('>');
    html.push_str(&text(&said));
    html.push_str("</li>");
}
