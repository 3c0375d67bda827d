//! Who ends with whom.
//!
//! A *scope* is what a context that can end has of its own: the channel that is
//! closed then, and how it ended. The scopes below one that has none above it
//! form a tree, with one lock:
//!
//! 1. To end a scope is to take it and all below it out of the tree under the
//!    lock, to mark each as ended and to close its channel, parents before
//!    children. So who adds a child finds its parent in the tree or ended, and
//!    who comes second, to end the same, waits until the first is done.
//! 2. Wakers, functions that wait, timers and drops can be anybody's code: the
//!    lock is free when their turn comes. The only locks taken under it are
//!    those of the channels that are closed; a channel takes none.
//! 3. A scope is marked before its channel is closed, and `settled` after it.
//!    Whoever reads the mark between the two waits for the lock. So `err` is there
//!    once `done` is closed, and not before.
//! 4. The tree holds its scopes, scopes do not hold the tree: it goes away with
//!    the last context, cancel function or timer that knows it.
//!
//! Go locks each context by itself, down the line. One lock a tree is as much
//! work, needs no deep stack, and has no order to keep.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use slab::Slab;

use super::after::Func;
use super::cause::{Cause, ContextError, Ended};
use crate::ambient;
use crate::chan::waiter::Wakers;
use crate::time::Armed;
use crate::trace::{Kind, Object, ObjectKind, Place};
use crate::{Chan, Receiver};

/// Not in a tree.
pub(super) const NO_KEY: usize = usize::MAX;

/// What a context that can end has of its own.
pub(super) struct Scope {
    object: Object,
    done: Receiver<()>,
    /// Set for its deadline.
    timer: OnceLock<Armed>,
    /// Where it is in its tree, until it ends.
    key: AtomicUsize,
    ended: OnceLock<Ended>,
    settled: AtomicBool,
}

/// A scope in its tree.
#[derive(Clone)]
pub(super) struct Branch {
    tree: Arc<Tree>,
    scope: Arc<Scope>,
}

struct Tree {
    members: Mutex<Members>,
}

/// Who is in the tree. Each knows its first and last child and its neighbours.
#[derive(Default)]
struct Members {
    slab: Slab<Member>,
}

struct Member {
    what: What,
    parent: usize,
    first: usize,
    last: usize,
    before: usize,
    after: usize,
}

enum What {
    Scope(Arc<Scope>),
    Func(Arc<Func>),
}

impl Scope {
    /// One that is in no tree yet.
    pub(super) fn new(object: Object, name: Option<Arc<str>>) -> Arc<Self> {
        let ledger = ambient::with(|local| local?.ledger.open(object, ObjectKind::Context, name));
        Arc::new(Scope {
            object,
            done: Chan::part_of(object, 0, ledger, None).receiver(),
            timer: OnceLock::new(),
            key: AtomicUsize::new(NO_KEY),
            ended: OnceLock::new(),
            settled: AtomicBool::new(false),
        })
    }

    /// Marks it as ended and closes its channel. Under the lock of the tree, or
    /// before anybody knows it.
    fn settle(&self, ended: &Ended, told: &Told, wakers: &mut Wakers) {
        if self.ended.set(ended.clone()).is_err() {
            return;
        }
        if let Some(text) = &told.text {
            ambient::record(told.at, || Kind::ContextDone {
                object: self.object,
                cause: text.clone(),
                by: ended.by,
            });
        }
        self.done.close_into(told.at, wakers);
        self.settled.store(true, Ordering::Release);
    }

    fn forget_timer(&self) {
        if let Some(timer) = self.timer.get() {
            timer.clear();
        }
    }
}

/// What is recorded of an end.
struct Told {
    /// The text of the cause, in a run that is traced.
    text: Option<Arc<str>>,
    at: Place,
}

impl Told {
    fn new(ended: &Ended, at: Place) -> Self {
        Told {
            text: ambient::traced().then(|| ended.text()),
            at,
        }
    }
}

/// Puts `scope` below `parent`, or into a tree of its own. Below one that has
/// ended it ends at once, as that did.
pub(super) fn join(parent: Option<&Branch>, scope: Arc<Scope>, at: Place) -> Branch {
    let Some(parent) = parent else {
        let mut members = Members::default();
        let key = members.insert(NO_KEY, What::Scope(scope.clone()));
        scope.key.store(key, Ordering::Relaxed);
        let tree = Arc::new(Tree {
            members: Mutex::new(members),
        });
        return Branch { tree, scope };
    };
    let branch = Branch {
        tree: parent.tree.clone(),
        scope,
    };
    let joined = parent.adopt(|| What::Scope(branch.scope.clone()), &branch.scope.key);
    if !joined && let Some(ended) = parent.ended() {
        // Nobody waits yet.
        let (told, mut nobody) = (Told::new(ended, at), Wakers::default());
        branch.scope.settle(ended, &told, &mut nobody);
    }
    branch
}

impl Branch {
    pub(super) fn done(&self) -> &Receiver<()> {
        &self.scope.done
    }

    pub(super) fn object(&self) -> Object {
        self.scope.object
    }

    /// Has `timer`, which has been set for it, taken back when it ends; at once if
    /// it has.
    pub(super) fn keep_timer(&self, timer: Armed) {
        let _ = self.scope.timer.set(timer);
        // Under the lock: who ends it later sees the timer, and who did before is
        // seen here.
        let members = self.tree.members.lock();
        let has_ended = self.scope.ended.get().is_some();
        drop(members);
        if has_ended {
            timer.clear();
        }
    }

