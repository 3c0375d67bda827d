//! The program's own spans, as a waterfall.

use leptos::prelude::*;

use super::RunView;

/// The program's spans.
#[component]
pub fn Spans(view: RunView) -> impl IntoView {
    let _ = view;
}
