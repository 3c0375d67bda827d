//! A lesson: prose, and the lab beside it.

pub mod aside;
pub mod challenge;
pub mod claims;
pub mod practices;
pub mod prediction;
pub mod prose;
pub mod sweep;
pub mod visits;

use leptos::prelude::*;
use protocol::ErrorCode;
use protocol::lesson::Lesson;

use crate::api::{self, Load};
use crate::app::title;
use crate::i18n::Key;
use crate::lab::Lab;
use crate::lab::handle::LabHandle;
use crate::link;
use crate::not_found::{LessonNotFound, LoadFailed};
use crate::preferences::use_lang;
use crate::steps::around_the_lab;
use crate::trouble::Trouble;
use aside::{Aside, AsideHandle};
use challenge::Checks;
use practices::Practices;
use prose::{Parts, Prose, on_click};

/// The page at `/lessons/:id`.
#[component]
pub fn LessonPage(id: String) -> impl IntoView {
    let lang = use_lang();
    let again = RwSignal::new(0);
    let path = {
        let id = id.clone();
        move || api::lesson_path(&id, lang.get())
    };
    let loaded = api::load::<Lesson>(path, again);
    view! { <Loaded id loaded again /> }
}

/// What came of loading a lesson. Once it is there, another language changes
/// its words and leaves the lab as it is.
#[component]
fn Loaded(id: String, loaded: RwSignal<Load<Lesson>>, again: RwSignal<u32>) -> impl IntoView {
    let is_ready = Memo::new(move |_| matches!(&*loaded.read(), Load::Ready(_)));
    let failed = Memo::new(move |_| match &*loaded.read() {
        Load::Failed(trouble) => Some(trouble.clone()),
        Load::Waiting | Load::Ready(_) => None,
    });
    let waiting = || view! { <main id="content" class="page" aria-busy="true"></main> };
    move || {
        if is_ready.get() {
            let Load::Ready(first) = loaded.get_untracked() else {
                return waiting().into_any();
            };
            let lesson = RwSignal::new(first);
            Effect::new(move || {
                if let Load::Ready(next) = loaded.get() {
                    lesson.set(next);
                }
            });
            return view! { <LessonBody lesson /> }.into_any();
        }
        match failed.get() {
            Some(Trouble::Refused(error)) if error.code == ErrorCode::UnknownLesson => {
                view! { <LessonNotFound id=id.clone() error=*error /> }.into_any()
            }
            Some(trouble) => view! { <LoadFailed trouble again /> }.into_any(),
            None => waiting().into_any(),
        }
    }
}

/// Prose and lab. The lab stands in the document after the step that first uses
/// it, for a narrow screen and for the order of focus; on a wide screen it has
/// its own column.
#[component]
fn LessonBody(lesson: RwSignal<Lesson>) -> impl IntoView {
    let lang = use_lang();
    title(move || Some(lesson.read().line.title.clone()));
    let lab = LabHandle::new(&lesson.read_untracked());
    let aside = AsideHandle::new();
    let checks = Checks::of_runs(lesson, lab.session);
    let parts = Parts {
        lesson,
        lab,
        checks,
    };
    let main = NodeRef::<leptos::html::Main>::new();
    let before = Memo::new(move |_| around_the_lab(&lesson.read().html).0.to_owned());
    let after = Memo::new(move |_| around_the_lab(&lesson.read().html).1.to_owned());

    view! {
        <main
            id="content"
            class="lesson"
            node_ref=main
            on:click=move |event| on_click(&event, lab, aside)
        >
            <div class="prose prose--before">
                <a class="skip-link" href="#lab">{move || lang.get().say(Key::SkipToLab)}</a>
                <p class="prose-chapter">
                    <span class="figure">{move || lesson.read().line.section.clone()}</span>
                    {move || lesson.read().chapter_title.clone()}
                </p>
                <h1>{move || lesson.read().line.title.clone()}</h1>
                <p class="lead">{move || lesson.read().line.summary.clone()}</p>
                <Prose html=before parts />
            </div>
            <Lab lesson handle=lab />
            <div class="prose prose--after">
                <Prose html=after parts />
                <Practices lesson />
                <Neighbours lesson />
            </div>
            <Aside lesson handle=aside within=main />
        </main>
    }
}

/// The lessons before and after.
#[component]
fn Neighbours(lesson: RwSignal<Lesson>) -> impl IntoView {
    let lang = use_lang();
    let neighbour = move |key: Key, (id, title): (String, String)| {
        view! {
            <a class="neighbour" href=link::lesson(&id, "")>
                <span class="neighbour-label">{lang.get().say(key)}</span>
                <span>{title}</span>
            </a>
        }
    };
    view! {
        <nav class="neighbours" aria-label=move || lang.get().say(Key::LessonNavLabel)>
            <span>{move || lesson.read().previous.clone().map(|to| neighbour(Key::Previous, to))}</span>
            <span>{move || lesson.read().next.clone().map(|to| neighbour(Key::Next, to))}</span>
        </nav>
    }
}
