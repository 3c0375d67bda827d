//! Publish and subscribe: each message to all who subscribed.
//!
//! Every subscriber has a queue of its own, of bounded length, and a
//! [`Policy`] for when it is full. Nothing is lost in silence: for each of them
//! what was published since it subscribed is delivered or counted as dropped.

use std::future::{Future, poll_fn};
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use super::queue::{PutAll, Queue, Refused, Take};
use crate::trace::Place;
use crate::{ambient, go};

/// A topic. Clones are the same topic.
///
/// ```
/// # csp::native::run(csp::run::Config::default(), async {
/// use csp::patterns::{Policy, PubSub};
/// let topic = PubSub::new();
/// let mut news = topic.subscribe("reader", 2, Policy::DropNewest).unwrap();
/// for number in 1..=3 {
///     topic.publish(number).await.unwrap();
/// }
/// topic.close();
/// assert_eq!((news.recv().await, news.recv().await), (Some(1), Some(2)));
/// assert_eq!(news.recv().await, None);
/// assert_eq!(news.totals().dropped, 1);
/// # });
/// ```
pub struct PubSub<T> {
    inner: Arc<Inner<T>>,
}

struct Inner<T> {
    name: Arc<str>,
    state: Mutex<State<T>>,
}

struct State<T> {
    /// Replaced as a whole, so that a publish goes by those who were there when
    /// it began.
    subscribers: Arc<Vec<Arc<Subscriber<T>>>>,
    closed: bool,
}

struct Subscriber<T> {
    id: Arc<str>,
    policy: Policy,
    queue: Queue<T>,
    delivered: AtomicU64,
    dropped: AtomicU64,
    names: Option<Names>,
}

/// The names of its counters, in a run that is traced.
struct Names {
    delivered: Arc<str>,
    dropped: Arc<str>,
}

/// What to do with a message for a subscriber whose queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Policy {
    /// Drop the message: who is slow misses what is new.
    DropNewest,
    /// Drop the oldest message in the queue: who is slow misses what is old.
    DropOldest,
    /// Wait until there is room: who is slow holds up the publisher, and with
    /// it all others.
    Block,
}

/// Why nobody was subscribed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscribeError {
    /// There is a subscriber of that id.
    Duplicate,
    /// The topic is closed.
    Closed,
}

impl std::fmt::Display for SubscribeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            SubscribeError::Duplicate => "there is a subscriber of that id",
            SubscribeError::Closed => "the topic is closed",
        })
    }
}

impl std::error::Error for SubscribeError {}

/// The topic is closed; the message comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicClosed<T>(pub T);

impl<T> std::fmt::Display for TopicClosed<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the topic is closed")
    }
}

impl<T: std::fmt::Debug> std::error::Error for TopicClosed<T> {}

/// What became of one message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Subscribers whose queue it entered.
    pub delivered: u64,
    /// Messages that were dropped for it: itself, by who drops the newest, or
    /// an older one, by who drops the oldest.
    pub dropped: u64,
}

/// What became of the messages for one subscriber: their sum is what was
/// published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SubscriberTotals {
    /// Received, or still in its queue.
    pub delivered: u64,
    /// Dropped.
    pub dropped: u64,
}

