//! The libraries' channels behind one face, without a cost: everything is
//! generic and nothing boxed. A channel is closed by dropping its senders.

use std::future::Future;

/// A channel of one sender and one receiver, or more.
pub(super) trait Channel: Send + 'static {
    type Sender: Send + 'static;
    type Receiver: Send + 'static;
    fn bounded(capacity: usize) -> (Self::Sender, Self::Receiver);
    fn send(sender: &mut Self::Sender, value: u64) -> impl Future<Output = ()> + Send;
    /// `None` if it is closed and empty.
    fn recv(receiver: &mut Self::Receiver) -> impl Future<Output = Option<u64>> + Send;
}

/// A channel of many senders and many receivers.
pub(super) trait Shared: Channel<Sender: Clone, Receiver: Clone> {}

/// One face for one library: its types, how it is made, how it receives.
macro_rules! channel {
    ($name:ident, $sender:ty, $receiver:ty, $make:expr) => {
        pub(super) struct $name;

        impl Channel for $name {
            type Sender = $sender;
            type Receiver = $receiver;

            fn bounded(capacity: usize) -> (Self::Sender, Self::Receiver) {
                $make(capacity)
            }

            async fn send(sender: &mut Self::Sender, value: u64) {
                sender.send(value).await.expect("a receiver is there");
            }

            async fn recv(receiver: &mut Self::Receiver) -> Option<u64> {
                receiver.recv().await.ok()
            }
        }
    };
}

channel!(
    Kanal,
    kanal::AsyncSender<u64>,
    kanal::AsyncReceiver<u64>,
    kanal::bounded_async
);
channel!(
    AsyncChannel,
    async_channel::Sender<u64>,
    async_channel::Receiver<u64>,
    |capacity: usize| async_channel::bounded(capacity.max(1))
);
channel!(
    Crossfire,
    crossfire::MAsyncTx<crossfire::mpmc::Array<u64>>,
    crossfire::MAsyncRx<crossfire::mpmc::Array<u64>>,
    crossfire::mpmc::bounded_async
);
channel!(
    CrossfireSpsc,
    crossfire::AsyncTx<crossfire::spsc::Array<u64>>,
    crossfire::AsyncRx<crossfire::spsc::Array<u64>>,
    crossfire::spsc::bounded_async
);

impl Shared for Kanal {}
impl Shared for AsyncChannel {}
impl Shared for Crossfire {}
impl Shared for Flume {}

pub(super) struct Flume;

impl Channel for Flume {
    type Sender = flume::Sender<u64>;
    type Receiver = flume::Receiver<u64>;

    fn bounded(capacity: usize) -> (Self::Sender, Self::Receiver) {
        flume::bounded(capacity)
    }

    async fn send(sender: &mut Self::Sender, value: u64) {
        let sent = sender.send_async(value).await;
        sent.expect("a receiver is there");
    }

    async fn recv(receiver: &mut Self::Receiver) -> Option<u64> {
        receiver.recv_async().await.ok()
    }
}

pub(super) struct Tokio;

impl Channel for Tokio {
    type Sender = tokio::sync::mpsc::Sender<u64>;
    type Receiver = tokio::sync::mpsc::Receiver<u64>;

    fn bounded(capacity: usize) -> (Self::Sender, Self::Receiver) {
        tokio::sync::mpsc::channel(capacity.max(1))
    }

    async fn send(sender: &mut Self::Sender, value: u64) {
        sender.send(value).await.expect("a receiver is there");
    }

    async fn recv(receiver: &mut Self::Receiver) -> Option<u64> {
        receiver.recv().await
    }
}
