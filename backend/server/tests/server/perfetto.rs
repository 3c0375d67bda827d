//! `--format perfetto` and `--format otlp`: their shape by their specifications,
//! and what they say against the lines of JSON of the same run. A simulated run
//! with a seed is the same run each time, so its events can be asked for twice.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::otlp::told::Told;
use crate::program::run;

/// One simulated run in a format.
fn simulated(experiment: &str, more: &[&str], format: &str) -> String {
    let args = [
        "run",
        experiment,
        "--scheduler",
        "sim",
        "--seed",
        "5",
        "--procs",
        "2",
    ];
    let args = [&args[..], more, &["--format", format]].concat();
    let (_, stdout, stderr) = run(&args);
    assert_eq!(stderr, "");
    stdout
}

fn trace(experiment: &str, more: &[&str]) -> Vec<Value> {
    let text = simulated(experiment, more, "perfetto");
    let trace: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(trace["displayTimeUnit"], "ns");
    assert_eq!(trace["otherData"]["experiment"], experiment);
    trace["traceEvents"].as_array().unwrap().clone()
}

fn events(experiment: &str, more: &[&str]) -> Vec<Value> {
    let text = simulated(experiment, more, "ndjson");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn of_kind<'e>(events: &'e [Value], kind: &str) -> Vec<&'e Value> {
    events
        .iter()
        .filter(|event| event["kind"] == kind)
        .collect()
}

fn of_phase<'e>(trace: &'e [Value], phase: &str) -> Vec<&'e Value> {
    trace.iter().filter(|event| event["ph"] == phase).collect()
}

/// Microseconds of the format as the nanoseconds of an event.
fn ns(event: &Value) -> u64 {
    (event["ts"].as_f64().unwrap() * 1_000.0).round() as u64
}

#[test]
fn every_event_has_the_fields_of_the_format_and_times_never_fall() {
    let trace = trace("worker-pool", &["--set", "time_scale=0.02"]);
    let mut last = 0;
    let mut open: BTreeMap<(u64, u64), Vec<u64>> = BTreeMap::new();
    for event in &trace {
        let phase = event["ph"].as_str().unwrap();
        let lane = (
            event["pid"].as_u64().unwrap(),
            event["tid"].as_u64().unwrap(),
        );
        if phase == "M" {
            let args = event["args"].as_object().unwrap();
            assert!(args.contains_key("name") || args.contains_key("sort_index"));
            continue;
        }
        assert!(ns(event) >= last, "{event}");
        last = ns(event);
        match phase {
            "B" => {
                assert!(event["name"].is_string(), "{event}");
                open.entry(lane).or_default().push(last);
            }
            "E" => drop(open.get_mut(&lane).unwrap().pop().unwrap()),
            "C" => assert!(event["args"]["value"].is_i64(), "{event}"),
            "s" | "f" => assert!(event["id"].is_u64() && event["cat"] == "wake"),
            "i" => assert!(event["s"] == "t" || event["s"] == "g"),
            "b" | "e" => assert!(event["id"].is_string() && event["cat"].is_string()),
            other => panic!("{other}"),
        }
        // A lane never has one slice within another here.
        assert!(open.values().all(|open| open.len() <= 1), "{event}");
    }
    assert!(open.values().all(Vec::is_empty));
}

#[test]
fn slices_arrows_and_counters_are_those_of_the_events() {
    let more = ["--set", "time_scale=0.02"];
    let (trace, events) = (trace("worker-pool", &more), events("worker-pool", &more));
    let slices = of_phase(&trace, "B");
    let on_goroutines = |name: &str| {
        let all = slices
            .iter()
            .filter(|slice| slice["pid"] == 1 && slice["name"] == name);
        all.map(|slice| (ns(slice), slice["tid"].as_u64().unwrap()))
            .collect::<Vec<_>>()
    };
    let started = of_kind(&events, "started").into_iter().map(|event| {
        (
            event["t_ns"].as_u64().unwrap(),
            event["g"].as_u64().unwrap(),
        )
    });
    assert_eq!(on_goroutines("running"), started.collect::<Vec<_>>());
    let blocked = of_kind(&events, "blocked");
    let sends = blocked
        .iter()
        .filter(|event| event["reason"] == "chan_send");
    let sends: Vec<_> = sends
        .map(|event| {
            (
                event["t_ns"].as_u64().unwrap(),
                event["g"].as_u64().unwrap(),
            )
        })
        .collect();
    assert!(!sends.is_empty());
    assert_eq!(on_goroutines("chan send"), sends);
    // As many slices on the Ps as goroutines ran.
    let on_processors = slices.iter().filter(|slice| slice["pid"] == 2).count();
    assert_eq!(on_processors, on_goroutines("running").len());
    // Each arrow that ends has begun, on another lane.
    let begun: HashSet<u64> = of_phase(&trace, "s")
        .iter()
        .map(|one| one["id"].as_u64().unwrap())
        .collect();
    let ends = of_phase(&trace, "f");
    assert!(!ends.is_empty());
    assert!(
        ends.iter()
            .all(|one| begun.contains(&one["id"].as_u64().unwrap()))
    );
    let by_somebody = of_kind(&events, "woken")
        .into_iter()
        .filter(|event| event["g"].is_u64());
    assert_eq!(begun.len(), by_somebody.count());
    // What the queue of the pool held.
    let made = of_kind(&events, "made");
    let queue = made.iter().find(|made| made["name"] == "tasks").unwrap();
    let held = events.iter().filter(|event| {
        event["object"] == queue["object"]
            && event["len"].is_u64()
            && ["sent", "received", "returned"].contains(&event["kind"].as_str().unwrap())
    });
    let held: Vec<_> = held
        .map(|event| {
            (
                event["t_ns"].as_u64().unwrap(),
                event["len"].as_u64().unwrap(),
            )
        })
        .collect();
    let shown = of_phase(&trace, "C")
        .into_iter()
        .filter(|one| one["name"] == "channel tasks");
    let shown: Vec<_> = shown
        .map(|one| (ns(one), one["args"]["value"].as_u64().unwrap()))
        .collect();
    assert!(!held.is_empty());
    assert_eq!(shown, held);
}

