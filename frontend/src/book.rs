//! The pages beside the lessons: the glossary and the guides.

use leptos::prelude::*;
use protocol::lesson::{Glossary, Guides};
use serde::de::DeserializeOwned;

use crate::api::{self, Load};
use crate::app::title;
use crate::i18n::{Key, Lang};
use crate::markup;
use crate::not_found::LoadFailed;
use crate::preferences::use_lang;

/// The page at `/glossary`: every term, with the lesson that explains it.
#[component]
pub fn GlossaryPage() -> impl IntoView {
    page(
        "glossary",
        Key::Glossary,
        Key::GlossaryLead,
        |lang, all: &Glossary| {
            let terms = markup::book::glossary(lang, all);
            format!("<dl class=terms data-testid=glossary>{terms}</dl>")
        },
    )
}

/// The page at `/guides`: tables that help to decide.
#[component]
pub fn GuidesPage() -> impl IntoView {
    page(
        "guides",
        Key::Guides,
        Key::GuidesLead,
        |lang, all: &Guides| markup::book::guides(lang, all),
    )
}

/// A page of what the server has under `name`.
fn page<T: DeserializeOwned + Clone + Send + Sync + 'static>(
    name: &'static str,
    heading: Key,
    lead: Key,
    html: fn(Lang, &T) -> String,
) -> AnyView {
    let lang = use_lang();
    let again = RwSignal::new(0);
    let loaded = api::load::<T>(move || api::page_path(name, lang.get()), again);
    title(move || Some(lang.get().say(heading).into()));
    let state = Memo::new(move |_| match &*loaded.read() {
        Load::Waiting => Load::Waiting,
        Load::Failed(trouble) => Load::Failed(trouble.clone()),
        Load::Ready(all) => Load::Ready(html(lang.get(), all)),
    });
    shown(heading, lead, state, again)
}

/// The same for every page, whatever its data.
fn shown(heading: Key, lead: Key, state: Memo<Load<String>>, again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let shown = move || match state.get() {
        Load::Waiting => {
            view! { <main id="content" class="page" aria-busy="true"></main> }.into_any()
        }
        Load::Failed(trouble) => view! { <LoadFailed trouble again /> }.into_any(),
        Load::Ready(html) => view! {
            <main id="content" class="page">
                <h1>{lang.get_untracked().say(heading)}</h1>
                <p class="lead">{lang.get_untracked().say(lead)}</p>
                <div inner_html=html></div>
            </main>
        }
        .into_any(),
    };
    shown.into_any()
}
