//! Semaphore and Cond against plain models, and locks against what must always
//! hold: random programs of operations that are begun, polled and dropped at any
//! point.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use csp::sync::{Cond, CondWait, Mutex, MutexGuard, RWMutex, ReadGuard, Semaphore, WriteGuard};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: if cfg!(miri) { 8 } else { 1_000 },
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// One step of a program; numbers choose among what is there, counted round.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Begins an operation of this kind, and polls it once.
    Begin(u32),
    /// Tries one of this kind without waiting.
    Try(u32),
    /// Gives back what one got.
    Release(usize),
    /// Polls one that waits.
    Poll(usize),
    /// Drops it.
    Drop(usize),
    /// Signals; all of them, if so.
    Signal(bool),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        5 => (0..4_u32).prop_map(Step::Begin),
        2 => (0..4_u32).prop_map(Step::Try),
        5 => (0..8_usize).prop_map(Step::Release),
        4 => (0..8_usize).prop_map(Step::Poll),
        3 => (0..8_usize).prop_map(Step::Drop),
        3 => prop::bool::weighted(0.2).prop_map(Step::Signal),
    ];
    proptest::collection::vec(step, 1..80)
}

/// Whether it was woken since it was last polled.
#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// An operation that waits.
struct Operation<'a, T> {
    future: Pin<Box<dyn Future<Output = T> + 'a>>,
    flag: Arc<Flag>,
}

impl<'a, T> Operation<'a, T> {
    fn new(future: impl Future<Output = T> + 'a) -> Self {
        Operation {
            future: Box::pin(future),
            flag: Arc::default(),
        }
    }

    fn poll(&mut self) -> Poll<T> {
        self.flag.0.store(false, Ordering::Relaxed);
        let waker = Waker::from(self.flag.clone());
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }

    fn woken(&self) -> bool {
        self.flag.0.load(Ordering::Relaxed)
    }
}

/// Begins, polls and drops operations; what they resolve to is kept.
struct Pool<'a, T> {
    waiting: Vec<Operation<'a, T>>,
    held: Vec<T>,
}

impl<'a, T> Pool<'a, T> {
    fn step(
        &mut self,
        step: Step,
        begin: impl Fn(u32) -> Operation<'a, T>,
        tries: impl Fn(u32) -> Option<T>,
    ) {
        match step {
            Step::Begin(kind) => {
                let mut operation = begin(kind);
                match operation.poll() {
                    Poll::Ready(got) => self.held.push(got),
                    Poll::Pending => self.waiting.push(operation),
                }
            }
            Step::Try(kind) => self.held.extend(tries(kind)),
            Step::Release(n) if !self.held.is_empty() => {
                drop(self.held.remove(n % self.held.len()));
            }
            Step::Poll(n) if !self.waiting.is_empty() => self.poll(n % self.waiting.len()),
            Step::Drop(n) if !self.waiting.is_empty() => {
                drop(self.waiting.remove(n % self.waiting.len()));
            }
            _ => {}
        }
    }

    fn poll(&mut self, index: usize) {
        if let Poll::Ready(got) = self.waiting[index].poll() {
            self.waiting.remove(index);
            self.held.push(got);
        }
    }

    /// Whether somebody can go on without more being done.
    fn goes_on(&self) -> bool {
        !self.held.is_empty()
            || self.waiting.is_empty()
            || self.waiting.iter().any(Operation::woken)
    }

    /// Gives back what is held and polls who was woken, until nobody waits.
    fn finish(&mut self) {
        while !self.waiting.is_empty() {
            self.held.clear();
            let woken = self.waiting.iter().position(Operation::woken);
            self.poll(woken.expect("somebody waits, and nobody will wake it"));
        }
    }
}

/// What an operation on an RWMutex got.
struct Held<'a> {
    read: Option<ReadGuard<'a, ()>>,
    write: Option<WriteGuard<'a, ()>>,
}

