//! A run as a trace of events in JSON, which ui.perfetto.dev and Chrome's
//! tracing open: a lane for each goroutine and each P, arrows from who wakes to
//! who is woken, and what channels, queues and counters hold over time.
//!
//! Slices begin and end by an event each (`B`, `E`), so every event is written
//! when it is read, in the order of time, and nothing is kept but what is open.
//! Times are microseconds with three digits behind the point, as the format
//! wants them: no nanosecond is lost. The program's own spans may overlap and
//! move from goroutine to goroutine, so they are asynchronous slices (`b`, `e`).

mod lanes;

use std::collections::{HashMap, HashSet};

use protocol::event::{NO_GOROUTINE, NO_OBJECT, NO_P, Value};
use protocol::{Event, Frame, Kind, ObjectKind, Reason, RunEnd, RunHeader};
use serde_json::{Value as Json, json};

use crate::lines::Places;
use lanes::{Lane, State};

/// What Perfetto calls processes: groups of lanes.
const GOROUTINES: u32 = 1;
const PROCESSORS: u32 = 2;
const VALUES: u32 = 3;
const SPANS: u32 = 4;
const GROUPS: [(u32, &str); 4] = [
    (GOROUTINES, "Goroutines"),
    (PROCESSORS, "Processors (P)"),
    (VALUES, "Channels and counters"),
    (SPANS, "Spans"),
];

/// Turns frames into the text of a trace.
#[derive(Default)]
pub(crate) struct Perfetto {
    begun: bool,
    lanes: HashMap<u32, Lane>,
    /// Who runs on each P.
    running: HashMap<u16, u32>,
    seen_processors: HashSet<u16>,
    objects: HashMap<u32, (ObjectKind, Option<String>)>,
    spans: HashMap<u64, Span>,
    places: Places,
    flows: u64,
    now_ns: u64,
    text: String,
}

/// A span that has begun.
struct Span {
    name: String,
    attributes: serde_json::Map<String, Json>,
}

impl Perfetto {
    /// The text of a frame; that of all frames of a run is a trace.
    pub(crate) fn of_frame(&mut self, bytes: &[u8]) -> String {
        match Frame::decode(bytes) {
            Ok(Frame::Header(header)) => self.begin(Some(&header)),
            Ok(Frame::Places { first, places }) => self.places.add(first, places),
            Ok(Frame::Events { events, .. }) => events.iter().for_each(|event| self.event(event)),
            Ok(Frame::Dropped { from_ns, count, .. }) => {
                let name = format!("{count} events were not kept");
                let ts = micros(from_ns.max(self.now_ns));
                self.put(json!({"ph": "i", "s": "g", "name": name, "pid": GOROUTINES, "tid": 0, "ts": ts}));
            }
            Ok(Frame::End(end)) => self.end(&end),
            Ok(Frame::Queued { .. }) | Err(_) => {}
        }
        std::mem::take(&mut self.text)
    }

    fn begin(&mut self, header: Option<&RunHeader>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        let about = header.map(|header| {
            json!({
                "experiment": header.experiment,
                "params": header.params,
                "scheduler": header.scheduler,
                "seed": header.seed.to_string(),
                "procs": header.procs,
            })
        });
        let about = about.unwrap_or_else(|| json!({}));
        self.text = format!("{{\"displayTimeUnit\":\"ns\",\"otherData\":{about},\"traceEvents\":[");
        let mut first = true;
        for (group, name) in GROUPS {
            self.text.push_str(if first { "\n" } else { ",\n" });
            first = false;
            let named = json!({"ph": "M", "name": "process_name", "pid": group, "tid": 0, "args": {"name": name}});
            self.text.push_str(&named.to_string());
        }
        for (order, (group, _)) in GROUPS.iter().enumerate() {
            self.put(json!({"ph": "M", "name": "process_sort_index", "pid": group, "tid": 0, "args": {"sort_index": order}}));
        }
    }

