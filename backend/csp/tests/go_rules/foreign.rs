//! The primitives inside tokio, and tokio's inside a run.

use csp::{chan, select};

/// Channels, select and WaitGroup need no runtime of ours.
#[test]
fn the_primitives_work_inside_tokio() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    let sum = runtime.block_on(async {
        let (ch, done) = (chan(2), chan::<()>(0));
        let group = csp::sync::WaitGroup::new();
        for _ in 0..4 {
            let (ch, group) = (ch.clone(), group.clone());
            group.add(1);
            tokio::spawn(async move {
                for number in 0..100_u64 {
                    ch.send(number).await;
                }
                group.done();
            });
        }
        let finish = done.clone();
        tokio::spawn(async move {
            group.wait().await;
            finish.close();
        });
        let mut sum = 0;
        loop {
            select! {
                number = ch.recv() => sum += number.unwrap_or(0),
                _ = done.recv() => break,
            }
        }
        while let Ok(number) = ch.try_recv() {
            sum += number;
        }
        sum
    });
    assert_eq!(sum, 4 * (0..100).sum::<u64>());
}

/// A goroutine may wait for a future that is not ours, and that is no deadlock.
#[test]
fn a_goroutine_may_wait_for_a_foreign_future() {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let running = csp::native::start(csp::run::Config::default(), receiver);
    assert!(!running.wait_timeout(std::time::Duration::from_millis(50)));
    sender.send(7).unwrap();
    let report = running.join();
    assert!(matches!(
        report.outcome,
        csp::run::Outcome::Completed(Ok(7))
    ));
}
