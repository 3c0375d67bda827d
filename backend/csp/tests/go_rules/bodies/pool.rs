//! pkg sync: Pool.

use std::sync::Arc;

use csp::sync::{MAX_POOLED, Pool, WaitGroup};
use csp::yield_now;

use super::{often, spawn};

/// Get: one that was put back, or what New makes.
pub(crate) async fn what_was_put_back_is_handed_out() {
    let pool = Pool::named("buffers", Vec::<u8>::new);
    let mut buffer = pool.get();
    assert!(buffer.is_empty());
    buffer.push(1);
    pool.put(buffer);
    assert_eq!(pool.get(), [1]);
    assert_eq!(pool.get(), []);
    let counts = pool.counts();
    assert_eq!((counts.reused, counts.made, counts.dropped), (1, 2, 0));
}

/// Nothing is handed out twice, and nothing gets lost below the limit.
pub(crate) async fn each_is_handed_out_to_one() {
    let (pool, group) = (Arc::new(Pool::new(|| Box::new(0_u64))), WaitGroup::new());
    let rounds = often(200) as u64;
    for _ in 0..8 {
        let pool = pool.clone();
        spawn(&group, async move {
            for round in 0..rounds {
                let mut item = pool.get();
                let before = *item;
                if round % 4 == 0 {
                    yield_now().await;
                }
                assert_eq!(*item, before);
                *item += 1;
                pool.put(item);
            }
        });
    }
    group.wait().await;
    let counts = pool.counts();
    assert_eq!(counts.reused + counts.made, 8 * rounds);
    assert_eq!(counts.dropped, 0);
    let mut uses = 0;
    for _ in 0..counts.made {
        uses += *pool.get();
    }
    assert_eq!((uses, pool.counts().made), (8 * rounds, counts.made));
}

/// It keeps so much and no more.
pub(crate) async fn it_keeps_no_more_than_its_limit() {
    let pool = Pool::new(|| ());
    for _ in 0..MAX_POOLED + 5 {
        pool.put(());
    }
    assert_eq!(pool.counts().dropped, 5);
}

/// All of them.
macro_rules! pool_rules {
    ($run:ident) => {
        $run! {
            pool:
            what_was_put_back_is_handed_out
            each_is_handed_out_to_one
            it_keeps_no_more_than_its_limit
        }
    };
}

pub(crate) use pool_rules;
