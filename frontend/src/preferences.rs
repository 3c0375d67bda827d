//! The language and the theme: chosen by the reader, kept in the browser, and
//! until then the browser's own. A `lang` in the address wins over all.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use crate::i18n::Lang;
use crate::link;

/// Where the browser keeps the reader's language.
const LANG_KEY: &str = "interleave.lang";
/// Where the browser keeps the reader's theme.
const THEME_KEY: &str = "interleave.theme";
/// How a stylesheet asks for the reader's theme.
const PREFERS_DARK: &str = "(prefers-color-scheme: dark)";

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Ink on paper.
    Light,
    /// Paper on ink.
    Dark,
}

impl Theme {
    /// The word for it in `<html data-theme>`.
    pub fn as_str(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The other one.
    pub fn other(self) -> Theme {
        match self {
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::Light,
        }
    }

    fn parse(word: &str) -> Option<Theme> {
        [Theme::Light, Theme::Dark]
            .into_iter()
            .find(|theme| theme.as_str() == word)
    }
}

/// The language and the theme, with what changes them.
#[derive(Clone, Copy)]
pub struct Preferences {
    lang: RwSignal<Lang>,
    theme: RwSignal<Theme>,
}

impl Preferences {
    /// Reads them, sets them on `<html>`, and follows the system's theme while
    /// the reader has not chosen one.
    pub fn provide() -> Preferences {
        let preferences = Preferences {
            lang: RwSignal::new(first_lang()),
            theme: RwSignal::new(first_theme()),
        };
        provide_context(preferences);
        provide_context::<Signal<Lang>>(preferences.lang.into());
        provide_context::<Signal<Theme>>(preferences.theme.into());
        on_html("lang", preferences.lang.get_untracked().tag());
        on_html("data-theme", preferences.theme.get_untracked().as_str());
        preferences.follow_the_system();
        preferences
    }

    /// Chooses a language. It goes into the address too, so that a link that
    /// is passed on arrives in it.
    pub fn choose_lang(self, lang: Lang) {
        keep(LANG_KEY, lang.as_str());
        on_html("lang", lang.tag());
        let mut pairs = link::parse(&query());
        pairs.retain(|(name, _)| name != link::LANG);
        pairs.push((link::LANG.into(), lang.as_str().into()));
        replace_query(&link::query(
            pairs.iter().map(|(name, value)| (&**name, &**value)),
        ));
        self.lang.set(lang);
    }

    /// Chooses a theme.
    pub fn choose_theme(self, theme: Theme) {
        keep(THEME_KEY, theme.as_str());
        self.show_theme(theme);
    }

    /// `<html>` first: whoever redraws on the signal reads the new tokens.
    fn show_theme(self, theme: Theme) {
        on_html("data-theme", theme.as_str());
        self.theme.set(theme);
    }

    fn follow_the_system(self) {
        let Ok(Some(media)) = window().match_media(PREFERS_DARK) else {
            return;
        };
        let changed = Closure::<dyn Fn(_)>::new(move |event: web_sys::MediaQueryListEvent| {
            if kept(THEME_KEY).is_none() {
                self.show_theme(match event.matches() {
                    true => Theme::Dark,
                    false => Theme::Light,
                });
            }
        });
        if media
            .add_event_listener_with_callback("change", changed.as_ref().unchecked_ref())
            .is_ok()
        {
            // The page follows for as long as it is there.
            changed.forget();
        }
    }
}

/// The language that the page is in, for any component.
pub fn use_lang() -> Signal<Lang> {
    expect_context()
}

/// The theme that the page is in, set on `<html data-theme>` before this
/// changes: a canvas that redraws on it reads the new tokens.
pub fn use_theme() -> Signal<Theme> {
    expect_context()
}

/// A text of the browser's store. Without a store nothing is kept.
pub fn kept(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Keeps a text in the browser's store, where it has one with room.
pub fn keep(key: &str, text: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A store that is full or shut costs the reader's preference, no more.
        let _ = storage.set_item(key, text);
    }
}

/// The query of the address, with its question mark.
pub fn query() -> String {
    window().location().search().unwrap_or_default()
}

/// Puts another query into the address, without a new entry in the history.
pub fn replace_query(query: &str) {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    let hash = location.hash().unwrap_or_default();
    if let Ok(history) = window().history() {
        let state = history.state().unwrap_or_default();
        // A browser refuses too many of these in a short time; the next counts.
        let _ = history.replace_state_with_url(&state, "", Some(&format!("{path}{query}{hash}")));
    }
}

/// Sets an attribute of `<html>`.
pub fn on_html(name: &str, value: &str) {
    if let Some(html) = document().document_element() {
        let set = html.set_attribute(name, value);
        debug_assert!(set.is_ok());
    }
}

fn first_lang() -> Lang {
    let in_address = link::parse(&query())
        .into_iter()
        .find(|(name, _)| name == link::LANG)
        .and_then(|(_, word)| Lang::parse(&word));
    in_address
        .or_else(|| Lang::parse(&kept(LANG_KEY)?))
        .or_else(|| Lang::parse(&window().navigator().language()?))
        .unwrap_or_default()
}

fn first_theme() -> Theme {
    let system = || match window().match_media(PREFERS_DARK) {
        Ok(Some(media)) if media.matches() => Theme::Dark,
        _ => Theme::Light,
    };
    kept(THEME_KEY)
        .and_then(|word| Theme::parse(&word))
        .unwrap_or_else(system)
}
