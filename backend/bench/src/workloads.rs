//! The workloads, by the names that `cargo xtask bench` knows them by; it has
//! their words, operations and goals (`backend/xtask/src/bench/workloads.rs`).
//!
//! Each is an async function that runs so many operations as a goroutine of the
//! run, checks its result, and returns what one operation cost.

mod buffered_4x4;
mod close_10k;
mod event_cost;
mod parked_bytes;
mod pingpong;
mod pub_sub_8;
mod scaling;
mod select_2_ready;
mod select_4_blocking;
mod select_4_ready;
mod select_default;
mod spawn_join;
mod stream_buffered;
mod stream_unbuffered;

#[cfg(feature = "peers")]
pub(crate) use parked_bytes::resident_bytes;

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
        "pub_sub_8" => ours(frame, pub_sub_8::run),
        "scaling_spawn" => ours(frame, scaling::spawn),
        "scaling_park" => ours(frame, scaling::park),
        "scaling_join" => ours(frame, scaling::join),
        "event_cost" => event_cost::measure(frame),
        _ => return None,
    })
}
