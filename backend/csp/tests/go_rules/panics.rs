//! spec: Handling panics.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use csp::run::Outcome;
use csp::{chan, go_named, recover};

use super::{completes, run};

/// An unrecovered panic in any goroutine ends the program.
#[test]
fn a_panic_in_any_goroutine_ends_the_run() {
    let report = run(async {
        let never = chan::<()>(0);
        go_named("boom", async { match csp::panic("boom").await {} });
        never.recv().await;
    });
    let Outcome::Panicked(panic) = report.outcome else {
        panic!("expected a panic");
    };
    assert_eq!(panic.message(), "boom");
    assert_eq!(panic.name(), Some("boom"));
    assert_eq!(panic.to_string(), "panic: boom");
    assert!(panic.at().file().ends_with("panics.rs"));
}

/// A recover ends the panic.
#[test]
fn recover_catches_what_operations_and_misuse_raise() {
    completes(async {
        let ch = chan(1);
        ch.close();
        let panic = recover(ch.send(1)).await.unwrap_err();
        assert_eq!(panic.message(), "send on closed channel");
        let panic = recover(async { ch.close() }).await.unwrap_err();
        assert_eq!(panic.message(), "close of closed channel");
        assert_eq!(recover(async { 7 }).await, Ok(7));
    });
}

/// Deferred functions run while a goroutine panics: here, guards.
#[test]
fn a_panic_runs_the_guards() {
    struct Guard(Arc<AtomicUsize>);
    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let dropped = Arc::new(AtomicUsize::new(0));
    let (inner, outer) = (dropped.clone(), dropped.clone());
    run(async move {
        let recovered = recover(async move {
            let _guard = Guard(inner);
            match csp::panic("inside").await {}
        });
        assert!(recovered.await.is_err());
        let _guard = Guard(outer);
        match csp::panic("outside").await {}
    });
    assert_eq!(dropped.load(Ordering::SeqCst), 2);
}

/// A guard may close a channel while its goroutine panics: a receiver that
/// waits goes on.
#[test]
fn a_guard_can_close_a_channel_while_it_panics() {
    struct Closer(csp::Chan<()>);
    impl Drop for Closer {
        fn drop(&mut self) {
            self.0.close();
        }
    }
    completes(async {
        let ch = chan(0);
        let closer = Closer(ch.clone());
        csp::go(async move {
            let _ = recover(async move {
                let _closer = closer;
                match csp::panic("inside").await {}
            })
            .await;
        });
        assert_eq!(ch.recv().await, None);
    });
}

/// A Rust panic is a fault of the program, with its text.
#[test]
fn a_rust_panic_is_a_fault() {
    let report = run(async {
        csp::go(async { assert_eq!(1 + 1, 3, "sums") });
        chan::<()>(0).recv().await;
    });
    let Outcome::Fault(text) = report.outcome else {
        panic!("expected a fault");
    };
    assert!(text.contains("sums"), "{text}");
}
