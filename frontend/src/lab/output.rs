//! The lines that the program printed.
//!
//! Lines are added to the document as they come, and never drawn again: a
//! program that prints thousands must not make the page slow.

use leptos::prelude::*;
use web_sys::Element;

use crate::figures::{count, duration};
use crate::i18n::Key;
use crate::model::{Model, OutputLine};
use crate::phase::Phase;
use crate::preferences::use_lang;
use crate::session::Session;

/// How many lines are in the document; earlier ones are counted. A browser
/// lays this many out in a frame.
const MAX_SHOWN: usize = 2_000;
/// How close to its end a list counts as read to the end, in pixels.
const NEAR_END: i32 = 24;

/// The lines that the program printed.
#[component]
pub fn Output(session: Session) -> impl IntoView {
    let lang = use_lang();
    let list = NodeRef::<leptos::html::Ol>::new();
    let (version, model) = (session.view.version, session.view.model);
    let lines = Memo::new(move |_| {
        version.track();
        model.with_value(|model| model.lines().len())
    });
    Effect::new(move |shown: Option<usize>| {
        let (Some(list), lines) = (list.get(), lines.get()) else {
            return 0;
        };
        // Fewer lines than before are those of another run.
        let shown = shown.filter(|&shown| shown <= lines).unwrap_or_default();
        model.with_value(|model| bring_up_to_date(&list, model, shown));
        lines
    });
    let empty = move || {
        if lines.get() > 0 {
            return None;
        }
        let key = match session.view.phase.get() {
            Phase::Ended => Key::OutputNone,
            _ => Key::OutputEmpty,
        };
        Some(view! { <p class="view-empty">{lang.get().say(key)}</p> })
    };
    let earlier = move || {
        let earlier = lines.get().saturating_sub(MAX_SHOWN);
        (earlier > 0).then(|| {
            let n = count(earlier as u64);
            let words = lang.get().fill(Key::OutputEarlier, &[("n", &n)]);
            view! { <p class="output-earlier">{words}</p> }
        })
    };
    view! {
        {empty}
        {earlier}
        <ol class="output" data-testid="output" tabindex="0" node_ref=list></ol>
    }
}

/// Adds what is new to the list, and takes the oldest away.
fn bring_up_to_date(list: &Element, model: &Model, shown: usize) {
    let lines = model.lines();
    if shown == 0 {
        list.set_inner_html("");
    }
    let from = shown.max(lines.len().saturating_sub(MAX_SHOWN));
    let at_end = list.scroll_top() + list.client_height() + NEAR_END >= list.scroll_height();
    for line in &lines[from..] {
        let name = model.goroutine_name(line.g);
        // A document that takes no more nodes shows the lines that it has.
        if let Ok(item) = line_element(line, &name) {
            let _ = list.append_child(&item);
        }
    }
    while list.child_element_count() as usize > MAX_SHOWN {
        match list.first_element_child() {
            Some(first) => first.remove(),
            None => break,
        }
    }
    if at_end {
        list.set_scroll_top(list.scroll_height());
    }
}

fn line_element(line: &OutputLine, name: &str) -> Result<Element, wasm_bindgen::JsValue> {
    let item = document().create_element("li")?;
    for (class, text) in [
        ("output-time figure", &*duration(line.t_ns)),
        ("output-goroutine", name),
        ("output-text", &line.text),
    ] {
        let part = document().create_element("span")?;
        part.set_class_name(class);
        part.set_text_content(Some(text));
        item.append_child(&part)?;
    }
    Ok(item)
}
