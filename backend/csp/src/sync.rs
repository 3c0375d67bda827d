//! What Go keeps in package `sync`.

mod mutex;
mod raw_mutex;
mod subject;
mod wait_group;
mod waiting;

pub use mutex::{Lock, Mutex, MutexGuard};
pub use wait_group::{Wait, WaitGroup};
