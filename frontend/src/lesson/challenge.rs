//! A task that checks itself: after each run of the lesson the server says
//! which of its challenges the run met.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::lesson::{ChallengesMet, Lesson};

use super::visits::use_reader;
use crate::api;
use crate::i18n::Key;
use crate::lab::outcome::use_end;
use crate::markup;
use crate::preferences::use_lang;
use crate::session::Session;

/// What the last run was found to have met; a handle, copied freely.
#[derive(Clone, Copy)]
pub struct Checks(RwSignal<Checked>);

#[derive(Clone, PartialEq)]
enum Checked {
    /// No run has ended since the lesson was opened.
    Nothing,
    /// What the server said of the last one.
    Told(ChallengesMet),
    /// The server could not be asked.
    Failed,
}

impl Checks {
    /// Asks the server after each run, if the lesson has challenges.
    pub fn of_runs(lesson: RwSignal<Lesson>, session: Session) -> Checks {
        let checks = Checks(RwSignal::new(Checked::Nothing));
        let reader = use_reader();
        let end = use_end(session);
        Effect::new(move || {
            if end.read().is_none() || lesson.read_untracked().challenges.is_empty() {
                return;
            }
            let Some(run) = session.id() else { return };
            let id = lesson.read_untracked().line.id.clone();
            spawn_local(async move {
                let answer = api::challenges(&run, &id).await;
                // Another lesson by now, or another run: its own answer counts.
                if lesson.try_with_untracked(|lesson| lesson.line.id == id) != Some(true)
                    || session.id().as_ref() != Some(&run)
                {
                    return;
                }
                checks.0.set(match answer {
                    Ok(told) => {
                        reader.note_run(&lesson.read_untracked(), &told.met);
                        Checked::Told(told)
                    }
                    Err(_) => Checked::Failed,
                });
            });
        });
        checks
    }

    /// Why the last run does not tell of a challenge.
    fn reason(self, id: &str) -> Option<(Key, String)> {
        match &*self.0.read() {
            Checked::Nothing => None,
            Checked::Failed => Some((Key::ChallengeUnchecked, String::new())),
            Checked::Told(told) => {
                let (_, reason) = told.unknown.iter().find(|(unknown, _)| unknown == id)?;
                Some((Key::ChallengeUnknown, reason.clone()))
            }
        }
    }
}

/// A challenge, by its id. Once met it stays met.
#[component]
pub fn Challenge(lesson: RwSignal<Lesson>, id: String, checks: Checks) -> impl IntoView {
    let lang = use_lang();
    let reader = use_reader();
    let id = StoredValue::new(id);
    let challenge = move || {
        let lesson = lesson.read();
        let is_it = |id: &String| lesson.challenges.iter().find(|one| one.id == *id).cloned();
        id.with_value(is_it)
    };
    let is_met = move || {
        let lesson = lesson.read_untracked();
        id.with_value(|id| reader.has_met(&lesson.line.id, id))
    };
    let state = move || {
        lang.get().say(match is_met() {
            true => Key::ChallengeMet,
            false => Key::ChallengeNotMet,
        })
    };
    let task = move || challenge().map(|one| markup::words(&one.text));
    let hint = move || challenge()?.hint.map(|hint| markup::words(&hint));
    let reason = move || {
        let (key, reason) = id
            .with_value(|id| checks.reason(id))
            .filter(|_| !is_met())?;
        Some(lang.get().fill(key, &[("reason", &reason)]))
    };
    view! {
        <section
            class="part challenge"
            data-testid=id.with_value(|id| format!("challenge-{id}"))
            data-met=move || is_met().to_string()
        >
            <p class="part-head">
                <strong>{move || lang.get().say(Key::Challenge)}</strong>
                <span class="challenge-state" role="status">{state}</span>
            </p>
            <p inner_html=move || task().unwrap_or_default()></p>
            <p class="challenge-reason">{reason}</p>
            <details hidden=move || hint().is_none()>
                <summary>{move || lang.get().say(Key::Hint)}</summary>
                <p inner_html=move || hint().unwrap_or_default()></p>
            </details>
        </section>
    }
}
