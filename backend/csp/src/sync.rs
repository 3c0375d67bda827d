//! What Go keeps in package `sync`.

mod wait_group;

pub use wait_group::{Wait, WaitGroup};