    /// How it ended, once its channel is closed.
    pub(super) fn ended(&self) -> Option<&Ended> {
        let ended = self.scope.ended.get()?;
        if !self.scope.settled.load(Ordering::Acquire) {
            drop(self.tree.members.lock());
        }
        Some(ended)
    }

    /// Ends it and all below, unless it has ended.
    pub(super) fn end(&self, error: ContextError, given: Option<Cause>, at: Place) {
        if self.scope.ended.get().is_some() {
            // Who is at it has those below ended when the lock is free.
            drop(self.tree.members.lock());
            return;
        }
        let by = self.scope.object;
        let ended = Ended { error, given, by };
        let told = Told::new(&ended, at);
        let mut wakers = Wakers::default();
        let gone = {
            let mut members = self.tree.members.lock();
            if self.scope.ended.get().is_some() {
                return;
            }
            let gone = members.take(self.scope.key.load(Ordering::Relaxed));
            for member in &gone {
                if let What::Scope(scope) = &member.what {
                    scope.settle(&ended, &told, &mut wakers);
                }
            }
            gone
        };
        wakers.wake();
        for member in &gone {
            match &member.what {
                What::Scope(scope) => scope.forget_timer(),
                What::Func(func) => func.start(),
            }
        }
    }

    /// Has `func` started when it ends; at once if it has.
    pub(super) fn attend(&self, func: &Arc<Func>) {
        if !self.adopt(|| What::Func(func.clone()), &func.key) {
            func.start();
        }
    }

    /// Forgets `func`, if it is still there.
    pub(super) fn dismiss(&self, func: &Arc<Func>) {
        let mut members = self.tree.members.lock();
        let key = func.key.load(Ordering::Relaxed);
        let is_there = members.slab.get(key).is_some_and(
            |member| matches!(&member.what, What::Func(other) if Arc::ptr_eq(other, func)),
        );
        if is_there {
            members.unlink(key);
            members.slab.remove(key);
        }
    }

    /// Adds a child, unless it has ended; whether it did.
    fn adopt(&self, what: impl FnOnce() -> What, key: &AtomicUsize) -> bool {
        let mut members = self.tree.members.lock();
        if self.scope.ended.get().is_some() {
            return false;
        }
        let parent = self.scope.key.load(Ordering::Relaxed);
        key.store(members.insert(parent, what()), Ordering::Relaxed);
        true
    }
}

impl Members {
    /// Adds one as the last child of `parent`.
    fn insert(&mut self, parent: usize, what: What) -> usize {
        let before = self.slab.get(parent).map_or(NO_KEY, |parent| parent.last);
        let key = self.slab.insert(Member {
            what,
            parent,
            first: NO_KEY,
            last: NO_KEY,
            before,
            after: NO_KEY,
        });
        if let Some(before) = self.slab.get_mut(before) {
            before.after = key;
        }
        if let Some(parent) = self.slab.get_mut(parent) {
            parent.last = key;
            if parent.first == NO_KEY {
                parent.first = key;
            }
        }
        key
    }

    /// Takes one away from its parent and its neighbours.
    fn unlink(&mut self, key: usize) {
        let Member {
            parent,
            before,
            after,
            ..
        } = self.slab[key];
        if let Some(before) = self.slab.get_mut(before) {
            before.after = after;
        }
        if let Some(after) = self.slab.get_mut(after) {
            after.before = before;
        }
        if let Some(parent) = self.slab.get_mut(parent) {
            if parent.first == key {
                parent.first = after;
            }
            if parent.last == key {
                parent.last = before;
            }
        }
    }

    /// Takes one out with all below it, parents before children, those in the
    /// order in which they came.
    fn take(&mut self, key: usize) -> Vec<Member> {
        self.unlink(key);
        let mut taken = vec![self.slab.remove(key)];
        let mut next = 0;
        while let Some(member) = taken.get(next) {
            let mut child = member.first;
            while child != NO_KEY {
                let member = self.slab.remove(child);
                child = member.after;
                taken.push(member);
            }
            next += 1;
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use crate::context::{Context, background, with_cancel, with_value};

    fn members(ctx: &Context) -> usize {
        let branch = ctx.scope().expect("it can end");
        branch.tree.members.lock().slab.len()
    }

    /// Canceling releases what belongs to the context: its parent forgets it.
    #[test]
    fn children_are_taken_from_the_parent() {
        let (root, end_root) = with_cancel(&background());
        let cancels: Vec<_> = (0..5).map(|_| with_cancel(&root).1).collect();
        let (child, end_child) = with_cancel(&with_value(&root, 1_u8));
        let (_grandchild, end_grandchild) = with_cancel(&child);
        assert_eq!(members(&root), 8);
        // From the middle, the ends, and with a child of its own.
        for cancel in [&cancels[2], &cancels[0], &cancels[4], &end_child] {
            cancel.cancel();
            cancel.cancel();
        }
        assert_eq!(members(&root), 3);
        end_grandchild.cancel();
        let (_last, _) = with_cancel(&root);
        assert_eq!(members(&root), 4);
        end_root.cancel();
        assert_eq!(members(&root), 0);
        let (_late, _) = with_cancel(&root);
        assert_eq!(members(&root), 0);
    }
}
