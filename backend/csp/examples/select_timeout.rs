//! A select that waits for an answer, and not for ever.

use std::time::Duration;

use csp::run::Config;
use csp::time::{after, sleep};
use csp::{chan, go, native, println};

fn main() {
    native::run(Config::default(), async {
        for takes in [5, 100] {
            // Room for one, so that who answers too late is not left behind.
            let answers = chan(1);
            let to = answers.sender();
            go(async move {
                sleep(Duration::from_millis(takes)).await;
                to.send(42).await;
            });
            csp::select! {
                answer = answers.recv() => println!("{takes} ms: {answer:?}"),
                _ = after(Duration::from_millis(30)).recv() => println!("{takes} ms: too late"),
            }
        }
    });
}
