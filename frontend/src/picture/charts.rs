//! The charts of a run, over the same time as the timeline where they have one.

use leptos::prelude::*;

use super::RunView;
use super::occupancy::Occupancy;

/// The charts of a run.
#[component]
pub fn Charts(view: RunView) -> impl IntoView {
    view! { <Occupancy view=view /> }
}
