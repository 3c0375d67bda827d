//! pkg sync: Map: the rules everywhere, and a plain model.

use std::collections::BTreeMap;

use csp::sync::Map;
use proptest::prelude::*;

use super::bodies::map::map_rules;
use super::everywhere::everywhere;

map_rules!(everywhere);

#[derive(Clone, Debug)]
enum Step {
    Load(u8),
    Store(u8, u8),
    LoadOrStore(u8, u8),
    LoadAndDelete(u8),
    Swap(u8, u8),
    CompareAndSwap(u8, u8, u8),
    CompareAndDelete(u8, u8),
    Clear,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (key, value) = (0..6_u8, 0..3_u8);
    let pair = (key.clone(), value.clone());
    let step = prop_oneof![
        4 => key.clone().prop_map(Step::Load),
        4 => pair.clone().prop_map(|(key, value)| Step::Store(key, value)),
        4 => pair.clone().prop_map(|(key, value)| Step::LoadOrStore(key, value)),
        4 => key.prop_map(Step::LoadAndDelete),
        4 => pair.clone().prop_map(|(key, value)| Step::Swap(key, value)),
        4 => (pair.clone(), value).prop_map(|((key, old), new)| Step::CompareAndSwap(key, old, new)),
        4 => pair.prop_map(|(key, old)| Step::CompareAndDelete(key, old)),
        1 => Just(Step::Clear),
    ];
    proptest::collection::vec(step, 1..60)
}

async fn step(map: &Map<u8, u8>, model: &mut BTreeMap<u8, u8>, step: &Step) {
    match *step {
        Step::Load(key) => assert_eq!(map.load(&key).await, model.get(&key).copied()),
        Step::Store(key, value) => {
            map.store(key, value).await;
            model.insert(key, value);
        }
        Step::LoadOrStore(key, value) => {
            let loaded = model.contains_key(&key);
            let expected = *model.entry(key).or_insert(value);
            assert_eq!(map.load_or_store(key, value).await, (expected, loaded));
        }
        Step::LoadAndDelete(key) => {
            assert_eq!(map.load_and_delete(&key).await, model.remove(&key));
        }
        Step::Swap(key, value) => {
            assert_eq!(map.swap(key, value).await, model.insert(key, value));
        }
        Step::CompareAndSwap(key, old, new) => {
            let equal = model.get(&key) == Some(&old);
            assert_eq!(map.compare_and_swap(key, &old, new).await, equal);
            if equal {
                model.insert(key, new);
            }
        }
        Step::CompareAndDelete(key, old) => {
            let equal = model.get(&key) == Some(&old);
            assert_eq!(map.compare_and_delete(&key, &old).await, equal);
            if equal {
                model.remove(&key);
            }
        }
        Step::Clear => {
            map.clear().await;
            model.clear();
        }
    }
    let mut all = BTreeMap::new();
    map.range(|&key, &value| all.insert(key, value).is_none())
        .await;
    assert_eq!(all, *model);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(miri) { 4 } else { 500 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Every result, and what is in it after each step.
    #[test]
    fn a_map_behaves_as_its_model(steps in steps()) {
        let run = std::pin::pin!(async {
            let (map, mut model) = (Map::new(), BTreeMap::new());
            for next in &steps {
                step(&map, &mut model, next).await;
            }
        });
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(run.poll(&mut cx).is_ready());
    }
}
