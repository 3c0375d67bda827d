//! pkg sync: Map.

use std::collections::BTreeMap;
use std::sync::Arc;

use csp::sync::{Map, WaitGroup};
use csp::yield_now;

use super::{often, spawn};

/// Each operation does what its documentation says, and returns what it says.
pub(crate) async fn operations_return_what_go_says() {
    let map = Map::named("cache");
    assert_eq!(map.load(&1).await, None);
    map.store(1, "one").await;
    assert_eq!(map.load(&1).await, Some("one"));
    assert_eq!(map.load_or_store(1, "uno").await, ("one", true));
    assert_eq!(map.load_or_store(2, "two").await, ("two", false));
    assert_eq!(map.swap(2, "due").await, Some("two"));
    assert_eq!(map.swap(3, "three").await, None);
    assert!(!map.compare_and_swap(3, &"drei", "tre").await);
    assert!(map.compare_and_swap(3, &"three", "tre").await);
    assert!(!map.compare_and_swap(4, &"four", "quattro").await);
    assert_eq!(map.load(&4).await, None);
    assert!(!map.compare_and_delete(&3, &"three").await);
    assert!(map.compare_and_delete(&3, &"tre").await);
    assert!(!map.compare_and_delete(&3, &"tre").await);
    assert_eq!(map.load_and_delete(&2).await, Some("due"));
    assert_eq!(map.load_and_delete(&2).await, None);
    map.delete(&1).await;
    map.delete(&1).await;
    assert_eq!(map.load(&1).await, None);
}

/// Range: each key once, until the function returns false.
pub(crate) async fn range_visits_each_key_once() {
    let map = Map::new();
    for key in 0..100 {
        map.store(key, key * key).await;
    }
    let mut seen = BTreeMap::new();
    let all = map.range(|&key, &value| seen.insert(key, value).is_none());
    all.await;
    assert_eq!(seen.len(), 100);
    assert!(seen.iter().all(|(key, value)| key * key == *value));
    let mut visited = 0;
    map.range(|_, _| {
        visited += 1;
        visited < 3
    })
    .await;
    assert_eq!(visited, 3);
    map.clear().await;
    map.range(|_, _| panic!("it is empty")).await;
}

/// mem: a write is synchronized before a read that sees it; of all who come
/// first, one stores.
pub(crate) async fn one_of_many_stores() {
    for _ in 0..often(20) {
        let (map, group) = (Arc::new(Map::new()), WaitGroup::new());
        let stored = Arc::new(csp::sync::atomic::Int64::new(0));
        for goroutine in 0..8 {
            let (map, stored) = (map.clone(), stored.clone());
            spawn(&group, async move {
                let (value, loaded) = map.load_or_store("key", goroutine).await;
                if !loaded {
                    stored.add(1).await;
                }
                yield_now().await;
                assert_eq!(map.load(&"key").await, Some(value));
            });
        }
        group.wait().await;
        assert_eq!(stored.load().await, 1);
    }
}

/// CompareAndSwap: no update is lost.
pub(crate) async fn no_update_by_compare_and_swap_is_lost() {
    let (map, group) = (Arc::new(Map::new()), WaitGroup::new());
    map.store("count", 0).await;
    let rounds = often(100);
    for _ in 0..4 {
        let map = map.clone();
        spawn(&group, async move {
            for _ in 0..rounds {
                loop {
                    let before = map.load(&"count").await.unwrap();
                    if map.compare_and_swap("count", &before, before + 1).await {
                        break;
                    }
                    yield_now().await;
                }
            }
        });
    }
    group.wait().await;
    assert_eq!(map.load(&"count").await, Some(4 * rounds));
}

/// All of them.
macro_rules! map_rules {
    ($run:ident) => {
        $run! {
            map:
            operations_return_what_go_says
            range_visits_each_key_once
            one_of_many_stores
            no_update_by_compare_and_swap_is_lost
        }
    };
}

pub(crate) use map_rules;
