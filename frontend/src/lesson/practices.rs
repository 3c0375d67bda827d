//! At the end of a lesson: what it showed that is to be done, or not to be.

use leptos::prelude::*;
use protocol::lesson::Lesson;

use crate::i18n::Key;
use crate::markup;
use crate::preferences::use_lang;

/// The practices of the lesson; nothing where it has none.
#[component]
pub fn Practices(lesson: RwSignal<Lesson>) -> impl IntoView {
    let lang = use_lang();
    let items = move || markup::book::practices(lang.get(), &lesson.read().practices);
    view! {
        <section
            class="practices"
            data-testid="practices"
            hidden=move || lesson.read().practices.is_empty()
        >
            <h2>{move || lang.get().say(Key::PracticesTitle)}</h2>
            <ul inner_html=items></ul>
        </section>
    }
}
