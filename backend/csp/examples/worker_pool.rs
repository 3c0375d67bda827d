//! Three workers, a bounded queue; one task fails, one panics, all are counted.

use std::time::Duration;

use csp::patterns::{Task, WorkerPool};
use csp::run::Config;
use csp::time::sleep;
use csp::{native, println};

fn main() {
    native::run(Config::default(), async {
        let pool = WorkerPool::new(3, 4);
        for number in 1..=9 {
            let task = move || async move {
                sleep(Duration::from_millis(10)).await;
                if number == 4 {
                    csp::panic("task 4 divides by zero").await;
                }
                println!("task {number} done");
                if number == 7 { Err("no file") } else { Ok(()) }
            };
            // Waits while the queue is full.
            pool.submit(task).await.expect("the pool is open");
        }
        let totals = pool.shutdown().await;
        println!("{totals:?}");

        let late = pool.submit_task(Task::call(|| println!("too late"))).await;
        println!("refused: {}", late.expect_err("the pool is shut"));
    });
}
