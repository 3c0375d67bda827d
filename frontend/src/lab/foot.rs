//! Under the views: what the run ran on, its limits, and all its figures.

use leptos::prelude::*;
use protocol::lesson::Lesson;
use protocol::{Limits, RunEnd, RunHeader};

use super::outcome::{use_end, value_words};
use crate::api::Load;
use crate::app::use_health;
use crate::figures::{count, duration};
use crate::i18n::{Key, Lang};
use crate::outcome::{blocked_key, limits_words};
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
            Load::Ready(health) => health.limits.clone(),
            Load::Waiting | Load::Failed(_) => None,
        }
    });
    let limits = move || Some(limits_words(lang.get(), limits.read().as_ref()?));
    let schedule = move || {
        let schedule = end.get()?.schedule?;
        let words = lang.get().fill(Key::ScheduleOf, &[("schedule", &schedule)]);
        Some(view! { <p class="figure foot-schedule" data-testid="schedule">{words}</p> })
    };
    let figures = move || {
        let end = end.get()?;
        let rows = rows(lang.get(), &lesson.read(), &end)
            .into_iter()
            .map(|(name, value)| {
                view! {
                    <dt>{name}</dt>
                    <dd class="figure">{value}</dd>
                }
            })
            .collect_view();
        Some(view! {
            <details class="foot-figures">
                <summary>{lang.get().say(Key::AllFigures)}</summary>
                <dl>{rows}</dl>
            </details>
        })
    };
    view! {
        <footer class="foot">
            {figures}
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

/// Every figure of the run: the experiment's, then the core's own.
fn rows(lang: Lang, lesson: &Lesson, end: &RunEnd) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for metric in &lesson.experiment.metrics {
        let value = match end.metrics.get(&metric.name) {
            Some(&value) => value_words(lang, metric, value),
            None => lang.say(Key::NotMeasured).into(),
        };
        rows.push((lang.pick(&metric.label).to_owned(), value));
    }
    let totals = &end.totals;
    for (key, value) in [
        (Key::TotalGoroutines, totals.goroutines),
        (Key::TotalPeak, totals.peak_goroutines),
        (Key::TotalSteals, totals.steals),
        (Key::TotalPreemptions, totals.preemptions),
        (Key::TotalHandoffs, totals.handoffs),
    ] {
        rows.push((lang.say(key).into(), count(value)));
    }
    for blocked in &totals.blocked {
        let gaps = [
            ("time", &*duration(blocked.ns)),
            ("n", &*count(blocked.count)),
        ];
        let times = lang.fill(Key::TotalBlockedTimes, &gaps);
        rows.push((lang.say(blocked_key(blocked.reason)).into(), times));
    }
    rows
}
