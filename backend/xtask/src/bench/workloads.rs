//! Every workload, once: its name, its words, how much of it, and the aim. The
//! work itself stands twice, in Go and in Rust, side by side in
//! `backend/bench/src/workloads/`.

/// A row of the table.
#[derive(Debug, PartialEq)]
pub(super) struct Workload {
    pub(super) id: &'static str,
    /// What it does, for the table.
    pub(super) words: &'static str,
    /// Operations that are timed: about a second of Go.
    pub(super) full: usize,
    /// The same with `--quick`.
    pub(super) quick: usize,
    pub(super) warm_up: WarmUp,
    pub(super) aim: Aim,
    /// Libraries that do the same work; the fastest of them is shown.
    pub(super) peers: &'static [&'static str],
}

impl Eq for Workload {}

/// What each process does before it is timed.
#[derive(Debug, PartialEq)]
pub(super) enum WarmUp {
    /// A quarter of the operations.
    Quarter,
    /// All of them once, since goroutines that ended are used again.
    Whole,
    /// Memory is measured from nothing.
    None,
}

/// What is to be reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Aim {
    /// At least so many times faster, or smaller, than Go.
    TimesGo(f64),
    /// At most so many ns; Go has no such figure.
    AtMost(f64),
    /// With the trace on, at most so many times slower than without.
    TracedAtMost(f64),
}

impl Aim {
    pub(super) fn figure(self) -> f64 {
        match self {
            Aim::TimesGo(figure) | Aim::AtMost(figure) | Aim::TracedAtMost(figure) => figure,
        }
    }
}

impl Workload {
    const fn new(id: &'static str, words: &'static str, times_go: f64) -> Workload {
        Workload {
            id,
            words,
            full: 0,
            quick: 0,
            warm_up: WarmUp::Quarter,
            aim: Aim::TimesGo(times_go),
            peers: &[],
        }
    }

    const fn operations(mut self, full: usize, quick: usize) -> Workload {
        self.full = full;
        self.quick = quick;
        self
    }

    const fn aim(mut self, aim: Aim) -> Workload {
        self.aim = aim;
        self
    }

    const fn warm_up(mut self, warm_up: WarmUp) -> Workload {
        self.warm_up = warm_up;
        self
    }

    const fn peers(mut self, peers: &'static [&'static str]) -> Workload {
        self.peers = peers;
        self
    }

    /// The workload that the two programs know: a traced one is another with
    /// the trace on.
    pub(super) fn program_id(&self) -> &'static str {
        self.id.strip_suffix("_traced").unwrap_or(self.id)
    }

    /// Operations that are timed, and operations before.
    pub(super) fn amounts(&self, quick: bool) -> (usize, usize) {
        let operations = if quick { self.quick } else { self.full };
        let warm_up = match self.warm_up {
            WarmUp::Quarter => operations / 4,
            WarmUp::Whole => operations,
            WarmUp::None => 0,
        };
        (operations, warm_up)
    }

    /// Of its figures.
    pub(super) fn unit(&self) -> &'static str {
        if self.id == "parked_bytes" { "B" } else { "ns" }
    }
}

