//! Go's `context`: a tree of who is cancelled with whom, by when, and values
//! that go with a request.
//!
//! ```
//! use csp::context::{background, with_timeout};
//! use std::time::Duration;
//!
//! # csp::native::run(csp::run::Config::default(), async {
//! let (ctx, cancel) = with_timeout(&background(), Duration::from_secs(60));
//! let _cancel = cancel.deferred();
//! let answers = csp::chan(1);
//! answers.send(42).await;
//! let answer = csp::select! {
//!     answer = answers.recv() => Ok(answer),
//!     _ = ctx.done().recv() => Err(ctx.err()),
//! };
//! assert_eq!(answer, Ok(Some(42)));
//! # });
//! ```
//!
//! A [`Context`] is cheap to clone. As in Go, hand it on as the first parameter
//! (`async fn fetch(ctx: &Context, url: &str)`), and do not keep it in a struct:
//! a call then says by itself when it gives up.
//!
//! Every context that can end belongs to a tree (the module `tree` states the
//! protocol): when one ends, all below it end in the same moment, before the
//! call that ended it returns.

mod after;
mod cancel;
mod cause;
mod node;
mod tree;

use std::any::Any;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

pub use after::{Stop, after_func};
pub use cancel::{CancelCauseFunc, CancelFunc, Deferred};
pub use cause::{Cause, ContextError};

use crate::Receiver;
use crate::time::{Instant, now};
use crate::trace::Object;
use node::{Node, Role};

/// What a call is given by its caller: when to give up, why it had to, and
/// values of the request. Clones are the same context.
///
/// It cannot be cancelled by itself: that is for who made it.
#[derive(Clone)]
pub struct Context {
    inner: Inner,
}

#[derive(Clone)]
enum Inner {
    Background,
    Todo,
    Derived(Arc<Node>),
}

/// The channel of a context that never ends.
static NEVER: Receiver<()> = Receiver::NIL;

/// The root of every tree of contexts: it never ends, and has no values and no
/// deadline.
pub fn background() -> Context {
    Context {
        inner: Inner::Background,
    }
}

/// As [`background`], for where it is not clear yet which context to use.
pub fn todo() -> Context {
    Context { inner: Inner::Todo }
}

impl Context {
    /// The channel that is closed when the context ends; for a context that
    /// never does, a nil channel. To wait for it is a receive,
    /// `ctx.done().recv()`, which is a case of a [`select!`](crate::select!).
    pub fn done(&self) -> &Receiver<()> {
        self.scope().map_or(&NEVER, |scope| scope.done())
    }

    /// Why it has ended; `None` until its [`done`](Self::done) is closed.
    pub fn err(&self) -> Option<ContextError> {
        let scope = self.scope()?;
        let ended = scope.ended()?;
        crate::ambient::passed(scope.object());
        Some(ended.error)
    }

    /// What was given as the cause when it, or the one above that took it along,
    /// was ended; without any, its [`err`](Self::err).
    pub fn cause(&self) -> Option<Cause> {
        self.scope()?.ended().map(|ended| ended.cause())
    }

    /// When it will end by itself at the latest, by the clock of the run.
    pub fn deadline(&self) -> Option<Instant> {
        self.node()?.deadline
    }

    /// The value of type `T` that was put in nearest, going up from here.
    pub fn value<T: Any + Send + Sync>(&self) -> Option<&T> {
        let mut node = self.node();
        while let Some(here) = node {
            if let Role::Value { value, .. } = &here.role
                && let Some(value) = value.downcast_ref()
            {
                return Some(value);
            }
            node = here.parent.node();
        }
        None
    }

    /// This context as the parent of one that is called `name` in the picture:
    /// `with_cancel(ctx.named("query"))`.
    pub fn named(&self, name: impl Into<Arc<str>>) -> Parent<'_> {
        Parent {
            context: self,
            name: Some(name.into()),
        }
    }

    /// Its number in the trace; 0 for [`background`] and [`todo`].
    pub fn object(&self) -> Object {
        self.node().map_or(0, |node| node.object)
    }

    fn node(&self) -> Option<&Node> {
        match &self.inner {
            Inner::Derived(node) => Some(node),
            Inner::Background | Inner::Todo => None,
        }
    }

    /// The nearest that can end, itself or above.
    fn scope(&self) -> Option<&tree::Branch> {
        self.node()?.scope.as_ref()
    }
}

/// A parent, and a name for the child that is made of it; a `&Context` is one
/// without a name.
pub struct Parent<'a> {
    context: &'a Context,
    name: Option<Arc<str>>,
}

