//! The charts of a run, over the same time as the timeline where they have one.
//!
//! * [`plot`]: pieces of a chart, as text.
//! * [`pace`]: when a view looks at the run again.

pub mod plot;

#[cfg(target_arch = "wasm32")]
pub mod pace;

#[cfg(target_arch = "wasm32")]
use leptos::prelude::*;

#[cfg(target_arch = "wasm32")]
use super::{RunView, occupancy::Occupancy};

/// The charts of a run.
#[cfg(target_arch = "wasm32")]
#[component]
pub fn Charts(view: RunView) -> impl IntoView {
    view! { <Occupancy view=view /> }
}
