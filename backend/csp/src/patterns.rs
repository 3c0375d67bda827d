//! The patterns that Go programs are made of, as parts of a library.
//!
//! | part | what it is |
//! |---|---|
//! | [`WorkerPool`] | a fixed number of workers and a bounded queue |
//! | [`DynamicPool`] | as many workers as its queue needs |
//! | [`GoroutinePool`] | a queue for each worker, and what that brings |
//! | [`Pipeline`], [`fan_out`], [`fan_in`], [`stage`] | stages in a row and side by side, which end with their context |
//! | [`PubSub`] | each message to all who subscribed |
//! | [`errgroup`] | goroutines of which the first error counts |
//! | [`singleflight`] | one call for all who want the same |
//! | [`RateLimiter`], [`TickerLimiter`] | so many a second |
//! | [`Prioritized`] | two channels, one of them first |
//! | [`TrackedChannel`] | a channel that counts |
//! | [`ShardedMap`] | a map with many locks |
//! | [`TaggedStack`], [`EpochStack`], [`AbaStack`] | lock-free stacks: quick, with freed nodes, and wrong |
//!
//! Where a part is known to be got wrong, its page says how, and it does not do
//! so; [`Dispatch::Scan`] and [`AbaStack`] are wrong on purpose, to be looked at.
//! In a run with a trace they name their goroutines and objects, set counters
//! (queued tasks, active workers, what was delivered and what dropped) and mark
//! regions.

mod aba_stack;
mod backoff;
mod door;
mod dynamic_pool;
mod epoch_stack;
pub mod errgroup;
mod goroutine_pool;
mod pipeline;
pub mod priority;
mod pub_sub;
mod queue;
mod rate_limiter;
mod sharded_map;
pub mod singleflight;
mod tagged_stack;
mod task;
mod tracked_channel;
mod worker_pool;

pub use aba_stack::{AbaStack, Audit, BegunPop};
pub use dynamic_pool::{DynamicConfig, DynamicPool};
pub use epoch_stack::EpochStack;
pub use goroutine_pool::{Dispatch, GoroutinePool, SeatTotals};
pub use pipeline::{Pipeline, fan_in, fan_out, stage};
pub use priority::{Prioritized, Priority};
pub use pub_sub::{
    NextMessage, Policy, PubSub, Published, SubscribeError, SubscriberTotals, Subscription,
    TopicClosed,
};
pub use rate_limiter::{RateError, RateLimiter, RateTotals, Reservation, TickerLimiter};
pub use sharded_map::{DEFAULT_SHARDS, ShardedMap};
pub use tagged_stack::{TaggedPop, TaggedStack};
pub use task::{Task, TaskEnd, Verdict};
pub use tracked_channel::{ChannelTotals, TrackedChannel};
pub use worker_pool::{PoolClosed, PoolTotals, Submit, TrySubmitError, WorkerPool};
