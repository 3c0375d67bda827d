//! A request of 60 ms gives its parts less; the second does not make it.

use std::time::Duration;

use csp::context::{Context, ContextError, background, with_timeout};
use csp::run::Config;
use csp::{native, println, time};

async fn part(ctx: &Context, name: &str, budget: u64, takes: u64) -> Result<(), ContextError> {
    let (ctx, cancel) = with_timeout(ctx.named(name), Duration::from_millis(budget));
    let _cancel = cancel.deferred();
    csp::select! {
        _ = time::after(Duration::from_millis(takes)).recv() => Ok(()),
        _ = ctx.done().recv() => Err(ctx.err().expect("it is done")),
    }
}

fn main() {
    native::run(Config::default(), async {
        let (ctx, cancel) = with_timeout(&background(), Duration::from_millis(60));
        let _cancel = cancel.deferred();
        println!("database: {:?}", part(&ctx, "database", 40, 10).await);
        // It may take 80 ms, and gets what is left of the 60.
        println!("api: {:?}", part(&ctx, "api", 80, 500).await);
        println!("request: {:?}", ctx.err());
    });
}
