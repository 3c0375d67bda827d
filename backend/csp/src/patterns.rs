//! The patterns that Go programs are made of, as parts of a library.

mod pub_sub;
mod queue;
mod task;
mod worker_pool;

pub use pub_sub::{
    NextMessage, Policy, PubSub, Published, SubscribeError, SubscriberTotals, Subscription,
    TopicClosed,
};
pub use task::{Task, TaskEnd, Verdict};
pub use worker_pool::{PoolClosed, PoolTotals, Submit, TrySubmitError, WorkerPool};
