//! The figures of the book, each beside what was measured here.

use leptos::prelude::*;
use protocol::RunEnd;
use protocol::lesson::Lesson;

use crate::lab::outcome::use_end;
use crate::markup;
use crate::preferences::use_lang;
use crate::session::Session;

/// The table of the lesson's claims. It keeps the figures of the last run that
/// ended while another one is under way.
#[component]
pub fn Claims(lesson: RwSignal<Lesson>, session: Session) -> impl IntoView {
    let lang = use_lang();
    let end = use_end(session);
    let last = RwSignal::new(None::<RunEnd>);
    Effect::new(move || {
        if let Some(end) = end.get() {
            last.set(Some(end));
        }
    });
    let rows = move || markup::parts::claims(lang.get(), &lesson.read(), last.read().as_ref());
    view! { <table class="part claims" data-testid="claims" inner_html=rows></table> }
}
