//! A derived context: what it adds to its parent.
//!
//! Nodes know their parents, never their children: who ends with whom is the
//! business of the tree, which knows scopes and no nodes. So a context lives as
//! long as somebody holds it, and no ring of references keeps it.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::cause::{Cause, ContextError};
use super::tree;
use super::{Context, Inner, Parent};
use crate::ambient;
use crate::time::{self, Armed, Fire, Instant};
use crate::trace::{Kind, Object, Place};

/// What a context adds to its parent.
pub(super) struct Node {
    pub(super) role: Role,
    pub(super) parent: Context,
    pub(super) object: Object,
    /// The nearest that can end, itself or above.
    pub(super) scope: Option<tree::Branch>,
    /// Its own, or one above that is earlier.
    pub(super) deadline: Option<Instant>,
}

/// What kind of context it is.
pub(super) enum Role {
    Cancel,
    Deadline(Instant),
    Value {
        value: Box<dyn Any + Send + Sync>,
        name: &'static str,
    },
    WithoutCancel,
}

impl Role {
    pub(super) fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Role::Cancel => f.write_str(".WithCancel"),
            Role::Deadline(at) => write!(f, ".WithDeadline({:?})", at.since_start()),
            Role::Value { name, .. } => write!(f, ".WithValue({name})"),
            Role::WithoutCancel => f.write_str(".WithoutCancel"),
        }
    }
}

/// One by one up the line: a long line of contexts, each the last reference to
/// the one above, would otherwise need as deep a stack.
impl Drop for Node {
    fn drop(&mut self) {
        let mut parent = std::mem::replace(&mut self.parent.inner, Inner::Background);
        while let Inner::Derived(node) = parent {
            let Some(mut node) = Arc::into_inner(node) else {
                return;
            };
            parent = std::mem::replace(&mut node.parent.inner, Inner::Background);
        }
    }
}

/// A context that ends with the one above, or never.
pub(super) fn plain(parent: Parent<'_>, role: Role, at: Place) -> Context {
    let Parent { context, name } = parent;
    let (scope, deadline) = match role {
        Role::WithoutCancel => (None, None),
        _ => (context.scope().cloned(), context.deadline()),
    };
    let object = ambient::new_object();
    let name = name.or_else(|| match &role {
        Role::Value { name, .. } if ambient::traced() => Some((*name).into()),
        _ => None,
    });
    record_made(context, object, name, deadline, at);
    derived(Node {
        role,
        parent: context.clone(),
        object,
        scope,
        deadline,
    })
}

/// A context that can end by itself: at `deadline`, unless one above ends it
/// earlier, and with `cause` then.
pub(super) fn scoped(
    parent: Parent<'_>,
    deadline: Option<Instant>,
    cause: Option<Cause>,
    at: Place,
) -> (Context, tree::Branch) {
    let Parent { context, name } = parent;
    let inherited = context.deadline();
    // As in Go, one that would come later than the parent's is none.
    let own = deadline.filter(|own| inherited.is_none_or(|inherited| *own <= inherited));
    let deadline = own.or(inherited);
    let object = ambient::new_object();
    record_made(context, object, name.clone(), deadline, at);
    let scope = tree::Scope::new(object, name);
    let branch = tree::join(context.scope(), scope, at);
    if let Some(own) = own {
        expire(&branch, own, cause, at);
    }
    let context = derived(Node {
        role: own.map_or(Role::Cancel, Role::Deadline),
        parent: context.clone(),
        object,
        scope: Some(branch.clone()),
        deadline,
    });
    (context, branch)
}

/// Sees to it that it ends at its deadline.
fn expire(branch: &tree::Branch, own: Instant, cause: Option<Cause>, at: Place) {
    if branch.ended().is_some() {
        return;
    }
    let timer = time::inside(at, |local| {
        let is_ahead = own > Instant::now(local);
        is_ahead.then(|| {
            let (branch, cause) = (branch.clone(), cause.clone());
            let object = branch.object();
            let end = move || branch.end(ContextError::DeadlineExceeded, cause, at);
            Armed::set(local, own, object, Fire::Call(Box::new(end)))
        })
    });
    match timer {
        Some(timer) => branch.keep_timer(timer),
        None => branch.end(ContextError::DeadlineExceeded, cause, at),
    }
}

fn derived(node: Node) -> Context {
    Context {
        inner: Inner::Derived(Arc::new(node)),
    }
}

fn record_made(
    parent: &Context,
    object: Object,
    name: Option<Arc<str>>,
    deadline: Option<Instant>,
    at: Place,
) {
    ambient::record(at, || Kind::ContextMade {
        object,
        parent: parent.object(),
        name,
        deadline_ns: deadline.map(|at| at.since_start().as_nanos() as u64),
    });
}
