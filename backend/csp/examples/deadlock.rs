//! Two goroutines that wait for each other: found, with where each waits.

use csp::run::Config;
use csp::{chan_named, go_named, native};

fn main() {
    let report = native::run(Config::default(), async {
        let (left, right) = (chan_named("left", 0), chan_named("right", 0));
        let (from, to) = (right.clone(), left.clone());
        go_named("other", async move {
            let number: i32 = from.recv().await.unwrap_or(0);
            to.send(number).await;
        });
        let number = left.recv().await.unwrap_or(0);
        right.send(number).await;
    });
    println!("{:?}", report.outcome);
    for waiting in report.left {
        let name = waiting.name.as_deref().unwrap_or("?");
        let reason = waiting.reason.map_or("?", |reason| reason.as_go());
        let at = waiting.at.expect("it waits somewhere");
        println!("{name} [{reason}] at line {}", at.line());
    }
}
