//! The routes, and the frame around every page.

pub mod address;
pub mod crash;
pub mod header;
pub mod search;

use leptos::prelude::*;

use protocol::packed::Health;

use crate::api::{self, Load};
use crate::book::{GlossaryPage, GuidesPage};
use crate::contents::ContentsPage;
use crate::i18n::Key;
use crate::lesson::LessonPage;
use crate::lesson::visits::provide_reader;
use crate::not_found::NotFoundPage;
use crate::preferences::{Preferences, use_lang};
use crate::route::Route;
use address::Address;
use header::Header;

/// Mounts the page into the body.
pub fn mount() {
    std::panic::set_hook(Box::new(crash::tell));
    mount_to_body(App);
}

/// What the server says of itself, for any component.
pub fn use_health() -> Signal<Load<Health>> {
    expect_context()
}

/// Sets the title of the window: the page's own, then the site's.
pub fn title(own: impl Fn() -> Option<String> + 'static) {
    let lang = use_lang();
    Effect::new(move || {
        let site = lang.get().say(Key::SiteTitle);
        document().set_title(&match own() {
            Some(own) => format!("{own} · {site}"),
            None => site.to_owned(),
        });
    });
}

/// The whole page.
#[component]
fn App() -> impl IntoView {
    let preferences = Preferences::provide();
    let address = Address::provide();
    provide_reader();
    let lang = use_lang();
    let health = api::health();
    provide_context::<Signal<Load<Health>>>(health.into());
    let stranger = move || match health.get() {
        Load::Ready(health) if health.protocol != protocol::VERSION => Some(health.protocol),
        _ => None,
    };

    let route = Memo::new(move |_| Route::of(&address.path.read()));
    // Another lesson is another page: its form, its run, its place.
    let page = move || match route.get() {
        Route::Contents => view! { <ContentsPage /> }.into_any(),
        Route::Lesson { id } => view! { <LessonPage id /> }.into_any(),
        Route::Guides => view! { <GuidesPage /> }.into_any(),
        Route::Glossary => view! { <GlossaryPage /> }.into_any(),
        Route::Unknown => view! { <NotFoundPage /> }.into_any(),
    };

    view! {
        <a class="skip-link" href="#content">{move || lang.get().say(Key::SkipToContent)}</a>
        <Header preferences />
        {move || stranger().map(|server| view! { <VersionNotice server /> })}
        {page}
    }
}

/// Page and server do not understand each other.
#[component]
fn VersionNotice(server: u16) -> impl IntoView {
    let lang = use_lang();
    let words = move || {
        lang.get().fill(
            Key::VersionMismatch,
            &[
                ("page", &protocol::VERSION.to_string()),
                ("server", &server.to_string()),
            ],
        )
    };
    let reload = move |_| {
        // It fails only where the page is gone already.
        let _ = window().location().reload();
    };
    view! {
        <div class="notice notice--site" role="alert">
            <p>{words}</p>
            <button type="button" class="link-button" on:click=reload>
                {move || lang.get().say(Key::Reload)}
            </button>
        </div>
    }
}
