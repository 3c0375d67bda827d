//! What the page costs: decoding, frames, memory, and the time to the first
//! event.
//!
//! 1. Programs of about so many events are run and recorded here, natively
//!    ([`recording`]).
//! 2. The page is opened in Chromium on a server of this benchmark's own, which
//!    gives it the recording where the real server has a run's frames
//!    ([`stage`]).
//! 3. The time in the page's handler of frames is measured, and then frames of
//!    zooming and panning ([`measure`]).
//! 4. The first event is measured with the real server alone.
//!
//! `cargo xtask bench --frontend` calls it. Figures go to standard output,
//! with `--json` an object a line; the rest to standard error.

#[path = "../../tests/browser/chromium.rs"]
mod chromium;
#[path = "../../tests/browser/site.rs"]
mod site;
#[path = "../../tests/browser/temp.rs"]
mod temp;

mod measure;
mod recording;
mod stage;

use std::process::ExitCode;

use measure::{Figures, first_event_millis, frames};
use recording::Recording;
use stage::Stage;

/// Events of the recordings.
const SIZES: [u64; 4] = [10_000, 100_000, 1_000_000, 10_000_000];
/// Runs of which the first event is measured.
const FIRST_EVENTS: usize = 5;

#[tokio::main]
async fn main() -> ExitCode {
    let json = std::env::args().any(|arg| arg == "--json");
    let mut rates = Vec::new();
    for events in SIZES {
        let recording = tokio::task::spawn_blocking(move || Recording::make(events))
            .await
            .expect("the program is recorded");
        eprintln!(
            "recorded {} events of {} goroutines, {} dropped",
            recording.events, recording.goroutines, recording.dropped
        );
        let stage = Stage::open(recording).await;
        let figures = frames(&stage).await;
        rates.push(figures.decode_per_s);
        tell(&figures, json);
    }
    // The largest says most: the others end before the code is compiled well.
    let rate = rates.last().copied().unwrap_or_default();
    let first = first_event_millis(FIRST_EVENTS).await;
    if json {
        println!("{{\"decode_per_s\": {rate:.0}}}");
        println!("{{\"first_event_ms\": {first:.1}}}");
    } else {
        println!(
            "decoded and taken in: {:.2} million events a second",
            rate / 1e6
        );
        println!("from Run to the first event in the page: {first:.1} ms");
    }
    ExitCode::SUCCESS
}

fn tell(figures: &Figures, json: bool) {
    let Figures {
        events,
        frame_ms,
        zoom_ms,
        pan_ms,
        worst_ms,
        memory_mb,
        ..
    } = figures;
    if json {
        println!(
            "{{\"events\": {events}, \"frame_ms\": {frame_ms:.2}, \"zoom_ms\": {zoom_ms:.2}, \
             \"pan_ms\": {pan_ms:.2}, \"worst_ms\": {worst_ms:.2}, \"memory_mb\": {memory_mb:.0}}}"
        );
    } else {
        println!(
            "{events:>10} events: {frame_ms:>6.2} ms a frame (zooming {zoom_ms:.2}, panning \
             {pan_ms:.2}, the slowest in twenty {worst_ms:.2}), {memory_mb:.0} MB"
        );
    }
}
