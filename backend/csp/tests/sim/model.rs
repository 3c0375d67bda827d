//! Random small programs against a plain enumerator of interleavings: depth
//! first has to come to the same outcomes, all of them, and to as many schedules
//! as the rules say.

use std::collections::{BTreeSet, VecDeque};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use csp::run::Outcome;
use csp::sim::{Config, explore};
use csp::{chan, select};
use proptest::prelude::*;

use super::faults::point;

/// An operation of a goroutine. Values are told apart by who sent them, and
/// which time.
#[derive(Clone, Copy, Debug)]
enum Op {
    /// Reads the cell into the goroutine.
    Load,
    /// Writes one more than what was read.
    Store,
    Send(usize),
    Receive(usize),
    /// Receives from the first of both channels that has something.
    Either,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        2 => Just(Op::Load),
        2 => Just(Op::Store),
        3 => (0..2_usize).prop_map(Op::Send),
        3 => (0..2_usize).prop_map(Op::Receive),
        2 => Just(Op::Either),
    ]
}

#[derive(Clone, Debug)]
struct Program {
    capacities: [usize; 2],
    goroutines: Vec<Vec<Op>>,
}

fn program() -> impl Strategy<Value = Program> {
    let two = prop::collection::vec(prop::collection::vec(op(), 1..4), 2);
    let three = prop::collection::vec(prop::collection::vec(op(), 1..3), 3);
    let capacities = [0..3_usize, 0..3_usize];
    (capacities, prop_oneof![two, three]).prop_map(|(capacities, goroutines)| Program {
        capacities,
        goroutines,
    })
}

/// What is left to see: the cell, what each goroutine received, and whether all
/// came to their end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    cell: u32,
    received: Vec<Vec<u32>>,
    completes: bool,
}

/// The program under the scheduler: the outcomes of all schedules, and how many
/// there are.
fn simulated(program: &Program, preemptions: u32) -> (BTreeSet<Seen>, u64) {
    let mut outcomes = BTreeSet::new();
    let seen = Arc::new(Mutex::new(Seen {
        cell: 0,
        received: Vec::new(),
        completes: false,
    }));
    let config = Config {
        strategy: csp::sim::Strategy::Dfs { preemptions },
        seed: Some(0),
        ..Config::default()
    };
    let make_main = || main(program.clone(), seen.clone());
    let explored = explore(config, 1_000_000, make_main, |report| {
        let completes = match report.report.outcome {
            Outcome::Completed(()) => true,
            Outcome::Deadlock => false,
            ref other => panic!("{}", super::name(other)),
        };
        let mut seen = seen.lock().unwrap();
        seen.completes = completes;
        outcomes.insert(seen.clone());
        ControlFlow::Continue(())
    });
    assert!(explored.complete);
    (outcomes, explored.schedules)
}

async fn main(program: Program, seen: Arc<Mutex<Seen>>) {
    *seen.lock().unwrap() = Seen {
        cell: 0,
        received: vec![Vec::new(); program.goroutines.len()],
        completes: false,
    };
    let channels = program.capacities.map(chan::<u32>);
    let group = csp::sync::WaitGroup::new();
    for (id, ops) in program.goroutines.into_iter().enumerate() {
        let (channels, seen) = (channels.clone(), seen.clone());
        group.go(async move {
            let mut local = 0;
            for (place, op) in ops.into_iter().enumerate() {
                let received = match op {
                    Op::Load => {
                        point().await;
                        local = seen.lock().unwrap().cell;
                        continue;
                    }
                    Op::Store => {
                        point().await;
                        seen.lock().unwrap().cell = local + 1;
                        continue;
                    }
                    Op::Send(to) => {
                        channels[to].send(value(id, place)).await;
                        continue;
                    }
                    Op::Receive(from) => channels[from].recv().await,
                    Op::Either => select! {
                        value = channels[0].recv() => value,
                        value = channels[1].recv() => value,
                    },
                };
                seen.lock().unwrap().received[id].extend(received);
            }
        });
    }
    group.wait().await;
}

fn value(id: usize, place: usize) -> u32 {
    (id * 10 + place) as u32
}

/// How a goroutine stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stands {
    /// It could run, and will come to its next operation.
    Fresh,
    /// It could run, and will do its next operation.
    Held,
    Waits,
    Ended,
}

/// A state of the enumerator.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Model {
    stands: Vec<Stands>,
    places: Vec<usize>,
    locals: Vec<u32>,
    buffers: [VecDeque<u32>; 2],
    senders: [VecDeque<(usize, u32)>; 2],
    receivers: [VecDeque<usize>; 2],
    seen: Seen,
    /// Whether the main goroutine has come to its one operation, and waits.
    main: Stands,
}

/// The main goroutine, beside the numbers of the others.
const MAIN: usize = usize::MAX;

impl Model {
    fn new(program: &Program) -> Self {
        let count = program.goroutines.len();
        Model {
            stands: vec![Stands::Fresh; count],
            places: vec![0; count],
            locals: vec![0; count],
            buffers: Default::default(),
            senders: Default::default(),
            receivers: Default::default(),
            seen: Seen {
                cell: 0,
                received: vec![Vec::new(); count],
                completes: false,
            },
            main: Stands::Held,
        }
    }

    /// Those that could run, but `except`.
    fn runnable(&self, except: Option<usize>) -> Vec<usize> {
        let could_run = |stands| matches!(stands, Stands::Fresh | Stands::Held);
        let others = (0..self.stands.len()).filter(|&id| could_run(self.stands[id]));
        let main = Some(MAIN).filter(|_| could_run(self.main));
        let all = others.chain(main);
        all.filter(|&id| Some(id) != except).collect()
    }

