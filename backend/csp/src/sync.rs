//! What Go keeps in packages `sync`, [`sync/atomic`](atomic) and
//! `golang.org/x/sync/semaphore`, and two things that Go programs do without
//! protection ([`RacingCell`], [`UnguardedMap`]), without undefined behaviour.

mod access;
pub mod atomic;
mod cond;
mod map;
#[cfg(all(test, csp_loom))]
mod models;
mod mutex;
mod once;
mod once_value;
mod pool;
mod racing_cell;
mod raw_mutex;
mod rw_mutex;
mod semaphore;
mod subject;
mod unguarded_map;
mod wait_group;
mod waiting;

pub use access::Access;
pub use cond::{Cond, CondWait};
pub use map::Map;
pub use mutex::{Lock, Mutex, MutexGuard};
pub use once::{CallOnce, Once};
pub use once_value::{Call, Get, OnceFunc, OnceValue};
pub use pool::{MAX_POOLED, Pool, PoolCounts};
pub use racing_cell::RacingCell;
pub use rw_mutex::{RWMutex, Read, ReadGuard, Write, WriteGuard};
pub use semaphore::{Acquire, Semaphore};
pub use unguarded_map::UnguardedMap;
pub use wait_group::{Wait, WaitGroup};
