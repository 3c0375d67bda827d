use leptos::prelude::*;

use super::RunView;

#[component]
pub fn Timeline(view: RunView) -> impl IntoView {
    move || view.version.get().to_string()
}
