//! The state of every object at the time of the cursor.

use leptos::prelude::*;

use super::RunView;

/// The objects of a run.
#[component]
pub fn Objects(view: RunView) -> impl IntoView {
    let _ = view;
}