impl<T: Clone + Send + 'static> PubSub<T> {
    /// A topic without subscribers.
    pub fn new() -> Self {
        Self::named("topic")
    }

    /// The same with a name, for the picture: the queue of subscriber `ID` is
    /// `NAME ID`, its counters `NAME ID delivered` and `NAME ID dropped`.
    pub fn named(name: impl Into<Arc<str>>) -> Self {
        PubSub {
            inner: Arc::new(Inner {
                name: name.into(),
                state: Mutex::new(State {
                    subscribers: Arc::default(),
                    closed: false,
                }),
            }),
        }
    }

    /// Subscribes under `id`, with a queue for `capacity` messages. With 0 a
    /// message comes only to one who waits for it.
    ///
    /// Dropping what this returns unsubscribes.
    ///
    /// # Errors
    /// [`SubscribeError`]: the id is taken, or the topic is closed.
    #[track_caller]
    pub fn subscribe(
        &self,
        id: impl Into<Arc<str>>,
        capacity: usize,
        policy: Policy,
    ) -> Result<Subscription<T>, SubscribeError> {
        let (id, at) = (id.into(), Location::caller());
        let mut state = self.inner.state.lock();
        if state.closed {
            return Err(SubscribeError::Closed);
        }
        if state.subscribers.iter().any(|other| other.id == id) {
            return Err(SubscribeError::Duplicate);
        }
        let name: Arc<str> = format!("{} {id}", self.inner.name).into();
        let names = ambient::traced().then(|| Names {
            delivered: format!("{name} delivered").into(),
            dropped: format!("{name} dropped").into(),
        });
        let subscriber = Arc::new(Subscriber {
            id,
            policy,
            queue: Queue::new(name, capacity, at),
            delivered: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            names,
        });
        let mut subscribers = state.subscribers.to_vec();
        subscribers.push(subscriber.clone());
        state.subscribers = Arc::new(subscribers);
        Ok(Subscription {
            subscriber,
            topic: self.inner.clone(),
            at,
        })
    }

    /// Takes `id` off: it still receives what is in its queue. Whether it was
    /// there.
    #[track_caller]
    pub fn unsubscribe(&self, id: &str) -> bool {
        self.inner.unsubscribe(id, Location::caller())
    }

    /// Puts `message` into the queue of every subscriber, in the order in which
    /// they subscribed; each policy says what happens at a full one. Waits for
    /// those that say [`Policy::Block`], once the others have it.
    ///
    /// # Errors
    /// [`TopicClosed`] with the message.
    ///
    /// Cancel safety: dropped before it resolves, some have the message and
    /// some have not, for whom it counts as dropped.
    ///
    /// Events: `Sent` for each, `Blocked` where it waits.
    #[inline]
    #[track_caller]
    pub fn publish(
        &self,
        message: T,
    ) -> impl Future<Output = Result<Published, TopicClosed<T>>> + Send + use<'_, T> {
        let at = Location::caller();
        let topic = &self.inner;
        async move {
            poll_fn(|cx| ambient::poll_preempt(cx, at)).await;
            let Some(subscribers) = topic.subscribers() else {
                return Err(TopicClosed(message));
            };
            let mut published = Published::default();
            let mut full = Waits {
                puts: PutAll::new(),
                subscribers: &subscribers,
                at,
            };
            let mut message = Some(message);
            for (index, subscriber) in subscribers.iter().enumerate() {
                let one = match index + 1 == subscribers.len() {
                    true => message.take(),
                    false => message.clone(),
                };
                let one = one.expect("taken for the last alone");
                if let Some(one) = subscriber.offer(one, &mut published, at) {
                    full.puts.push(index, subscriber.queue.put(one, at));
                }
            }
            if !full.puts.is_empty() {
                poll_fn(|cx| {
                    full.puts.poll(cx, |index, put| {
                        subscribers[index].count(&mut published, put, at);
                    })
                })
                .await;
            }
            Ok(published)
        }
    }

    /// Takes no more messages and no more subscribers: who is there receives
    /// what is in the queue, and then `None`. Has no effect the second time.
    ///
    /// Events: `Closed` for each subscriber.
    #[track_caller]
    pub fn close(&self) {
        let at = Location::caller();
        let subscribers = {
            let mut state = self.inner.state.lock();
            state.closed = true;
            std::mem::take(&mut state.subscribers)
        };
        for subscriber in subscribers.iter() {
            subscriber.queue.close(at);
        }
    }

    /// Who is subscribed, in the order in which they came.
    pub fn subscribers(&self) -> Vec<(Arc<str>, SubscriberTotals)> {
        let subscribers = self.inner.state.lock().subscribers.clone();
        let subscribers = subscribers.iter();
        subscribers
            .map(|subscriber| (subscriber.id.clone(), subscriber.totals()))
            .collect()
    }
}

impl<T: Clone + Send + 'static> Default for PubSub<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for PubSub<T> {
    fn clone(&self) -> Self {
        PubSub {
            inner: self.inner.clone(),
        }
    }
}

impl<T> Inner<T> {
    /// Who is subscribed now; `None` once the topic is closed.
    #[inline]
    fn subscribers(&self) -> Option<Arc<Vec<Arc<Subscriber<T>>>>> {
        let state = self.state.lock();
        (!state.closed).then(|| state.subscribers.clone())
    }

    fn unsubscribe(&self, id: &str, at: Place) -> bool {
        let removed = {
            let mut state = self.state.lock();
            let mut subscribers = state.subscribers.to_vec();
            let Some(index) = subscribers.iter().position(|other| &*other.id == id) else {
                return false;
            };
            let removed = subscribers.remove(index);
            state.subscribers = Arc::new(subscribers);
            removed
        };
        removed.queue.close(at);
        true
    }
}

