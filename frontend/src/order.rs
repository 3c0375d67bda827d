//! Lists in order, by one sort for all types.
//!
//! A sort of the standard library is made anew for every type and every key, at
//! three kilobytes each. Here numbers are sorted, and the items put where their
//! numbers went.

/// Puts items in the order of a number, the least first; of equals the one that
/// stood before stays before.
pub fn ascending<T>(items: &mut Vec<T>, key: impl Fn(&T) -> u64) {
    let keys = items.iter().map(key).collect();
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order(keys).iter().filter_map(|at| taken[*at].take()));
}

/// The same, the most first.
pub fn descending<T>(items: &mut Vec<T>, key: impl Fn(&T) -> u64) {
    ascending(items, |item| u64::MAX - key(item));
}

/// Where the items stood, in the order of their keys.
fn order(keys: Vec<u64>) -> Vec<usize> {
    let mut keys: Vec<(u64, usize)> = keys.into_iter().zip(0..).collect();
    keys.sort_unstable();
    keys.into_iter().map(|(_, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn they_are_what_a_stable_sort_makes(numbers in prop::collection::vec(0u64..9, 0..60)) {
            let items: Vec<(u64, usize)> = numbers.into_iter().zip(0..).collect();
            let (mut ours, mut plain) = (items.clone(), items.clone());
            ascending(&mut ours, |item| item.0);
            plain.sort_by_key(|item| item.0);
            prop_assert_eq!(&ours, &plain);
            let (mut ours, mut plain) = (items.clone(), items);
            descending(&mut ours, |item| item.0);
            plain.sort_by_key(|item| std::cmp::Reverse(item.0));
            prop_assert_eq!(ours, plain);
        }
    }
}
