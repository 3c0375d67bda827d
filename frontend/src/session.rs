//! A run, from Run to its last frame.
//!
//! 1. [`Session::start`] asks for the run (`POST /api/runs`).
//! 2. Its frames come over a WebSocket, from sequence number 0 on, and go into
//!    the [`RunView`] as they come.
//! 3. A connection that is lost before the last frame is made again, after a
//!    pause that doubles, from the first event that is missing. The page says
//!    so meanwhile. A server that does not know the run any more ends it.
//! 4. [`Session::stop`] cancels the run and waits for its last frame, which has
//!    the figures until then. A page that goes away cancels it too.
//!
//! Every start has a number of its own: what comes late for an earlier one is
//! dropped, and a run that was created for it is cancelled.

mod socket;

use leptos::leptos_dom::helpers::{set_interval_with_handle, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::{ErrorCode, Frame};
use std::time::Duration;

use crate::api;
use crate::form::Request;
use crate::phase::Phase;
use crate::picture::RunView;
use crate::preferences::on_html;
use crate::trouble::Trouble;
use socket::Socket;

/// The pause before the first attempt to connect again; it doubles each time.
const FIRST_PAUSE_MILLIS: u64 = 250;
/// The longest pause.
const MAX_PAUSE_MILLIS: u64 = 8_000;
/// Attempts, about a minute in all: a server that restarts is back by then.
const MAX_ATTEMPTS: u32 = 11;
/// How often the time in the page moves on.
const TICK_MILLIS: u64 = 100;
/// Milliseconds from Run to the first event in the model, on `<html>`.
const FIRST_EVENT: &str = "data-first-event-ms";

/// A run and the connection to it; a handle, copied freely.
#[derive(Clone, Copy)]
pub struct Session {
    /// What is known of the run.
    pub view: RunView,
    /// Why there is no run, or no more of it.
    pub trouble: RwSignal<Option<Trouble>>,
    /// Milliseconds since the run's header came; stands still when it has ended.
    pub elapsed_millis: RwSignal<f64>,
    /// Milliseconds until the next attempt to connect.
    pub retry_millis: RwSignal<f64>,
    inner: StoredValue<Inner, LocalStorage>,
}

#[derive(Default)]
struct Inner {
    /// Which start this is.
    number: u32,
    id: Option<String>,
    socket: Option<Socket>,
    attempts: u32,
    retry: Option<TimeoutHandle>,
    pressed_at: f64,
    started_at: f64,
    retry_at: f64,
    has_event: bool,
}

impl Session {
    /// No run yet. To be made in a component: with it the run ends.
    pub fn new() -> Session {
        let session = Session {
            view: RunView::new(),
            trouble: RwSignal::new(None),
            elapsed_millis: RwSignal::new(0.0),
            retry_millis: RwSignal::new(0.0),
            inner: StoredValue::new_local(Inner::default()),
        };
        session.keep_time();
        let pagehide = window_event_listener_untyped("pagehide", move |_| session.leave());
        on_cleanup(move || {
            pagehide.remove();
            session.leave();
        });
        session
    }

    /// Asks for a run, after cancelling the one that is under way.
    pub fn start(self, request: Request) {
        let earlier = self.is_active().then(|| self.id()).flatten();
        let mine = self.begin();
        spawn_local(async move {
            if let Some(earlier) = earlier {
                // Its place in the queue is needed; if this fails, so will the
                // next line, and say so.
                let _ = api::cancel_run(&earlier).await;
            }
            match api::start_run(&request).await {
                Ok(created) if self.is_current(mine) => {
                    self.inner.update_value(|inner| inner.id = Some(created.id));
                    self.connect(mine);
                }
                Ok(created) => api::cancel_run_while_leaving(&created.id),
                Err(trouble) => self.fail(mine, trouble),
            }
        });
    }

    /// Cancels the run. Its last frame is still to come.
    pub fn stop(self) {
        if !self.is_active() {
            return;
        }
        let mine = self.number();
        let Some(id) = self.id() else {
            // It has no number of the server's yet: the next start drops it.
            self.inner.update_value(|inner| inner.number += 1);
            self.view.phase.set(Phase::Idle);
            return;
        };
        spawn_local(async move {
            if let Err(trouble) = api::cancel_run(&id).await {
                self.fail(mine, trouble);
            }
        });
    }

    /// Tries at once to connect again.
    pub fn reconnect_now(self) {
        let mine = self.number();
        if self.view.phase.get_untracked() == Phase::Lost {
            self.inner.update_value(|inner| {
                if let Some(retry) = inner.retry.take() {
                    retry.clear();
                }
            });
            self.reconnect(mine);
        }
    }

    fn begin(self) -> u32 {
        self.view.reset();
        self.trouble.set(None);
        self.elapsed_millis.set(0.0);
        self.view.phase.set(Phase::Queued { position: 0 });
        if let Some(html) = document().document_element() {
            let removed = html.remove_attribute(FIRST_EVENT);
            debug_assert!(removed.is_ok());
        }
        self.inner
            .try_update_value(|inner| {
                let number = inner.number + 1;
                if let Some(retry) = inner.retry.take() {
                    retry.clear();
                }
                *inner = Inner {
                    number,
                    pressed_at: now_millis(),
                    ..Inner::default()
                };
                number
            })
            .unwrap_or_default()
    }

    fn connect(self, mine: u32) {
        let Some(id) = self.id() else { return };
        let from = self.view.model.with_value(|model| model.next_seq());
        let opened = Socket::open(
            &api::frames_address(&id, from),
            move |bytes| self.receive(mine, &bytes),
            move || self.closed(mine),
        );
        match opened {
            Ok(socket) => self.inner.update_value(|inner| inner.socket = Some(socket)),
            Err(detail) => self.fail(mine, Trouble::Unreachable { detail }),
        }
    }

    fn receive(self, mine: u32, bytes: &[u8]) {
        if !self.is_current(mine) {
            return;
        }
        let frame = match Frame::decode(bytes) {
            Ok(frame) => frame,
            Err(error) => {
                let detail = error.to_string();
                return self.fail(mine, Trouble::Unreadable { detail });
            }
        };
        let phase = match &frame {
            Frame::Queued { position } => Phase::Queued {
                position: *position,
            },
            Frame::Header(header) if header.version != protocol::VERSION => {
                let theirs = header.version;
                return self.fail(mine, Trouble::Version { theirs });
            }
            Frame::End(_) => Phase::Ended,
            Frame::Header(_)
            | Frame::Places { .. }
            | Frame::Events { .. }
            | Frame::Dropped { .. } => Phase::Running,
        };
        let has_events = matches!(&frame, Frame::Events { events, .. } if !events.is_empty());
        let history = self.view.history;
        let is_news = history.try_update_value(|history| history.take(bytes, &frame));
        if is_news == Some(true) {
            self.view.apply(vec![frame]);
        }
        self.note_times(phase, has_events);
        if self.view.phase.get_untracked() != phase {
            self.view.phase.set(phase);
        }
    }

    fn note_times(self, phase: Phase, has_events: bool) {
        let first_event = self.inner.try_update_value(|inner| {
            inner.attempts = 0;
            if phase == Phase::Running && inner.started_at == 0.0 {
                inner.started_at = now_millis();
            }
            let is_first = has_events && !inner.has_event;
            inner.has_event |= has_events;
            is_first.then(|| now_millis() - inner.pressed_at)
        });
        if let Some(millis) = first_event.flatten() {
            on_html(FIRST_EVENT, &format!("{millis:.1}"));
        }
    }

    fn closed(self, mine: u32) {
        if !self.is_current(mine) {
            return;
        }
        self.inner.update_value(|inner| inner.socket = None);
        if self.is_active() {
            self.view.phase.set(Phase::Lost);
            self.schedule(mine);
        }
    }

    /// Connects again after a pause, or gives up.
    fn schedule(self, mine: u32) {
        let attempts = self.inner.with_value(|inner| inner.attempts);
        if attempts >= MAX_ATTEMPTS {
            return self.fail(mine, Trouble::Lost);
        }
        let pause = (FIRST_PAUSE_MILLIS << attempts).min(MAX_PAUSE_MILLIS);
        let retry =
            set_timeout_with_handle(move || self.reconnect(mine), Duration::from_millis(pause))
                .ok();
        self.inner.update_value(|inner| {
            inner.attempts += 1;
            inner.retry = retry;
            inner.retry_at = now_millis() + pause as f64;
        });
        self.retry_millis.set(pause as f64);
    }

    fn reconnect(self, mine: u32) {
        if !self.is_current(mine) {
            return;
        }
        let Some(id) = self.id() else { return };
        spawn_local(async move {
            let status = api::is_known(&id).await;
            if !self.is_current(mine) || !self.is_active() {
                return;
            }
            match status {
                Ok(_) => self.connect(mine),
                Err(Trouble::Refused(error)) if error.code == ErrorCode::UnknownRun => {
                    self.fail(mine, Trouble::Gone);
                }
                Err(_) => self.schedule(mine),
            }
        });
    }

    fn fail(self, mine: u32, trouble: Trouble) {
        if !self.is_current(mine) {
            return;
        }
        self.inner.update_value(|inner| {
            inner.number += 1;
            inner.socket = None;
        });
        self.trouble.set(Some(trouble));
        self.view.phase.set(Phase::Failed);
    }

    /// Cancels what runs, as the page or the lesson goes away.
    fn leave(self) {
        let running = self.inner.try_with_value(|inner| inner.id.clone());
        if let (Some(Some(id)), Some(true)) = (running, self.try_is_active()) {
            api::cancel_run_while_leaving(&id);
        }
    }

    /// Moves the time in the page on while a run is under way.
    fn keep_time(self) {
        let active = Memo::new(move |_| self.view.phase.get().is_active());
        Effect::new(move || {
            if !active.get() {
                return;
            }
            let tick = move || {
                self.inner.try_with_value(|inner| {
                    let now = now_millis();
                    if inner.started_at > 0.0 {
                        self.elapsed_millis.set(now - inner.started_at);
                    }
                    self.retry_millis.set((inner.retry_at - now).max(0.0));
                });
            };
            let interval = set_interval_with_handle(tick, Duration::from_millis(TICK_MILLIS));
            if let Ok(interval) = interval {
                on_cleanup(move || interval.clear());
            }
        });
    }

    fn is_active(self) -> bool {
        self.view.phase.get_untracked().is_active()
    }

    fn try_is_active(self) -> Option<bool> {
        let phase = self.view.phase.try_get_untracked()?;
        Some(phase.is_active())
    }

    /// The server's id of the run, once it has one.
    pub fn id(self) -> Option<String> {
        self.inner.with_value(|inner| inner.id.clone())
    }

    fn number(self) -> u32 {
        self.inner.with_value(|inner| inner.number)
    }

    /// Whether start `mine` is the latest, and the page is still there.
    fn is_current(self, mine: u32) -> bool {
        self.inner.try_with_value(|inner| inner.number) == Some(mine)
    }
}

impl Default for Session {
    fn default() -> Self {
        Session::new()
    }
}

fn now_millis() -> f64 {
    window()
        .performance()
        .map(|clock| clock.now())
        .unwrap_or_default()
}
