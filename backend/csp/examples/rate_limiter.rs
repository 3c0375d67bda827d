//! A token bucket lets a burst through; a ticker does not.

use std::time::Duration;

use csp::context::background;
use csp::patterns::{RateLimiter, TickerLimiter};
use csp::run::Config;
use csp::time::{now, sleep};
use csp::{native, println};

const PERIOD: Duration = Duration::from_millis(20);

fn main() {
    native::run(Config::default(), async {
        let (ctx, start) = (background(), now());
        let bucket = RateLimiter::new(PERIOD, 3);
        for number in 1..=6 {
            bucket.wait(&ctx).await.expect("nothing ends the context");
            println!("bucket: {number} after {:?}", start.elapsed());
        }

        let ticker = TickerLimiter::new(PERIOD);
        sleep(PERIOD * 5).await;
        let start = now();
        for number in 1..=4 {
            ticker.wait(&ctx).await.expect("nothing ends the context");
            println!("ticker: {number} after {:?}", start.elapsed());
        }
        ticker.stop();
    });
}
