//! Other libraries on the same work: what a Rust program would use today, on
//! tokio. Compiled with the feature `peers` alone.
//!
//! They get what they are best with: crossfire its channels for one sender and
//! one receiver where there is one of each, a map the hasher that ours has. A
//! library without unbuffered channels gets a buffer of one.

mod channels;
mod locks;
mod maps;
mod select;
mod streams;
mod tasks;

use std::future::Future;

use channels::{AsyncChannel, Channel, Crossfire, CrossfireSpsc, Flume, Kanal, Shared, Tokio};

use crate::frame::Frame;
use tasks::Function;

/// What one operation of a workload cost with a library; `None` if that library
/// does no such work.
pub(crate) fn measure(peer: &str, workload: &str, frame: &Frame) -> Option<f64> {
    match peer {
        "tokio" => tokio(workload, frame),
        "kanal" => shared::<Kanal>(workload, frame),
        "flume" => shared::<Flume>(workload, frame),
        "async-channel" => shared::<AsyncChannel>(workload, frame),
        "crossfire" => {
            crossfire::detect_backoff_cfg();
            one_to_one::<CrossfireSpsc>(workload, frame)
                .or_else(|| shared::<Crossfire>(workload, frame))
        }
        "parking_lot" => parking_lot(workload, frame),
        "dashmap" | "papaya" | "scc" => map(peer, workload, frame),
        _ => None,
    }
}

fn map(peer: &str, workload: &str, frame: &Frame) -> Option<f64> {
    Some(match (workload, peer) {
        ("sharded_read", "dashmap") => on_tokio(frame, maps::dashmap_of_32),
        ("map_read", "dashmap") => on_tokio(frame, maps::dashmap),
        ("map_read", "papaya") => on_tokio(frame, maps::papaya),
        ("map_read", "scc") => on_tokio(frame, maps::scc),
        _ => return None,
    })
}

fn parking_lot(workload: &str, frame: &Frame) -> Option<f64> {
    Some(match workload {
        "mutex_8" => on_tokio(frame, locks::mutex_8),
        "rwmutex_read" => on_tokio(frame, locks::rwmutex_read),
        "sharded_read" => on_tokio(frame, maps::shards),
        _ => return None,
    })
}

fn tokio(workload: &str, frame: &Frame) -> Option<f64> {
    Some(match workload {
        "spawn_join" => on_tokio(frame, tasks::spawn_join),
        "mutex_8" => on_tokio(frame, locks::async_mutex_8),
        "select_2_ready" => on_tokio(frame, select::two_ready),
        "select_4_ready" => on_tokio(frame, select::four_ready),
        "select_4_blocking" => on_tokio(frame, select::four_blocking),
        "select_default" => on_tokio(frame, select::with_default),
        _ => return one_to_one::<Tokio>(workload, frame),
    })
}

fn one_to_one<C: Channel>(workload: &str, frame: &Frame) -> Option<f64> {
    Some(match workload {
        "pingpong" => on_tokio(frame, streams::pingpong::<C>),
        "stream_unbuffered" => on_tokio(frame, streams::unbuffered::<C>),
        "stream_buffered" => on_tokio(frame, streams::buffered::<C>),
        "pub_sub_8" => on_tokio(frame, streams::pub_sub_8::<C>),
        _ => return None,
    })
}

fn shared<C: Shared + Shared<Function>>(workload: &str, frame: &Frame) -> Option<f64> {
    Some(match workload {
        "parked_bytes" => on_tokio(frame, tasks::parked_bytes::<C>),
        "close_10k" => on_tokio(frame, tasks::close_10k::<C>),
        "worker_pool" => on_tokio(frame, tasks::worker_pool::<C>),
        "buffered_4x4" => on_tokio(frame, streams::four_to_four::<C>),
        _ => return one_to_one::<C>(workload, frame),
    })
}

/// As [`ours`](crate::frame::ours): the warm-up and the operations, one after
/// the other, by one task of a runtime with as many workers.
fn on_tokio<F>(frame: &Frame, workload: impl Fn(usize) -> F + Send + 'static) -> f64
where
    F: Future<Output = f64> + Send + 'static,
{
    let Frame {
        operations,
        warm_up,
        procs,
        ..
    } = *frame;
    let runtime = ::tokio::runtime::Builder::new_multi_thread()
        .worker_threads(procs)
        .enable_time()
        .build()
        .expect("the system starts threads");
    let main = runtime.spawn(async move {
        if warm_up > 0 {
            workload(warm_up).await;
        }
        workload(operations).await
    });
    runtime.block_on(main).expect("the workload ends")
}
