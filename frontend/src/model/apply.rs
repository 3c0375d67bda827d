//! Events to state.

use protocol::event::{Event, Kind, NO_GOROUTINE, NO_OBJECT, NO_P};
use protocol::{Frame, Limits, ObjectKind, Outcome, Reason, RunEnd, Value};

use super::lane::{Lane, LaneEnd, Queue, Recovery};
use super::span::{Cause, SpanEnd, State, Wait};
use super::{Channel, Counted, Gap, MAX_LINES, Model, Object, OutputLine, WaitRef, gap};

/// The main goroutine.
pub const MAIN: u32 = 1;
/// The most spans that are kept for each event that the limits of a run let
/// through, of all lanes of goroutines and Ps together: an event begins one of
/// each at most. What comes beyond is a gap.
const SPANS_AN_EVENT: u64 = 2;
/// The most values that are kept of those that ended waits: some megabytes, and
/// more than anybody zooms in to.
pub const MAX_VALUES: usize = 100_000;
/// A value wakes whoever waited for it by the second event after it, if it does.
const PASSES_FOR: u64 = 2;

/// A value on its way from hand to hand.
#[derive(Clone, Debug)]
pub(super) struct Passing {
    seq: u64,
    object: u32,
    from: u32,
    to: u32,
    value: Value,
}

impl Model {
    /// Takes in a frame. Events that were seen before change nothing, so that
    /// a stream may be read again from any earlier point.
    pub fn apply(&mut self, frame: &Frame) {
        match frame {
            Frame::Queued { .. } => {}
            Frame::Header(header) => {
                self.processors.expect(header.procs);
                self.header = Some(header.as_ref().clone());
            }
            Frame::Places { first, places } => {
                for (key, place) in (*first..).zip(places) {
                    self.places.insert(key, place.clone());
                }
            }
            Frame::Events { first_seq, events } => {
                for (seq, event) in (*first_seq..).zip(events) {
                    if seq < self.next_seq {
                        continue;
                    }
                    self.next_seq = seq.saturating_add(1);
                    self.event(event);
                }
            }
            Frame::Dropped {
                from_ns,
                to_ns,
                count,
            } => self.dropped(Gap {
                from_ns: *from_ns,
                to_ns: (*to_ns).max(*from_ns),
                count: *count,
            }),
            Frame::End(end) => self.ended(end),
        }
    }

    fn max_spans(&self) -> usize {
        let limits = self.header.as_ref().map(|header| header.limits.events);
        let events = limits.unwrap_or_else(|| Limits::default().events);
        usize::try_from(events.saturating_mul(SPANS_AN_EVENT)).unwrap_or(usize::MAX)
    }

