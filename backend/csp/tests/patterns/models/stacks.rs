//! A lock-free stack, used by one, is a stack.

use csp::patterns::{AbaStack, EpochStack, TaggedStack};
use proptest::prelude::*;

/// Slots: few, so that the stacks are full at times.
const CAPACITY: usize = 5;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 4 } else { 256 }))]

    #[test]
    fn a_stack_is_a_stack(ops in prop::collection::vec(prop::option::of(any::<u64>()), 0..100)) {
        let (tagged, aba, epoch) = (TaggedStack::new(CAPACITY), AbaStack::new(CAPACITY), EpochStack::new());
        let mut plain = Vec::new();
        for op in ops {
            match op {
                Some(value) if plain.len() == CAPACITY => {
                    prop_assert_eq!(tagged.push(value), Err(value));
                    prop_assert_eq!(aba.push(value), Err(value));
                }
                Some(value) => {
                    plain.push(value);
                    prop_assert_eq!(tagged.push(value), Ok(()));
                    prop_assert_eq!(aba.push(value), Ok(()));
                    epoch.push(value);
                }
                None => {
                    let expected = plain.pop();
                    prop_assert_eq!(tagged.pop(), expected);
                    prop_assert_eq!(aba.pop(), expected);
                    prop_assert_eq!(epoch.pop(), expected);
                }
            }
            prop_assert_eq!(tagged.is_empty(), plain.is_empty());
            prop_assert_eq!(epoch.is_empty(), plain.is_empty());
            prop_assert_eq!(aba.audit().linked.len(), plain.len());
            prop_assert!(aba.audit().is_sound());
        }
    }
}
