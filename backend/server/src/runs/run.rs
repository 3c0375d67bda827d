//! One run: its story so far, who watches it, and how to stop it.
//!
//! The story is a list of frames that only grows. A reader is a position in
//! that list, so however slow it is, it neither holds up the run nor needs a
//! queue of its own.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use axum::body::Bytes;
use protocol::frame::FrameKind;
use protocol::{Frame, FrameHeader, RunEnd, RunRequest, RunState, RunStatus};
use tokio::sync::watch;

use super::process::end_frame;

/// A run that waits, runs or has ended.
pub struct Run {
    /// Its id.
    pub id: String,
    /// What was asked for, every default filled in.
    pub request: RunRequest,
    /// Whether it has to run alone.
    pub(super) timed: bool,
    /// Who asked for it.
    pub(super) client: IpAddr,
    story: Mutex<Story>,
    /// Notes that the story grew.
    grown: watch::Sender<()>,
    /// Holds true once the run is to stop.
    stop: watch::Sender<bool>,
    watched: Mutex<Watched>,
}

struct Story {
    state: RunState,
    frames: Vec<(FrameHeader, Bytes)>,
    bytes: usize,
    next_seq: u64,
    end: Option<RunEnd>,
    runner: Option<u32>,
    /// When its first frame came from the runner.
    began: Option<SystemTime>,
}

/// Who watches a run.
#[derive(Clone, Copy)]
struct Watched {
    watchers: usize,
    /// Goes up whenever a watcher comes, so that one who waits for the last of
    /// them to be gone for a while knows whether any came meanwhile.
    arrivals: u64,
}

impl Run {
    pub(super) fn new(id: String, request: RunRequest, timed: bool, client: IpAddr) -> Run {
        Run {
            id,
            request,
            timed,
            client,
            story: Mutex::new(Story {
                state: RunState::Running,
                frames: Vec::new(),
                bytes: 0,
                next_seq: 0,
                end: None,
                runner: None,
                began: None,
            }),
            grown: watch::Sender::new(()),
            stop: watch::Sender::new(false),
            watched: Mutex::new(Watched {
                watchers: 0,
                arrivals: 0,
            }),
        }
    }

    fn story(&self) -> MutexGuard<'_, Story> {
        self.story.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watched(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where it is and how it went.
    pub fn status(&self) -> RunStatus {
        let story = self.story();
        RunStatus {
            id: self.id.clone(),
            state: story.state,
            request: self.request.clone(),
            events: story.next_seq,
            end: story.end.clone(),
        }
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        self.story().state == RunState::Ended
    }

    /// When its first frame came from its runner: where its time is 0, but for
    /// the way of that frame.
    pub(crate) fn began(&self) -> Option<SystemTime> {
        self.story().began
    }

    /// The process id of its runner, while it runs.
    pub fn runner(&self) -> Option<u32> {
        self.story().runner
    }

    /// Bytes of its frames.
    pub(super) fn bytes(&self) -> usize {
        self.story().bytes
    }

    /// Its place in the queue has changed.
    pub(super) fn queued(&self, position: u32) {
        let mut story = self.story();
        if story.state == (RunState::Queued { position }) {
            return;
        }
        story.state = RunState::Queued { position };
        let bytes = Frame::Queued { position }.encode(0);
        let header = FrameHeader {
            kind: FrameKind::Queued,
            count: 0,
            first_seq: 0,
        };
        story.push(header, bytes.into());
        drop(story);
        self.grown.send_replace(());
    }

    /// It has left the queue for a runner.
    pub(super) fn running(&self, runner: Option<u32>) {
        let mut story = self.story();
        story.state = RunState::Running;
        story.runner = runner;
    }

    /// The next frame from its runner.
    pub(super) fn push(&self, header: FrameHeader, bytes: Bytes) {
        self.story().push(header, bytes);
        self.grown.send_replace(());
    }

    /// It has ended, and its story is whole.
    pub(super) fn ended(&self, end: RunEnd) {
        let mut story = self.story();
        story.state = RunState::Ended;
        story.end = Some(end);
        story.runner = None;
        drop(story);
        self.grown.send_replace(());
    }

    /// It has ended without a runner that could tell so.
    pub(super) fn ended_unstarted(&self, end: RunEnd) {
        let (header, bytes) = end_frame(&end, 0);
        self.story().push(header, bytes);
        self.ended(end);
    }

    /// Asks it to stop.
    pub(super) fn stop(&self) {
        self.stop.send_replace(true);
    }

    pub(super) fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Waits until it has ended.
    pub async fn wait(&self) {
        let mut grown = self.grown.subscribe();
        while !self.has_ended() {
            if grown.changed().await.is_err() {
                return;
            }
        }
    }

    /// A reader of its story, without the frames whose events all come before
    /// `from`.
    pub fn read(self: &Arc<Self>, from: u64) -> Reader {
        Reader {
            run: self.clone(),
            grown: self.grown.subscribe(),
            position: 0,
            from,
        }
    }

    pub(super) fn watcher_came(&self) {
        let mut watched = self.watched();
        watched.watchers += 1;
        watched.arrivals += 1;
    }

    /// A watcher has gone. If it was the last, what [`Self::is_deserted_since`]
    /// asks for.
    pub(super) fn watcher_went(&self) -> Option<u64> {
        let mut watched = self.watched();
        watched.watchers -= 1;
        (watched.watchers == 0).then_some(watched.arrivals)
    }

    /// Whether nobody has come since the last watcher went.
    pub(super) fn is_deserted_since(&self, arrivals: u64) -> bool {
        let watched = *self.watched();
        watched.watchers == 0 && watched.arrivals == arrivals
    }
}

impl Story {
    fn push(&mut self, header: FrameHeader, bytes: Bytes) {
        if header.kind == FrameKind::Header {
            self.began.get_or_insert_with(SystemTime::now);
        }
        self.bytes += bytes.len();
        self.next_seq = header.first_seq + u64::from(header.count);
        self.frames.push((header, bytes));
    }
}

/// A position in the story of a run.
pub struct Reader {
    run: Arc<Run>,
    grown: watch::Receiver<()>,
    position: usize,
    from: u64,
}

impl Reader {
    /// The next frame, as soon as there is one; `None` after the last.
    ///
    /// # Cancel safety
    /// A call that is dropped has taken nothing.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            self.grown.borrow_and_update();
            if let Some(next) = self.look() {
                return next;
            }
            if self.grown.changed().await.is_err() {
                return None;
            }
        }
    }

    /// `None` if there is nothing yet, `Some(None)` if nothing will come.
    fn look(&mut self) -> Option<Option<Bytes>> {
        let story = self.run.story();
        while let Some((header, bytes)) = story.frames.get(self.position) {
            self.position += 1;
            let behind = header.first_seq + u64::from(header.count);
            if header.kind != FrameKind::Events || behind > self.from {
                return Some(Some(bytes.clone()));
            }
        }
        (story.state == RunState::Ended).then_some(None)
    }
}
