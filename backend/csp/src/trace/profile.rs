//! Where the time of a run goes, by line of code: a fold over its events.
//!
//! A goroutine runs, could run, or waits. Each event that changes which of these
//! it does ends a piece of time, and that piece is put down to a line:
//!
//! * what it ran, to the operation at which it stopped (what it ran to its end,
//!   to its `go`);
//! * what it waited, to the operation that waited, with the reason;
//! * what it could have run and did not, to nobody: that is the scheduler's
//!   latency.
//!
//! Go's block and mutex profiles say the second of these. The fold is done where
//! events are collected, not where they happen, so it costs the run nothing;
//! what the trace had to drop is missing here too.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::{Event, G, Kind, Place, Reason};

/// Buckets of [`Latencies`]: a doubling each, from 1 ns to 18 minutes.
const BUCKETS: usize = 40;

/// Where the time of a run went, up to [`until`](Self::until).
#[derive(Clone, Debug, Default)]
pub struct Profile {
    alive: HashMap<G, Alive>,
    lines: BTreeMap<Key, Sums>,
    latencies: Latencies,
    until_ns: u64,
}

/// A place, and what happened there: `None` is running.
type Key = (Option<Spot>, Option<u8>);

/// A file and a line in it.
type Spot = (&'static str, u32);

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    count: u64,
    ns: u64,
}

/// A goroutine that has not ended.
#[derive(Clone, Copy, Debug)]
struct Alive {
    state: State,
    since_ns: u64,
    made_at: Option<Place>,
    /// It was woken before it was seen to wait, at the same moment.
    woken: bool,
}

impl Alive {
    fn new(state: State, since_ns: u64, made_at: Option<Place>) -> Self {
        Alive {
            state,
            since_ns,
            made_at,
            woken: false,
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum State {
    Runs,
    CouldRun,
    Waits(Reason, Option<Place>),
}

/// What a line of code cost, over all goroutines.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The file, as the compiler names it.
    pub file: &'static str,
    /// The line in it.
    pub line: u32,
    /// Why goroutines waited there; `None`: they ran up to there.
    pub reason: Option<Reason>,
    /// How often.
    pub count: u64,
    /// How long in all.
    pub time: Duration,
}

/// How long goroutines that could run waited until they did.
#[derive(Clone, Debug)]
pub struct Latencies {
    buckets: [u64; BUCKETS],
    max_ns: u64,
}

impl Default for Latencies {
    fn default() -> Self {
        Latencies {
            buckets: [0; BUCKETS],
            max_ns: 0,
        }
    }
}

impl Profile {
    /// Takes in the next events, in the order of time.
    pub fn take(&mut self, events: &[Event]) {
        for event in events {
            self.take_one(event);
        }
    }

    fn take_one(&mut self, event: &Event) {
        let (t_ns, g, at) = (event.t_ns, event.g, event.at);
        self.until_ns = self.until_ns.max(t_ns);
        match event.kind {
            Kind::Created { child, .. } => {
                let alive = Alive::new(State::CouldRun, t_ns, at);
                self.alive.insert(child, alive);
            }
            Kind::Started => self.change(t_ns, g, at, State::Runs),
            Kind::Blocked { reason, .. } => self.waits(t_ns, g, at, reason),
            Kind::SyscallBegun => self.waits(t_ns, g, at, Reason::Syscall),
            Kind::SyscallEnded => self.change(t_ns, g, at, State::Runs),
            Kind::Woken { woken, .. } => self.woken(t_ns, woken),
            Kind::Yielded | Kind::Preempted { .. } => self.change(t_ns, g, at, State::CouldRun),
            Kind::Ended
            | Kind::Panicked {
                recovered: false, ..
            } => {
                let made_at = self.alive.get(&g).and_then(|alive| alive.made_at);
                self.change(t_ns, g, made_at, State::CouldRun);
                self.alive.remove(&g);
            }
            _ => {}
        }
    }

    fn waits(&mut self, t_ns: u64, g: G, at: Option<Place>, reason: Reason) {
        self.change(t_ns, g, at, State::Waits(reason, at));
        let woken = self.alive.get_mut(&g);
        if woken.is_some_and(|alive| std::mem::take(&mut alive.woken)) {
            self.change(t_ns, g, None, State::CouldRun);
        }
    }

    fn woken(&mut self, t_ns: u64, g: G) {
        match self.alive.get_mut(&g) {
            Some(alive) if matches!(alive.state, State::Runs) => alive.woken = true,
            _ => self.change(t_ns, g, None, State::CouldRun),
        }
    }

    /// Goroutine `g` is in another state from now on; it was at `at`.
    fn change(&mut self, t_ns: u64, g: G, at: Option<Place>, state: State) {
        let Some(alive) = self.alive.get_mut(&g) else {
            // It was there before the profile was.
            if g != 0 {
                self.alive.insert(g, Alive::new(state, t_ns, None));
            }
            return;
        };
        let ns = t_ns.saturating_sub(alive.since_ns);
        let before = std::mem::replace(&mut alive.state, state);
        alive.since_ns = t_ns;
        let (at, reason) = match before {
            State::Runs => (at, None),
            State::Waits(reason, at) => (at, Some(reason as u8)),
            State::CouldRun => {
                if matches!(state, State::Runs) {
                    self.latencies.add(ns);
                }
                return;
            }
        };
        let spot = at.map(|at| (at.file(), at.line()));
        let sums = self.lines.entry((spot, reason)).or_default();
        sums.count += 1;
        sums.ns += ns;
    }

    /// Everything that happened before was taken in.
    pub(crate) fn has_seen(&mut self, until_ns: u64) {
        self.until_ns = self.until_ns.max(until_ns);
    }

    /// Up to when: what is later is not in it.
    pub fn until(&self) -> Duration {
        Duration::from_nanos(self.until_ns)
    }

    /// What each line cost, the most costly first. A wait that has not ended is
    /// not in it.
    pub fn lines(&self) -> Vec<Line> {
        let of = |(&(spot, reason), sums): (&Key, &Sums)| {
            let (file, line) = spot.unwrap_or(("", 0));
            Line {
                file,
                line,
                reason: reason.and_then(Reason::from_u8),
                count: sums.count,
                time: Duration::from_nanos(sums.ns),
            }
        };
        let mut lines: Vec<Line> = self.lines.iter().map(of).collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.time));
        lines
    }