impl<T> Subscriber<T> {
    /// Does with `message` what needs no waiting; gives it back if its policy
    /// is to wait.
    #[inline]
    fn offer(&self, message: T, published: &mut Published, at: Place) -> Option<T> {
        let refused = match self.policy {
            Policy::DropOldest => match self.queue.displace(message, at) {
                Ok(None) => {
                    self.count(published, true, at);
                    return None;
                }
                Ok(Some(_displaced)) => {
                    // It takes the place of one that was counted as delivered.
                    published.delivered += 1;
                    self.count(published, false, at);
                    return None;
                }
                Err(refused) => refused,
            },
            Policy::DropNewest | Policy::Block => match self.queue.try_put(message, at) {
                Ok(()) => {
                    self.count(published, true, at);
                    return None;
                }
                Err(refused) => refused,
            },
        };
        match refused {
            Refused::Full(message) if self.policy == Policy::Block => Some(message),
            Refused::Full(_) | Refused::Closed(_) => {
                self.count(published, false, at);
                None
            }
        }
    }

    /// Counts a message that was delivered, or dropped.
    #[inline]
    fn count(&self, published: &mut Published, delivered: bool, at: Place) {
        let (count, sum) = match delivered {
            true => (&self.delivered, &mut published.delivered),
            false => (&self.dropped, &mut published.dropped),
        };
        *sum += 1;
        let counted = count.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(names) = &self.names {
            let name = match delivered {
                true => &names.delivered,
                false => &names.dropped,
            };
            go::counter_at(name.clone(), counted as i64, at);
        }
    }

    fn totals(&self) -> SubscriberTotals {
        SubscriberTotals {
            delivered: self.delivered.load(Ordering::Relaxed),
            dropped: self.dropped.load(Ordering::Relaxed),
        }
    }
}

/// A publish that waits for those that are full.
struct Waits<'a, T> {
    puts: PutAll<'a, T>,
    subscribers: &'a [Arc<Subscriber<T>>],
    at: Place,
}

/// Dropped while it waits: what became of the message is counted all the same.
impl<T> Drop for Waits<'_, T> {
    fn drop(&mut self) {
        self.puts.withdraw(|index, put| {
            self.subscribers[index].count(&mut Published::default(), put, self.at);
        });
    }
}

/// What a subscriber receives by. Dropping it unsubscribes.
pub struct Subscription<T> {
    subscriber: Arc<Subscriber<T>>,
    topic: Arc<Inner<T>>,
    at: Place,
}

impl<T> Subscription<T> {
    /// Receives the next message; `None` once it is unsubscribed, or the topic
    /// closed, and its queue is empty.
    ///
    /// Cancel safety: dropped before it resolves, it loses nothing.
    ///
    /// Events: `Blocked` if it waits, `Received`.
    #[inline]
    #[track_caller]
    pub fn recv(&mut self) -> NextMessage<'_, T> {
        self.subscriber.queue.take(0, Location::caller())
    }

    /// Receives the next message if that needs no waiting.
    ///
    /// # Errors
    /// [`RecvError`](crate::RecvError): there is none, or there will be none.
    #[track_caller]
    pub fn try_recv(&mut self) -> Result<T, crate::RecvError> {
        match self.subscriber.queue.try_take(Location::caller()) {
            Some(Some(message)) => Ok(message),
            Some(None) => Err(crate::RecvError::Closed),
            None => Err(crate::RecvError::Empty),
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.subscriber.id
    }

    /// Messages in its queue.
    pub fn queued(&self) -> usize {
        self.subscriber.queue.len()
    }

    /// What became of the messages since it subscribed.
    pub fn totals(&self) -> SubscriberTotals {
        self.subscriber.totals()
    }
}

impl<T> Drop for Subscription<T> {
    fn drop(&mut self) {
        let mut state = self.topic.state.lock();
        let same = |other: &Arc<Subscriber<T>>| Arc::ptr_eq(other, &self.subscriber);
        if state.subscribers.iter().any(same) {
            let mut subscribers = state.subscribers.to_vec();
            subscribers.retain(|other| !same(other));
            state.subscribers = Arc::new(subscribers);
        }
        drop(state);
        self.subscriber.queue.close(self.at);
    }
}

/// The future of [`Subscription::recv`].
pub type NextMessage<'a, T> = Take<'a, T>;
