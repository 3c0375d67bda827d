//! The operations of the queue that take both locks.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Waker;

use super::{Back, Front, Idle, Latch, Queue, Refused, Submitter, Waiting};
use crate::ambient::{self, Moment};
use crate::chan::waiter::Wakers;
use crate::memory::MutexGuard;
use crate::trace::{G, Kind, Place, Reason};

/// How an attempt to take a task went.
pub(super) enum Taking<T> {
    Taken(T),
    Empty,
    Closed,
}

/// An operation with both locks, at one moment.
pub(super) struct Both<'a, T> {
    queue: &'a Queue<T>,
    moment: Moment,
    pub(super) front: MutexGuard<'a, Front<T>>,
    pub(super) back: MutexGuard<'a, Back<T>>,
    at: Place,
    wakers: Wakers,
    /// The next worker, woken by one that is here already.
    next: Option<Waker>,
}

/// Whether a submitter goes on, now that one of its queues has taken its task.
fn opens(latch: Option<&Latch>) -> bool {
    latch.is_none_or(|latch| latch.fetch_sub(1, Ordering::AcqRel) == 1)
}

impl<'a, T> Both<'a, T> {
    /// Takes both.
    pub(super) fn new(queue: &'a Queue<T>, at: Place) -> Self {
        let front = queue.front.lock();
        let back = queue.back.lock();
        Both {
            queue,
            moment: ambient::moment(),
            front,
            back,
            at,
            wakers: Wakers::default(),
            next: None,
        }
    }

    /// Unlocks, and wakes whom this woke.
    pub(super) fn finish(mut self) {
        let crowded = !self.back.submitters.is_empty();
        self.front.crowded = crowded || self.queue.traced;
        let room = self.room();
        self.back.room = match crowded || self.back.closed || self.queue.traced {
            true => 0,
            false => room,
        };
        self.back.calls = !self.back.woken && !self.back.idle.is_empty();
        let Both {
            moment,
            front,
            back,
            wakers,
            next,
            ..
        } = self;
        drop(moment);
        drop(back);
        drop(front);
        wakers.wake();
        if let Some(next) = next {
            ambient::softly(|| next.wake());
        }
    }

    fn len(&self) -> usize {
        self.front.tasks.len() + self.back.tasks.len()
    }

    /// Tasks that may enter.
    fn room(&self) -> usize {
        // Without a queue, a worker that waits or comes is the room.
        let capacity = match self.queue.capacity {
            0 => self.back.idle.len() + usize::from(self.back.woken),
            capacity => capacity,
        };
        capacity.saturating_sub(self.len())
    }

    /// Puts `task` in if there is room.
    pub(super) fn put(&mut self, task: T) -> Result<(), Refused<T>> {
        if self.back.closed {
            return Err(Refused::Closed(task));
        }
        if !self.back.submitters.is_empty() || self.room() == 0 {
            return Err(Refused::Full(task));
        }
        self.enters(task, ambient::g(), self.at);
        self.wake_worker();
        Ok(())
    }

    /// Puts `task` in, in place of the oldest.
    pub(super) fn displace(&mut self, task: T) -> Result<Option<T>, Refused<T>> {
        let oldest = self.front.tasks.pop_front();
        let Some(oldest) = oldest.or_else(|| self.back.tasks.pop_front()) else {
            return Err(Refused::Full(task));
        };
        self.enters(task, ambient::g(), self.at);
        self.wake_worker();
        Ok(Some(oldest))
    }

    /// The running goroutine waits to put `task` in, with the ticket that this
    /// returns.
    pub(super) fn wait_to_put(
        &mut self,
        task: T,
        waker: Waker,
        latch: Option<Arc<Latch>>,
    ) -> (u64, u64) {
        let ticket = self.back.next_ticket;
        self.back.next_ticket += 1;
        let waiting = self.waits(Reason::ChanSend, waker);
        let since_ns = waiting.since_ns;
        self.back.submitters.push_back(Submitter {
            ticket,
            task,
            waiting,
            latch,
        });
        self.wake_worker();
        (ticket, since_ns)
    }

    /// `task` of goroutine `g` enters; there is room.
    fn enters(&mut self, task: T, g: G, at: Place) {
        self.back.tasks.push_back(task);
        self.sent(self.len(), g, at);
    }

    /// Lets those in who wait, as far as there is room.
    fn let_in(&mut self) {
        while !self.back.closed && self.room() > 0 {
            let Some(submitter) = self.back.submitters.pop_front() else {
                return;
            };
            let Submitter {
                task,
                waiting,
                latch,
                ..
            } = submitter;
            self.enters(task, waiting.g, waiting.at);
            if opens(latch.as_deref()) {
                let waker = self.wakes(waiting, Reason::ChanSend);
                self.wakers.push(Some(waker));
            }
        }
    }

