//! A real run of about so many events, as a runner writes its frames.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use csp::chan_named;
use protocol::{Frame, Limits, RunRequest};
use server::job::Job;
use server::runner::record::record;

/// Goroutines that work: as many lanes as a reader may scroll through.
const WORKERS: u64 = 96;
/// Room in the channel.
const CAPACITY: usize = 16;
/// Events that a task makes at least: sent, received, and mostly a wait.
const EVENTS_A_TASK: u64 = 3;
/// What a task computes, so that the recorder can follow.
const TURNS: u64 = 4_000;

/// The frames of a run.
pub(crate) struct Recording {
    /// Each without its length.
    pub(crate) frames: Vec<Vec<u8>>,
    pub(crate) events: u64,
    pub(crate) goroutines: u64,
    /// Events that the recorder could not take.
    pub(crate) dropped: u64,
}

#[derive(Clone, Default)]
struct Pipe(Arc<Mutex<Vec<u8>>>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("one writer").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Recording {
    /// Runs a worker pool until it has made about `events` events. Blocks.
    pub(crate) fn make(events: u64) -> Recording {
        let limits = Limits {
            events: events * 2,
            time_millis: 120_000,
            ..Limits::default()
        };
        let request: RunRequest =
            serde_json::from_str("{\"experiment\": \"channel-buffered\", \"procs\": 2}")
                .expect("a request");
        let pipe = Pipe::default();
        record(
            &Job { request, limits },
            Box::pin(pool(events / EVENTS_A_TASK)),
            Box::new(pipe.clone()),
        );
        let bytes = std::mem::take(&mut *pipe.0.lock().expect("the run has ended"));
        Recording::read(&bytes)
    }

    fn read(mut bytes: &[u8]) -> Recording {
        let mut recording = Recording {
            frames: Vec::new(),
            events: 0,
            goroutines: WORKERS + 1,
            dropped: 0,
        };
        while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
            let (frame, rest) = rest.split_at(u32::from_le_bytes(*length) as usize);
            match Frame::decode(frame).expect("a frame of the runner's") {
                Frame::Events { events, .. } => recording.events += events.len() as u64,
                Frame::Dropped { count, .. } => recording.dropped += count,
                _ => {}
            }
            recording.frames.push(frame.to_vec());
            bytes = rest;
        }
        recording
    }
}

/// Workers take numbers from one channel until it is closed.
async fn pool(tasks: u64) {
    let queue = chan_named::<u64>("tasks", CAPACITY);
    let done = csp::sync::WaitGroup::new();
    for _ in 0..WORKERS {
        let queue = queue.clone();
        done.go(async move {
            while let Some(task) = queue.recv().await {
                std::hint::black_box(compute(task));
            }
        });
    }
    for task in 0..tasks {
        queue.send(task).await;
    }
    queue.close();
    done.wait().await;
}

fn compute(seed: u64) -> u64 {
    (0..TURNS).fold(seed, |sum, turn| sum.rotate_left(5) ^ turn)
}
