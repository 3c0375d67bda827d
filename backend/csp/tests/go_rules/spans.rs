//! What a program says of its own work: spans, as OpenTelemetry has them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use csp::run::{Outcome, Trace};
use csp::sync::WaitGroup;
use csp::trace::{Event, Kind, SpanContext, SpanId, Value, span};

use crate::Memory;

/// A span as a reader of the trace puts it together.
#[derive(Debug, Default, PartialEq)]
struct Told {
    name: String,
    parent: SpanId,
    g: u32,
    attributes: Vec<(String, Value)>,
    errors: Vec<String>,
    ended: Vec<bool>,
}

fn told(events: &[Event]) -> BTreeMap<SpanId, Told> {
    let mut spans: BTreeMap<SpanId, Told> = BTreeMap::new();
    for event in events {
        match &event.kind {
            Kind::SpanBegun { span, parent, name } => {
                let before = spans.insert(
                    *span,
                    Told {
                        name: name.to_string(),
                        parent: *parent,
                        g: event.g,
                        ..Told::default()
                    },
                );
                assert_eq!(before, None, "a span begins once");
            }
            Kind::SpanAttribute { span, attribute } => {
                let told = spans.get_mut(span).expect("begun before");
                let attribute = (attribute.key.to_string(), attribute.value.clone());
                told.attributes.push(attribute);
            }
            Kind::SpanFailed { span, message } => {
                let told = spans.get_mut(span).expect("begun before");
                told.errors.push(message.to_string());
            }
            Kind::SpanEnded { span, failed } => {
                let told = spans.get_mut(span).expect("begun before");
                told.ended.push(*failed);
            }
            _ => {}
        }
    }
    spans
}

/// Runs it on two Ps, and in several simulated orders; what each told.
fn everywhere<F>(main: impl Fn() -> F) -> Vec<BTreeMap<SpanId, Told>>
where
    F: Future<Output = ()> + Send + 'static,
{
    let (report, events) = crate::traced(2, main());
    assert!(matches!(report.outcome, Outcome::Completed(())));
    let mut all = vec![told(&events)];
    for seed in 0..crate::times(10) as u64 {
        all.push(told(&simulated(seed, main())));
    }
    all
}

fn simulated(seed: u64, main: impl Future<Output = ()> + Send + 'static) -> Vec<Event> {
    let events = Arc::new(Mutex::new(Vec::new()));
    let config = csp::sim::Config {
        seed: Some(seed),
        trace: Some(Trace {
            sink: Box::new(Memory(events.clone())),
            max_events: 100_000,
        }),
        ..csp::sim::Config::default()
    };
    let report = csp::sim::run(config, main).report;
    assert!(matches!(report.outcome, Outcome::Completed(())));
    std::mem::take(&mut *events.lock().unwrap())
}

fn only(spans: &BTreeMap<SpanId, Told>) -> &Told {
    assert_eq!(spans.len(), 1);
    spans.values().next().expect("there is one")
}

async fn pool_of_three() {
    let pool = span("pool");
    pool.set("worker.count", 3);
    let (parent, all) = (pool.context(), WaitGroup::new());
    for id in 1..=3_i64 {
        all.go(async move {
            let worker = parent.span(format!("worker_{id}"));
            worker.set("worker.id", id);
            csp::yield_now().await;
        });
    }
    all.wait().await;
    pool.set("state", "done");
    pool.end();
}

#[test]
fn a_span_is_carried_to_other_goroutines() {
    for spans in everywhere(pool_of_three) {
        assert_eq!(spans.len(), 4);
        let (&pool, told) = spans.first_key_value().expect("four of them");
        assert_eq!((told.name.as_str(), told.parent), ("pool", 0));
        let said = [
            ("worker.count".to_owned(), Value::Int(3)),
            ("state".to_owned(), Value::from("done")),
        ];
        assert_eq!(told.attributes, said);
        let mut goroutines = Vec::new();
        for worker in spans.values().skip(1) {
            assert_eq!(worker.parent, pool);
            assert_eq!(worker.ended, [false]);
            let [(key, Value::Int(id))] = &worker.attributes[..] else {
                panic!("{worker:?}");
            };
            assert_eq!(key, "worker.id");
            assert_eq!(worker.name, format!("worker_{id}"));
            goroutines.push(worker.g);
        }
        goroutines.dedup();
        assert_eq!(goroutines.len(), 3, "each in a goroutine of its own");
    }
}

#[test]
fn an_error_sets_the_status_and_is_no_end() {
    let all = everywhere(|| async {
        let request = span("request");
        request.record_error("no such file");
        csp::yield_now().await;
        request.record_error("and no other");
        drop(request);
    });
    for spans in all {
        let request = only(&spans);
        assert_eq!(request.errors, ["no such file", "and no other"]);
        assert_eq!(request.ended, [true]);
    }
}

/// A panic drops what the goroutine holds, and a span with it.
#[test]
fn a_panic_ends_the_span_of_its_goroutine() {
    let all = everywhere(|| async {
        let ended = csp::recover(async {
            let _work = span("work");
            csp::yield_now().await;
            csp::panic("no").await
        });
        let Err(panic) = ended.await;
        assert_eq!(panic.message(), "no");
    });
    for spans in all {
        assert_eq!(
            only(&spans).ended,
            [false],
            "who is to know, but the program"
        );
    }
}

#[test]
fn a_span_may_end_on_another_goroutine_and_outlive_its_parent() {
    let all = everywhere(|| async {
        let (spans, all) = (csp::chan(1), WaitGroup::new());
        let outer = span("outer");
        let inner = outer.child("inner");
        let (to_end, context) = (spans.receiver(), outer.context());
        all.go(async move {
            let inner: csp::Span = to_end.recv().await.expect("it was sent");
            inner.set("late", "yes");
            inner.end();
            context.span("later").end();
        });
        outer.end();
        spans.send(inner).await;
        all.wait().await;
    });
    for spans in all {
        let of = |name: &str| {
            let found = spans.iter().find(|(_, told)| told.name == name);
            found.expect("it was told")
        };
        let (outer, told) = of("outer");
        assert_eq!(told.ended, [false]);
        assert_eq!(of("inner").1.parent, *outer);
        assert_eq!(of("inner").1.ended, [false]);
        assert_eq!(of("later").1.parent, *outer);
    }
}

#[test]
fn numbers_of_spans_repeat_with_the_seed() {
    assert_eq!(
        told(&simulated(7, pool_of_three())),
        told(&simulated(7, pool_of_three()))
    );
}

#[test]
fn without_a_trace_a_span_is_nothing() {
    let outside = span("outside");
    outside.set("a", 1);
    outside.record_error("b");
    assert_eq!(outside.context(), SpanContext::NONE);
    let config = csp::run::Config {
        procs: 1,
        ..csp::run::Config::default()
    };
    let report = csp::native::run(config, async { span("inside").context().id() });
    assert!(matches!(report.outcome, Outcome::Completed(0)));
}
