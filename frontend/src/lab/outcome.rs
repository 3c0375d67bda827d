//! How the run went: its figures, and what there is to say about its end.

use leptos::prelude::*;
use protocol::RunEnd;
use protocol::lesson::Lesson;

use crate::i18n::Key;
use crate::markup;
use crate::phase::Phase;
use crate::preferences::use_lang;
use crate::session::Session;

/// The figures, and the words on the end.
#[component]
pub fn OutcomePanel(lesson: RwSignal<Lesson>, session: Session) -> impl IntoView {
    let lang = use_lang();
    let end = use_end(session);
    let outcome = move || Some(end.read().as_ref()?.outcome.as_str());
    let figures = move || markup::outcome::figures(lang.get(), &lesson.read(), end.read().as_ref());
    let particulars = move || match &*end.read() {
        Some(end) => markup::outcome::particulars(lang.get(), end),
        None => String::new(),
    };
    view! {
        <section
            class="outcome"
            data-testid="outcome"
            data-outcome=outcome
            aria-label=move || lang.get().say(Key::OutcomeLabel)
        >
            <dl class="outcome-figures" inner_html=figures></dl>
            <div class="outcome-particulars" inner_html=particulars></div>
        </section>
    }
}

/// The end of the run, once it is there.
pub fn use_end(session: Session) -> Memo<Option<RunEnd>> {
    Memo::new(move |_| {
        session.view.version.track();
        if session.view.phase.get() != Phase::Ended {
            return None;
        }
        session.view.model.with_value(|model| model.end().cloned())
    })
}
