//! The contents: eight chapters along a spine of two strands, each lesson a
//! line.

use leptos::prelude::*;
use protocol::lesson::{Chapter, LessonIndex, LessonLine, LessonProblem};

use crate::api::{self, Load};
use crate::app::title;
use crate::i18n::Key;
use crate::lesson::visits::{Reader, use_reader};
use crate::link;
use crate::not_found::LoadFailed;
use crate::preferences::use_lang;
use crate::progress::Visit;

/// The page at `/`.
#[component]
pub fn ContentsPage() -> impl IntoView {
    let lang = use_lang();
    let again = RwSignal::new(0);
    let index = api::load::<LessonIndex>(move || api::lessons_path(lang.get()), again);
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
    let lang = use_lang();
    let reader = use_reader();
    let last = reader.last().and_then(|visit| {
        let line = index
            .chapters
            .iter()
            .flat_map(|chapter| &chapter.lessons)
            .find(|line| line.id == visit.id)?;
        Some((line.clone(), visit))
    });
    let chapters = index
        .chapters
        .into_iter()
        .map(|chapter| view! { <ChapterPart chapter reader /> })
        .collect_view();
    view! {
        <main id="content" class="page contents">
            <h1>{move || lang.get().say(Key::ContentsTitle)}</h1>
            <p class="lead">{move || lang.get().say(Key::ContentsLead)}</p>
            {last.map(|(line, visit)| view! { <GoOn line visit /> })}
            {(!index.problems.is_empty()).then(|| view! { <Problems problems=index.problems /> })}
            <div class="spine">
                <Strands />
                {chapters}
            </div>
        </main>
    }
}

/// The lesson that the reader was in last.
#[component]
fn GoOn(line: LessonLine, visit: Visit) -> impl IntoView {
    let lang = use_lang();
    view! {
        <a class="go-on" href=link::lesson(&visit.id, &visit.query)>
            <span class="go-on-label">{move || lang.get().say(Key::GoOn)}</span>
            <span class="go-on-title">
                <span class="figure">{line.section}</span>
                {line.title}
            </span>
        </a>
    }
}

/// Lesson files that the server could not read.
#[component]
fn Problems(problems: Vec<LessonProblem>) -> impl IntoView {
    let lang = use_lang();
    let n = problems.len().to_string();
    let heading = move || lang.get().fill(Key::ProblemsTitle, &[("n", &n)]);
    let items = problems
        .into_iter()
        .map(|problem| {
            let place = [problem.line, problem.column]
                .into_iter()
                .flatten()
                .fold(problem.file, |place, number| format!("{place}:{number}"));
            view! {
                <li>
                    <code>{place}</code>
                    <p>{problem.message}</p>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="notice notice--warning" data-testid="lesson-problems">
            <h2>{heading}</h2>
            <ul>{items}</ul>
            <p>{move || lang.get().say(Key::ProblemsLead)}</p>
        </section>
    }
}

#[component]
fn ChapterPart(chapter: Chapter, reader: Reader) -> impl IntoView {
    let lang = use_lang();
    let number = chapter.number.to_string();
    let is_empty = chapter.lessons.is_empty();
    let label = {
        let number = number.clone();
        move || {
            let lang = lang.get();
            let label = lang.fill(Key::Chapter, &[("n", &number)]);
            match is_empty {
                true => format!("{label} · {}", lang.say(Key::NoLessonsYet)),
                false => label,
            }
        }
    };
    let heading = format!("chapter-{number}");
    let lessons = chapter
        .lessons
        .into_iter()
        .map(|line| view! { <Line line reader /> })
        .collect_view();
    let lessons = (!is_empty).then(|| view! { <ol class="chapter-lessons">{lessons}</ol> });
    let labelled_by = heading.clone();
    view! {
        <section class="chapter" class:chapter--empty=is_empty aria-labelledby=labelled_by>
            <p class="chapter-number">{label}</p>
            <h2 id=heading>{chapter.title}</h2>
            <p class="chapter-summary">{chapter.summary}</p>
            {lessons}
        </section>
    }
}

/// A lesson, as a line of the contents.
#[component]
fn Line(line: LessonLine, reader: Reader) -> impl IntoView {
    let lang = use_lang();
    let tried = reader.has_tried(&line.id);
    let minutes = line.minutes.to_string();
    let state = move || {
        lang.get().say(match tried {
            true => Key::StateTried,
            false => Key::StateNew,
        })
    };
    view! {
        <li>
            <a
                class="lesson-line"
                href=link::lesson(&line.id, "")
                data-testid=format!("lesson-{}", line.id)
            >
                <span class="lesson-line-section figure">{line.section}</span>
                <span class="lesson-line-title">{line.title}</span>
                <span class="lesson-line-summary">{line.summary}</span>
                <span class="lesson-line-state" class:lesson-line-state--tried=tried>{state}</span>
                <span class="lesson-line-minutes figure">
                    {move || lang.get().fill(Key::Minutes, &[("n", &minutes)])}
                </span>
            </a>
        </li>
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
