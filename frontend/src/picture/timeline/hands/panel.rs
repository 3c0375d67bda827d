//! What happened in the marked interval, below the lanes.

use leptos::prelude::*;

use super::Hands;
use crate::picture::RunView;
use crate::picture::study::panel;
use crate::preferences::use_lang;

/// The sums of the marked interval; nothing where none is marked.
#[component]
pub fn Panel(view: RunView, hands: Hands) -> impl IntoView {
    let lang = use_lang();
    // What lies in the interval changes until the run has come to its end.
    let known = Memo::new(move |_| {
        let (from_ns, to_ns) = view.marked.get().interval()?;
        view.version.track();
        let now_ns = view.model.with_value(|model| model.now_ns());
        Some((from_ns, to_ns, now_ns.min(to_ns)))
    });
    let html = move || {
        let Some((from_ns, to_ns, now_ns)) = known.get() else {
            return String::new();
        };
        let lang = lang.get();
        view.model
            .with_value(|model| panel::html(model, from_ns, to_ns, now_ns, lang))
    };
    view! {
        <div
            class="interval"
            data-testid="interval"
            data-from-ns=move || known.get().map(|(from_ns, ..)| from_ns.to_string())
            data-to-ns=move || known.get().map(|(_, to_ns, _)| to_ns.to_string())
            on:click=move |event| hands.pressed(&event)
            inner_html=html
        ></div>
    }
}
