//! A map of shards, used by one, is a map.

use std::collections::HashMap;

use csp::patterns::ShardedMap;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Op {
    Insert(u8, u32),
    Remove(u8),
    Add(u8, u32),
    Clear,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        20 => (any::<u8>(), any::<u32>()).prop_map(|(key, value)| Op::Insert(key, value)),
        10 => any::<u8>().prop_map(Op::Remove),
        10 => (any::<u8>(), any::<u32>()).prop_map(|(key, value)| Op::Add(key, value)),
        1 => Just(Op::Clear),
    ];
    prop::collection::vec(op, 0..300)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 128 }))]

    #[test]
    fn a_map_is_a_map(ops in ops(), shards in 1..40_usize) {
        let (map, mut plain) = (ShardedMap::with_shards(shards), HashMap::new());
        prop_assert_eq!(map.shards(), shards);
        for op in ops {
            match op {
                Op::Insert(key, value) => {
                    prop_assert_eq!(map.insert(key, value), plain.insert(key, value));
                }
                Op::Remove(key) => prop_assert_eq!(map.remove(&key), plain.remove(&key)),
                Op::Add(key, value) => {
                    let add = |sum: &mut u32| { *sum = sum.wrapping_add(value); *sum };
                    let sum = map.update(key, || 7, add);
                    prop_assert_eq!(sum, add(plain.entry(key).or_insert(7)));
                }
                Op::Clear => { map.clear(); plain.clear(); }
            }
            prop_assert_eq!(map.len(), plain.len());
        }
        for key in 0..=u8::MAX {
            prop_assert_eq!(map.get(&key), plain.get(&key).copied());
            prop_assert_eq!(map.contains_key(&key), plain.contains_key(&key));
            prop_assert!(map.shard_of(&key) < shards);
        }
        let mut seen = HashMap::new();
        map.for_each(|key, value| { seen.insert(*key, *value); });
        prop_assert_eq!(seen, plain);
    }
}
