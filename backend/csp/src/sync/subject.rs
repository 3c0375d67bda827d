//! What the trace knows of a primitive: its number, and its counters.
//!
//! A primitive that was made in a run with a trace says so here, once, so that
//! the others pay one look at a field that lies beside their own.

use std::sync::Arc;

use crate::ambient::{self, Moment};
use crate::ledger::ObjectLedger;
use crate::trace::{G, Kind, LockMode, Object, ObjectKind, Place, Reason};

/// A primitive, as the trace sees it.
pub(super) struct Subject {
    pub(super) object: Object,
    traced: bool,
    ledger: Option<Arc<ObjectLedger>>,
}

impl Subject {
    /// A new one. Events: `Made`.
    pub(super) fn new(
        kind: ObjectKind,
        name: Option<Arc<str>>,
        capacity: u32,
        at: Place,
    ) -> Subject {
        let object = ambient::new_object();
        let ledger = ambient::with(|local| {
            let ledger = &local?.ledger;
            ledger.open(object, kind, name.clone())
        });
        ambient::record(at, || Kind::Made {
            object,
            kind,
            name,
            capacity,
        });
        Subject {
            object,
            traced: ambient::traced(),
            ledger,
        }
    }

    /// Whether it was made in a run with a trace.
    #[inline]
    pub(super) fn is_traced(&self) -> bool {
        self.traced
    }

    /// Its counters, where it has any.
    pub(super) fn ledger(&self) -> Option<&ObjectLedger> {
        self.ledger.as_deref()
    }

    /// Says what a lock guards. Events: `Described`.
    pub(super) fn guards(&self, what: impl FnOnce() -> Arc<str>, at: Place) {
        if self.traced {
            ambient::record(at, || Kind::Described {
                object: self.object,
                parent: 0,
                guards: Some(what()),
            });
        }
    }

    /// Goroutine `g` holds it from `moment` on.
    pub(super) fn locked(&self, moment: &Moment, g: G, at: Place, mode: LockMode) {
        if !self.traced {
            return;
        }
        if let Some(ledger) = self.ledger() {
            ledger.acquired();
            if mode == LockMode::Write {
                ledger.held_by(g);
            }
        }
        let object = self.object;
        moment.record(g, Some(at), || Kind::Locked { object, mode });
    }

    /// The running goroutine gives it back at `moment`, straight to `to` if not
    /// 0.
    pub(super) fn unlocked(&self, moment: &Moment, at: Place, mode: LockMode, to: G) {
        if !self.traced {
            return;
        }
        if let Some(ledger) = self.ledger()
            && mode == LockMode::Write
        {
            ledger.held_by(0);
        }
        let object = self.object;
        moment.record(ambient::g(), Some(at), || Kind::Unlocked {
            object,
            mode,
            to,
        });
    }

    /// Goroutine `woken` has waited for it since `since_ns`, and does no longer:
    /// the operation at `at` saw to it.
    pub(super) fn unblocked(
        &self,
        moment: &Moment,
        woken: G,
        reason: Reason,
        since_ns: u64,
        at: Place,
    ) {
        if let Some(ledger) = self.ledger() {
            ledger.unblocked(moment.t_ns.saturating_sub(since_ns));
        }
        moment.unblocked(woken, reason, self.object, since_ns, Some(at));
    }
}

/// The name of a type without its path: `Vec<Account>` for
/// `alloc::vec::Vec<bank::Account>`.
pub(super) fn short_type_name<T: ?Sized>() -> Arc<str> {
    let full = std::any::type_name::<T>();
    let mut short = String::new();
    let mut word = String::new();
    for letter in full.chars() {
        if letter.is_alphanumeric() || letter == '_' {
            word.push(letter);
        } else if letter == ':' {
            word.clear();
        } else {
            short.push_str(&word);
            word.clear();
            short.push(letter);
        }
    }
    short.push_str(&word);
    short.into()
}

#[cfg(test)]
mod tests {
    use super::short_type_name;

    #[test]
    fn a_type_is_named_without_its_path() {
        assert_eq!(&*short_type_name::<u64>(), "u64");
        assert_eq!(&*short_type_name::<Vec<String>>(), "Vec<String>");
        let map = short_type_name::<std::collections::HashMap<&str, [u8; 4]>>();
        assert!(map.starts_with("HashMap<&str, [u8; 4]"), "{map}");
    }
}