fn reads(guard: ReadGuard<'_, ()>) -> Held<'_> {
    Held {
        read: Some(guard),
        write: None,
    }
}

fn writes(guard: WriteGuard<'_, ()>) -> Held<'_> {
    Held {
        read: None,
        write: Some(guard),
    }
}

proptest! {
    #![proptest_config(config())]

    /// One holds it; if nobody does, somebody who waits has been woken.
    #[test]
    fn a_mutex_is_held_by_one_and_wakes_who_waits(steps in steps()) {
        let mutex = Mutex::new(());
        let mut pool = Pool::<MutexGuard<'_, ()>> { waiting: Vec::new(), held: Vec::new() };
        for step in steps {
            let begin = |_| Operation::new(mutex.lock());
            let free = pool.held.is_empty() && pool.waiting.is_empty();
            pool.step(step, begin, |_| {
                let tried = mutex.try_lock();
                assert!(tried.is_some() || !free);
                tried
            });
            prop_assert!(pool.held.len() <= 1);
            prop_assert!(pool.goes_on());
        }
        pool.finish();
        pool.held.clear();
        prop_assert!(mutex.try_lock().is_some());
    }

    /// Readers or one writer hold it; if nobody does, somebody who waits has
    /// been woken.
    #[test]
    fn an_rw_mutex_is_held_by_readers_or_one_writer(steps in steps()) {
        let mutex = RWMutex::new(());
        let mut pool = Pool::<Held<'_>> { waiting: Vec::new(), held: Vec::new() };
        for step in steps {
            let begin = |kind| match kind {
                0 => Operation::new(async { writes(mutex.write().await) }),
                _ => Operation::new(async { reads(mutex.read().await) }),
            };
            pool.step(step, begin, |kind| match kind {
                0 => mutex.try_write().map(writes),
                _ => mutex.try_read().map(reads),
            });
            let readers = pool.held.iter().filter(|held| held.read.is_some()).count();
            let writers = pool.held.iter().filter(|held| held.write.is_some()).count();
            prop_assert!(writers == 0 || (writers, readers) == (1, 0));
            prop_assert!(pool.goes_on());
        }
        pool.finish();
        pool.held.clear();
        prop_assert!(mutex.try_write().is_some());
    }

    /// Every result, and who is served when.
    #[test]
    fn a_semaphore_behaves_as_its_model(size in 1..5_u32, steps in steps()) {
        let semaphore = Semaphore::new(size);
        let mut model = SemaphoreModel { size, free: size, waiting: Vec::new() };
        let mut waiting = Vec::new();
        let mut held: Vec<u32> = Vec::new();
        for step in steps {
            match step {
                Step::Begin(count) => {
                    let mut operation = Operation::new(semaphore.acquire(count));
                    let ready = operation.poll().is_ready();
                    prop_assert_eq!(ready, model.acquire(count, true));
                    match ready {
                        true => held.push(count),
                        false => waiting.push((count, operation)),
                    }
                }
                Step::Try(count) => {
                    let took = semaphore.try_acquire(count);
                    prop_assert_eq!(took, model.acquire(count, false));
                    held.extend(took.then_some(count));
                }
                Step::Release(n) if !held.is_empty() => {
                    let count = held.remove(n % held.len());
                    semaphore.release(count);
                    model.release(count);
                }
                Step::Poll(n) if !waiting.is_empty() => {
                    let n = n % waiting.len();
                    let ready = waiting[n].1.poll().is_ready();
                    prop_assert_eq!(ready, model.waiting[n].1);
                    if ready {
                        held.push(waiting.remove(n).0);
                        model.waiting.remove(n);
                    }
                }
                Step::Drop(n) if !waiting.is_empty() => {
                    let n = n % waiting.len();
                    drop(waiting.remove(n));
                    let (count, served) = model.waiting.remove(n);
                    model.release(if served { count } else { 0 });
                }
                _ => {}
            }
            for ((_, operation), (_, served)) in waiting.iter().zip(&model.waiting) {
                prop_assert_eq!(operation.woken(), *served);
            }
        }
    }

    /// Who gets which signal, also if one that got it is dropped.
    #[test]
    fn a_cond_behaves_as_its_model(steps in steps()) {
        let (mutex, cond) = (Mutex::new(()), Cond::new());
        let mut waits: Vec<(u64, Pin<Box<CondWait<'_, ()>>>)> = Vec::new();
        let mut model = CondModel::default();
        let mut cx = Context::from_waker(Waker::noop());
        for step in steps {
            match step {
                Step::Begin(_) => {
                    let held = mutex.try_lock();
                    let mut wait = Box::pin(cond.wait(held.expect("nobody holds it")));
                    prop_assert!(wait.as_mut().poll(&mut cx).is_pending());
                    waits.push((model.arrives(), wait));
                }
                Step::Signal(true) => {
                    cond.broadcast();
                    model.broadcast();
                }
                Step::Signal(false) => {
                    cond.signal();
                    model.signal(u64::MAX);
                }
                Step::Poll(n) if !waits.is_empty() => {
                    let n = n % waits.len();
                    let ready = waits[n].1.as_mut().poll(&mut cx).is_ready();
                    prop_assert_eq!(ready, model.signalled(waits[n].0));
                    if ready {
                        model.waiting.retain(|(arrival, _)| *arrival != waits[n].0);
                        drop(waits.remove(n));
                    }
                }
                Step::Drop(n) if !waits.is_empty() => {
                    let (arrival, wait) = waits.remove(n % waits.len());
                    drop(wait);
                    model.leaves(arrival);
                }
                _ => {}
            }
        }
    }
}

/// Who waits is a list in the order of coming, with whether it was served.
struct SemaphoreModel {
    size: u32,
    free: u32,
    waiting: Vec<(u32, bool)>,
}

impl SemaphoreModel {
    fn acquire(&mut self, count: u32, waits: bool) -> bool {
        let size = self.size;
        let queues = |(count, served): &(u32, bool)| !served && *count <= size;
        if count <= self.free && !self.waiting.iter().any(queues) {
            self.free -= count;
            return true;
        }
        if waits {
            self.waiting.push((count, false));
        }
        false
    }

    fn release(&mut self, count: u32) {
        self.free += count;
        for (count, served) in &mut self.waiting {
            if *served || *count > self.size {
                continue;
            }
            if *count > self.free {
                break;
            }
            self.free -= *count;
            *served = true;
        }
    }
}

/// Who waits is a list in the order of arrival, with the signal that each got.
#[derive(Default)]
struct CondModel {
    waiting: Vec<(u64, Got)>,
    arrivals: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum Got {
    Nothing,
    /// A signal for one that arrived before this.
    Signal(u64),
    Broadcast,
}

impl CondModel {
    fn arrives(&mut self) -> u64 {
        self.waiting.push((self.arrivals, Got::Nothing));
        self.arrivals += 1;
        self.arrivals - 1
    }

    fn signal(&mut self, before: u64) {
        let before = before.min(self.arrivals);
        let mut waiting = self.waiting.iter_mut();
        if let Some((_, got)) =
            waiting.find(|(arrival, got)| *got == Got::Nothing && *arrival < before)
        {
            *got = Got::Signal(before);
        }
    }

    fn broadcast(&mut self) {
        for (_, got) in &mut self.waiting {
            if *got == Got::Nothing {
                *got = Got::Broadcast;
            }
        }
    }

    fn signalled(&self, arrival: u64) -> bool {
        let mut waiting = self.waiting.iter();
        waiting.any(|(other, got)| *other == arrival && *got != Got::Nothing)
    }

    fn leaves(&mut self, arrival: u64) {
        let mut waiting = self.waiting.iter();
        let place = waiting.position(|(other, _)| *other == arrival).unwrap();
        if let (_, Got::Signal(before)) = self.waiting.remove(place) {
            self.signal(before);
        }
    }
}
