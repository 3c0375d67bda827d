//! Four goroutines count in one map, of one shard and of 32.

use std::sync::Arc;

use csp::patterns::ShardedMap;
use csp::run::Config;
use csp::sync::WaitGroup;
use csp::time::now;
use csp::{native, println};

fn main() {
    native::run(Config::default(), async {
        for shards in [1, 32] {
            let map = Arc::new(ShardedMap::with_shards(shards));
            let (counting, start) = (WaitGroup::new(), now());
            for _ in 0..4 {
                let map = map.clone();
                counting.go(async move {
                    for number in 0..100_000_u64 {
                        map.update(number % 1000, || 0, |count| *count += 1);
                    }
                });
            }
            counting.wait().await;
            let (time, contended) = (start.elapsed(), map.contended());
            println!("{shards} shards: {time:?}, a shard was taken {contended} times");
            assert_eq!(map.get(&7), Some(400));
        }
    });
}
