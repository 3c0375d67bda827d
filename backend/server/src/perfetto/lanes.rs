//! The lanes of goroutines and Ps: what each does now, and the slices that this
//! opens and closes.

use protocol::Reason;
use protocol::event::{NO_GOROUTINE, NO_P};
use serde_json::{Value as Json, json};

use super::{GOROUTINES, PROCESSORS, Perfetto, micros};

/// The main goroutine, which nobody makes.
const MAIN: u32 = 1;

/// What a goroutine does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum State {
    /// Nothing was told yet.
    #[default]
    Unknown,
    Runnable,
    Running {
        p: u16,
    },
    Blocked(Reason),
    Over,
}

/// The lane of a goroutine.
#[derive(Default)]
pub(super) struct Lane {
    pub(super) state: State,
    /// The arrow that ends where it runs next.
    pub(super) flow: Option<u64>,
    name: Option<String>,
}

impl State {
    /// What its slice is called; nothing has none.
    fn word(self) -> Option<&'static str> {
        match self {
            State::Unknown | State::Over => None,
            State::Runnable => Some("runnable"),
            State::Running { .. } => Some("running"),
            State::Blocked(reason) => Some(reason.as_go()),
        }
    }
}

impl Perfetto {
    pub(super) fn name_lane(&mut self, g: u32, name: Option<&str>) {
        let name = match name {
            Some(name) => format!("{name} (G{g})"),
            None if g == MAIN => "main (G1)".into(),
            None => format!("G{g}"),
        };
        self.put(json!({"ph": "M", "name": "thread_name", "pid": GOROUTINES, "tid": g, "args": {"name": name}}));
        self.put(json!({"ph": "M", "name": "thread_sort_index", "pid": GOROUTINES, "tid": g, "args": {"sort_index": g}}));
        self.lanes.entry(g).or_default().name = Some(name);
    }

    /// Ends the slice of `g` and begins the next, on its lane and on that of its
    /// P. A goroutine that is over stays so.
    pub(super) fn enter(&mut self, g: u32, state: State, about: Json) {
        if g == NO_GOROUTINE {
            return;
        }
        if self.lanes.get(&g).is_none_or(|lane| lane.name.is_none()) {
            self.name_lane(g, None);
        }
        let before = self.lanes[&g].state;
        if before == State::Over {
            return;
        }
        let ts = micros(self.now_ns);
        if before.word().is_some() {
            self.put(json!({"ph": "E", "pid": GOROUTINES, "tid": g, "ts": ts}));
        }
        if let State::Running { .. } = before {
            self.leave_processor(g);
        }
        if let Some(word) = state.word() {
            self.put(json!({"ph": "B", "cat": "goroutine", "name": word, "pid": GOROUTINES, "tid": g, "ts": ts, "args": about}));
        }
        if let Some(lane) = self.lanes.get_mut(&g) {
            lane.state = state;
        }
        if let State::Running { p } = state
            && p != NO_P
        {
            self.enter_processor(p, g);
        }
    }

    fn enter_processor(&mut self, p: u16, g: u32) {
        let ts = micros(self.now_ns);
        let new = !self.seen_processors.contains(&p);
        if new {
            self.seen_processors.insert(p);
            let name = format!("P{p}");
            self.put(json!({"ph": "M", "name": "thread_name", "pid": PROCESSORS, "tid": p, "args": {"name": name}}));
        }
        self.running.insert(p, g);
        let name = self.lanes.get(&g).and_then(|lane| lane.name.clone());
        self.put(json!({"ph": "B", "cat": "processor", "name": name, "pid": PROCESSORS, "tid": p, "ts": ts, "args": {"g": g}}));
    }

    /// Ends the slice of `g` on the lane of its P, if it has one.
    pub(super) fn leave_processor(&mut self, g: u32) {
        let found = self.running.iter().find(|(_, running)| **running == g);
        let Some((&p, _)) = found else {
            return;
        };
        self.running.remove(&p);
        let ts = micros(self.now_ns);
        self.put(json!({"ph": "E", "pid": PROCESSORS, "tid": p, "ts": ts}));
    }
}
