//! Events to the state of everything.

use protocol::event::{Event, Kind, NO_GOROUTINE, NO_OBJECT, NO_P, NO_PLACE};
use protocol::{ObjectKind, Reason};

use super::{Counter, Does, Goroutine, Is, MAX_COUNTERS, MAX_PROCESSORS};
use super::{News, Object, Processor, World};

/// Records of goroutines that have ended are let go once there are so many, and
/// more of them than of those that live.
const ENDED_BEFORE_SWEEP: usize = 64;

impl World {
    /// Takes in what comes next.
    pub fn take(&mut self, news: News<'_>) {
        self.clock.moved(news);
        match news {
            News::Event(event) => self.event(event),
            News::Gap(_) => self.forget(),
        }
    }

    /// Events were not kept: what can have changed since is not known.
    pub fn forget(&mut self) {
        for object in self.objects.values_mut() {
            object.forget();
        }
        for goroutine in self.goroutines.values_mut() {
            goroutine.queue = NO_OBJECT;
            goroutine.woken_for = NO_OBJECT;
            if goroutine.does != Does::Ended {
                goroutine.does = Does::Unknown;
            }
        }
        self.processors.fill(Processor::default());
        self.global_queue = None;
        for counter in &mut self.counters {
            counter.value = None;
        }
    }

    fn event(&mut self, event: &Event) {
        if event.at != NO_PLACE && event.g != NO_GOROUTINE {
            self.goroutine(event.g).at = event.at;
        }
        match &event.kind {
            Kind::Created { child, .. } => {
                let at = event.at;
                self.enter(*child, Does::Runnable);
                self.goroutine(*child).at = at;
            }
            Kind::Started => self.runs(event.g, event.p),
            Kind::Blocked { reason, object } => self.blocked(event.g, *reason, *object),
            Kind::Woken { woken, object } => self.woken(*woken, *object),
            Kind::Yielded | Kind::Preempted { .. } => self.enter(event.g, Does::Runnable),
            Kind::Ended
            | Kind::Panicked {
                recovered: false, ..
            } => self.ended(event.g),
            Kind::SyscallBegun => self.enter(event.g, Does::Waits(Reason::Syscall, NO_OBJECT)),
            Kind::SyscallEnded if event.p == NO_P => self.enter(event.g, Does::Runnable),
            Kind::SyscallEnded => self.runs(event.g, event.p),
            Kind::Idle | Kind::Awake => {
                let idle = event.kind == Kind::Idle;
                if let Some(processor) = self.processor(event.p) {
                    processor.is_idle = idle;
                }
            }
            Kind::Queue { len } if event.p == NO_P => self.global_queue = Some(*len),
            Kind::Queue { len } => {
                if let Some(processor) = self.processor(event.p) {
                    processor.queue = Some(*len);
                }
            }
            Kind::Counter { name, value } => self.counted(name, *value),
            kind => self.happened(event.g, kind),
        }
    }

    /// What happened to an object.
    fn happened(&mut self, g: u32, kind: &Kind) {
        match kind {
            Kind::Made {
                object,
                kind,
                capacity,
                ..
            } => {
                let changed_ns = self.clock.t_ns;
                *self.touched(*object, *kind) = Object {
                    changed_ns,
                    ..Object::new(*kind, *capacity)
                };
            }
            Kind::ContextMade {
                object,
                parent,
                deadline_ns,
                ..
            } => {
                if let Is::Context(scope) = &mut self.touched(*object, ObjectKind::Context).is {
                    (scope.parent, scope.deadline_ns) = (*parent, *deadline_ns);
                }
                // Told whole, so nothing of it is in doubt.
                self.touched(*object, ObjectKind::Context).unsure = false;
            }
            Kind::ContextDone { object, cause, .. } => {
                if let Is::Context(scope) = &mut self.touched(*object, ObjectKind::Context).is {
                    scope.cause = Some(cause.clone());
                }
            }
            Kind::Sent { object, .. }
            | Kind::Received { object, .. }
            | Kind::Returned { object, .. }
            | Kind::Closed { object, .. } => self.passed(g, *object, kind),
            Kind::Locked { object, .. }
            | Kind::Unlocked { object, .. }
            | Kind::Acquired { object, .. }
            | Kind::Released { object, .. } => self.held(g, *object, kind),
            Kind::Added {
                object, counter, ..
            } => {
                let at_zero = *counter == 0;
                let object = self.touched(*object, ObjectKind::WaitGroup);
                if let Is::WaitGroup { counter: known } = &mut object.is {
                    *known = Some(*counter);
                    // At zero all who wait go on.
                    object.unsure &= !at_zero;
                }
            }
            Kind::Initialised { object } => {
                if let Is::Once { done } = &mut self.touched(*object, ObjectKind::Once).is {
                    *done = Some(true);
                }
            }
            Kind::Signalled { object, .. } => {
                self.touched(*object, ObjectKind::Cond);
            }
            Kind::Atomic { object, value, .. } => self.number(*object, ObjectKind::Atomic, *value),
            Kind::CellRead { object, value } | Kind::CellWritten { object, value } => {
                self.number(*object, ObjectKind::Cell, *value);
            }
            Kind::TimerSet { object, at_ns } => self.timer(*object, Some(*at_ns)),
            Kind::TimerStopped { object } => self.timer(*object, None),
            // A sleep is no object, nor is the end of a context a timer's.
            Kind::TimerFired { object } if self.objects.get(*object).is_some() => {
                self.timer(*object, None);
            }
            _ => {}
        }
    }

