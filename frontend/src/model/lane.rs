//! A goroutine's life, as spans that do not overlap.

use protocol::Value;
use protocol::event::NO_GOROUTINE;

use super::span::{Cause, Span, SpanEnd, State};
use super::sums::Sums;

/// A goroutine's life.
#[derive(Clone, Debug)]
pub struct Lane {
    /// The goroutine.
    pub g: u32,
    /// Its name, where the program gave one.
    pub name: Option<String>,
    /// Who made it, or [`NO_GOROUTINE`].
    pub parent: u32,
    /// The place in the code where it was made.
    pub made_at: u32,
    /// When it was made, or first seen.
    pub from_ns: u64,
    /// How it ended, once it did.
    pub end: Option<LaneEnd>,
    /// Its states, in order of time.
    pub spans: Vec<Span>,
    /// Panics that somebody recovered.
    pub recoveries: Vec<Recovery>,
    /// The values with which waits on channels ended, by the spans' places.
    values: Vec<(u32, Value)>,
    /// What its spans add up to, of those that ended.
    pub sums: Sums,
    /// The time in each state, of all spans that ended.
    closed: Times,
    /// In which queue it stands.
    pub(super) queue: Option<Queue>,
    /// Who woke it while it was still on its way to sleep.
    pub(super) early_waker: Option<u32>,
}

/// A panic that somebody recovered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// When.
    pub t_ns: u64,
    /// What the panic said.
    pub message: String,
}

/// How long a goroutine was in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Times {
    /// Nanoseconds on a processor.
    pub running_ns: u64,
    /// Nanoseconds for want of a processor.
    pub runnable_ns: u64,
    /// Nanoseconds of waiting for something else.
    pub blocked_ns: u64,
    /// How often it waited for something else.
    pub waits: u64,
}

/// A queue of a channel in which a goroutine stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Queue {
    Senders { object: u32 },
    Receivers { object: u32 },
}

/// How a goroutine ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaneEnd {
    /// It returned.
    Returned { t_ns: u64 },
    /// It panicked, and nobody recovered it.
    Panicked { t_ns: u64, message: String },
}

impl LaneEnd {
    /// When.
    pub fn t_ns(&self) -> u64 {
        match self {
            LaneEnd::Returned { t_ns } | LaneEnd::Panicked { t_ns, .. } => *t_ns,
        }
    }
}

impl Lane {
    pub(super) fn new(g: u32, from_ns: u64) -> Self {
        Lane {
            g,
            name: None,
            parent: NO_GOROUTINE,
            made_at: protocol::event::NO_PLACE,
            from_ns,
            end: None,
            spans: Vec::new(),
            recoveries: Vec::new(),
            values: Vec::new(),
            sums: Sums::default(),
            closed: Times::default(),
            queue: None,
            early_waker: None,
        }
    }

    /// The span that goes on, if one does.
    pub fn open(&self) -> Option<&Span> {
        self.spans.last().filter(|span| span.is_open())
    }

    /// The first span that ends after `t_ns`, as an index into
    /// [`Lane::spans`]; their number if there is none.
    pub fn first_after(&self, t_ns: u64) -> usize {
        self.spans
            .partition_point(|span| !span.is_open() && span.to_ns(t_ns) <= t_ns)
    }

    /// The span that holds the time `t_ns`.
    pub fn span_at(&self, t_ns: u64) -> Option<usize> {
        let index = self.first_after(t_ns);
        let span = self.spans.get(index)?;
        (span.from_ns <= t_ns).then_some(index)
    }

    /// Begins a state at `t_ns`, which ends the one before it.
    pub(super) fn enter(&mut self, t_ns: u64, state: State, at: u32) {
        let from_ns = t_ns.max(self.last_ns());
        self.close(from_ns, SpanEnd::At);
        self.spans.push(Span {
            from_ns,
            end: SpanEnd::Open,
            state,
            at,
            woken_by: NO_GOROUTINE,
        });
    }

    /// Ends the open span at `t_ns`, in the way that `how` makes of a time. A
    /// span that lasted no time at all stays: what happened in it did happen.
    pub(super) fn close(&mut self, t_ns: u64, how: fn(u64) -> SpanEnd) {
        let Some(span) = self.spans.last_mut().filter(|span| span.is_open()) else {
            return;
        };
        let to_ns = t_ns.max(span.from_ns);
        span.end = how(to_ns);
        let lasted_ns = to_ns - span.from_ns;
        self.sums.add(span.state.class(), lasted_ns);
        match &span.state {
            State::Running { .. } => self.closed.running_ns += lasted_ns,
            State::Runnable(_) => self.closed.runnable_ns += lasted_ns,
            State::Blocked(_) => {
                self.closed.blocked_ns += lasted_ns;
                self.closed.waits += 1;
            }
        }
    }

    /// The place in the code of whoever ended a wait, or
    /// [`protocol::event::NO_PLACE`]: what comes right after it has it.
    pub fn woken_at(&self, wait: &Span) -> u32 {
        let SpanEnd::At(to_ns) = wait.end else {
            return protocol::event::NO_PLACE;
        };
        let first = self.spans.partition_point(|span| span.from_ns < to_ns);
        self.spans[first..]
            .iter()
            .take_while(|span| span.from_ns == to_ns)
            .find(|span| span.state == State::Runnable(Cause::Woken))
            .map_or(protocol::event::NO_PLACE, |span| span.at)
    }

    /// Notes who woke it.
    pub(super) fn set_waker(&mut self, waker: u32) {
        if let Some(span) = self.spans.last_mut() {
            span.woken_by = waker;
        }
    }

    /// Notes the value with which its wait ends.
    pub(super) fn set_value(&mut self, value: Value) {
        let wait = self.spans.len().saturating_sub(1) as u32;
        self.values.push((wait, value));
    }

    /// The value with which a wait on a channel ended: what it got, or of a
    /// sender what it had sent. As far as the program shows it, and it is kept.
    pub fn value_of(&self, wait: &Span) -> Option<&Value> {
        let span = |at: u32| self.spans.get(at as usize);
        let first = self
            .values
            .partition_point(|(at, _)| span(*at).is_some_and(|it| it.from_ns < wait.from_ns));
        self.values[first..]
            .iter()
            .take_while(|(at, _)| span(*at).is_some_and(|it| it.from_ns == wait.from_ns))
            .find(|(at, _)| span(*at) == Some(wait))
            .map(|(_, value)| value)
    }

    /// The time in each state, up to `now_ns`.
    pub fn times(&self, now_ns: u64) -> Times {
        let mut times = self.closed;
        if let Some(span) = self.open() {
            let lasted_ns = span.duration_ns(now_ns);
            match &span.state {
                State::Running { .. } => times.running_ns += lasted_ns,
                State::Runnable(_) => times.runnable_ns += lasted_ns,
                State::Blocked(_) => {
                    times.blocked_ns += lasted_ns;
                    times.waits += 1;
                }
            }
        }
        times
    }

    /// When it ended, or when the last that is known of it ended.
    pub fn to_ns(&self, now_ns: u64) -> u64 {
        match (&self.end, self.spans.last()) {
            (Some(end), _) => end.t_ns(),
            (None, Some(span)) => span.to_ns(now_ns),
            (None, None) => self.from_ns,
        }
    }

    fn last_ns(&self) -> u64 {
        self.spans
            .last()
            .map_or(self.from_ns, |span| span.to_ns(span.from_ns))
    }
}