impl<'a> From<&'a Context> for Parent<'a> {
    fn from(context: &'a Context) -> Self {
        Parent {
            context,
            name: None,
        }
    }
}

/// A context that ends with `parent`, or when the function is called, if that is
/// earlier.
///
/// To forget the function keeps what belongs to the context until `parent` ends:
/// see [`CancelFunc`].
///
/// Events: `ContextMade`.
#[track_caller]
pub fn with_cancel<'a>(parent: impl Into<Parent<'a>>) -> (Context, CancelFunc) {
    let at = Location::caller();
    let (context, branch) = node::scoped(parent.into(), None, None, at);
    (context, CancelFunc { branch })
}

/// As [`with_cancel`], where the function says the cause.
#[track_caller]
pub fn with_cancel_cause<'a>(parent: impl Into<Parent<'a>>) -> (Context, CancelCauseFunc) {
    let at = Location::caller();
    let (context, branch) = node::scoped(parent.into(), None, None, at);
    (context, CancelCauseFunc { branch })
}

/// A context that ends with `parent`, when the function is called, or at
/// `deadline` with [`ContextError::DeadlineExceeded`], whichever is first. A
/// deadline of `parent` that is earlier stays, and one that has passed ends it
/// at once.
///
/// Events: `ContextMade`, and `ContextDone` if it has passed.
///
/// # Panics
/// On a thread that executes no goroutine.
#[track_caller]
pub fn with_deadline<'a>(
    parent: impl Into<Parent<'a>>,
    deadline: Instant,
) -> (Context, CancelFunc) {
    let at = Location::caller();
    let (context, branch) = node::scoped(parent.into(), Some(deadline), None, at);
    (context, CancelFunc { branch })
}

/// As [`with_deadline`]; `cause` is the cause if it ends by its deadline. The
/// function sets none.
///
/// # Panics
/// As [`with_deadline`].
#[track_caller]
pub fn with_deadline_cause<'a>(
    parent: impl Into<Parent<'a>>,
    deadline: Instant,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> (Context, CancelFunc) {
    let at = Location::caller();
    let cause = cause::shared(cause.into());
    let (context, branch) = node::scoped(parent.into(), Some(deadline), Some(cause), at);
    (context, CancelFunc { branch })
}

/// [`with_deadline`], `timeout` from now.
///
/// # Panics
/// As [`with_deadline`].
#[track_caller]
pub fn with_timeout<'a>(parent: impl Into<Parent<'a>>, timeout: Duration) -> (Context, CancelFunc) {
    with_deadline(parent, now() + timeout)
}

/// [`with_deadline_cause`], `timeout` from now.
///
/// # Panics
/// As [`with_deadline`].
#[track_caller]
pub fn with_timeout_cause<'a>(
    parent: impl Into<Parent<'a>>,
    timeout: Duration,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> (Context, CancelFunc) {
    with_deadline_cause(parent, now() + timeout, cause)
}

/// A context that is `parent` with a value more. The type is the key, so make
/// one for each thing: `struct UserId(u64)`, then `with_value(&ctx, UserId(7))`
/// and `ctx.value::<UserId>()`. Two packages cannot meet in one key, as they do
/// with Go's strings. For what goes with a request from end to end, not for
/// parameters that a function could have.
///
/// Events: `ContextMade`.
#[track_caller]
pub fn with_value<'a, T: Any + Send + Sync>(parent: impl Into<Parent<'a>>, value: T) -> Context {
    let role = Role::Value {
        value: Box::new(value),
        name: short_name(std::any::type_name::<T>()),
    };
    node::plain(parent.into(), role, Location::caller())
}

/// A context with the values of `parent` that does not end with it, and has no
/// deadline.
///
/// Events: `ContextMade`.
#[track_caller]
pub fn without_cancel<'a>(parent: impl Into<Parent<'a>>) -> Context {
    node::plain(parent.into(), Role::WithoutCancel, Location::caller())
}

/// A type's name without the modules before it.
fn short_name(name: &'static str) -> &'static str {
    let bare = name.split('<').next().unwrap_or(name);
    bare.rsplit("::").next().unwrap_or(bare)
}

/// How it was made, as Go's: `context.Background.WithCancel`.
impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut roles = Vec::new();
        let mut context = self;
        while let Inner::Derived(node) = &context.inner {
            roles.push(&node.role);
            context = &node.parent;
        }
        f.write_str(match context.inner {
            Inner::Todo => "context.TODO",
            Inner::Background | Inner::Derived(_) => "context.Background",
        })?;
        roles.into_iter().rev().try_for_each(|role| role.fmt(f))
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