    fn goroutine(&mut self, g: u32) -> &mut Goroutine {
        self.goroutines.entry(g, || Goroutine {
            does: Does::Unknown,
            at: NO_PLACE,
            queue: NO_OBJECT,
            woken_for: NO_OBJECT,
        })
    }

    fn processor(&mut self, p: u16) -> Option<&mut Processor> {
        if p >= MAX_PROCESSORS {
            return None;
        }
        let index = usize::from(p);
        if index >= self.processors.len() {
            self.processors.resize(index + 1, Processor::default());
        }
        let processor = &mut self.processors[index];
        processor.changed_ns = self.clock.t_ns;
        Some(processor)
    }

    /// An object to which something happens now.
    fn touched(&mut self, object: u32, kind: ObjectKind) -> &mut Object {
        let known = self.objects.entry(object, || Object::unknown(kind));
        known.changed_ns = self.clock.t_ns;
        known
    }

    /// Puts `g` in a state, and its P with it.
    fn enter(&mut self, g: u32, does: Does) {
        if g == NO_GOROUTINE {
            return;
        }
        let goroutine = self.goroutine(g);
        if goroutine.does == Does::Ended {
            return;
        }
        let before = std::mem::replace(&mut goroutine.does, does);
        if let Does::Runs(p) = before
            && before != does
            && let Some(processor) = self.processor(p)
            && processor.runs == g
        {
            processor.runs = NO_GOROUTINE;
        }
    }

    fn runs(&mut self, g: u32, p: u16) {
        self.enter(g, Does::Runs(p));
        if g != NO_GOROUTINE
            && self.goroutine(g).does != Does::Ended
            && let Some(processor) = self.processor(p)
        {
            processor.runs = g;
            processor.is_idle = false;
        }
    }

    fn blocked(&mut self, g: u32, reason: Reason, object: u32) {
        if g == NO_GOROUTINE || self.goroutine(g).does == Does::Ended {
            return;
        }
        self.enter(g, Does::Waits(reason, object));
        let goroutine = self.goroutine(g);
        let lost = std::mem::replace(&mut goroutine.woken_for, NO_OBJECT) == object;
        let stands = goroutine.queue;
        let Some(kind) = waited_for(reason).filter(|_| object != NO_OBJECT) else {
            return self.leave(g);
        };
        // Polled for another reason, it still stands where it stood.
        if stands == object {
            let known = self.touched(object, kind);
            if known
                .queue
                .iter()
                .any(|waiter| waiter.g == g && waiter.reason == reason)
            {
                return;
            }
        }
        self.leave(g);
        self.goroutine(g).queue = object;
        let in_front = lost && matches!(reason, Reason::Mutex | Reason::RwMutexWrite);
        self.touched(object, kind).queue_up(g, reason, in_front);
    }

    fn woken(&mut self, woken: u32, object: u32) {
        if woken == NO_GOROUTINE {
            return;
        }
        self.leave(woken);
        let goroutine = self.goroutine(woken);
        goroutine.woken_for = object;
        // One that still runs is on its way to sleep, and will be back at once.
        if !matches!(goroutine.does, Does::Runs(_)) {
            self.enter(woken, Does::Runnable);
        }
        if let Some(known) = self.objects.get_mut(object) {
            known.changed_ns = self.clock.t_ns;
        }
    }