    /// Takes a task out.
    pub(super) fn take(&mut self) -> Taking<T> {
        if self.front.tasks.is_empty() {
            let (front, back) = (&mut *self.front, &mut *self.back);
            std::mem::swap(&mut front.tasks, &mut back.tasks);
            front.batch = front.tasks.len();
        }
        let task = match self.front.tasks.pop_front() {
            Some(task) => task,
            None if self.back.closed => return Taking::Closed,
            // Without a queue: straight from the submitter.
            None => match self.back.submitters.pop_front() {
                Some(submitter) => {
                    let waiting = submitter.waiting;
                    self.sent(0, waiting.g, waiting.at);
                    if opens(submitter.latch.as_deref()) {
                        let waker = self.wakes(waiting, Reason::ChanSend);
                        self.wakers.push(Some(waker));
                    }
                    submitter.task
                }
                None => return Taking::Empty,
            },
        };
        self.received();
        if let Some(waker) = self.calls_worker() {
            self.next = Some(waker);
        }
        self.let_in();
        Taking::Taken(task)
    }

    /// The worker of `seat` waits for a task, since the time that this returns.
    pub(super) fn wait_to_take(&mut self, seat: usize, waker: Waker) -> u64 {
        let waiting = self.waits(Reason::ChanReceive, waker);
        let since_ns = waiting.since_ns;
        self.back.idle.push(Idle { seat, waiting });
        since_ns
    }

    /// Wakes a worker, if there is something to do and none is on its way.
    pub(super) fn wake_worker(&mut self) {
        let waker = self.calls_worker();
        self.wakers.push(waker);
    }

    /// How to wake a worker, if there is something to do and none is on its way.
    fn calls_worker(&mut self) -> Option<Waker> {
        let todo = self.len() > 0 || !self.back.submitters.is_empty();
        if !todo || self.back.woken {
            return None;
        }
        let idle = self.back.idle.pop()?;
        self.back.woken = true;
        Some(self.wakes(idle.waiting, Reason::ChanReceive))
    }

    pub(super) fn close(&mut self) {
        if std::mem::replace(&mut self.back.closed, true) {
            return;
        }
        let mut woken = 0;
        for idle in std::mem::take(&mut self.back.idle) {
            let waker = self.wakes(idle.waiting, Reason::ChanReceive);
            self.wakers.push(Some(waker));
            woken += 1;
        }
        // Each finds its task where it left it.
        for submitter in std::mem::take(&mut self.back.submitters) {
            let Submitter {
                ticket,
                task,
                waiting,
                latch,
            } = submitter;
            if opens(latch.as_deref()) {
                let waker = self.wakes(waiting, Reason::ChanSend);
                self.wakers.push(Some(waker));
                woken += 1;
            }
            self.back.refused.push((ticket, task));
        }
        let object = self.queue.object;
        let closed = Kind::Closed { object, woken };
        self.moment.record(ambient::g(), Some(self.at), || closed);
    }

    /// The running goroutine waits from here on.
    fn waits(&self, reason: Reason, waker: Waker) -> Waiting {
        if let Some(ledger) = &self.queue.ledger {
            match reason {
                Reason::ChanSend => ledger.send_blocks(),
                _ => ledger.receive_blocks(),
            }
        }
        Waiting {
            waker,
            g: ambient::g(),
            at: self.at,
            since_ns: ambient::blocked(reason, self.queue.object, self.at, None),
        }
    }

    /// Who waited no longer does; returns how to wake it.
    fn wakes(&self, waiting: Waiting, reason: Reason) -> Waker {
        let (queue, since_ns) = (self.queue, waiting.since_ns);
        if let Some(ledger) = &queue.ledger {
            ledger.unblocked(self.moment.t_ns.saturating_sub(since_ns));
        }
        let at = Some(self.at);
        self.moment
            .unblocked(waiting.g, reason, queue.object, since_ns, at);
        waiting.waker
    }

    /// Records that a task of goroutine `g` came, and that `len` are there.
    fn sent(&self, len: usize, g: G, at: Place) {
        if let Some(ledger) = &self.queue.ledger {
            ledger.sent(len);
        }
        self.moment.record(g, Some(at), || Kind::Sent {
            object: self.queue.object,
            len: u32::try_from(len).unwrap_or(u32::MAX),
            value: None,
            to: 0,
        });
    }

    /// Records that a task left.
    fn received(&self) {
        if let Some(ledger) = &self.queue.ledger {
            ledger.received();
        }
        let me = ambient::g();
        self.moment.record(me, Some(self.at), || Kind::Received {
            object: self.queue.object,
            len: u32::try_from(self.len()).unwrap_or(u32::MAX),
            value: None,
            from: 0,
            ok: true,
        });
    }
}
