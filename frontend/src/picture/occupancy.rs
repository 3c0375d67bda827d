use leptos::prelude::*;

use super::RunView;

#[component]
pub fn Occupancy(view: RunView) -> impl IntoView {
    move || view.version.get().to_string()
}
