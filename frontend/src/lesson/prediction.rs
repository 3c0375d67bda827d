//! A question to answer before a run: which answer is right, and why.

use leptos::prelude::*;
use protocol::lesson::Lesson;

use super::visits::use_reader;
use crate::i18n::Key;
use crate::markup;
use crate::preferences::use_lang;

/// A prediction, by its id. An answer can be changed, and is remembered.
#[component]
pub fn Prediction(lesson: RwSignal<Lesson>, id: String) -> impl IntoView {
    let lang = use_lang();
    let reader = use_reader();
    let id = StoredValue::new(id);
    let question = move || {
        let lesson = lesson.read();
        let is_it = |id: &String| lesson.predictions.iter().find(|one| one.id == *id).cloned();
        id.with_value(is_it)
    };
    let answered = move || {
        let lesson = lesson.read_untracked();
        id.with_value(|id| reader.answered(&lesson.line.id, id))
    };
    let chosen = RwSignal::new(untrack(answered).map(|answered| answered.answer));
    let answers = move || {
        let question = question()?;
        Some(markup::parts::answers(&question, chosen.get_untracked()))
    };
    // Nothing is said of an answer that was chosen and not yet checked.
    let verdict = move || {
        let answered = answered().filter(|answered| chosen.get() == Some(answered.answer))?;
        Some(markup::parts::verdict(lang.get(), &question()?, answered))
    };
    let choose = move |event: leptos::ev::Event| {
        chosen.set(event_target_value(&event).parse().ok());
    };
    let check = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(answer) = chosen.get_untracked() {
            let lesson = lesson.read_untracked();
            id.with_value(|id| reader.note_answer(&lesson, id, answer));
        }
    };
    view! {
        <form
            class="part prediction"
            data-testid=id.with_value(|id| format!("prediction-{id}"))
            on:submit=check
        >
            <fieldset
                on:change=choose
                inner_html=move || answers().unwrap_or_default()
            ></fieldset>
            <button type="submit" class="button" disabled=move || chosen.get().is_none()>
                {move || lang.get().say(Key::Check)}
            </button>
            <div role="status" inner_html=move || verdict().unwrap_or_default()></div>
        </form>
    }
}
