//! The ring of a P, in every order. It has four entries here.

use std::sync::Arc;

use loom::thread;

use super::{CAPACITY, Pointer, Ring};
use crate::memory::{Tracked, explore};

#[allow(unsafe_code)]
impl Pointer for Box<Tracked> {
    type Target = Tracked;

    fn into_raw(self) -> *mut Tracked {
        Box::into_raw(self)
    }

    unsafe fn from_raw(raw: *mut Tracked) -> Option<Self> {
        // SAFETY: the contract.
        (!raw.is_null()).then(|| unsafe { Box::from_raw(raw) })
    }
}

type Items = Ring<Box<Tracked>>;

fn item(number: u32) -> Box<Tracked> {
    Box::new(Tracked::new(number))
}

/// What a thief gets that steals `times`.
fn steals(from: &Items, times: usize) -> Vec<u32> {
    let (own, mut got) = (Items::new(), Vec::new());
    for _ in 0..times {
        if let Some((last, _)) = from.steal_into(&own) {
            got.extend(std::iter::from_fn(|| own.pop()).map(|item| item.get()));
            got.push(last.get());
        }
    }
    got
}

fn all_once(mut all: Vec<u32>, count: u32) {
    all.sort_unstable();
    assert_eq!(all, (0..count).collect::<Vec<_>>());
}

/// The owner pushes and pops while a thief steals twice: each item once, seen
/// whole, and in the order of the pushes for each of them.
#[test]
fn a_thief_and_the_owner_share_without_loss() {
    explore(3, || {
        let ring = Arc::new(Items::new());
        assert!(ring.push(item(0)).is_ok());
        let thief = {
            let ring = ring.clone();
            thread::spawn(move || steals(&ring, 2))
        };
        let mut own = Vec::new();
        assert!(ring.push(item(1)).is_ok());
        assert!(ring.push(item(2)).is_ok());
        own.extend(ring.pop().map(|item| item.get()));
        assert!(ring.push(item(3)).is_ok());
        let stolen = thief.join().unwrap();
        own.extend(std::iter::from_fn(|| ring.pop()).map(|item| item.get()));
        assert!(own.is_sorted() && stolen.is_sorted());
        own.extend(stolen);
        all_once(own, 4);
    });
}

/// Two thieves meet at one ring.
#[test]
fn two_thieves_share_without_loss() {
    explore(3, || {
        let ring = Arc::new(Items::new());
        for number in 0..3 {
            assert!(ring.push(item(number)).is_ok());
        }
        let thieves = [(); 2].map(|()| {
            let ring = ring.clone();
            thread::spawn(move || steals(&ring, 1))
        });
        let mut all: Vec<_> = ring.pop().map(|item| item.get()).into_iter().collect();
        for thief in thieves {
            all.extend(thief.join().unwrap());
        }
        all.extend(std::iter::from_fn(|| ring.pop()).map(|item| item.get()));
        all_once(all, 3);
    });
}

/// A full ring gives half away, or a thief was faster; entries are used again
/// while the thief may still be copying them.
#[test]
fn half_goes_to_one_of_two() {
    explore(3, || {
        let ring = Arc::new(Items::new());
        for number in 0..CAPACITY {
            assert!(ring.push(item(number)).is_ok());
        }
        let thief = {
            let ring = ring.clone();
            thread::spawn(move || steals(&ring, 1))
        };
        let mut more = item(CAPACITY);
        let mut all = Vec::new();
        while let Err(back) = ring.push(more) {
            more = back;
            all.extend(ring.pop_half().iter().map(|item| item.get()));
        }
        all.extend(thief.join().unwrap());
        all.extend(std::iter::from_fn(|| ring.pop()).map(|item| item.get()));
        all_once(all, CAPACITY + 1);
    });
}
