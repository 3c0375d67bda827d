//! The contents: eight chapters along a spine of two strands, each lesson a
//! line.

use leptos::prelude::*;
use protocol::lesson::LessonIndex;

use crate::api::{self, Load};
use crate::app::title;
use crate::i18n::Key;
use crate::lesson::visits::use_reader;
use crate::markup::contents::{chapters, go_on, problems};
use crate::not_found::LoadFailed;
use crate::preferences::use_lang;

/// The page at `/`.
#[component]
pub fn ContentsPage() -> impl IntoView {
    let lang = use_lang();
    let again = RwSignal::new(0);
    let index = api::load::<LessonIndex>(move || api::page_path("lessons", lang.get()), again);
    title(|| None);
    move || match index.get() {
        Load::Waiting => {
            view! { <main id="content" class="page" aria-busy="true"></main> }.into_any()
        }
        Load::Failed(trouble) => view! { <LoadFailed trouble again /> }.into_any(),
        Load::Ready(index) => view! { <Contents index /> }.into_any(),
    }
}

#[component]
fn Contents(index: LessonIndex) -> impl IntoView {
    // In the language that the index came in: the next one brings its own.
    let lang = use_lang().get_untracked();
    let progress = use_reader().progress();
    let visit = progress.last.as_ref();
    let before = visit.map_or(String::new(), |visit| go_on(lang, &index, visit))
        + &problems(lang, &index.problems);
    let chapters = chapters(lang, &index, &progress);
    view! {
        <main id="content" class="page contents">
            <h1>{lang.say(Key::ContentsTitle)}</h1>
            <p class="lead">{lang.say(Key::ContentsLead)}</p>
            <div inner_html=before></div>
            <div class="spine">
                <Strands />
                <div inner_html=chapters></div>
            </div>
        </main>
    }
}

/// The spine: the sign's two strands, drawn on down the page. In each length of
/// the pattern they cross twice, and each is once the upper one.
#[component]
fn Strands() -> impl IntoView {
    view! {
        <svg class="strands" aria-hidden="true">
            <defs>
                <pattern id="strands" width="24" height="96" patternUnits="userSpaceOnUse">
                    <path d="M6 0C6 16 18 32 18 48C18 56 15 64 13.2 69.5M10.8 74.5C9 80 6 88 6 96" />
                    <path d="M18 0C18 8 15 16 13.2 21.5M10.8 26.5C9 32 6 40 6 48C6 64 18 80 18 96" />
                </pattern>
            </defs>
            <rect width="24" height="100%" fill="url(#strands)" stroke="none" />
        </svg>
    }
}
