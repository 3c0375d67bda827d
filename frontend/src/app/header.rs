//! The strip over every page: the sign, the pages, the search, the language, the
//! theme.

use leptos::prelude::*;

use super::address::use_address;
use super::search::Search;
use crate::i18n::Key;
use crate::preferences::{Preferences, use_lang, use_theme};

/// The strip over every page.
#[component]
pub fn Header(preferences: Preferences) -> impl IntoView {
    let lang = use_lang();
    let theme = use_theme();
    let path = use_address().path;
    let page = move |to: &'static str, key: Key| {
        let current = move || (path.get() == to).then_some("page");
        view! {
            <a href=to aria-current=current>
                {move || lang.get().say(key)}
            </a>
        }
    };
    let other_theme = move || {
        lang.get().say(match theme.get() {
            crate::preferences::Theme::Light => Key::ThemeDark,
            crate::preferences::Theme::Dark => Key::ThemeLight,
        })
    };
    let theme_label = move || {
        lang.get()
            .fill(Key::ThemeLabel, &[("theme", other_theme())])
    };

    view! {
        <header class="header">
            <a class="header-home" href="/">
                <Sign />
                <span>{move || lang.get().say(Key::SiteTitle)}</span>
            </a>
            <nav class="header-nav" aria-label=move || lang.get().say(Key::NavLabel)>
                {page("/", Key::Contents)}
                {page("/guides", Key::Guides)}
                {page("/glossary", Key::Glossary)}
            </nav>
            <Search />
            <div class="header-switches">
                <button
                    type="button"
                    class="quiet-button"
                    data-testid="lang"
                    lang=move || lang.get().other().tag()
                    title=move || lang.get().say(Key::OtherLanguageLabel)
                    on:click=move |_| preferences.choose_lang(lang.get_untracked().other())
                >
                    {move || lang.get().say(Key::OtherLanguage)}
                </button>
                <button
                    type="button"
                    class="quiet-button"
                    data-testid="theme"
                    title=theme_label
                    on:click=move |_| preferences.choose_theme(theme.get_untracked().other())
                >
                    {other_theme}
                </button>
            </div>
        </header>
    }
}

/// The sign: two strands that interleave.
#[component]
fn Sign() -> impl IntoView {
    view! {
        <svg class="sign" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M1 4.5C5 4.5 5.6 6 6.9 7.2M9.1 8.8C10.4 10 11 11.5 15 11.5" />
            <path d="M1 11.5C6.5 11.5 9.5 4.5 15 4.5" />
        </svg>
    }
}
