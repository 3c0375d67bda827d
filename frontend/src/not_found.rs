//! The pages for an address that leads nowhere, and for what did not load.

use leptos::prelude::*;
use protocol::packed::PackedError;

use crate::app::title;
use crate::i18n::Key;
use crate::link;
use crate::preferences::use_lang;
use crate::trouble::Trouble;

/// No route has this address.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let lang = use_lang();
    title(move || Some(lang.get().say(Key::NotFoundTitle).into()));
    view! {
        <main id="content" class="page page--narrow">
            <h1>{move || lang.get().say(Key::NotFoundTitle)}</h1>
            <p>{move || lang.get().say(Key::NotFoundPage)}</p>
            <p><a href="/">{move || lang.get().say(Key::BackToContents)}</a></p>
        </main>
    }
}

/// There is no such lesson; these have names like it.
#[component]
pub fn LessonNotFound(
    /// The name that was asked for.
    id: String,
    /// The server's answer.
    error: PackedError,
) -> impl IntoView {
    let lang = use_lang();
    title(move || Some(lang.get().say(Key::NotFoundTitle).into()));
    let nearest = (!error.options.is_empty()).then(|| {
        let links = error
            .options
            .into_iter()
            .map(|id| view! { <li><a href=link::lesson(&id, "")>{id.clone()}</a></li> })
            .collect_view();
        view! {
            <p>{move || lang.get().say(Key::NearestNames)}</p>
            <ul class="nearest">{links}</ul>
        }
    });
    view! {
        <main id="content" class="page page--narrow">
            <h1>{move || lang.get().say(Key::NotFoundTitle)}</h1>
            <p data-testid="error">
                {move || lang.get().fill(Key::NotFoundLesson, &[("name", &id)])}
            </p>
            {nearest}
            <p><a href="/">{move || lang.get().say(Key::BackToContents)}</a></p>
        </main>
    }
}

/// Something did not load; `again` asks for it once more.
#[component]
pub fn LoadFailed(trouble: Trouble, again: RwSignal<u32>) -> impl IntoView {
    let lang = use_lang();
    view! {
        <main id="content" class="page page--narrow">
            <h1>{move || lang.get().say(Key::LoadFailed)}</h1>
            <TroubleBox trouble />
            <p>
                <button type="button" class="button" on:click=move |_| again.update(|n| *n += 1)>
                    {move || lang.get().say(Key::TryAgain)}
                </button>
            </p>
        </main>
    }
}

/// A trouble in a box: what, where, and the mend.
#[component]
pub fn TroubleBox(trouble: Trouble) -> impl IntoView {
    let lang = use_lang();
    move || {
        let words = trouble.words(lang.get());
        view! {
            <div class="notice notice--danger" role="alert" data-testid="error">
                <p class="notice-what">{words.what}</p>
                {words.mend.map(|mend| view! { <p>{mend}</p> })}
                {words.detail.map(|detail| view! { <p class="notice-detail">{detail}</p> })}
            </div>
        }
    }
}
