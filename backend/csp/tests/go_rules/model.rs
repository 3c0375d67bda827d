//! Channels against a plain model: a queue, a flag and two lists of who waits,
//! for random programs of try and waiting operations, dropped at any point.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use csp::{Chan, Recv, RecvError, Send, SendError};
use proptest::prelude::*;

/// One step of a program.
#[derive(Clone, Debug)]
enum Step {
    TrySend,
    TryReceive,
    /// Starts an operation and polls it once.
    Send,
    Receive,
    /// Polls the `n`th operation that waits, counted round.
    Poll(usize),
    /// Drops it.
    Drop(usize),
    Close,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => Just(Step::TrySend),
        2 => Just(Step::TryReceive),
        4 => Just(Step::Send),
        4 => Just(Step::Receive),
        4 => (0..8_usize).prop_map(Step::Poll),
        3 => (0..8_usize).prop_map(Step::Drop),
        1 => Just(Step::Close),
    ];
    proptest::collection::vec(step, 1..80)
}

/// What the model knows of an operation that waits.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Waits {
    /// To send this value.
    ToSend(u32),
    Sent,
    ToReceive,
    /// It was handed this value.
    Received(u32),
    Closed,
}

/// The model: who waits is a list in the order of coming.
struct Model {
    capacity: usize,
    returned: VecDeque<u32>,
    buffer: VecDeque<u32>,
    waiting: Vec<(usize, Waits)>,
    closed: bool,
}

impl Model {
    fn first(&mut self, which: impl Fn(Waits) -> bool) -> Option<&mut Waits> {
        let mut waiting = self.waiting.iter_mut();
        waiting.find(|(_, waits)| which(*waits)).map(|(_, w)| w)
    }

    fn send(&mut self, value: u32) -> Result<(), SendError<u32>> {
        if self.closed {
            return Err(SendError::Closed(value));
        }
        if let Some(receiver) = self.first(|waits| waits == Waits::ToReceive) {
            *receiver = Waits::Received(value);
        } else if self.buffer.len() < self.capacity {
            self.buffer.push_back(value);
        } else {
            return Err(SendError::Full(value));
        }
        Ok(())
    }

    fn receive(&mut self) -> Result<u32, RecvError> {
        if let Some(value) = self.returned.pop_front() {
            return Ok(value);
        }
        let buffered = self.buffer.pop_front();
        let sender = self.first(|waits| matches!(waits, Waits::ToSend(_)));
        let sent = sender.map(|sender| match std::mem::replace(sender, Waits::Sent) {
            Waits::ToSend(value) => value,
            other => unreachable!("{other:?}"),
        });
        match (buffered, sent) {
            (Some(value), sent) => {
                self.buffer.extend(sent);
                Ok(value)
            }
            (None, Some(value)) => Ok(value),
            (None, None) if self.closed => Err(RecvError::Closed),
            (None, None) => Err(RecvError::Empty),
        }
    }

    fn give_back(&mut self, value: u32) {
        match self.first(|waits| waits == Waits::ToReceive) {
            Some(receiver) => *receiver = Waits::Received(value),
            None => self.returned.push_front(value),
        }
    }

    fn close(&mut self) {
        self.closed = true;
        for (_, waits) in &mut self.waiting {
            if matches!(waits, Waits::ToSend(_) | Waits::ToReceive) {
                *waits = Waits::Closed;
            }
        }
    }
}

