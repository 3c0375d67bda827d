//! Run, Stop, and the state in words with the time.

use leptos::prelude::*;

use super::pinned::{PinButton, Pinned};
use crate::api::Load;
use crate::app::use_health;
use crate::figures::{count, duration};
use crate::i18n::{Key, Lang};
use crate::outcome::{is_calm, verdict};
use crate::phase::Phase;
use crate::preferences::use_lang;
use crate::session::Session;

/// The row of controls.
#[component]
pub fn Controls(
    session: Session,
    run: impl Fn() + Copy + 'static,
    pinned: Pinned,
) -> impl IntoView {
    let lang = use_lang();
    let phase = session.view.phase;
    let is_active = Memo::new(move |_| phase.get().is_active());
    let is_lost = Memo::new(move |_| phase.get() == Phase::Lost);
    let keys = match window().navigator().platform() {
        Ok(platform) if platform.starts_with("Mac") || platform.starts_with("iP") => "⌘ ↵",
        _ => "Ctrl ↵",
    };
    view! {
        <div class="controls">
            <button
                type="button"
                class="button button--run"
                data-testid="run"
                aria-keyshortcuts="Control+Enter Meta+Enter"
                title=move || lang.get().say(Key::RunHint)
                on:click=move |_| run()
            >
                {move || lang.get().say(Key::Run)}
                <kbd aria-hidden="true">{keys}</kbd>
            </button>
            <button
                type="button"
                class="button"
                data-testid="stop"
                disabled=move || !is_active.get()
                on:click=move |_| session.stop()
            >
                {move || lang.get().say(Key::Stop)}
            </button>
            <State session />
            <PinButton pinned />
            <Show when=move || is_lost.get()>
                <button
                    type="button"
                    class="link-button"
                    on:click=move |_| session.reconnect_now()
                >
                    {move || lang.get().say(Key::ReconnectNow)}
                </button>
            </Show>
            <DebugBuild session />
        </div>
    }
}

/// Where the run is. The words are read out as they change, the time is not.
#[component]
fn State(session: Session) -> impl IntoView {
    let lang = use_lang();
    let (phase, version) = (session.view.phase, session.view.version);
    let model = session.view.model;
    let words = Memo::new(move |_| {
        let phase = phase.get();
        if phase == Phase::Ended {
            version.track();
            let end = model.with_value(|model| {
                let end = model.end()?;
                Some((verdict(lang.get(), end), is_calm(&end.outcome)))
            });
            return end.unwrap_or_default();
        }
        let calm = !matches!(phase, Phase::Lost | Phase::Failed);
        (phase_words(lang.get(), phase), calm)
    });
    let aside = move || {
        let lang = lang.get();
        match phase.get() {
            Phase::Running => {
                version.track();
                let events = model.with_value(|model| model.next_seq());
                let events = lang.fill(Key::EventsSoFar, &[("n", &count(events))]);
                let time = seconds(session.elapsed_millis.get());
                Some(format!("{time} · {events}"))
            }
            Phase::Lost => {
                let left = (session.retry_millis.get() / 1000.0).ceil();
                Some(lang.fill(Key::PhaseLostFor, &[("n", &format!("{left:.0}"))]))
            }
            Phase::Idle | Phase::Queued { .. } | Phase::Ended | Phase::Failed => None,
        }
    };
    view! {
        <p
            class="state"
            class:state--alarm=move || !words.read().1
            data-testid="state"
            data-phase=move || phase.get().as_str()
        >
            <span class="state-mark" aria-hidden="true"></span>
            <span class="state-words" role="status">{move || words.get().0}</span>
            <span class="state-aside figure">{aside}</span>
        </p>
    }
}

/// Says so, where the server is a debug build.
#[component]
fn DebugBuild(session: Session) -> impl IntoView {
    let lang = use_lang();
    let health = use_health();
    let is_debug = Memo::new(move |_| {
        session.view.version.track();
        let of_run = session
            .view
            .model
            .with_value(|model| Some(model.header()?.debug_build));
        of_run
            .unwrap_or_else(|| matches!(&*health.read(), Load::Ready(health) if health.debug_build))
    });
    view! {
        <Show when=move || is_debug.get()>
            <p class="debug-build" title=move || lang.get().say(Key::DebugBuild)>
                <span aria-hidden="true">{move || lang.get().say(Key::DebugBuildShort)}</span>
                <span class="visually-hidden">{move || lang.get().say(Key::DebugBuild)}</span>
            </p>
        </Show>
    }
}

fn phase_words(lang: Lang, phase: Phase) -> String {
    let key = match phase {
        Phase::Idle => Key::PhaseIdle,
        Phase::Queued { position: 0 } => Key::PhaseStarting,
        Phase::Queued { position } => {
            return lang.fill(Key::PhaseQueued, &[("n", &position.to_string())]);
        }
        Phase::Running => Key::PhaseRunning,
        Phase::Lost => Key::PhaseLost,
        Phase::Failed => Key::PhaseFailed,
        // Its words are the outcome's.
        Phase::Ended => return String::new(),
    };
    lang.say(key).into()
}

/// A time that is still growing: to a tenth of a second.
fn seconds(millis: f64) -> String {
    let tenths = (millis / 100.0).floor().max(0.0) as u64;
    match tenths {
        0 => duration(0).replace("ns", "s"),
        _ => format!("{:.1}{}s", tenths as f64 / 10.0, crate::figures::THIN_SPACE),
    }
}
