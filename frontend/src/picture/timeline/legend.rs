//! The legend above the timeline.

use leptos::prelude::*;

use crate::picture::RunView;
use crate::picture::legend::{self, Ends};
use crate::picture::words;
use crate::preferences::use_lang;

/// The legend of the timeline.
#[component]
pub fn Legend(view: RunView) -> impl IntoView {
    let lang = use_lang();
    let ends = Memo::new(move |before: Option<&Ends>| {
        view.version.track();
        let before = before.copied().unwrap_or_default();
        view.model.with_value(|model| Ends::of(model, before))
    });
    let html = Memo::new(move |_| {
        view.version.track();
        let (by, ends, lang) = (view.by.get(), ends.get(), lang.get());
        view.model
            .with_value(|model| legend::html(model, by, ends, lang))
    });
    view! {
        <ul
            class="legend"
            data-testid="legend"
            aria-label=move || words::legend(lang.get())
            inner_html=move || html.get()
        ></ul>
    }
}
