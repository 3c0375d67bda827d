//! Things that are used again.

use std::panic::Location;
use std::sync::Arc;

use parking_lot::Mutex;

use super::subject::Subject;
use crate::ambient;
use crate::trace::{ObjectKind, Place};

/// The most that a [`Pool`] keeps on each P. Go's is emptied by the garbage
/// collector; here it is this limit that bounds it: what is put beyond it is
/// dropped.
pub const MAX_POOLED: usize = 256;

/// The most lists of a [`Pool`]: above it Ps share them.
const MAX_SHELVES: usize = 64;

/// Go's `sync.Pool`: what was put back is handed out again before anything new
/// is made. Each P has a list of its own, so that they do not hold each other up;
/// the others' are looked at before something is made.
///
/// As in Go, nothing may be assumed of what `get` returns: clear it before it is
/// put back, or after.
pub struct Pool<T> {
    make: Box<dyn Fn() -> T + Send + Sync>,
    /// A power of two of them.
    shelves: Box<[Shelf<T>]>,
    _subject: Subject,
}

/// The list of a P, on cache lines of its own.
#[repr(align(128))]
struct Shelf<T>(Mutex<Kept<T>>);

struct Kept<T> {
    free: Vec<T>,
    counts: PoolCounts,
}

/// What a [`Pool`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolCounts {
    /// Handed out again.
    pub reused: u64,
    /// Made anew.
    pub made: u64,
    /// Put back beyond [`MAX_POOLED`], and dropped.
    pub dropped: u64,
}

impl<T: Send> Pool<T> {
    /// Empty; `make` makes what it lacks.
    ///
    /// Events: `Made`.
    #[track_caller]
    pub fn new(make: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self::build(None, Box::new(make), Location::caller())
    }

    /// With a name, for the picture.
    #[track_caller]
    pub fn named(name: impl Into<Arc<str>>, make: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self::build(Some(name.into()), Box::new(make), Location::caller())
    }

    fn build(name: Option<Arc<str>>, make: Box<dyn Fn() -> T + Send + Sync>, at: Place) -> Self {
        let shelves = (ambient::procs() + 1).next_power_of_two().min(MAX_SHELVES);
        let empty = || {
            Shelf(Mutex::new(Kept {
                free: Vec::new(),
                counts: PoolCounts::default(),
            }))
        };
        Pool {
            make,
            shelves: (0..shelves).map(|_| empty()).collect(),
            _subject: Subject::new(ObjectKind::Pool, name, 0, at),
        }
    }

    /// The list of the current P; threads without one share the last.
    #[inline]
    fn own(&self) -> &Mutex<Kept<T>> {
        let index = usize::from(ambient::p()) & (self.shelves.len() - 1);
        &self.shelves[index].0
    }

    /// One that was put back, or a new one. Does not wait.
    #[inline]
    pub fn get(&self) -> T {
        let mut kept = self.own().lock();
        if let Some(item) = kept.free.pop() {
            kept.counts.reused += 1;
            return item;
        }
        drop(kept);
        self.get_elsewhere()
    }

    #[cold]
    fn get_elsewhere(&self) -> T {
        for shelf in &self.shelves {
            // Who holds one is about to use it.
            if let Some(mut kept) = shelf.0.try_lock()
                && let Some(item) = kept.free.pop()
            {
                kept.counts.reused += 1;
                return item;
            }
        }
        self.own().lock().counts.made += 1;
        (self.make)()
    }

    /// Puts one back. Does not wait.
    #[inline]
    pub fn put(&self, item: T) {
        let mut kept = self.own().lock();
        if kept.free.len() < MAX_POOLED {
            kept.free.push(item);
        } else {
            kept.counts.dropped += 1;
            // What it does when it goes is none of the lock's business.
            drop(kept);
            drop(item);
        }
    }

    /// What it did so far.
    pub fn counts(&self) -> PoolCounts {
        let mut sum = PoolCounts::default();
        for shelf in &self.shelves {
            let counts = shelf.0.lock().counts;
            sum.reused += counts.reused;
            sum.made += counts.made;
            sum.dropped += counts.dropped;
        }
        sum
    }
}
