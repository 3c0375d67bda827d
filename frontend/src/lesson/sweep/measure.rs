//! The runs of a sweep, one after the other.
//!
//! 1. A round has one run of each value, so that whatever else the machine does
//!    meanwhile meets all values alike.
//! 2. Each run is asked for (`POST /api/runs`) once the one before has ended.
//!    A server without room says how long to wait; so long is waited.
//! 3. Whether it has ended is asked for (`GET /api/runs/{id}`): nobody looks at
//!    its events, so they stay on the server.
//! 4. Stop, another start and leaving the lesson cancel the run under way. Each
//!    start has a number of its own; what comes late for an earlier one is
//!    dropped.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::curve::Sample;
use crate::form::Request;
use crate::trouble::Trouble;

/// Between two questions whether a run has ended.
const LOOK_MILLIS: i32 = 80;

/// Where the measuring is.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Not begun, or all of it done.
    Idle,
    /// Under way.
    Running,
    /// Under way, and the server has no room for the next run.
    Busy,
    /// Stopped by the reader.
    Stopped,
    /// Ended by a trouble.
    Failed(Trouble),
}

/// A sweep's runs; a handle, copied freely.
#[derive(Clone, Copy)]
pub struct Measuring {
    /// What came of the runs so far.
    pub samples: RwSignal<Vec<Sample>>,
    /// Where it is.
    pub state: RwSignal<State>,
    number: StoredValue<u32>,
}

impl Measuring {
    /// No run yet. To be made in a component: with it the measuring ends.
    pub fn idle() -> Measuring {
        Measuring {
            samples: RwSignal::new(Vec::new()),
            state: RwSignal::new(State::Idle),
            number: StoredValue::new(0),
        }
    }

    /// Whether it is under way. Tracked.
    pub fn is_active(self) -> bool {
        matches!(&*self.state.read(), State::Running | State::Busy)
    }

    /// Begins anew: `rounds` runs of each request. Of each run's end the figures
    /// of these metrics are kept.
    pub fn start(self, requests: Vec<Request>, metrics: Vec<String>, rounds: u16) {
        let mine = self.next_number();
        self.samples.set(Vec::new());
        self.state.set(State::Running);
        spawn_local(async move {
            for round in 0..rounds {
                for (value, request) in requests.iter().enumerate() {
                    let figures = match self.measure(mine, request, &metrics).await {
                        Ok(figures) => figures,
                        Err(trouble) => {
                            if let Some(trouble) = trouble.filter(|_| self.is_current(mine)) {
                                self.state.set(State::Failed(trouble));
                            }
                            return;
                        }
                    };
                    self.samples.update(|samples| {
                        samples.push(Sample {
                            value,
                            round,
                            figures,
                        });
                    });
                }
            }
            self.state.set(State::Idle);
        });
    }

    /// Stops it. What was measured stays.
    pub fn stop(self) {
        self.next_number();
        self.state.set(State::Stopped);
    }

    /// The figures of one run.
    ///
    /// # Errors
    /// What went wrong; `None` if it was stopped.
    async fn measure(
        self,
        mine: u32,
        request: &Request,
        metrics: &[String],
    ) -> Result<Vec<Option<f64>>, Option<Trouble>> {
        let id = self.begin(mine, request).await?;
        let figures = loop {
            sleep(LOOK_MILLIS).await;
            if !self.is_current(mine) {
                // Whether it was in time makes no difference to anybody.
                let _ = api::cancel_run(&id).await;
                return Err(None);
            }
            if let Some(figures) = api::figures_of_end(&id).await? {
                break figures;
            }
        };
        match self.is_current(mine) {
            true => Ok(metrics
                .iter()
                .map(|name| {
                    figures
                        .get(name)
                        .copied()
                        .filter(|figure| figure.is_finite())
                })
                .collect()),
            false => Err(None),
        }
    }

    /// Asks for a run until the server has room for it.
    async fn begin(self, mine: u32, request: &Request) -> Result<String, Option<Trouble>> {
        loop {
            let refusal = match api::try_start_run(request).await {
                Ok(created) => {
                    if self.is_current(mine) {
                        self.set(State::Running);
                    }
                    return Ok(created.id);
                }
                Err(refusal) => refusal,
            };
            if !self.is_current(mine) {
                return Err(None);
            }
            let Some(seconds) = refusal.retry_after_seconds else {
                return Err(Some(refusal.trouble));
            };
            self.set(State::Busy);
            sleep(seconds.saturating_mul(1_000)).await;
            if !self.is_current(mine) {
                return Err(None);
            }
        }
    }

    fn set(self, state: State) {
        if *self.state.read_untracked() != state {
            self.state.set(state);
        }
    }

    fn next_number(self) -> u32 {
        self.number
            .try_update_value(|number| {
                *number += 1;
                *number
            })
            .unwrap_or_default()
    }

    /// Whether start `mine` is the latest, and the lesson is still there.
    fn is_current(self, mine: u32) -> bool {
        self.number.try_get_value() == Some(mine)
    }
}

/// Waits.
async fn sleep(millis: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let set = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
        debug_assert!(set.is_ok());
    });
    // A timer never rejects.
    let _ = promise.await;
}
