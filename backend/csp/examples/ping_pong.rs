//! Two goroutines hand a number to and fro over unbuffered channels.

use csp::run::Config;
use csp::{chan, go, native, println};

fn main() {
    native::run(Config::default(), async {
        let (ping, pong) = (chan(0), chan(0));
        let (receives, sends) = (ping.receiver(), pong.sender());
        go(async move {
            while let Some(number) = receives.recv().await {
                sends.send(number + 1).await;
            }
            sends.close();
        });

        let mut number = 0;
        while number < 10 {
            ping.send(number).await;
            number = pong.recv().await.expect("it is closed after ping");
            println!("pong {number}");
        }
        ping.close();
        assert_eq!(pong.recv().await, None);
    });
}