    fn ended(&mut self, g: u32) {
        if g == NO_GOROUTINE || self.goroutine(g).does == Does::Ended {
            return;
        }
        self.leave(g);
        self.enter(g, Does::Ended);
        self.ended += 1;
        if self.ended >= ENDED_BEFORE_SWEEP && self.ended * 2 > self.goroutines.len() {
            self.ended = 0;
            self.goroutines.retain(|one| one.does != Does::Ended);
        }
    }

    /// `g` stands in no queue any longer.
    fn leave(&mut self, g: u32) {
        let Some(goroutine) = self.goroutines.get_mut(g) else {
            return;
        };
        let queue = std::mem::replace(&mut goroutine.queue, NO_OBJECT);
        if let Some(object) = self.objects.get_mut(queue) {
            object.leave(g);
        }
    }

    /// What `g` waited for has happened.
    fn served(&mut self, g: u32) {
        self.leave(g);
        if let Some(goroutine) = self.goroutines.get_mut(g) {
            goroutine.woken_for = NO_OBJECT;
        }
    }

    fn passed(&mut self, g: u32, object: u32, kind: &Kind) {
        if !matches!(kind, Kind::Returned { .. } | Kind::Closed { .. }) {
            self.served(g);
        }
        let known = self.touched(object, ObjectKind::Channel);
        let Is::Channel(ring) = &mut known.is else {
            return;
        };
        match kind {
            Kind::Sent { len, value, .. } => ring.sent(*len, value.clone()),
            Kind::Received { len, .. } => ring.received(*len),
            Kind::Returned { len, .. } => ring.came_back(*len),
            _ => {
                ring.closed = Some(true);
                // Nobody waits at a closed channel.
                known.unsure = false;
            }
        }
    }

    fn held(&mut self, g: u32, object: u32, kind: &Kind) {
        if matches!(kind, Kind::Locked { .. } | Kind::Acquired { .. }) {
            self.served(g);
        }
        let of = match kind {
            Kind::Acquired { .. } | Kind::Released { .. } => ObjectKind::Semaphore,
            _ => ObjectKind::Mutex,
        };
        match (kind, &mut self.touched(object, of).is) {
            (Kind::Locked { mode, .. }, Is::Lock(held)) => held.locked(g, *mode),
            (Kind::Unlocked { mode, to, .. }, Is::Lock(held)) => held.unlocked(g, *mode, *to),
            (
                Kind::Acquired { free, .. } | Kind::Released { free, .. },
                Is::Semaphore { free: known, .. },
            ) => *known = Some(*free),
            _ => {}
        }
    }

    fn number(&mut self, object: u32, kind: ObjectKind, value: i64) {
        if let Is::Number { value: known } = &mut self.touched(object, kind).is {
            *known = Some(value);
        }
    }

    fn timer(&mut self, object: u32, at_ns: Option<u64>) {
        let known = self.touched(object, ObjectKind::Timer);
        if let Is::Timer { at_ns: set } = &mut known.is {
            *set = at_ns;
            known.unsure = false;
        }
    }

    fn counted(&mut self, name: &str, value: i64) {
        let changed_ns = self.clock.t_ns;
        let known = self.counters.iter_mut().find(|known| known.name == name);
        if let Some(counter) = known {
            (counter.value, counter.changed_ns) = (Some(value), changed_ns);
        } else if self.counters.len() < MAX_COUNTERS {
            self.counters.push(Counter {
                name: name.to_owned(),
                value: Some(value),
                changed_ns,
            });
        }
    }
}

/// The kind of object that one waits for by this reason, if one stands in its
/// queue.
fn waited_for(reason: Reason) -> Option<ObjectKind> {
    Some(match reason {
        Reason::ChanSend | Reason::ChanReceive => ObjectKind::Channel,
        Reason::WaitGroup => ObjectKind::WaitGroup,
        Reason::Mutex => ObjectKind::Mutex,
        Reason::RwMutexRead | Reason::RwMutexWrite => ObjectKind::RwMutex,
        Reason::Cond => ObjectKind::Cond,
        Reason::Once => ObjectKind::Once,
        Reason::Semaphore => ObjectKind::Semaphore,
        Reason::ChanSendNil
        | Reason::ChanReceiveNil
        | Reason::Select
        | Reason::SelectNoCases
        | Reason::Sleep
        | Reason::Foreign
        | Reason::Syscall => return None,
    })
}