    /// Receives for `id`, if there is something; the buffers and the senders
    /// that wait.
    fn take(&mut self, from: usize) -> Option<u32> {
        let value = self.buffers[from].pop_front();
        let sender = self.senders[from].pop_front();
        if let Some((id, _)) = sender {
            self.stands[id] = Stands::Fresh;
        }
        match (value, sender) {
            (Some(value), sender) => {
                self.buffers[from].extend(sender.map(|(_, value)| value));
                Some(value)
            }
            (None, sender) => sender.map(|(_, value)| value),
        }
    }

    fn send(&mut self, id: usize, to: usize, capacity: usize, value: u32) -> bool {
        if let Some(receiver) = self.receivers[to].pop_front() {
            self.receivers[1 - to].retain(|&other| other != receiver);
            self.seen.received[receiver].push(value);
            self.stands[receiver] = Stands::Fresh;
        } else if self.buffers[to].len() < capacity {
            self.buffers[to].push_back(value);
        } else {
            self.senders[to].push_back((id, value));
            return false;
        }
        true
    }

    /// All states that the operation of `id` leads to: several if a select has
    /// several cases that are ready. `id` is at its next one then, or waits.
    fn operate(mut self, program: &Program, id: usize) -> Vec<Model> {
        let place = self.places[id];
        let op = program.goroutines[id][place];
        self.places[id] += 1;
        match op {
            Op::Load => self.locals[id] = self.seen.cell,
            Op::Store => self.seen.cell = self.locals[id] + 1,
            Op::Send(to) => {
                let capacity = program.capacities[to];
                if !self.send(id, to, capacity, value(id, place)) {
                    self.stands[id] = Stands::Waits;
                }
            }
            Op::Receive(_) | Op::Either => {
                let from = match op {
                    Op::Receive(from) => vec![from],
                    _ => vec![0, 1],
                };
                let mut after = Vec::new();
                for &from in &from {
                    let mut next = self.clone();
                    if let Some(value) = next.take(from) {
                        next.seen.received[id].push(value);
                        after.push(next);
                    }
                }
                if !after.is_empty() {
                    return after;
                }
                self.stands[id] = Stands::Waits;
                from.iter()
                    .for_each(|&from| self.receivers[from].push_back(id));
            }
        }
        vec![self]
    }

    /// `id`, which is at an operation or was let go, runs on to its next
    /// operation: whether there is one.
    fn comes_to_an_operation(&mut self, program: &Program, id: usize) -> bool {
        if self.places[id] < program.goroutines[id].len() {
            return true;
        }
        self.stands[id] = Stands::Ended;
        if self.main == Stands::Waits && self.stands.iter().all(|s| *s == Stands::Ended) {
            self.main = Stands::Fresh;
        }
        false
    }
}

/// Goes through all schedules, as [`csp::sim`] says that they are made.
struct Enumerator<'a> {
    program: &'a Program,
    outcomes: BTreeSet<Seen>,
    schedules: u64,
}

impl Enumerator<'_> {
    /// `at` is at an operation and may go on.
    fn decide(&mut self, model: &Model, at: Option<usize>, budget: u32) {
        for id in at.into_iter().chain(model.runnable(at)) {
            let mut next = model.clone();
            let mut budget = budget;
            if let Some(at) = at.filter(|&at| at != id) {
                if budget == 0 {
                    continue;
                }
                budget -= 1;
                match at {
                    MAIN => next.main = Stands::Held,
                    at => next.stands[at] = Stands::Held,
                }
            }
            self.run(next, id, budget);
        }
        if at.is_none() && model.runnable(None).is_empty() {
            self.ends(model, false);
        }
    }

    fn run(&mut self, mut model: Model, id: usize, budget: u32) {
        if id == MAIN {
            if model.main == Stands::Fresh || model.stands.iter().all(|s| *s == Stands::Ended) {
                return self.ends(&model, true);
            }
            model.main = Stands::Waits;
            return self.decide(&model, None, budget);
        }
        let fresh = std::mem::replace(&mut model.stands[id], Stands::Held) == Stands::Fresh;
        let after = match fresh {
            true => vec![model],
            false => model.operate(self.program, id),
        };
        for mut model in after {
            let at =
                model.stands[id] != Stands::Waits && model.comes_to_an_operation(self.program, id);
            self.decide(&model, at.then_some(id), budget);
        }
    }

    fn ends(&mut self, model: &Model, completes: bool) {
        self.schedules += 1;
        self.outcomes.insert(Seen {
            completes,
            ..model.seen.clone()
        });
    }
}

fn enumerated(program: &Program, preemptions: u32) -> (BTreeSet<Seen>, u64) {
    let mut enumerator = Enumerator {
        program,
        outcomes: BTreeSet::new(),
        schedules: 0,
    };
    let model = Model::new(program);
    enumerator.decide(&model, Some(MAIN), preemptions);
    (enumerator.outcomes, enumerator.schedules)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// The same outcomes and as many schedules, with few preemptions and with
    /// as many as there can be.
    #[test]
    fn depth_first_is_exhaustive(program in program(), preemptions in 0..3_u32) {
        prop_assert_eq!(simulated(&program, preemptions), enumerated(&program, preemptions));
        prop_assert_eq!(simulated(&program, u32::MAX), enumerated(&program, u32::MAX));
    }
}
