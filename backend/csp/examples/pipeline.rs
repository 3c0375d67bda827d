//! Words go through two stages; then an endless pipeline is cancelled, and
//! leaves nobody behind.

use csp::context::{background, with_cancel};
use csp::patterns::Pipeline;
use csp::run::Config;
use csp::{native, println};

fn main() {
    let report = native::run(Config::default(), async {
        let pipeline = Pipeline::new(&background());
        let words = pipeline.source("words", 0, ["go", "rust", "csp"]);
        let upper = pipeline.stage("upper", words, 1, |word| async { word.to_uppercase() });
        let greetings =
            pipeline.stage(
                "greet",
                upper,
                0,
                |word| async move { format!("hello, {word}") },
            );
        while let Some(greeting) = greetings.recv().await {
            println!("{greeting}");
        }
        pipeline.wait().await;

        let (ctx, cancel) = with_cancel(&background());
        let pipeline = Pipeline::new(&ctx);
        let numbers = pipeline.source("numbers", 0, 1..);
        let squares = pipeline.stage("squares", numbers, 0, |n: u64| async move { n * n });
        for _ in 0..3 {
            println!("{:?}", squares.recv().await);
        }
        cancel.cancel();
        pipeline.wait().await;
    });
    std::println!("goroutines left: {}", report.left.len());
}
