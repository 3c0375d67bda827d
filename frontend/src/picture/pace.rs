//! When a view below the timeline looks at the run again, and over which pixels
//! it lays its stretch of time.

use std::time::Duration;

use leptos::prelude::*;

use crate::picture::RunView;
use crate::picture::scale::Scale;
use crate::picture::timeline::layout::{RIGHT, gutter};

/// How long news may wait while a run goes on: four times a second is as much
/// as anybody reads.
const PAUSE_MILLIS: u64 = 250;

/// Calls `tell` when what `track` looks at has changed: at most every
/// [`PAUSE_MILLIS`], and once at the end of the run. It is called for the last
/// time up to a pause after the view is gone.
pub fn at_a_pace(view: RunView, track: impl Fn() + 'static, tell: impl Fn() + Copy + 'static) {
    let is_due = StoredValue::new(false);
    Effect::new(move |_| {
        track();
        if view.model.with_value(|model| model.end().is_some()) {
            tell();
            return;
        }
        if is_due.get_value() {
            return;
        }
        is_due.set_value(true);
        set_timeout(
            move || {
                is_due.try_set_value(false);
                tell();
            },
            Duration::from_millis(PAUSE_MILLIS),
        );
    });
}

/// Up to when the run is shown, told anew at that pace.
pub fn pace(view: RunView) -> RwSignal<u64> {
    let shown_ns = move || view.shown_ns.try_get_untracked().unwrap_or_default();
    let pace = RwSignal::new(shown_ns());
    let track = move || {
        view.version.track();
        view.shown_ns.track();
    };
    at_a_pace(view, track, move || {
        pace.try_set(shown_ns());
    });
    pace
}

/// The timeline's stretch of time, below the timeline's own pixels if those are
/// known.
pub fn scale(view: RunView, width: u32, shown_ns: u64) -> Scale {
    let left = gutter(width);
    let own = (left, width.saturating_sub(left + RIGHT));
    let (left, width) = view.plot.get().unwrap_or(own);
    let extent_ns = shown_ns.max(view.beside_ns.get());
    Scale::new(view.window.get().range(extent_ns), left, width)
}