    fn event(&mut self, event: &Event) {
        let t_ns = event.t_ns.max(self.now_ns).max(self.floor_ns);
        self.now_ns = t_ns;
        if self.spans + self.processors.stretch_count() >= self.max_spans() {
            self.dropped(Gap {
                from_ns: t_ns,
                to_ns: t_ns,
                count: 1,
            });
            return;
        }
        self.processors.take(t_ns, event);
        let g = event.g;
        match &event.kind {
            Kind::Created { child, name } => self.created(t_ns, event, *child, name.clone()),
            Kind::Started => self.started(t_ns, event),
            Kind::Blocked { reason, object } => self.blocked(t_ns, event, *reason, *object),
            Kind::Woken { woken, object } => {
                self.pass_on(*woken, *object);
                self.woken(t_ns, *woken, g, event.at);
            }
            Kind::Yielded => self.enter(t_ns, g, State::Runnable(Cause::Yielded), event.at),
            Kind::Preempted { .. } => {
                self.enter(t_ns, g, State::Runnable(Cause::Preempted), event.at);
            }
            Kind::Ended => self.finished(g, LaneEnd::Returned { t_ns }),
            Kind::Panicked { message, recovered } => self.panicked(t_ns, g, message, *recovered),
            Kind::Made {
                object,
                kind,
                name,
                capacity,
            } => self.made(t_ns, *object, *kind, name.clone(), *capacity),
            Kind::Sent {
                object,
                len,
                to,
                value,
            } => {
                let room = self.values < MAX_VALUES;
                self.passing = value.as_ref().filter(|_| room).map(|value| Passing {
                    seq: self.next_seq,
                    object: *object,
                    from: g,
                    to: *to,
                    value: value.clone(),
                });
                self.sent(t_ns, g, *object, *len, *to != NO_GOROUTINE);
            }
            Kind::Received {
                object,
                len,
                from,
                ok,
                ..
            } => self.received(t_ns, g, *object, *len, (*ok).then_some(*from)),
            Kind::Returned { object, len } => self.returned(t_ns, *object, *len),
            Kind::Closed { object, .. } => {
                let channel = self.channel_entry(t_ns, *object);
                self.channels[channel].closed_ns.get_or_insert(t_ns);
            }
            Kind::Line { text } => {
                if self.lines.len() < MAX_LINES {
                    self.lines.push(OutputLine {
                        t_ns,
                        g,
                        text: text.clone(),
                    });
                }
            }
            Kind::SyscallBegun => self.blocked(t_ns, event, Reason::Syscall, NO_OBJECT),
            Kind::SyscallEnded => self.back(t_ns, event),
            Kind::Described {
                object,
                parent,
                guards,
            } => {
                if let Some(object) = self.objects.get_mut(object) {
                    object.parent = *parent;
                    object.guards.clone_from(guards);
                }
            }
            Kind::ContextMade {
                object,
                parent,
                name,
                ..
            } => {
                self.made(t_ns, *object, ObjectKind::Context, name.clone(), 0);
                if let Some(object) = self.objects.get_mut(object) {
                    object.parent = *parent;
                }
                self.notes.take(t_ns, event);
            }
            Kind::Locked { object, mode } => {
                self.locks.entry(*object).or_default().locked(g, *mode);
                self.notes.take(t_ns, event);
            }
            Kind::Unlocked { object, mode, to } => {
                self.locks.entry(*object).or_default().unlocked(*mode, *to);
                self.notes.take(t_ns, event);
            }
            Kind::Acquired { object, free, .. } | Kind::Released { object, free, .. } => {
                self.locks.entry(*object).or_default().free = Some(*free);
                self.notes.take(t_ns, event);
            }
            Kind::SpanBegun { .. }
            | Kind::SpanAttribute { .. }
            | Kind::SpanFailed { .. }
            | Kind::SpanEnded { .. } => {
                self.trace.take(t_ns, event);
                self.notes.take(t_ns, event);
            }
            Kind::Starving { .. }
            | Kind::Signalled { .. }
            | Kind::Initialised { .. }
            | Kind::Atomic { .. }
            | Kind::CellRead { .. }
            | Kind::CellWritten { .. }
            | Kind::Raced { .. }
            | Kind::ContextDone { .. }
            | Kind::TimerStopped { .. }
            | Kind::HandedOff { .. } => self.notes.take(t_ns, event),
            Kind::Counter { name, value } => self.counters.set(t_ns, name, *value),
            // Those of the processors are taken in above.
            Kind::Stolen { .. }
            | Kind::Idle
            | Kind::Awake
            | Kind::Queue { .. }
            | Kind::Overran { .. }
            | Kind::Added { .. }
            | Kind::Selected { .. }
            | Kind::TimerSet { .. }
            | Kind::TimerFired { .. }
            | Kind::RegionBegun { .. }
            | Kind::RegionEnded { .. } => {}
        }
    }

    /// The lane of `g`, made if this is the first that is heard of it.
    fn lane_entry(&mut self, t_ns: u64, g: u32) -> usize {
        if let Some(lane) = self.lane_of.get(g) {
            return lane;
        }
        let lane = self.lanes.len();
        self.lanes.push(Lane::new(g, t_ns));
        self.lane_of.insert(g, lane);
        lane
    }

    fn channel_entry(&mut self, t_ns: u64, object: u32) -> usize {
        if let Some(channel) = self.channel_of.get(object) {
            return channel;
        }
        let channel = self.channels.len();
        self.channels.push(Channel::new(object, t_ns));
        self.channel_of.insert(object, channel);
        channel
    }

    /// Puts `g` in a state. A goroutine that has ended stays ended.
    fn enter(&mut self, t_ns: u64, g: u32, state: State, at: u32) {
        if g == NO_GOROUTINE {
            return;
        }
        let lane = self.lane_entry(t_ns, g);
        if self.lanes[lane].end.is_some() {
            return;
        }
        self.lanes[lane].enter(t_ns, state, at);
        self.spans += 1;
        if !self.kinds.iter().any(|kind| kind.is_like(&state)) {
            self.kinds.push(state);
        }
        if matches!(state, State::Blocked(_)) {
            self.waits.push(WaitRef {
                lane: lane as u32,
                span: (self.lanes[lane].spans.len() - 1) as u32,
            });
        }
    }

