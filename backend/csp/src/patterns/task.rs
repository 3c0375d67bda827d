//! What the pools run: a function, or a future, with its type forgotten.
//!
//! A function that captures no more than one word (a shared reference, say) lies
//! in the task itself: to submit it allocates nothing, and who runs it on
//! another processor does not have to fetch it from the memory of the first. A
//! task is two words, so that it travels in registers: with four words, which
//! spare most functions their allocation, a small task cost 44 ns in place of 26,
//! since each move goes through memory.

use std::convert::Infallible;
use std::future::Future;
use std::mem::{ManuallyDrop, MaybeUninit, align_of, size_of};
use std::pin::Pin;

use crate::panics::{self, Panic};

/// What a task may return: nothing, or a `Result` whose error counts as a
/// failure of the task.
pub trait Verdict {
    /// Whether it is an error.
    fn failed(&self) -> bool;
}

impl Verdict for () {
    fn failed(&self) -> bool {
        false
    }
}

/// A task that can only panic.
impl Verdict for Infallible {
    fn failed(&self) -> bool {
        match *self {}
    }
}

impl<T, E> Verdict for Result<T, E> {
    fn failed(&self) -> bool {
        self.is_err()
    }
}

/// A task for a pool, which refuses it by giving it back: it can be submitted
/// elsewhere, or run here.
pub struct Task {
    kind: &'static Kind,
    /// A value of the type that `kind` was made for.
    body: Body,
}

type Body = MaybeUninit<usize>;
pub(super) type Boxed = Pin<Box<dyn Future<Output = bool> + Send>>;

/// What can be done with a body.
struct Kind {
    run: Run,
    /// Drops the value in the body.
    drop: unsafe fn(*mut Body),
}

/// Takes the value out of the body.
enum Run {
    /// And calls it; whether it failed.
    Call(unsafe fn(*mut Body) -> bool),
    /// And awaits it.
    Future(unsafe fn(*mut Body) -> Boxed),
}

/// How a task ended.
#[derive(Clone, Debug, PartialEq)]
pub enum TaskEnd {
    /// It returned.
    Done,
    /// It returned an error.
    Failed,
    /// It panicked, in Go's sense.
    Panicked(Panic),
}

impl Task {
    /// A task that calls a function, which must not wait. Without an allocation
    /// if the function captures no more than one word.
    #[inline]
    pub fn call<R: Verdict, F: FnOnce() -> R + Send + 'static>(function: F) -> Self {
        if fits::<F>() {
            Task::new(function, const { &Kind::call::<R, F>() })
        } else {
            Task::new(Box::new(function), const { &Kind::call::<R, Box<F>>() })
        }
    }

    /// A task that calls a function and awaits the future that it returns.
    #[inline]
    pub fn future<F>(function: impl FnOnce() -> F + Send + 'static) -> Self
    where
        F: Future<Output: Verdict> + Send,
    {
        let future = async move { function().await.failed() };
        Task::of(Box::new(future))
    }

    /// Runs it. A Go panic is caught, as by [`recover`](crate::recover()).
    ///
    /// Cancel safety: dropped, it drops the task where it is.
    ///
    /// # Panics
    /// Rust panics pass through.
    pub async fn run(self) -> TaskEnd {
        let ended = match self.start() {
            Started::Ended(ended) => ended.map_err(|panic| *panic),
            Started::Waits(future) => panics::recover_boxed(future).await,
        };
        match ended {
            Ok(false) => TaskEnd::Done,
            Ok(true) => TaskEnd::Failed,
            Err(panic) => TaskEnd::Panicked(panic),
        }
    }

    fn of<F: Future<Output = bool> + Send + 'static>(future: Box<F>) -> Self {
        Task::new(future, const { &Kind::future::<F>() })
    }

    /// `kind` is that of the type of `value`, which fits.
    #[inline]
    #[allow(unsafe_code)]
    fn new<V: Send + 'static>(value: V, kind: &'static Kind) -> Self {
        assert!(fits::<V>());
        let mut body = Body::uninit();
        // SAFETY: it fits and is aligned, by the line above.
        unsafe { body.as_mut_ptr().cast::<V>().write(value) };
        Task { kind, body }
    }

    /// Runs a function to its end; gives a future back, for whoever can wait.
    #[inline]
    #[allow(unsafe_code)]
    pub(super) fn start(self) -> Started {
        let mut task = ManuallyDrop::new(self);
        let body = &raw mut task.body;
        match task.kind.run {
            // SAFETY: the body holds a value of that kind, and is used and
            // dropped nowhere else.
            Run::Call(call) => Started::Ended(panics::recover_call(|| unsafe { call(body) })),
            // SAFETY: as above.
            Run::Future(take) => Started::Waits(unsafe { take(body) }),
        }
    }
}

impl Kind {
    #[allow(unsafe_code)]
    const fn call<R: Verdict, F: FnOnce() -> R>() -> Kind {
        unsafe fn call<R: Verdict, F: FnOnce() -> R>(body: *mut Body) -> bool {
            // SAFETY: the caller says that the body holds an `F`, and that it is
            // taken out once.
            let function = unsafe { body.cast::<F>().read() };
            function().failed()
        }
        Kind {
            run: Run::Call(call::<R, F>),
            drop: drop_body::<F>,
        }
    }

    #[allow(unsafe_code)]
    const fn future<F: Future<Output = bool> + Send + 'static>() -> Kind {
        unsafe fn take<F: Future<Output = bool> + Send + 'static>(body: *mut Body) -> Boxed {
            // SAFETY: as in `call`.
            let future = unsafe { body.cast::<Box<F>>().read() };
            Box::into_pin(future)
        }
        Kind {
            run: Run::Future(take::<F>),
            drop: drop_body::<Box<F>>,
        }
    }
}

/// Whether a body can hold a `V`.
const fn fits<V>() -> bool {
    size_of::<V>() <= size_of::<Body>() && align_of::<V>() <= align_of::<Body>()
}

/// # Safety
/// The body holds a `V` that nobody uses afterwards.
#[allow(unsafe_code)]
unsafe fn drop_body<V>(body: *mut Body) {
    // SAFETY: the contract is the same.
    unsafe { body.cast::<V>().drop_in_place() }
}

impl Drop for Task {
    #[allow(unsafe_code)]
    fn drop(&mut self) {
        // SAFETY: the body holds a value of its kind: who takes it out forgets
        // the task.
        unsafe { (self.kind.drop)(&raw mut self.body) }
    }
}

/// How far a task came at once.
pub(super) enum Started {
    /// To its end: whether it failed, or the panic.
    Ended(Result<bool, Box<Panic>>),
    Waits(Boxed),
}

impl std::fmt::Debug for Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.kind.run {
            Run::Call(_) => "Task::call",
            Run::Future(_) => "Task::future",
        })
    }
}
