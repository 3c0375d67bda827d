//! Mounts the page and holds what all of it shares: the language and the theme.

use leptos::prelude::*;

use crate::i18n::Lang;

/// Mounts the page into the body.
pub fn mount() {
    mount_to_body(App);
}

/// The language that the page is in, for any component.
pub fn use_lang() -> Signal<Lang> {
    expect_context::<Signal<Lang>>()
}

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Ink on paper.
    Light,
    /// Paper on ink.
    Dark,
}

/// The theme that the page is in, set on `<html data-theme>` before this
/// changes: a canvas that redraws on it reads the new tokens.
pub fn use_theme() -> Signal<Theme> {
    expect_context::<Signal<Theme>>()
}

/// The whole page.
#[component]
fn App() -> impl IntoView {
    let lang = RwSignal::new(Lang::default());
    let theme = RwSignal::new(Theme::Light);
    provide_context::<Signal<Lang>>(lang.into());
    provide_context::<Signal<Theme>>(theme.into());
    view! { <main></main> }
}
