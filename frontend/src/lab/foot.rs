//! Under the views: what the run ran on, its limits, and all its figures.

use leptos::prelude::*;
use protocol::lesson::Lesson;
use protocol::{Limits, RunHeader};

use super::outcome::use_end;
use crate::api::Load;
use crate::app::use_health;
use crate::i18n::{Key, Lang};
use crate::markup;
use crate::outcome::limits_words;
use crate::preferences::use_lang;
use crate::session::Session;

/// The foot of the lab.
#[component]
pub fn Foot(lesson: RwSignal<Lesson>, session: Session) -> impl IntoView {
    let lang = use_lang();
    let health = use_health();
    let header = Memo::new(move |_| {
        session.view.version.track();
        let model = session.view.model;
        model.with_value(|model| model.header().cloned())
    });
    let end = use_end(session);
    let ran_on = move || {
        header
            .read()
            .as_ref()
            .map(|header| ran_on(lang.get(), header))
    };
    let limits = Memo::new(move |_| -> Option<Limits> {
        if let Some(header) = &*header.read() {
            return Some(header.limits.clone());
        }
        match &*health.read() {
            Load::Ready(health) => Some(health.limits.clone()),
            Load::Waiting | Load::Failed(_) => None,
        }
    });
    let limits = move || Some(limits_words(lang.get(), limits.read().as_ref()?));
    let schedule = move || {
        let schedule = end.get()?.schedule?;
        let words = lang.get().fill(Key::ScheduleOf, &[("schedule", &schedule)]);
        Some(view! { <p class="figure foot-schedule" data-testid="schedule">{words}</p> })
    };
    let figures = move || match &*end.read() {
        Some(end) => markup::outcome::all_figures(lang.get(), &lesson.read(), end),
        None => String::new(),
    };
    view! {
        <footer class="foot">
            <details class="foot-figures" hidden=move || end.read().is_none()>
                <summary>{move || lang.get().say(Key::AllFigures)}</summary>
                <dl inner_html=figures></dl>
            </details>
            <p class="figure">{ran_on}</p>
            {schedule}
            <p class="figure">{limits}</p>
        </footer>
    }
}

fn ran_on(lang: Lang, header: &RunHeader) -> String {
    let procs = lang.fill(
        Key::RanOn,
        &[
            ("procs", &header.procs.to_string()),
            ("machine", &header.machine_procs.to_string()),
        ],
    );
    let seed = lang.fill(Key::SeedOf, &[("seed", &header.seed.to_string())]);
    format!("{procs} · {seed}")
}
