//! What the prose asks of the lab: to run, to open a view, to point at a lane of
//! the timeline or at the chart of a channel.

use leptos::prelude::*;
use protocol::lesson::{Lesson, View};

use crate::i18n::{Key, Lang};
use crate::link;
use crate::phase::Phase;
use crate::session::Session;

/// The lab, as the rest of the page reaches it; a handle, copied freely.
#[derive(Clone, Copy)]
pub struct LabHandle {
    /// The run.
    pub session: Session,
    /// The view below the timeline that is open.
    pub open: RwSignal<View>,
    asked: RwSignal<Option<Vec<(String, String)>>>,
}

/// Why there is nothing to point at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nothing has run yet.
    Run,
    /// The run has no goroutine of this name.
    Goroutine(String),
    /// The run has no channel of this name.
    Channel(String),
}

impl Missing {
    /// Why, in words.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Missing::Run => lang.say(Key::ShowNoRun).into(),
            Missing::Goroutine(name) => lang.fill(Key::ShowNoGoroutine, &[("name", name)]),
            Missing::Channel(name) => lang.fill(Key::ShowNoChannel, &[("name", name)]),
        }
    }
}

impl LabHandle {
    /// A handle, to be given to a lab. To be made in a component: with it the
    /// run ends.
    pub fn new(lesson: &Lesson) -> LabHandle {
        LabHandle {
            session: Session::new(),
            open: RwSignal::new(lesson.view),
            asked: RwSignal::new(None),
        }
    }

    /// Sets some parameters, by name, and runs.
    pub fn set_and_run(self, pairs: Vec<(String, String)>) {
        self.asked.set(Some(pairs));
    }

    /// What is to be set before the next run. Tracked.
    pub fn asked(self) -> Option<Vec<(String, String)>> {
        self.asked.get()
    }

    /// Opens a view, or points at what `what` names: `view=code`,
    /// `goroutine=sender`, `channel=values`.
    ///
    /// # Errors
    /// Why there is nothing to point at.
    pub fn show(self, what: &str) -> Result<(), Missing> {
        let pair = link::parse(what).into_iter().next().unwrap_or_default();
        let (kind, name) = (&*pair.0, &*pair.1);
        let view = self.session.view;
        if kind != "view" && matches!(view.phase.get_untracked(), Phase::Idle) {
            return Err(Missing::Run);
        }
        match kind {
            "goroutine" => {
                let lane = view.model.with_value(|model| {
                    let mut lanes = model.lanes().iter();
                    lanes.position(|lane| model.goroutine_name(lane.g) == name)
                });
                let lane = lane.ok_or_else(|| Missing::Goroutine(name.to_owned()))?;
                view.pointed_lane.set(Some(lane));
            }
            "channel" => {
                let object = view.model.with_value(|model| {
                    let mut channels = model.channels().iter().map(|channel| channel.object);
                    channels.find(|object| model.object_name(*object) == name)
                });
                let object = object.ok_or_else(|| Missing::Channel(name.to_owned()))?;
                self.open.set(View::Charts);
                view.pointed_channel.set(Some(object));
                bring_up(format!("[data-testid=\"channel-{object}\"]"));
            }
            _ => {
                self.open.set(match name {
                    "code" => View::Code,
                    "charts" => View::Charts,
                    "spans" => View::Spans,
                    "output" => View::Output,
                    "table" => View::Table,
                    _ => View::Objects,
                });
                bring_up(".views".into());
            }
        }
        Ok(())
    }
}

/// Brings an element into view, once what was asked for is in the document.
fn bring_up(selector: String) {
    request_animation_frame(move || {
        if let Ok(Some(element)) = document().query_selector(&selector) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            element.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
}