    /// Closes what is open.
    fn end(&mut self, end: &RunEnd) {
        self.begin(None);
        self.now_ns = self.now_ns.max(end.elapsed_ns);
        let mut open: Vec<u32> = self.lanes.keys().copied().collect();
        open.sort_unstable();
        for g in open {
            self.enter(g, State::Over, Json::Null);
        }
        let mut open: Vec<u64> = self.spans.keys().copied().collect();
        open.sort_unstable();
        for span in open {
            self.span_ended(span, "unended");
        }
        self.text.push_str("\n]}\n");
    }

    fn put(&mut self, event: Json) {
        self.begin(None);
        self.text.push_str(",\n");
        self.text.push_str(&event.to_string());
    }

    fn event(&mut self, event: &Event) {
        self.now_ns = self.now_ns.max(event.t_ns);
        let (g, p) = (event.g, event.p);
        match &event.kind {
            Kind::Created { child, name } => {
                self.name_lane(*child, name.as_deref());
                let by = json!({"made_by": g, "at": self.place(event.at)});
                self.enter(*child, State::Runnable, by);
            }
            Kind::Started => self.started(g, p),
            Kind::Blocked { reason, object } => self.blocked(event, *reason, *object),
            Kind::SyscallBegun => self.blocked(event, Reason::Syscall, NO_OBJECT),
            Kind::SyscallEnded if p == NO_P => self.enter(g, State::Runnable, Json::Null),
            Kind::SyscallEnded => self.started(g, p),
            Kind::Woken { woken, object } => self.woken(g, *woken, *object),
            Kind::Yielded => self.enter(g, State::Runnable, json!({"after": "yielded"})),
            Kind::Preempted { ran_ns } => {
                let why = json!({"after": "preempted", "ran_us": micros(*ran_ns)});
                self.enter(g, State::Runnable, why);
            }
            Kind::Ended => self.enter(g, State::Over, Json::Null),
            Kind::Panicked { message, .. } => self.instant(g, &format!("panic: {message}")),
            Kind::Line { text } => self.instant(g, text),
            Kind::Made {
                object, kind, name, ..
            } => {
                self.objects.insert(*object, (*kind, name.clone()));
            }
            Kind::Sent { object, len, .. }
            | Kind::Received { object, len, .. }
            | Kind::Returned { object, len } => {
                let name = self.object(*object);
                self.value(VALUES, &name, i64::from(*len));
            }
            Kind::Queue { len } => {
                let name = match p {
                    NO_P => "global queue".to_owned(),
                    p => format!("queue of P{p}"),
                };
                self.value(PROCESSORS, &name, i64::from(*len));
            }
            Kind::Counter { name, value } => self.value(VALUES, name, *value),
            Kind::RegionBegun { name } => self.region("b", g, name),
            Kind::RegionEnded { name } => self.region("e", g, name),
            Kind::SpanBegun { span, parent, name } => self.span_begun(*span, *parent, name, g),
            Kind::SpanAttribute { span, key, value } => {
                if let Some(span) = self.spans.get_mut(span) {
                    let value = match value {
                        Value::Int(number) => json!(number),
                        Value::Text(text) => json!(text),
                    };
                    span.attributes.insert(key.clone(), value);
                }
            }
            Kind::SpanFailed { span, message } => {
                if let Some(span) = self.spans.get_mut(span) {
                    span.attributes
                        .insert("exception.message".into(), json!(message));
                }
            }
            Kind::SpanEnded { span, failed } => {
                self.span_ended(*span, if *failed { "error" } else { "unset" });
            }
            _ => {}
        }
    }

    /// `g` is on a P, which no other goroutine is then.
    fn started(&mut self, g: u32, p: u16) {
        if g == NO_GOROUTINE {
            return;
        }
        if let Some(&before) = self.running.get(&p)
            && before != g
        {
            self.leave_processor(before);
        }
        self.enter(g, State::Running { p }, json!({"p": p}));
        let flow = self.lanes.get_mut(&g).and_then(|lane| lane.flow.take());
        if let Some(flow) = flow {
            let ts = micros(self.now_ns);
            self.put(json!({"ph": "f", "bp": "e", "cat": "wake", "name": "woken", "id": flow, "pid": GOROUTINES, "tid": g, "ts": ts}));
        }
    }