#[test]
fn spans_begin_and_end_as_they_did() {
    let more = ["--set", "failing_every=4"];
    let (trace, events) = (
        trace("trace-worker-pool", &more),
        events("trace-worker-pool", &more),
    );
    for (phase, kind) in [("b", "span_begun"), ("e", "span_ended")] {
        let shown = of_phase(&trace, phase)
            .into_iter()
            .filter(|one| one["cat"] == "span");
        let shown: Vec<_> = shown.map(|one| (ns(one), one["id"].clone())).collect();
        let told = of_kind(&events, kind).into_iter().map(|event| {
            let id = format!("{:#x}", event["span"].as_u64().unwrap());
            (event["t_ns"].as_u64().unwrap(), Value::from(id))
        });
        assert_eq!(shown, told.collect::<Vec<_>>());
    }
    let errors = of_phase(&trace, "e")
        .into_iter()
        .filter(|one| one["args"]["status"] == "error");
    assert_eq!(errors.count(), 2);
}

/// Ids in hex, whole numbers of 64 bits as text, enumerations as numbers: OTLP's
/// JSON. The same numbers as in the events.
#[test]
fn otlp_in_json_is_as_its_specification_says() {
    let more = ["--set", "failing_every=4"];
    let told = Told::of(&simulated("trace-worker-pool", &more, "ndjson"));
    let text = simulated("trace-worker-pool", &more, "otlp");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    let scope = &lines[0]["resourceSpans"][0]["scopeSpans"][0];
    assert_eq!(scope["scope"]["name"], "interleave");
    let spans = scope["spans"].as_array().unwrap();
    assert_eq!(spans.len(), told.spans.len());
    let time = |span: &Value, name: &str| span[name].as_str().unwrap().parse::<u64>().unwrap();
    let began = time(&spans[0], "startTimeUnixNano") - told.spans[0].begun_ns;
    let mut ids = HashSet::new();
    for (span, told) in spans.iter().zip(&told.spans) {
        for (name, digits) in [("traceId", 32), ("spanId", 16)] {
            let id = span[name].as_str().unwrap();
            assert!(
                id.len() == digits && id.bytes().all(|digit| digit.is_ascii_hexdigit()),
                "{id}"
            );
        }
        ids.insert(span["spanId"].clone());
        assert_eq!(span["name"], told.name);
        assert_eq!(time(span, "startTimeUnixNano") - began, told.begun_ns);
        assert_eq!(Some(time(span, "endTimeUnixNano") - began), told.ended_ns);
        assert_eq!(span["kind"], 1);
        assert_eq!(span["status"]["code"].as_u64() == Some(2), told.failed);
        if told.parent == 0 {
            assert_eq!(span["parentSpanId"], "");
        } else {
            assert!(ids.contains(&span["parentSpanId"]));
        }
        for attribute in span["attributes"].as_array().unwrap() {
            let value = attribute["value"].as_object().unwrap();
            let (kind, value) = value.iter().next().unwrap();
            assert!(
                ["intValue", "stringValue"].contains(&kind.as_str()),
                "{attribute}"
            );
            assert!(value.is_string(), "{attribute}");
        }
    }
    let metrics = &lines[1]["resourceMetrics"][0]["scopeMetrics"][0]["metrics"];
    let figures = metrics.as_array().unwrap().iter().map(|metric| {
        let point = &metric["gauge"]["dataPoints"][0];
        assert!(point["timeUnixNano"].is_string() && point["startTimeUnixNano"].is_string());
        let name = metric["name"].as_str().unwrap();
        let name = name.strip_prefix("interleave.").unwrap().to_owned();
        (name, point["asDouble"].as_f64().unwrap())
    });
    assert_eq!(figures.collect::<BTreeMap<_, _>>(), told.figures);
}
