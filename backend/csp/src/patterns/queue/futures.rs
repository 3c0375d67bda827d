//! The two operations of the queue that wait.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use super::{Back, Both, Latch, Queue, Refused, Taking};
use crate::ambient;
use crate::trace::{Place, Reason};

/// The future of [`Queue::put`].
pub(in crate::patterns) struct Put<'a, T> {
    queue: &'a Queue<T>,
    /// The task, until it is queued or waits to be.
    task: Option<T>,
    /// Its ticket, and since when it waits.
    waits: Option<(u64, u64)>,
    /// One of several of a [`PutAll`], which is one operation: none of them is
    /// preempted by itself.
    latch: Option<Arc<Latch>>,
    at: Place,
}

// Nothing in it is pinned: the queue holds the task while it waits.
impl<T> Unpin for Put<'_, T> {}

impl<'a, T> Put<'a, T> {
    #[inline]
    pub(super) fn new(queue: &'a Queue<T>, task: T, at: Place) -> Self {
        Put {
            queue,
            task: Some(task),
            waits: None,
            latch: None,
            at,
        }
    }

    /// Where it was called.
    #[inline]
    pub(in crate::patterns) fn at(&self) -> Place {
        self.at
    }

    fn poll_slowly(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), T>> {
        let Some(task) = self.task.take() else {
            return self.poll_waiting(cx);
        };
        let mut both = Both::new(self.queue, self.at);
        let put = both.put(task);
        both.finish();
        let task = match put {
            Ok(()) => return Poll::Ready(Ok(())),
            Err(Refused::Closed(task)) => return Poll::Ready(Err(task)),
            Err(Refused::Full(task)) => task,
        };
        // A waker may be anybody's, and is never cloned under the lock.
        let waker = cx.waker().clone();
        let mut both = Both::new(self.queue, self.at);
        let poll = match both.put(task) {
            Ok(()) => Poll::Ready(Ok(())),
            Err(Refused::Closed(task)) => Poll::Ready(Err(task)),
            Err(Refused::Full(task)) => {
                self.waits = Some(both.wait_to_put(task, waker, self.latch.clone()));
                Poll::Pending
            }
        };
        both.finish();
        poll
    }

    fn poll_waiting(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), T>> {
        let Some((ticket, since_ns)) = self.waits else {
            return Poll::Pending;
        };
        let waker = cx.waker().clone();
        let queue = self.queue;
        let mut back = queue.back.lock();
        let index = back
            .submitters
            .binary_search_by_key(&ticket, |submitter| submitter.ticket);
        if let Ok(index) = index {
            ambient::blocked(Reason::ChanSend, queue.object, self.at, Some(since_ns));
            let old = std::mem::replace(&mut back.submitters[index].waiting.waker, waker);
            drop(back);
            drop(old);
            return Poll::Pending;
        }
        self.waits = None;
        let refused = back.take_refused(ticket);
        drop(back);
        Poll::Ready(refused.map_or(Ok(()), Err))
    }
}

impl<T> Back<T> {
    /// The task of a submitter that no longer waits, if it was refused.
    fn take_refused(&mut self, ticket: u64) -> Option<T> {
        let mut refused = self.refused.iter();
        let index = refused.position(|(other, _)| *other == ticket)?;
        Some(self.refused.swap_remove(index).1)
    }
}

impl<T> Future for Put<'_, T> {
    type Output = Result<(), T>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if this.task.is_some() {
            if this.latch.is_none() {
                ready!(ambient::poll_preempt(cx, this.at));
            }
            if this.queue.put_quickly(&mut this.task) {
                return Poll::Ready(Ok(()));
            }
        }
        this.poll_slowly(cx)
    }
}

impl<T> Put<'_, T> {
    /// Waits no longer; whether its task had been taken, if it waited.
    fn withdraw(&mut self) -> Option<bool> {
        let (ticket, _) = self.waits.take()?;
        let mut both = Both::new(self.queue, self.at);
        let index = both
            .back
            .submitters
            .binary_search_by_key(&ticket, |submitter| submitter.ticket);
        let dropped = match index {
            Ok(index) => (both.back.submitters.remove(index), None),
            Err(_) => (None, both.back.take_refused(ticket)),
        };
        both.finish();
        let taken = matches!(dropped, (None, None));
        drop(dropped);
        Some(taken)
    }
}

impl<T> Drop for Put<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if self.waits.is_some() {
            self.withdraw();
        }
    }
}

/// Puts tasks into several queues, and is woken once, when all have them.
pub(in crate::patterns) struct PutAll<'a, T> {
    puts: Vec<(usize, Put<'a, T>)>,
    latch: Arc<Latch>,
    begun: bool,
}

impl<'a, T> PutAll<'a, T> {
    /// None yet.
    pub(in crate::patterns) fn new() -> Self {
        PutAll {
            puts: Vec::new(),
            latch: Arc::default(),
            begun: false,
        }
    }