    fn blocked(&mut self, event: &Event, reason: Reason, object: u32) {
        let mut about = json!({"at": self.place(event.at)});
        if object != NO_OBJECT {
            about["object"] = json!(self.object(object));
        }
        self.enter(event.g, State::Blocked(reason), about);
    }

    fn woken(&mut self, by: u32, woken: u32, object: u32) {
        if woken == NO_GOROUTINE {
            return;
        }
        // Only somebody whose lane is there can have an arrow.
        if by != NO_GOROUTINE && self.lanes.contains_key(&by) {
            self.flows += 1;
            let (flow, ts) = (self.flows, micros(self.now_ns));
            self.put(json!({"ph": "s", "cat": "wake", "name": "woken", "id": flow, "pid": GOROUTINES, "tid": by, "ts": ts}));
            self.lanes.entry(woken).or_default().flow = Some(flow);
        }
        // It may not have got as far as to wait: then it goes on at once.
        let waits = self.lanes.get(&woken).map(|lane| lane.state);
        if matches!(waits, Some(State::Blocked(_))) {
            let by = json!({"woken_by": by, "object": self.object(object)});
            self.enter(woken, State::Runnable, by);
        }
    }

    fn instant(&mut self, g: u32, name: &str) {
        let ts = micros(self.now_ns);
        self.put(json!({"ph": "i", "s": "t", "name": name, "pid": GOROUTINES, "tid": g, "ts": ts}));
    }

    fn value(&mut self, group: u32, name: &str, value: i64) {
        let ts = micros(self.now_ns);
        self.put(json!({"ph": "C", "name": name, "pid": group, "tid": 0, "ts": ts, "args": {"value": value}}));
    }

    fn region(&mut self, phase: &str, g: u32, name: &str) {
        let ts = micros(self.now_ns);
        let id = format!("g{g} {name}");
        self.put(json!({"ph": phase, "cat": "region", "name": name, "id": id, "pid": GOROUTINES, "tid": g, "ts": ts}));
    }

    fn span_begun(&mut self, span: u64, parent: u64, name: &str, g: u32) {
        let ts = micros(self.now_ns);
        let id = format!("{span:#x}");
        let about = json!({"span": span, "parent": parent, "goroutine": g});
        self.put(json!({"ph": "b", "cat": "span", "name": name, "id": id, "pid": SPANS, "tid": 0, "ts": ts, "args": about}));
        let span_told = Span {
            name: name.to_owned(),
            attributes: serde_json::Map::new(),
        };
        self.spans.insert(span, span_told);
    }

    fn span_ended(&mut self, span: u64, status: &str) {
        let Some(mut told) = self.spans.remove(&span) else {
            return;
        };
        let ts = micros(self.now_ns);
        told.attributes.insert("status".into(), json!(status));
        let (id, name, about) = (format!("{span:#x}"), told.name, told.attributes);
        self.put(json!({"ph": "e", "cat": "span", "name": name, "id": id, "pid": SPANS, "tid": 0, "ts": ts, "args": about}));
    }

    fn object(&self, object: u32) -> String {
        match self.objects.get(&object) {
            Some((kind, Some(name))) => format!("{} {name}", word(*kind)),
            Some((kind, None)) => format!("{} {object}", word(*kind)),
            None => format!("object {object}"),
        }
    }

    fn place(&self, at: u32) -> Json {
        json!(self.places.get(at).map(ToString::to_string))
    }
}

fn word(kind: ObjectKind) -> String {
    let word = serde_json::to_value(kind).unwrap_or_default();
    word.as_str().unwrap_or_default().replace('_', " ")
}

/// Microseconds, as the format has its times.
fn micros(ns: u64) -> f64 {
    ns as f64 / 1_000.0
}
