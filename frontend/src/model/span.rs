//! One state of one goroutine, from one time to another.

use protocol::Reason;

/// A span of a goroutine's life in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it began, in nanoseconds since the run started.
    pub from_ns: u64,
    /// When it ended, and how that is known.
    pub end: SpanEnd,
    /// What the goroutine did.
    pub state: State,
    /// The place in the code, or [`protocol::event::NO_PLACE`].
    pub at: u32,
    /// Who ended a wait, or [`protocol::event::NO_GOROUTINE`] for a timer or
    /// nobody.
    pub woken_by: u32,
}

/// When a span ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanEnd {
    /// Not yet.
    Open,
    /// An event ended it.
    At(u64),
    /// The run was cut short, or events were not kept: it lasted at least so
    /// long, and what came then is not known.
    Cut(u64),
}

/// What a goroutine does in a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs on processor `p`.
    Running { p: u16 },
    /// It could run, and waits for a processor.
    Runnable(Cause),
    /// It waits.
    Blocked(Wait),
}

/// Why a goroutine is runnable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It was just made.
    Created,
    /// Somebody woke it.
    Woken,
    /// It gave its processor up.
    Yielded,
    /// It overstayed its slice.
    Preempted,
    /// It is back from a call that blocked its thread, which has lost its
    /// processor meanwhile.
    Returned,
}

/// What a goroutine waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Why.
    pub reason: Reason,
    /// For which object, or [`protocol::event::NO_OBJECT`].
    pub object: u32,
    /// Which send or receive on that channel it is, from 1, those before it in
    /// the queue counted; 0 where that makes no sense or is not known.
    pub ordinal: u32,
    /// How many values the channel held when the wait began; how many held the
    /// lock; how much was left of the semaphore.
    pub held: u32,
    /// Who held the lock alone when the wait began, or
    /// [`protocol::event::NO_GOROUTINE`] where nobody did or it is not known.
    pub holder: u32,
}

impl State {
    /// A number for states that are drawn alike, the least ones first.
    pub fn class(&self) -> u8 {
        match self {
            State::Running { .. } => 0,
            State::Runnable(_) => 1,
            State::Blocked(wait) => 2 + wait.reason as u8,
        }
    }

    /// Whether a person would call both the same, whatever processor, cause or
    /// object they have.
    pub fn is_like(&self, other: &State) -> bool {
        match (self, other) {
            (State::Blocked(one), State::Blocked(two)) => one.reason == two.reason,
            (State::Running { .. }, State::Running { .. }) => true,
            (State::Runnable(_), State::Runnable(_)) => true,
            _ => false,
        }
    }
}

impl Span {
    /// The end, with `now_ns` for a span that is still open.
    pub fn to_ns(&self, now_ns: u64) -> u64 {
        match self.end {
            SpanEnd::Open => now_ns.max(self.from_ns),
            SpanEnd::At(to_ns) | SpanEnd::Cut(to_ns) => to_ns,
        }
    }

    /// How long it lasted, up to `now_ns` if it is still open.
    pub fn duration_ns(&self, now_ns: u64) -> u64 {
        self.to_ns(now_ns) - self.from_ns
    }

    /// Whether it goes on.
    pub fn is_open(&self) -> bool {
        self.end == SpanEnd::Open
    }

    /// What it waits for, if it waits.
    pub fn wait(&self) -> Option<&Wait> {
        match &self.state {
            State::Blocked(wait) => Some(wait),
            State::Running { .. } | State::Runnable(_) => None,
        }
    }
}