    /// How long goroutines waited for a P.
    pub fn latencies(&self) -> &Latencies {
        &self.latencies
    }
}

impl Latencies {
    fn add(&mut self, ns: u64) {
        let bucket = (u64::BITS - ns.leading_zeros()) as usize;
        self.buckets[bucket.min(BUCKETS - 1)] += 1;
        self.max_ns = self.max_ns.max(ns);
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }

    /// The time that `share` of them, from 0 to 1, did not exceed, to a factor
    /// of two above; zero without any.
    pub fn quantile(&self, share: f64) -> Duration {
        let wanted = (self.count() as f64 * share.clamp(0.0, 1.0)).ceil() as u64;
        let mut seen = 0;
        for (bucket, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= wanted && *count > 0 {
                let upper_ns = (1_u64 << bucket) - 1;
                return Duration::from_nanos(upper_ns.min(self.max_ns));
            }
        }
        Duration::ZERO
    }

    /// The longest.
    pub fn max(&self) -> Duration {
        Duration::from_nanos(self.max_ns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> Option<Place> {
        Some(std::panic::Location::caller())
    }

    fn event(t_ns: u64, g: G, kind: Kind) -> Event {
        Event {
            t_ns,
            p: 0,
            g,
            at: at(),
            kind,
        }
    }

    fn waits(t_ns: u64, g: G) -> Event {
        let reason = Reason::Mutex;
        event(t_ns, g, Kind::Blocked { reason, object: 1 })
    }

    fn wakes(t_ns: u64, woken: G) -> Event {
        event(t_ns, 2, Kind::Woken { woken, object: 1 })
    }

    fn made(child: G) -> Event {
        event(0, 0, Kind::Created { child, name: None })
    }

    #[test]
    fn a_life_is_told_piece_by_piece() {
        let mut profile = Profile::default();
        profile.take(&[
            made(1),
            event(10, 1, Kind::Started),
            waits(25, 1),
            wakes(125, 1),
            event(128, 1, Kind::Started),
            event(133, 1, Kind::Ended),
        ]);
        let time = |reason| -> u128 {
            let lines = profile.lines();
            let of = lines.iter().filter(|line| line.reason == reason);
            of.map(|line| line.time.as_nanos()).sum()
        };
        assert_eq!(time(None), 15 + 5);
        assert_eq!(time(Some(Reason::Mutex)), 100);
        assert_eq!(profile.latencies().count(), 2);
        assert_eq!(profile.latencies().max().as_nanos(), 10);
        assert_eq!(profile.until().as_nanos(), 133);
        assert!(profile.alive.is_empty());
    }

    /// At one moment the events of two threads may stand either way round.
    #[test]
    fn a_wake_up_that_is_read_first_is_kept() {
        let mut profile = Profile::default();
        profile.take(&[
            made(1),
            event(1, 1, Kind::Started),
            wakes(5, 1),
            waits(5, 1),
            event(7, 1, Kind::Started),
            waits(9, 1),
        ]);
        let waited = profile.lines();
        let waited: Vec<_> = waited.iter().filter(|line| line.reason.is_some()).collect();
        assert_eq!(waited.len(), 1);
        assert_eq!((waited[0].count, waited[0].time), (1, Duration::ZERO));
    }

    #[test]
    fn quantiles_are_right_to_a_factor_of_two() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.quantile(0.5), Duration::ZERO);
        for ns in 1..=1000 {
            latencies.add(ns);
        }
        let half = latencies.quantile(0.5).as_nanos();
        assert!((500..1000).contains(&half), "{half}");
        assert_eq!(latencies.quantile(1.0).as_nanos(), 1000);
        assert_eq!(latencies.quantile(0.0).as_nanos(), 1);
    }
}