enum Operation<'a> {
    Send(Pin<Box<Send<'a, u32>>>),
    Receive(Pin<Box<Recv<'a, u32>>>),
}

/// The channel beside its model. No run is around them, so an operation that
/// panics in Go's sense panics in Rust's.
struct Pair<'a> {
    ch: &'a Chan<u32>,
    model: Model,
    operations: Vec<(usize, Operation<'a>)>,
    next: u32,
}

impl<'a> Pair<'a> {
    fn value(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    fn step(&mut self, step: &Step) {
        let mut cx = Context::from_waker(Waker::noop());
        let waiting = self.operations.len();
        match step {
            Step::TrySend => {
                let value = self.value();
                assert_eq!(self.ch.try_send(value), self.model.send(value));
            }
            Step::TryReceive => assert_eq!(self.ch.try_recv(), self.model.receive()),
            Step::Send if self.model.closed => {}
            Step::Send => {
                let value = self.value();
                let mut send = Box::pin(self.ch.send(value));
                let polled = send.as_mut().poll(&mut cx);
                assert_eq!(polled.is_ready(), self.model.send(value).is_ok());
                if polled.is_pending() {
                    self.waits(value as usize, Waits::ToSend(value), Operation::Send(send));
                }
            }
            Step::Receive => {
                let id = self.value() as usize;
                let mut receive = Box::pin(self.ch.recv());
                let expected = match self.model.receive() {
                    Ok(value) => Poll::Ready(Some(value)),
                    Err(RecvError::Closed) => Poll::Ready(None),
                    Err(RecvError::Empty) => Poll::Pending,
                };
                assert_eq!(receive.as_mut().poll(&mut cx), expected);
                if expected.is_pending() {
                    self.waits(id, Waits::ToReceive, Operation::Receive(receive));
                }
            }
            Step::Poll(n) if waiting > 0 => self.poll(n % waiting),
            Step::Drop(n) if waiting > 0 => {
                let (id, operation) = self.operations.remove(n % waiting);
                drop(operation);
                if let Waits::Received(value) = self.forget(id) {
                    self.model.give_back(value);
                }
            }
            Step::Close if !self.model.closed => {
                self.ch.close();
                self.model.close();
            }
            Step::Poll(_) | Step::Drop(_) | Step::Close => {}
        }
        let held = self.model.returned.len() + self.model.buffer.len();
        assert_eq!(self.ch.len(), held);
    }

    fn waits(&mut self, id: usize, waits: Waits, operation: Operation<'a>) {
        self.model.waiting.push((id, waits));
        self.operations.push((id, operation));
    }

    fn forget(&mut self, id: usize) -> Waits {
        let mut waiting = self.model.waiting.iter();
        let place = waiting.position(|(other, _)| *other == id).unwrap();
        self.model.waiting.remove(place).1
    }

    fn poll(&mut self, index: usize) {
        let mut cx = Context::from_waker(Waker::noop());
        let (id, operation) = &mut self.operations[index];
        let id = *id;
        let mut waiting = self.model.waiting.iter();
        let waits = waiting.find(|(other, _)| *other == id).unwrap().1;
        match (operation, waits) {
            (Operation::Send(send), Waits::ToSend(_)) => {
                assert_eq!(send.as_mut().poll(&mut cx), Poll::Pending);
                return;
            }
            (Operation::Send(send), Waits::Sent) => {
                assert_eq!(send.as_mut().poll(&mut cx), Poll::Ready(()));
            }
            // It would panic; `go_rules::channels` has that.
            (Operation::Send(_), Waits::Closed) => {}
            (Operation::Receive(receive), Waits::ToReceive) => {
                assert_eq!(receive.as_mut().poll(&mut cx), Poll::Pending);
                return;
            }
            (Operation::Receive(receive), Waits::Received(value)) => {
                assert_eq!(receive.as_mut().poll(&mut cx), Poll::Ready(Some(value)));
            }
            (Operation::Receive(receive), Waits::Closed) => {
                assert_eq!(receive.as_mut().poll(&mut cx), Poll::Ready(None));
            }
            (_, waits) => unreachable!("{waits:?}"),
        }
        self.operations.remove(index);
        self.forget(id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(miri) { 8 } else { 2_000 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Every result, every length, and who gets a value whose receiver left.
    #[test]
    fn a_channel_behaves_as_its_model(capacity in 0..4_usize, steps in steps()) {
        let ch = csp::chan(capacity);
        let mut pair = Pair {
            ch: &ch,
            model: Model {
                capacity,
                returned: VecDeque::new(),
                buffer: VecDeque::new(),
                waiting: Vec::new(),
                closed: false,
            },
            operations: Vec::new(),
            next: 0,
        };
        for step in &steps {
            pair.step(step);
        }
    }
}

/// Every value sent is received once, although operations are dropped at every
/// point at which they wait: under the scheduler, many times.
#[test]
fn dropped_operations_lose_nothing() {
    for round in 0..super::times(200) {
        let (sent, received) = super::completes(async move {
            let ch = csp::chan(round % 3);
            let (sums, group) = (csp::chan(8), csp::sync::WaitGroup::new());
            for _ in 0..4 {
                let (ch, sums) = (ch.clone(), sums.clone());
                group.go(async move {
                    let mut sent = 0_u64;
                    for number in 1..=100 {
                        // Half of them give up at once if they have to wait.
                        let mut send = Box::pin(ch.send(number));
                        match poll_once(send.as_mut()).await {
                            Poll::Ready(()) => sent += number,
                            Poll::Pending if number % 2 == 0 => {
                                send.await;
                                sent += number;
                            }
                            Poll::Pending => match poll_once(send.as_mut()).await {
                                Poll::Ready(()) => sent += number,
                                // Dropped while it waits; if a receiver took
                                // the value just now, it counts as sent there.
                                Poll::Pending => drop(send),
                            },
                        }
                    }
                    sums.send((sent, 0)).await;
                });
            }
            let receivers = csp::sync::WaitGroup::new();
            for _ in 0..4 {
                let (ch, sums) = (ch.clone(), sums.clone());
                receivers.go(async move {
                    let mut received = 0_u64;
                    loop {
                        let mut receive = Box::pin(ch.recv());
                        let polled = match poll_once(receive.as_mut()).await {
                            Poll::Ready(value) => Some(value),
                            // Given up, perhaps after the hand-over.
                            Poll::Pending => None,
                        };
                        drop(receive);
                        match polled {
                            Some(Some(value)) => received += value,
                            Some(None) => break,
                            None => csp::yield_now().await,
                        }
                    }
                    sums.send((0, received)).await;
                });
            }
            group.wait().await;
            ch.close();
            receivers.wait().await;
            let mut total = (0, 0);
            for _ in 0..8 {
                let (sent, received) = sums.recv().await.unwrap();
                total = (total.0 + sent, total.1 + received);
            }
            total
        });
        // A send that was dropped in the moment of its hand-over may have been
        // received; nothing that was sent may be missing.
        assert!(received >= sent, "sent {sent}, received {received}");
    }
}

/// Polls `future` once.
async fn poll_once<F: Future + Unpin>(mut future: F) -> Poll<F::Output> {
    std::future::poll_fn(|cx| Poll::Ready(Pin::new(&mut future).poll(cx))).await
}
