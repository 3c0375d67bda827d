//! What a search found, as the options of a list.

use protocol::lesson::Found;

use super::text;
use crate::link;

/// The id of an option.
pub fn option_id(at: usize) -> String {
    format!("found-{at}")
}

/// The options; `chosen` is the one that Enter takes.
pub fn options(found: &[Found], chosen: usize) -> String {
    let mut html = String::new();
    for (at, one) in found.iter().enumerate() {
        html += &format!(
            "<li role=presentation><a id={} class=found role=option tabindex=-1 href=\"{}\" \
             aria-selected={}><span class=found-title><span class=figure>{}</span> {}</span>\
             <span class=found-excerpt>{}</span></a></li>",
            option_id(at),
            link::lesson(&one.line.id, ""),
            at == chosen,
            text(&one.line.section),
            text(&one.line.title),
            text(&one.excerpt)
        );
    }
    html
}