    pub(in crate::patterns) fn is_empty(&self) -> bool {
        self.puts.is_empty()
    }

    /// Adds one, which is told by `index` how it went.
    pub(in crate::patterns) fn push(&mut self, index: usize, mut put: Put<'a, T>) {
        put.latch = Some(self.latch.clone());
        self.puts.push((index, put));
    }

    /// Waits no longer for those that still wait; calls `ended` for each, with
    /// whether its task had been taken.
    pub(in crate::patterns) fn withdraw(&mut self, mut ended: impl FnMut(usize, bool)) {
        for (index, mut put) in self.puts.drain(..) {
            // One that never waited was never put.
            ended(index, put.withdraw().unwrap_or(false));
        }
    }

    /// Waits for all; calls `ended` for each, with whether its task was taken.
    pub(in crate::patterns) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        mut ended: impl FnMut(usize, bool),
    ) -> Poll<()> {
        if !self.begun {
            // One more, so that nobody wakes it before it waits for all.
            self.latch.store(self.puts.len() + 1, Ordering::Relaxed);
        }
        let waited = std::mem::replace(&mut self.begun, true);
        self.puts
            .retain_mut(|(index, put)| match Pin::new(put).poll(cx) {
                Poll::Ready(put) => {
                    ended(*index, put.is_ok());
                    if !waited {
                        self.latch.fetch_sub(1, Ordering::AcqRel);
                    }
                    false
                }
                Poll::Pending => true,
            });
        if !waited && self.latch.fetch_sub(1, Ordering::AcqRel) == 1 {
            // Those that waited were let in meanwhile, and woke nobody.
            cx.waker().wake_by_ref();
        }
        match self.puts.is_empty() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
}

/// The future of [`Queue::take`].
pub struct Take<'a, T> {
    queue: &'a Queue<T>,
    seat: usize,
    /// Since when it waits.
    since_ns: Option<u64>,
    at: Place,
}

impl<'a, T> Take<'a, T> {
    #[inline]
    pub(super) fn new(queue: &'a Queue<T>, seat: usize, at: Place) -> Self {
        Take {
            queue,
            seat,
            since_ns: None,
            at,
        }
    }

    fn poll_slowly(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let arrives = self.since_ns.is_some();
        if let Some(since_ns) = self.since_ns
            && self.still_idle(cx, since_ns)
        {
            return Poll::Pending;
        }
        self.since_ns = None;
        let mut both = Both::new(self.queue, self.at);
        both.back.woken &= !arrives;
        let taking = both.take();
        both.finish();
        match taking {
            Taking::Taken(task) => return Poll::Ready(Some(task)),
            Taking::Closed => return Poll::Ready(None),
            Taking::Empty => {}
        }
        // A waker may be anybody's, and is never cloned under the lock.
        let waker = cx.waker().clone();
        let mut both = Both::new(self.queue, self.at);
        let poll = match both.take() {
            Taking::Taken(task) => Poll::Ready(Some(task)),
            Taking::Closed => Poll::Ready(None),
            Taking::Empty => {
                self.since_ns = Some(both.wait_to_take(self.seat, waker));
                Poll::Pending
            }
        };
        both.finish();
        poll
    }

    /// It waits and nobody has woken it: with another waker from here on.
    fn still_idle(&self, cx: &mut Context<'_>, since_ns: u64) -> bool {
        let waker = cx.waker().clone();
        let queue = self.queue;
        let mut back = queue.back.lock();
        let Some(idle) = back.idle.iter_mut().find(|idle| idle.seat == self.seat) else {
            return false;
        };
        let old = std::mem::replace(&mut idle.waiting.waker, waker);
        ambient::blocked(Reason::ChanReceive, queue.object, self.at, Some(since_ns));
        drop(back);
        drop(old);
        true
    }
}

impl<T> Future for Take<'_, T> {
    type Output = Option<T>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        if self.since_ns.is_none() {
            ready!(ambient::poll_preempt(cx, self.at));
            if let Some(task) = self.queue.take_quickly() {
                return Poll::Ready(Some(task));
            }
        }
        self.poll_slowly(cx)
    }
}

impl<T> Take<'_, T> {
    /// Waits no longer.
    #[cold]
    fn withdraw(&mut self) {
        let mut both = Both::new(self.queue, self.at);
        let seat = both
            .back
            .idle
            .iter()
            .position(|idle| idle.seat == self.seat);
        let idle = seat.map(|index| both.back.idle.swap_remove(index));
        if idle.is_none() {
            // It was on its way: another goes in its place.
            both.back.woken = false;
            both.wake_worker();
        }
        both.finish();
        drop(idle);
    }
}

impl<T> Drop for Take<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if self.since_ns.is_some() {
            self.withdraw();
        }
    }
}
