//! A curve to measure: one press runs an experiment for each value of a
//! parameter, some rounds of each, and draws what came of it.

pub mod chart;
pub mod measure;

use leptos::prelude::*;
use protocol::lesson::{self, Lesson};

use crate::curve::{csv, missing, plan};
use crate::i18n::Key;
use crate::link;
use crate::markup;
use crate::not_found::TroubleBox;
use crate::preferences::use_lang;
use chart::Chart;
use measure::{Measuring, State};

/// A sweep, by its id.
#[component]
pub fn Sweep(lesson: RwSignal<Lesson>, id: String) -> impl IntoView {
    let testid = format!("sweep-{id}");
    let sweep = Memo::new(move |_| {
        let lesson = lesson.read();
        lesson.sweeps.iter().find(|one| one.id == id).cloned()
    });
    // What an id that the lesson does not have leaves: the server has checked it.
    let sweep = Memo::new(move |_| sweep.get().unwrap_or_else(nothing));
    let measuring = Measuring::idle();
    let samples = measuring.samples;
    view! {
        <section class="part sweep" data-testid=testid>
            <p class="part-head">
                <strong inner_html=move || markup::words(&sweep.read().label)></strong>
            </p>
            <Controls lesson sweep measuring />
            <Chart lesson sweep samples />
            <Files lesson sweep measuring />
        </section>
    }
}

fn nothing() -> lesson::Sweep {
    lesson::Sweep {
        id: String::new(),
        label: String::new(),
        parameter: String::new(),
        values: Vec::new(),
        metrics: Vec::new(),
        rounds: 0,
        params: Vec::new(),
        log: false,
    }
}

/// The press, and where the measuring is.
#[component]
fn Controls(
    lesson: RwSignal<Lesson>,
    sweep: Memo<lesson::Sweep>,
    measuring: Measuring,
) -> impl IntoView {
    let lang = use_lang();
    let Measuring { samples, state, .. } = measuring;
    let is_active = Memo::new(move |_| measuring.is_active());
    let press = move |_| {
        if is_active.get_untracked() {
            return measuring.stop();
        }
        let sweep = sweep.get_untracked();
        let requests = plan::requests(&lesson.read_untracked(), &sweep);
        measuring.start(requests, sweep.metrics, sweep.rounds);
    };
    let label = move || {
        lang.get().say(match is_active.get() {
            true => Key::Stop,
            false if samples.read().is_empty() => Key::Measure,
            false => Key::MeasureAgain,
        })
    };
    let total = move || {
        let sweep = sweep.read();
        sweep.values.len() * usize::from(sweep.rounds)
    };
    let progress = move || {
        let (n, total) = (samples.read().len().to_string(), total().to_string());
        let gaps = [("n", &*n), ("total", &*total)];
        is_active
            .get()
            .then(|| lang.get().fill(Key::MeasureProgress, &gaps))
    };
    let words = move || {
        let lang = lang.get();
        match &*state.read() {
            State::Busy => Some(lang.say(Key::MeasureWaits).to_owned()),
            State::Stopped => Some(lang.say(Key::MeasureStopped).to_owned()),
            _ => match missing(&samples.read()) {
                0 => None,
                n => Some(lang.fill(Key::MeasureMissing, &[("n", &n.to_string())])),
            },
        }
    };
    let trouble = move || match &*state.read() {
        State::Failed(trouble) => Some(view! { <TroubleBox trouble=trouble.clone() /> }),
        _ => None,
    };
    view! {
        <div class="sweep-controls">
            <button type="button" class="button" data-testid="measure" on:click=press>
                {label}
            </button>
            <span class="figure" data-testid="measured">{progress}</span>
            <progress
                class:is-absent=move || !is_active.get()
                aria-hidden="true"
                max=move || total().max(1).to_string()
                prop:value=move || samples.read().len() as f64
            ></progress>
            <span class="sweep-words" role="status">{words}</span>
        </div>
        {trouble}
    }
}

/// What was measured, as a table and as a file.
#[component]
fn Files(
    lesson: RwSignal<Lesson>,
    sweep: Memo<lesson::Sweep>,
    measuring: Measuring,
) -> impl IntoView {
    let lang = use_lang();
    let samples = measuring.samples;
    let is_empty = Memo::new(move |_| samples.read().is_empty());
    let address = move || {
        let (sweep, samples) = (sweep.read(), samples.read());
        let text = csv::file(&sweep.parameter, &sweep.values, &sweep.metrics, &samples);
        let mut address = String::from("data:text/csv;charset=utf-8,");
        link::encode(&text, &mut address);
        address
    };
    let name = move || format!("{}-{}.csv", lesson.read().line.id, sweep.read().id);
    let table = move || {
        let (lesson, sweep) = (lesson.read(), sweep.read());
        markup::curve::table(lang.get(), &lesson, &sweep, &samples.read())
    };
    view! {
        <div class="sweep-files" class:is-absent=is_empty>
            <details>
                <summary>{move || lang.get().say(Key::AsTable)}</summary>
                <table class="figure" data-testid="sweep-table" inner_html=table></table>
            </details>
            <a href=address download=name data-testid="csv">
                {move || lang.get().say(Key::AsCsv)}
            </a>
        </div>
    }
}
