//! What Go keeps in package `sync`.

mod cond;
mod mutex;
mod once;
mod once_value;
mod raw_mutex;
mod rw_mutex;
mod semaphore;
mod subject;
mod wait_group;
mod waiting;

pub use cond::{Cond, CondWait};
pub use mutex::{Lock, Mutex, MutexGuard};
pub use once::{CallOnce, Once};
pub use once_value::{Call, Get, OnceFunc, OnceValue};
pub use rw_mutex::{RWMutex, Read, ReadGuard, Write, WriteGuard};
pub use semaphore::{Acquire, Semaphore};
pub use wait_group::{Wait, WaitGroup};