    fn created(&mut self, t_ns: u64, event: &Event, child: u32, name: Option<String>) {
        if child == NO_GOROUTINE || self.lane_of.get(child).is_some() {
            return;
        }
        let lane = self.lane_entry(t_ns, child);
        self.lanes[lane].name = name;
        self.lanes[lane].parent = event.g;
        self.lanes[lane].made_at = event.at;
        self.enter(t_ns, child, State::Runnable(Cause::Created), event.at);
    }

    fn started(&mut self, t_ns: u64, event: &Event) {
        if event.g == NO_GOROUTINE {
            return;
        }
        let lane = self.lane_entry(t_ns, event.g);
        self.leave_queue(lane);
        let lane = &mut self.lanes[lane];
        let early_waker = lane.early_waker.take();
        if let Some(waker) = early_waker
            && lane.open().is_some_and(|span| span.wait().is_some())
        {
            lane.set_waker(waker);
        }
        self.enter(t_ns, event.g, State::Running { p: event.p }, event.at);
    }

    fn blocked(&mut self, t_ns: u64, event: &Event, reason: Reason, object: u32) {
        if event.g == NO_GOROUTINE {
            return;
        }
        let mut wait = Wait {
            reason,
            object,
            ordinal: 0,
            held: 0,
            holder: NO_GOROUTINE,
        };
        let lane = self.lane_entry(t_ns, event.g);
        self.leave_queue(lane);
        if self.lanes[lane].end.is_some() {
            return;
        }
        if let Some(lock) = self.locks.get(&object) {
            wait.holder = lock.writer;
            wait.held = lock.free.unwrap_or(lock.holders());
        }
        let sends = reason == Reason::ChanSend;
        if object != NO_OBJECT && (sends || reason == Reason::ChanReceive) {
            let index = self.channel_entry(t_ns, object);
            let channel = &mut self.channels[index];
            wait.held = channel.len();
            let queue = if sends {
                wait.ordinal = channel.next_send();
                channel.waiting_senders += 1;
                Queue::Senders { object }
            } else {
                wait.ordinal = channel.next_receive();
                channel.waiting_receivers += 1;
                Queue::Receivers { object }
            };
            self.lanes[lane].queue = Some(queue);
        }
        self.enter(t_ns, event.g, State::Blocked(wait), event.at);
    }

    /// `g` is back from a call that blocked its thread: on a processor, or in
    /// need of one.
    fn back(&mut self, t_ns: u64, event: &Event) {
        let state = match event.p {
            NO_P => State::Runnable(Cause::Returned),
            p => State::Running { p },
        };
        self.enter(t_ns, event.g, state, event.at);
    }

    /// The goroutine of `lane` no longer stands in a channel's queue: its
    /// operation was completed, or it gave up.
    fn leave_queue(&mut self, lane: usize) {
        let Some(queue) = self.lanes[lane].queue.take() else {
            return;
        };
        let (Queue::Senders { object } | Queue::Receivers { object }) = queue;
        let Some(channel) = self.channel_of.get(object) else {
            return;
        };
        let channel = &mut self.channels[channel];
        let waiting = match queue {
            Queue::Senders { .. } => &mut channel.waiting_senders,
            Queue::Receivers { .. } => &mut channel.waiting_receivers,
        };
        *waiting = waiting.saturating_sub(1);
    }

    /// If `woken` waits for the value that was just sent, or had sent it, that is
    /// how its wait ends.
    fn pass_on(&mut self, woken: u32, object: u32) {
        let Some(passing) = self.passing.take() else {
            return;
        };
        let is_its = passing.object == object && [passing.from, passing.to].contains(&woken);
        let lane = self.lane_of(woken);
        if !is_its || self.next_seq - passing.seq > PASSES_FOR {
            return;
        }
        if let Some(lane) = lane.map(|lane| &mut self.lanes[lane])
            && lane.open().is_some_and(|span| span.wait().is_some())
        {
            lane.set_value(passing.value);
            self.values += 1;
        }
    }

    fn woken(&mut self, t_ns: u64, woken: u32, waker: u32, at: u32) {
        if woken == NO_GOROUTINE {
            return;
        }
        let lane = self.lane_entry(t_ns, woken);
        self.leave_queue(lane);
        let lane = &mut self.lanes[lane];
        match lane.open().map(|span| span.state) {
            Some(State::Blocked(_)) => {
                lane.set_waker(waker);
                lane.early_waker = None;
                self.enter(t_ns, woken, State::Runnable(Cause::Woken), at);
            }
            // It is still on its way to sleep, and will be back at once.
            Some(State::Running { .. }) => lane.early_waker = Some(waker),
            Some(State::Runnable(_)) => {}
            None => self.enter(t_ns, woken, State::Runnable(Cause::Woken), at),
        }
    }

