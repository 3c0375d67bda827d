//! The libraries' channels behind one face, without a cost: everything is
//! generic and nothing boxed. A channel is closed by dropping its senders.

use std::future::Future;

/// A channel of one sender and one receiver, or more.
pub(super) trait Channel<T: Send + Unpin + 'static = u64>: Send + 'static {
    type Sender: Send + 'static;
    type Receiver: Send + 'static;
    fn bounded(capacity: usize) -> (Self::Sender, Self::Receiver);
    fn send(sender: &mut Self::Sender, value: T) -> impl Future<Output = ()> + Send;
    /// `None` if it is closed and empty.
    fn recv(receiver: &mut Self::Receiver) -> impl Future<Output = Option<T>> + Send;
}

/// A channel of many senders and many receivers.
pub(super) trait Shared<T: Send + Unpin + 'static = u64>:
    Channel<T, Sender: Clone, Receiver: Clone>
{
}

/// One face for one library: its types, how it is made, how it receives.
macro_rules! channel {
    ($name:ident, $sender:ty, $receiver:ty, $make:expr) => {
        pub(super) struct $name;

        impl<T: Send + Unpin + 'static> Channel<T> for $name {
            type Sender = $sender;
            type Receiver = $receiver;

            fn bounded(capacity: usize) -> (Self::Sender, Self::Receiver) {
                $make(capacity)
            }

            async fn send(sender: &mut Self::Sender, value: T) {
                let sent = sender.send(value).await;
                assert!(sent.is_ok(), "a receiver is there");
            }

            async fn recv(receiver: &mut Self::Receiver) -> Option<T> {
                receiver.recv().await.ok()
            }
        }
    };
}

channel!(
    Kanal,
    kanal::AsyncSender<T>,
    kanal::AsyncReceiver<T>,
    kanal::bounded_async
);
channel!(
    AsyncChannel,
    async_channel::Sender<T>,
    async_channel::Receiver<T>,
    |capacity: usize| async_channel::bounded(capacity.max(1))
);
channel!(
    Crossfire,
    crossfire::MAsyncTx<crossfire::mpmc::Array<T>>,
    crossfire::MAsyncRx<crossfire::mpmc::Array<T>>,
    crossfire::mpmc::bounded_async
);
channel!(
    CrossfireSpsc,
    crossfire::AsyncTx<crossfire::spsc::Array<T>>,
    crossfire::AsyncRx<crossfire::spsc::Array<T>>,
    crossfire::spsc::bounded_async
);

impl<T: Send + Unpin + 'static> Shared<T> for Kanal {}
impl<T: Send + Unpin + 'static> Shared<T> for AsyncChannel {}
impl<T: Send + Unpin + 'static> Shared<T> for Crossfire {}
impl<T: Send + Unpin + 'static> Shared<T> for Flume {}

pub(super) struct Flume;

impl<T: Send + Unpin + 'static> Channel<T> for Flume {
    type Sender = flume::Sender<T>;
    type Receiver = flume::Receiver<T>;

    fn bounded(capacity: usize) -> (Self::Sender, Self::Receiver) {
        flume::bounded(capacity)
    }

    async fn send(sender: &mut Self::Sender, value: T) {
        let sent = sender.send_async(value).await;
        assert!(sent.is_ok(), "a receiver is there");
    }

    async fn recv(receiver: &mut Self::Receiver) -> Option<T> {
        receiver.recv_async().await.ok()
    }
}

pub(super) struct Tokio;

impl<T: Send + Unpin + 'static> Channel<T> for Tokio {
    type Sender = tokio::sync::mpsc::Sender<T>;
    type Receiver = tokio::sync::mpsc::Receiver<T>;

    fn bounded(capacity: usize) -> (Self::Sender, Self::Receiver) {
        tokio::sync::mpsc::channel(capacity.max(1))
    }

    async fn send(sender: &mut Self::Sender, value: T) {
        let sent = sender.send(value).await;
        assert!(sent.is_ok(), "a receiver is there");
    }

    async fn recv(receiver: &mut Self::Receiver) -> Option<T> {
        receiver.recv().await
    }
}
