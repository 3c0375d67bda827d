//! A value of any type, which is replaced as a whole.

use std::any::{Any, TypeId};
use std::panic::Location;
use std::sync::Arc;
use std::task::Poll;

use arc_swap::ArcSwapOption;

use super::Outcome;
use crate::panics;
use crate::sync::access::{Access, Accessed};
use crate::sync::subject::short_type_name;
use crate::trace::{AtomicOp, Place};

/// Go's `atomic.Value`: empty, or a value of the type that was stored first.
/// Events show it as 0 or 1.
///
/// As [`Pointer`](super::Pointer), it counts what it holds, by arc-swap.
pub struct Value {
    raw: ArcSwapOption<Stored>,
    accessed: Accessed,
}

/// A value with its type.
struct Stored {
    type_id: TypeId,
    type_name: Arc<str>,
    value: Arc<dyn Any + Send + Sync>,
}

impl Stored {
    fn new<T: Any + Send + Sync>(value: T) -> Arc<Self> {
        Arc::new(Stored {
            type_id: TypeId::of::<T>(),
            type_name: short_type_name::<T>(),
            value: Arc::new(value),
        })
    }
}

/// How an operation went that the type of the value may forbid.
type Typed<R> = Result<R, String>;

impl Default for Value {
    #[track_caller]
    fn default() -> Self {
        Self::make(None, Location::caller())
    }
}

impl Value {
    /// Empty.
    ///
    /// Events: `Made`.
    #[track_caller]
    pub fn new() -> Self {
        Self::make(None, Location::caller())
    }

    /// With a name, for the picture.
    #[track_caller]
    pub fn named(name: impl Into<Arc<str>>) -> Self {
        Self::make(Some(name.into()), Location::caller())
    }

    fn make(name: Option<Arc<str>>, at: Place) -> Self {
        Value {
            raw: ArcSwapOption::empty(),
            accessed: Accessed::atomic(name, at),
        }
    }

    /// The value that was stored last, or `None`. Events: `Atomic`, as of all
    /// operations.
    ///
    /// # Panics
    /// With Go's panic of a type assertion, if it is not a `T`.
    #[track_caller]
    pub fn load<T: Any + Send + Sync>(&self) -> impl Future<Output = Option<Arc<T>>> + Send {
        self.operation(AtomicOp::Load, |raw| {
            let found = raw.load_full();
            let result = found.map(|stored| cast(&stored)).transpose();
            let now = result
                .as_ref()
                .map_or(1, |value| i64::from(value.is_some()));
            (result, now, true)
        })
    }

    /// Replaces the value.
    ///
    /// # Panics
    /// With Go's panic, if values of another type have been stored:
    /// `sync/atomic: store of inconsistently typed value into Value`.
    #[track_caller]
    pub fn store<T: Any + Send + Sync>(&self, value: T) -> impl Future<Output = ()> + Send {
        self.operation(AtomicOp::Store, |raw| {
            let result = replace::<T>(raw, Stored::new(value), "store");
            (result.map(|_| ()), 1, true)
        })
    }

    /// Replaces the value, and returns the one before.
    ///
    /// # Panics
    /// With Go's panic, if values of another type have been stored:
    /// `sync/atomic: swap of inconsistently typed value into Value`.
    #[track_caller]
    pub fn swap<T: Any + Send + Sync>(
        &self,
        value: T,
    ) -> impl Future<Output = Option<Arc<T>>> + Send {
        self.operation(AtomicOp::Swap, |raw| {
            let result = replace::<T>(raw, Stored::new(value), "swap");
            let before = result.and_then(|before| before.map(|before| cast(&before)).transpose());
            (before, 1, true)
        })
    }

    /// Replaces the value by `new` if it equals `old`, or if it is empty and
    /// `old` is `None`; whether it did.
    ///
    /// # Panics
    /// With Go's panic, if values of another type have been stored:
    /// `sync/atomic: compare and swap of inconsistently typed value into Value`.
    #[track_caller]
    pub fn compare_and_swap<T: Any + Send + Sync + PartialEq>(
        &self,
        old: Option<T>,
        new: T,
    ) -> impl Future<Output = bool> + Send {
        self.operation(AtomicOp::CompareAndSwap, move |raw| {
            let result = compare_and_swap(raw, old.as_ref(), new);
            let swapped = *result.as_ref().unwrap_or(&false);
            (result, i64::from(raw.load().is_some()), swapped)
        })
    }

    #[track_caller]
    fn operation<'a, R>(
        &'a self,
        op: AtomicOp,
        access: impl FnOnce(&'a ArcSwapOption<Stored>) -> (Typed<R>, i64, bool) + Send + 'a,
    ) -> impl Future<Output = R> + Send + 'a {
        let at = Location::caller();
        Access::new(at, move || {
            let operation = || {
                let (result, now, ok) = access(&self.raw);
                let ok = ok && result.is_ok();
                Outcome { result, now, ok }
            };
            match self.accessed.operate(at, op, operation) {
                Ok(result) => Poll::Ready(result),
                Err(message) => {
                    panics::raise(message, at);
                    Poll::Pending
                }
            }
        })
    }
}

fn cast<T: Any + Send + Sync>(stored: &Stored) -> Typed<Arc<T>> {
    stored.value.clone().downcast().map_err(|_| {
        let (is, asked) = (&stored.type_name, short_type_name::<T>());
        format!("interface conversion: interface {{}} is {is}, not {asked}")
    })
}

/// The first value decides the type; it is never empty again.
fn replace<T: Any>(
    raw: &ArcSwapOption<Stored>,
    new: Arc<Stored>,
    verb: &str,
) -> Typed<Option<Arc<Stored>>> {
    loop {
        match raw.load_full() {
            Some(before) if before.type_id != TypeId::of::<T>() => {
                let text = "of inconsistently typed value into Value";
                return Err(format!("sync/atomic: {verb} {text}"));
            }
            Some(_) => return Ok(raw.swap(Some(new))),
            None => {
                let empty = std::ptr::null::<Stored>();
                if raw.compare_and_swap(empty, Some(new.clone())).is_none() {
                    return Ok(None);
                }
            }
        }
    }
}

fn compare_and_swap<T: Any + Send + Sync + PartialEq>(
    raw: &ArcSwapOption<Stored>,
    old: Option<&T>,
    new: T,
) -> Typed<bool> {
    let new = Stored::new(new);
    loop {
        let found = raw.load_full();
        let equal = match (&found, old) {
            (None, None) => true,
            (None, Some(_)) => false,
            (Some(found), _) if found.type_id != TypeId::of::<T>() => {
                let text = "compare and swap of inconsistently typed value into Value";
                return Err(format!("sync/atomic: {text}"));
            }
            (Some(_), None) => false,
            (Some(found), Some(old)) => *cast::<T>(found)? == *old,
        };
        if !equal {
            return Ok(false);
        }
        // It has to be the very one that was compared.
        let compared = found.as_ref().map_or(std::ptr::null(), Arc::as_ptr);
        let now = raw.compare_and_swap(compared, Some(new.clone()));
        if now.as_ref().map_or(std::ptr::null(), Arc::as_ptr) == compared {
            return Ok(true);
        }
    }
}
