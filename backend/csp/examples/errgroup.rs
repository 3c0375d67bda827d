//! Three fetches; one fails, and the context of the group ends the others.

use std::time::Duration;

use csp::context::{Context, background};
use csp::patterns::errgroup::Group;
use csp::run::Config;
use csp::{native, println, time};

async fn fetch(ctx: &Context, host: &'static str, millis: u64) -> Result<(), String> {
    let answer = time::after(Duration::from_millis(millis));
    csp::select! {
        _ = answer.recv() => match host {
            "nowhere" => Err(format!("{host}: no such host")),
            _ => {
                println!("{host}: fetched");
                Ok(())
            }
        },
        _ = ctx.done().recv() => {
            println!("{host}: given up");
            Ok(())
        },
    }
}

fn main() {
    native::run(Config::default(), async {
        let (group, ctx) = Group::with_context(&background());
        for (host, millis) in [("near", 5), ("nowhere", 20), ("far", 500)] {
            let ctx = ctx.clone();
            group
                .go(async move { fetch(&ctx, host, millis).await })
                .await;
        }
        println!("{:?}", group.wait().await);
    });
}
