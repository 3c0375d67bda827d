//! Who waits for whom, at the end of a run of either scheduler: from where each
//! goroutine waits, from who holds what ([`holders`]), and from who was
//! seen on which side of what ([`Sides`]).
//!
//! Nobody knows what code would do that has not run, so an answer is what can be
//! said for certain, or what was seen. [`Findings`] has the rules.

mod sides;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use sides::Sides;

use crate::ledger::Ledger;
use crate::run::{Findings, Waiting};
use crate::trace::{G, Reason};

/// What is known at the end of a run.
pub(crate) struct Known<'a> {
    pub(crate) sides: &'a Sides,
    /// Of what each waits for, as [`holders`] found it.
    pub(crate) holders: Vec<Option<G>>,
    /// Whether a timer is set that would do something.
    pub(crate) timers: bool,
}

/// Who holds what each of those that are left waits for. To be asked before they
/// are dropped, which gives it back.
pub(crate) fn holders(left: &[Waiting], ledger: &Ledger) -> Vec<Option<G>> {
    let objects = left.iter().map(|waiting| waiting.object);
    objects.map(|object| ledger.holder(object)).collect()
}

/// On what the waking of a goroutine depends.
enum Depends {
    /// Nothing wakes it.
    Nothing,
    /// Each of these has to come to it.
    OnAll(Vec<G>),
    /// One of these may; empty if that is not known.
    OnAny(Vec<G>),
}

/// Says of those that are left whom they wait for and whether they are stuck,
/// and finds a ring.
pub(crate) fn detect(left: &mut [Waiting], known: &Known<'_>) -> Findings {
    let depends: Vec<Depends> = left
        .iter()
        .zip(&known.holders)
        .map(|(waiting, holder)| known.depends(waiting, *holder))
        .collect();
    let there: BTreeSet<G> = left.iter().map(|waiting| waiting.g).collect();
    let hopeful = hopeful(left, &depends, known.timers);
    for (waiting, depends) in left.iter_mut().zip(&depends) {
        let (Depends::OnAll(whom) | Depends::OnAny(whom)) = depends else {
            waiting.stuck = true;
            continue;
        };
        let others = whom.iter().filter(|g| there.contains(g));
        waiting.waits_for = others.copied().collect();
        waiting.stuck = !hopeful.contains(&waiting.g);
    }
    Findings {
        cycle: cycle(left),
        ..Findings::default()
    }
}

impl Known<'_> {
    fn depends(&self, waiting: &Waiting, holder: Option<G>) -> Depends {
        let object = waiting.object;
        match waiting.reason {
            Some(Reason::ChanSendNil | Reason::ChanReceiveNil | Reason::SelectNoCases) => {
                Depends::Nothing
            }
            Some(Reason::Mutex | Reason::RwMutexRead | Reason::RwMutexWrite) => {
                let mut holders = self.sides.readers(object);
                holders.extend(holder);
                match holders.is_empty() {
                    true => Depends::OnAny(holders),
                    false => Depends::OnAll(holders),
                }
            }
            Some(Reason::ChanSend) => Depends::OnAny(self.sides.receivers(object, waiting.g)),
            Some(Reason::ChanReceive) => Depends::OnAny(self.sides.senders(object, waiting.g)),
            Some(Reason::WaitGroup) => Depends::OnAny(self.sides.members(object)),
            _ => Depends::OnAny(Vec::new()),
        }
    }
}

/// Those that could run, and those that they could wake.
fn hopeful(left: &[Waiting], depends: &[Depends], timers: bool) -> BTreeSet<G> {
    let lives = |waiting: &&Waiting| {
        matches!(
            waiting.reason,
            None | Some(Reason::Sleep | Reason::Foreign | Reason::Syscall)
        )
    };
    let mut hopeful: BTreeSet<G> = left.iter().filter(lives).map(|w| w.g).collect();
    if hopeful.is_empty() && !timers {
        return hopeful;
    }
    loop {
        let before = hopeful.len();
        for (waiting, depends) in left.iter().zip(depends) {
            let wakes = match depends {
                Depends::Nothing => false,
                Depends::OnAll(whom) => whom.iter().all(|g| hopeful.contains(g)),
                Depends::OnAny(whom) => whom.is_empty() || whom.iter().any(|g| hopeful.contains(g)),
            };
            if wakes {
                hopeful.insert(waiting.g);
            }
        }
        if hopeful.len() == before {
            return hopeful;
        }
    }
}

/// A ring of stuck goroutines: the one with the lowest number in it comes first.
fn cycle(left: &[Waiting]) -> Vec<G> {
    let stuck = left.iter().filter(|waiting| waiting.stuck);
    let waits: BTreeMap<G, &[G]> = stuck.map(|w| (w.g, w.waits_for.as_slice())).collect();
    // Those from which no ring is reached.
    let mut free = BTreeSet::new();
    for &start in waits.keys() {
        // A path, each with its alternatives that were not followed yet.
        let mut path: Vec<(G, &[G])> = vec![(start, waits[&start])];
        while let Some((g, rest)) = path.last_mut() {
            let Some((&next, others)) = rest.split_first() else {
                free.insert(*g);
                path.pop();
                continue;
            };
            *rest = others;
            if let Some(place) = path.iter().position(|(other, _)| *other == next) {
                let mut ring: Vec<G> = path[place..].iter().map(|(g, _)| *g).collect();
                let first = (0..ring.len()).min_by_key(|&place| ring[place]);
                ring.rotate_left(first.unwrap_or(0));
                return ring;
            }
            if let Some(whom) = waits.get(&next).filter(|_| !free.contains(&next)) {
                path.push((next, whom));
            }
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::{Depends, cycle, hopeful};
    use crate::run::Waiting;
    use crate::trace::{G, Reason};

    fn waiting(g: G, reason: Option<Reason>, waits_for: &[G]) -> Waiting {
        Waiting {
            g,
            name: None,
            reason,
            object: 0,
            object_name: None,
            at: None,
            waits_for: waits_for.to_vec(),
            stuck: true,
        }
    }

    #[test]
    fn a_ring_is_found_beside_those_that_wait_for_it() {
        let mutex = Some(Reason::Mutex);
        let left = [
            waiting(1, mutex, &[3]),
            waiting(2, mutex, &[7, 4]),
            waiting(3, mutex, &[4, 2]),
            waiting(4, mutex, &[]),
            waiting(7, mutex, &[3]),
        ];
        assert_eq!(cycle(&left), [2, 7, 3]);
        assert_eq!(cycle(&left[..4]), [] as [G; 0]);
        assert_eq!(cycle(&[waiting(5, mutex, &[5])]), [5]);
    }

    /// Hope spreads from who lives: a lock needs all of its holders, a channel
    /// one of its other side.
    #[test]
    fn hope_spreads_from_those_that_live() {
        let mutex = Some(Reason::Mutex);
        let mut left = vec![
            waiting(1, Some(Reason::Sleep), &[]),
            waiting(2, mutex, &[]),
            waiting(3, mutex, &[]),
            waiting(4, Some(Reason::ChanReceive), &[]),
            waiting(5, Some(Reason::ChanReceive), &[]),
        ];
        let depends = [
            Depends::OnAny(vec![]),
            Depends::OnAll(vec![1, 4]),
            Depends::OnAll(vec![1, 5]),
            Depends::OnAny(vec![9, 1]),
            Depends::OnAny(vec![9, 3]),
        ];
        assert!(hopeful(&left, &depends, false).into_iter().eq([1, 2, 4]));
        left[0].reason = mutex;
        assert!(hopeful(&left, &depends, false).is_empty());
    }
}