    fn finished(&mut self, g: u32, end: LaneEnd) {
        if g == NO_GOROUTINE {
            return;
        }
        let t_ns = end.t_ns();
        let lane = self.lane_entry(t_ns, g);
        self.leave_queue(lane);
        let lane = &mut self.lanes[lane];
        if lane.end.is_none() {
            lane.close(t_ns, SpanEnd::At);
            lane.end = Some(end);
            self.tally.add(t_ns, Counted::Ended);
        }
    }

    fn panicked(&mut self, t_ns: u64, g: u32, message: &str, recovered: bool) {
        let message = message.to_owned();
        if !recovered {
            self.finished(g, LaneEnd::Panicked { t_ns, message });
        } else if g != NO_GOROUTINE {
            let lane = self.lane_entry(t_ns, g);
            self.lanes[lane].recoveries.push(Recovery { t_ns, message });
        }
    }

    fn made(
        &mut self,
        t_ns: u64,
        object: u32,
        kind: ObjectKind,
        name: Option<String>,
        capacity: u32,
    ) {
        if kind == ObjectKind::Channel {
            let index = self.channel_entry(t_ns, object);
            let channel = &mut self.channels[index];
            channel.name.clone_from(&name);
            channel.capacity = capacity;
            channel.step(t_ns, 0, false);
        }
        let made = Object {
            kind,
            name,
            parent: NO_OBJECT,
            guards: None,
        };
        self.objects.insert(object, made);
    }

    fn sent(&mut self, t_ns: u64, g: u32, object: u32, len: u32, to_receiver: bool) {
        self.operation_done(g);
        let index = self.channel_entry(t_ns, object);
        let channel = &mut self.channels[index];
        channel.sends += 1;
        self.tally.add(t_ns, Counted::Sent);
        channel.step(t_ns, len, to_receiver || channel.capacity == 0);
    }

    /// `from` is `None` if the channel was closed and empty.
    fn received(&mut self, t_ns: u64, g: u32, object: u32, len: u32, from: Option<u32>) {
        self.operation_done(g);
        let index = self.channel_entry(t_ns, object);
        let channel = &mut self.channels[index];
        if from.is_none() {
            return;
        }
        channel.receives += 1;
        self.tally.add(t_ns, Counted::Received);
        // A value that was handed over was counted when it was sent.
        if channel.capacity > 0 && channel.len() != len {
            channel.step(t_ns, len, false);
        }
    }

    fn returned(&mut self, t_ns: u64, object: u32, len: u32) {
        let index = self.channel_entry(t_ns, object);
        self.channels[index].step(t_ns, len, false);
    }

    /// The operation for which `g` may have stood in a queue took effect.
    fn operation_done(&mut self, g: u32) {
        if let Some(lane) = self.lane_of.get(g) {
            self.leave_queue(lane);
        }
    }

    fn dropped(&mut self, gap: Gap) {
        if gap.count == 0 {
            return;
        }
        for lane in &mut self.lanes {
            lane.close(gap.from_ns, SpanEnd::Cut);
            lane.queue = None;
            lane.early_waker = None;
        }
        self.processors.cut(gap.from_ns);
        self.passing = None;
        for channel in &mut self.channels {
            channel.miscounted = true;
            channel.waiting_senders = 0;
            channel.waiting_receivers = 0;
        }
        self.locks.clear();
        self.trace.cut(gap.from_ns);
        self.now_ns = self.now_ns.max(gap.to_ns);
        self.floor_ns = self.floor_ns.max(gap.to_ns);
        gap::insert(&mut self.gaps, gap);
    }

    fn ended(&mut self, end: &RunEnd) {
        // A runner that went away says nothing of the time after its last word.
        if !matches!(end.outcome, Outcome::RunnerLost { .. }) {
            self.now_ns = self.now_ns.max(end.elapsed_ns);
        }
        for lane in &mut self.lanes {
            lane.close(self.now_ns, SpanEnd::Cut);
        }
        self.trace.cut(self.now_ns);
        self.processors.cut(self.now_ns);
        self.end = Some(end.clone());
    }
}
