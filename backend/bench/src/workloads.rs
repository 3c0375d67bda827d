//! The workloads, by the names that `cargo xtask bench` knows them by; it has
//! their words, operations and goals (`backend/xtask/src/bench/workloads.rs`).
//!
//! Each is an async function that runs so many operations as a goroutine of the
//! run, checks its result, and returns what one operation cost.

mod buffered_4x4;
mod close_10k;
mod event_cost;
mod lock_free_stack;
mod map_read;
mod mutex_8;
mod parked_bytes;
mod pingpong;
mod pub_sub_8;
mod readers;
mod rwmutex_read;
mod scaling;
mod select_2_ready;
mod select_4_blocking;
mod select_4_ready;
mod select_default;
mod sharded_read;
mod spawn_join;
mod stream_buffered;
mod stream_unbuffered;
mod worker_pool;

#[cfg(feature = "peers")]
pub(crate) use parked_bytes::resident_bytes;
#[cfg(feature = "peers")]
pub(crate) use readers::{ENTRIES, squares, sum_of_squares};

use crate::frame::{Frame, ours};

/// What one operation of a workload cost; `None` if there is none of that name.
pub(crate) fn measure(workload: &str, frame: &Frame) -> Option<f64> {
    Some(match workload {
        "spawn_join" => ours(frame, spawn_join::run),
        "parked_bytes" => ours(frame, parked_bytes::run),
        "pingpong" => ours(frame, pingpong::run),
        "stream_unbuffered" => ours(frame, stream_unbuffered::run),
        "stream_buffered" => ours(frame, stream_buffered::run),
        "buffered_4x4" => ours(frame, buffered_4x4::run),
        "select_2_ready" => ours(frame, select_2_ready::run),
        "select_4_ready" => ours(frame, select_4_ready::run),
        "select_4_blocking" => ours(frame, select_4_blocking::run),
        "select_default" => ours(frame, select_default::run),
        "close_10k" => ours(frame, close_10k::run),
        "mutex_8" => ours(frame, mutex_8::run),
        "rwmutex_read" => ours(frame, rwmutex_read::run),
        "map_read" => ours(frame, map_read::run),
        "sharded_read" => ours(frame, sharded_read::run),
        "lock_free_stack" => ours(frame, lock_free_stack::run),
        "worker_pool" => ours(frame, worker_pool::run),
        "pub_sub_8" => ours(frame, pub_sub_8::run),
        "scaling_spawn" => ours(frame, scaling::spawn),
        "scaling_park" => ours(frame, scaling::park),
        "scaling_join" => ours(frame, scaling::join),
        "event_cost" => event_cost::measure(frame),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A little of each, natively: they check their own results.
    #[test]
    fn every_workload_does_its_work() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/workloads");
        let mut done = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let is_rust = path.extension().is_some_and(|extension| extension == "rs");
            if !is_rust || ["readers", "scaling"].contains(&stem.as_str()) {
                continue;
            }
            let frame = Frame {
                operations: 1_000,
                warm_up: 10,
                procs: 2,
                traced: false,
            };
            assert!(measure(&stem, &frame).is_some(), "`{stem}` has no name");
            done.push(stem);
        }
        assert!(done.len() > 10, "{done:?}");
    }

    #[test]
    fn what_is_traced_and_what_grows_does_its_work_too() {
        let frame = Frame {
            operations: 100,
            warm_up: 0,
            procs: 2,
            traced: true,
        };
        assert!(measure("pingpong", &frame).is_some());
        assert!(measure("scaling_join", &frame).is_some());
        assert!(measure("no such workload", &frame).is_none());
    }
}
