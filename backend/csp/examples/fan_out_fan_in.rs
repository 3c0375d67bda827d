//! Ten numbers, three workers, one channel of results: the order is anybody's.

use std::time::Duration;

use csp::context::background;
use csp::patterns::{Pipeline, fan_in, fan_out};
use csp::run::Config;
use csp::time::sleep;
use csp::{native, println};

fn main() {
    native::run(Config::default(), async {
        let ctx = background();
        let numbers = Pipeline::new(&ctx).source("numbers", 0, 1..=10);
        let squares = fan_out(&ctx, &numbers, 3, |number: u64| async move {
            sleep(Duration::from_millis(number * 7 % 10)).await;
            number * number
        });
        let mut sum = 0;
        let merged = fan_in(&ctx, squares);
        while let Some(square) = merged.recv().await {
            println!("{square}");
            sum += square;
        }
        println!("sum {sum}");
    });
}