/// In the order of the table.
pub(super) const WORKLOADS: &[Workload] = &[
    Workload::new("spawn_join", "spawn and join (WaitGroup)", 4.0)
        .operations(1_000_000, 200_000)
        .peers(&["tokio"])
        .warm_up(WarmUp::Whole),
    Workload::new("parked_bytes", "bytes of a parked goroutine", 10.0)
        .operations(1_000_000, 200_000)
        .peers(&["kanal", "async-channel"])
        .warm_up(WarmUp::None),
    Workload::new("pingpong", "unbuffered ping-pong, one way", 3.5)
        .operations(4_000_000, 1_000_000)
        .peers(&["kanal", "tokio", "flume"]),
    Workload::new("stream_unbuffered", "unbuffered stream, one to one", 4.0)
        .operations(4_000_000, 1_000_000)
        .peers(&["kanal", "tokio", "flume"]),
    Workload::new("stream_buffered", "buffered 128, one to one", 2.2)
        .operations(16_000_000, 4_000_000)
        .peers(&["crossfire", "kanal", "flume", "async-channel", "tokio"]),
    Workload::new("buffered_4x4", "buffered 128, four to four", 2.0)
        .operations(12_000_000, 3_000_000)
        .peers(&["kanal", "crossfire", "flume", "async-channel"]),
    Workload::new("select_2_ready", "select, 2 ready, and refill", 3.0)
        .operations(10_000_000, 2_500_000)
        .peers(&["tokio"]),
    Workload::new("select_4_ready", "select, 4 ready, and refill", 3.0)
        .operations(6_000_000, 1_500_000)
        .peers(&["tokio"]),
    Workload::new("select_4_blocking", "select, 4 unbuffered, one sender", 2.2)
        .operations(3_000_000, 750_000)
        .peers(&["tokio"]),
    Workload::new("select_default", "select with default, 2 cases", 5.0)
        .operations(20_000_000, 5_000_000)
        .peers(&["tokio"]),
    Workload::new("close_10k", "close wakes 10k, each", 1.8)
        .operations(1_000_000, 250_000)
        .peers(&["kanal", "async-channel", "crossfire"]),
    Workload::new("mutex_8", "mutex, 8 goroutines", 2.5)
        .operations(40_000_000, 10_000_000)
        .peers(&["parking_lot", "tokio"]),
    Workload::new("rwmutex_read", "RWMutex, map read, 8 goroutines", 2.5)
        .operations(40_000_000, 10_000_000)
        .peers(&["parking_lot"]),
    Workload::new("map_read", "sync.Map, read, 8 goroutines", 2.2)
        .operations(40_000_000, 10_000_000)
        .peers(&["papaya", "scc", "dashmap"]),
    Workload::new("sharded_read", "32 shards, map read, 8 goroutines", 2.5)
        .operations(40_000_000, 10_000_000)
        .peers(&["dashmap", "parking_lot"]),
    Workload::new("lock_free_stack", "lock-free stack, push and pop", 2.5)
        .operations(20_000_000, 5_000_000),
    Workload::new("worker_pool", "worker pool, 4 workers, trivial", 1.3)
        .operations(10_000_000, 2_500_000)
        .peers(&["kanal", "crossfire", "flume", "async-channel"]),
    Workload::new("pub_sub_8", "pub/sub to 8, a delivery", 1.5)
        .operations(10_000_000, 2_500_000)
        .peers(&["crossfire", "kanal", "tokio"]),
    Workload::new("event_cost", "an event recorded", 0.0)
        .aim(Aim::AtMost(20.0))
        .operations(1_600_000, 400_000),
    Workload::new("pingpong_traced", "ping-pong, traced over untraced", 0.0)
        .aim(Aim::TracedAtMost(1.5))
        .operations(3_000_000, 750_000),
];

/// The one of that name.
pub(super) fn find(id: &str) -> Option<&'static Workload> {
    WORKLOADS.iter().find(|workload| workload.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_workload_is_whole() {
        for workload in WORKLOADS {
            let id = workload.id;
            assert!(
                workload.quick > 0 && workload.quick <= workload.full,
                "{id}"
            );
            assert!(workload.aim.figure() > 0.0, "{id}");
            assert_eq!(find(id), Some(workload), "`{id}` stands twice");
        }
    }

    #[test]
    fn every_workload_stands_in_both_languages() {
        let folder = crate::workspace::root().join("backend/bench/src/workloads");
        for workload in WORKLOADS {
            let file = |extension| folder.join(format!("{}.{extension}", workload.program_id()));
            assert!(file("rs").is_file(), "{}", workload.id);
            let has_go = !matches!(workload.aim, Aim::AtMost(_));
            assert_eq!(file("go").is_file(), has_go, "{}", workload.id);
        }
    }

    #[test]
    fn the_warm_up_follows_the_operations() {
        let amounts = |id| find(id).unwrap().amounts(true);
        assert_eq!(amounts("spawn_join"), (200_000, 200_000));
        assert_eq!(amounts("parked_bytes"), (200_000, 0));
        assert_eq!(amounts("pingpong"), (1_000_000, 250_000));
    }
}
