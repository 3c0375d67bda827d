//! How the run went: its figures, and what there is to say about its end.
//!
//! The figures that the lesson puts first have their place from the beginning,
//! so that nothing below moves when they come.

use leptos::prelude::*;
use protocol::lesson::Lesson;
use protocol::run::Waiting;
use protocol::{Metric, RunEnd};

use crate::figures::{THIN_SPACE, count, significant};
use crate::i18n::{Key, Lang};
use crate::outcome::{
    MAX_LISTED, finding_words, go_text, goroutine_words, left, limit_words, waiting_words,
};
use crate::phase::Phase;
use crate::preferences::use_lang;
use crate::session::Session;

/// How many figures stand in the strip, where the lesson names none.
const MAX_FIGURES: usize = 4;

/// The figures, and the words on the end.
#[component]
pub fn OutcomePanel(lesson: RwSignal<Lesson>, session: Session) -> impl IntoView {
    let lang = use_lang();
    let end = use_end(session);
    let outcome = move || Some(end.read().as_ref()?.outcome.as_str());
    let figures = move || {
        let (end, lesson) = (end.read(), lesson.read());
        highlights(&lesson)
            .into_iter()
            .map(|metric| figure(lang.get(), metric, end.as_ref()))
            .collect_view()
    };
    let particulars = move || {
        let end = end.get()?;
        Some(particulars(lang.get(), &end))
    };
    view! {
        <section
            class="outcome"
            data-testid="outcome"
            data-outcome=outcome
            aria-label=move || lang.get().say(Key::OutcomeLabel)
        >
            <dl class="outcome-figures">{figures}</dl>
            {particulars}
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

/// A metric's value with its unit, in three significant figures.
pub fn value_words(lang: Lang, metric: &Metric, value: f64) -> String {
    let number = significant(value);
    match &metric.unit {
        Some(unit) => format!("{number}{THIN_SPACE}{}", lang.pick(unit)),
        None => number,
    }
}

/// The metrics that the lesson puts first, or the first ones.
fn highlights(lesson: &Lesson) -> Vec<&Metric> {
    let metrics = &lesson.experiment.metrics;
    let named: Vec<&Metric> = lesson
        .highlights
        .iter()
        .filter_map(|name| metrics.iter().find(|metric| metric.name == *name))
        .collect();
    if named.is_empty() {
        metrics.iter().take(MAX_FIGURES).collect()
    } else {
        named
    }
}

fn figure(lang: Lang, metric: &Metric, end: Option<&RunEnd>) -> impl IntoView + use<> {
    let value = end.and_then(|end| end.metrics.get(&metric.name).copied());
    let words = match value {
        Some(value) => value_words(lang, metric, value),
        None => "–".into(),
    };
    view! {
        <div class="outcome-figure" data-metric=metric.name.clone()>
            <dt>{lang.pick(&metric.label).to_owned()}</dt>
            <dd class="figure">{words}</dd>
        </div>
    }
}

/// What there is to say beyond the figures; nothing after a plain end.
fn particulars(lang: Lang, end: &RunEnd) -> impl IntoView + use<> {
    let fault = matches!(end.outcome, protocol::Outcome::Fault { .. })
        .then(|| view! { <p>{lang.say(Key::FaultLead)}</p> });
    let go_text = go_text(lang, &end.outcome).map(|(text, place)| {
        view! {
            <pre class="outcome-go-text">{text}</pre>
            {place.map(|place| view! { <p class="outcome-place">{place}</p> })}
        }
    });
    let left = left(&end.outcome).map(|(title, all)| left_list(lang, title, all));
    let mut notes: Vec<String> = end
        .limits
        .iter()
        .map(|met| limit_words(lang, met))
        .collect();
    notes.extend(finding_words(lang, &end.findings));
    for (key, dropped) in [
        (Key::DroppedEvents, end.dropped),
        (Key::DroppedLines, end.dropped_lines),
    ] {
        if dropped > 0 {
            notes.push(lang.fill(key, &[("n", &count(dropped))]));
        }
    }
    let notes = (!notes.is_empty()).then(|| {
        let items = notes
            .into_iter()
            .map(|note| view! { <li>{note}</li> })
            .collect_view();
        view! { <ul class="outcome-notes" data-testid="outcome-notes">{items}</ul> }
    });
    view! {
        {fault}
        {go_text}
        {left}
        {notes}
    }
}

/// The goroutines that were left, each with what it waits for and where.
fn left_list(lang: Lang, title: Key, all: &[Waiting]) -> impl IntoView + use<> {
    let items = all
        .iter()
        .take(MAX_LISTED)
        .map(|waiting| {
            let who = goroutine_words(waiting.g, waiting.name.as_deref());
            view! {
                <li>
                    <strong>{who}</strong>
                    " "
                    {waiting_words(lang, waiting)}
                    <code>{waiting.at.clone()}</code>
                </li>
            }
        })
        .collect_view();
    let more = all.len().saturating_sub(MAX_LISTED);
    let more = (more > 0).then(|| {
        let words = lang.fill(Key::MoreWaiting, &[("n", &count(more as u64))]);
        view! { <li>{words}</li> }
    });
    view! {
        <p class="outcome-left-title">{lang.say(title)}</p>
        <ul class="outcome-left" data-testid="outcome-left">{items}{more}</ul>
    }
}
