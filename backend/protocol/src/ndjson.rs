//! A run's story as lines of JSON: for `curl`, for `interleave run --format
//! ndjson`, and for whatever reads lines.
//!
//! An event is `{"seq", "t_ns", "p", "g", "kind", "reason"?, "object"?, "at"}`
//! and more fields by kind. `p` and `g` are null where there is none. Where
//! events were dropped stands `{"kind": "dropped", "from_ns", "to_ns",
//! "count"}`. The last line is `{"outcome", "metrics", "limits", "dropped", …}`;
//! `schedule` is in it, which replays a simulated run and is null of a native
//! one.

use serde_json::{Map, Value as Json, json};

use crate::event::{Event, Kind, NO_GOROUTINE, NO_OBJECT, NO_P, NO_SPAN, Place, Value};
use crate::run::{Outcome, RunEnd};

/// One event, as a line without its end. `place` finds a place by its key.
pub fn event_line<'a>(seq: u64, event: &Event, place: impl Fn(u32) -> Option<&'a Place>) -> String {
    let place = |key| place(key).map(Place::to_string);
    let mut line = Map::new();
    line.insert("seq".into(), json!(seq));
    line.insert("t_ns".into(), json!(event.t_ns));
    line.insert("p".into(), json!((event.p != NO_P).then_some(event.p)));
    line.insert("g".into(), goroutine(event.g));
    line.insert("kind".into(), json!(event.kind.name()));
    fields(&event.kind, &mut line);
    if let Kind::Raced { other_at, .. } = &event.kind {
        line.insert("other_at".into(), json!(place(*other_at)));
    }
    line.insert("at".into(), json!(place(event.at)));
    Json::Object(line).to_string()
}

/// Where events were not kept, as a line without its end.
pub fn dropped_line(from_ns: u64, to_ns: u64, count: u64) -> String {
    json!({"kind": "dropped", "from_ns": from_ns, "to_ns": to_ns, "count": count}).to_string()
}

/// The last line, without its end.
pub fn end_line(end: &RunEnd) -> String {
    let mut line = Map::new();
    line.insert("outcome".into(), json!(end.outcome.as_str()));
    line.insert("metrics".into(), json!(end.metrics));
    line.insert("limits".into(), json!(end.limits));
    line.insert("dropped".into(), json!(end.dropped));
    line.insert("dropped_lines".into(), json!(end.dropped_lines));
    line.insert("elapsed_ns".into(), json!(end.elapsed_ns));
    line.insert("schedule".into(), json!(end.schedule));
    match &end.outcome {
        Outcome::Completed { leaked } => {
            line.insert("leaked".into(), json!(leaked));
        }
        Outcome::Deadlock { waiting } => {
            line.insert(
                "message".into(),
                json!("fatal error: all goroutines are asleep - deadlock!"),
            );
            line.insert("waiting".into(), json!(waiting));
        }
        Outcome::Panicked {
            message,
            goroutine,
            name,
            at,
        } => {
            line.insert("message".into(), json!(message));
            line.insert("g".into(), json!(goroutine));
            line.insert("name".into(), json!(name));
            line.insert("at".into(), json!(at));
        }
        Outcome::Fatal { message, at } => {
            line.insert("message".into(), json!(message));
            line.insert("at".into(), json!(at));
        }
        Outcome::Livelock { left } => {
            line.insert("left".into(), json!(left));
        }
        Outcome::Fault { message }
        | Outcome::RunnerLost { message }
        | Outcome::Diverged { message } => {
            line.insert("message".into(), json!(message));
        }
        Outcome::Stopped | Outcome::Limit => {}
    }
    line.insert("findings".into(), json!(end.findings));
    line.insert("totals".into(), json!(end.totals));
    Json::Object(line).to_string()
}

fn fields(kind: &Kind, line: &mut Map<String, Json>) {
    let mut put = |name: &str, value: Json| {
        line.insert(name.into(), value);
    };
    match kind {
        Kind::Started
        | Kind::Yielded
        | Kind::Ended
        | Kind::Idle
        | Kind::Awake
        | Kind::SyscallBegun
        | Kind::SyscallEnded => {}
        Kind::Created { child, name } => {
            put("child", json!(child));
            put("name", json!(name));
        }
        Kind::Blocked { reason, object } => {
            put("reason", json!(reason));
            put("object", object_number(*object));
        }
        Kind::Woken { woken, object } => {
            put("woken", json!(woken));
            put("object", object_number(*object));
        }
        Kind::Preempted { ran_ns } | Kind::Overran { ran_ns } => put("ran_ns", json!(ran_ns)),
        Kind::Panicked { message, recovered } => {
            put("message", json!(message));
            put("recovered", json!(recovered));
        }
        Kind::Stolen { from, count } => {
            put("from", json!(from));
            put("count", json!(count));
        }
        Kind::Queue { len } => put("len", json!(len)),
        Kind::Made {
            object,
            kind,
            name,
            capacity,
        } => {
            put("object", json!(object));
            put("of", json!(kind));
            put("name", json!(name));
            put("capacity", json!(capacity));
        }
        Kind::Sent {
            object,
            len,
            value: sent,
            to,
        } => {
            put("object", json!(object));
            put("len", json!(len));
            put("value", value(sent));
            put("to", goroutine(*to));
        }
        Kind::Received {
            object,
            len,
            value: received,
            from,
            ok,
        } => {
            put("object", json!(object));
            put("len", json!(len));
            put("value", value(received));
            put("from", goroutine(*from));
            put("ok", json!(ok));
        }
        Kind::Returned { object, len } => {
            put("object", json!(object));
            put("len", json!(len));
        }
        Kind::Closed { object, woken } | Kind::Signalled { object, woken } => {
            put("object", json!(object));
            put("woken", json!(woken));
        }
        Kind::Added {
            object,
            delta,
            counter,
        } => {
            put("object", json!(object));
            put("delta", json!(delta));
            put("counter", json!(counter));
        }
        Kind::Selected {
            cases,
            ready,
            chosen,
        } => {
            put("cases", json!(cases));
            put("ready", json!(ready));
            put("chosen", json!(chosen));
        }
        Kind::TimerSet { object, at_ns } => {
            put("object", json!(object));
            put("at_ns", json!(at_ns));
        }
        Kind::TimerFired { object }
        | Kind::TimerStopped { object }
        | Kind::Initialised { object } => put("object", json!(object)),
        Kind::Line { text } => put("text", json!(text)),
        Kind::Counter { name, value } => {
            put("name", json!(name));
            put("value", json!(value));
        }
        Kind::RegionBegun { name } | Kind::RegionEnded { name } => put("name", json!(name)),
        Kind::HandedOff { from, to } => {
            put("from", json!(from));
            put("to", json!(to));
        }
        Kind::Described {
            object,
            parent,
            guards,
        } => {
            put("object", json!(object));
            put("parent", object_number(*parent));
            put("guards", json!(guards));
        }
        Kind::Locked { object, mode } => {
            put("object", json!(object));
            put("mode", json!(mode));
        }
        Kind::Unlocked { object, mode, to } => {
            put("object", json!(object));
            put("mode", json!(mode));
            put("to", goroutine(*to));
        }
        Kind::Starving { object, on } => {
            put("object", json!(object));
            put("on", json!(on));
        }
        Kind::Acquired {
            object,
            count,
            free,
        }
        | Kind::Released {
            object,
            count,
            free,
        } => {
            put("object", json!(object));
            put("count", json!(count));
            put("free", json!(free));
        }
        Kind::Atomic {
            object,
            op,
            value,
            ok,
        } => {
            put("object", json!(object));
            put("op", json!(op));
            put("value", json!(value));
            put("ok", json!(ok));
        }
        Kind::CellRead { object, value } | Kind::CellWritten { object, value } => {
            put("object", json!(object));
            put("value", json!(value));
        }
        // Its second place is put where places are known.
        Kind::Raced { object, other, .. } => {
            put("object", json!(object));
            put("other", goroutine(*other));
        }
        Kind::ContextMade {
            object,
            parent,
            name,
            deadline_ns,
        } => {
            put("object", json!(object));
            put("parent", object_number(*parent));
            put("name", json!(name));
            put("deadline_ns", json!(deadline_ns));
        }
        Kind::ContextDone { object, cause, by } => {
            put("object", json!(object));
            put("cause", json!(cause));
            put("by", object_number(*by));
        }
        Kind::SpanBegun { span, parent, name } => {
            put("span", json!(span));
            put("parent", json!((*parent != NO_SPAN).then_some(parent)));
            put("name", json!(name));
        }
        Kind::SpanAttribute {
            span,
            key,
            value: said,
        } => {
            put("span", json!(span));
            put("key", json!(key));
            put("value", value(&Some(said.clone())));
        }
        Kind::SpanFailed { span, message } => {
            put("span", json!(span));
            put("message", json!(message));
        }
        Kind::SpanEnded { span, failed } => {
            put("span", json!(span));
            put("failed", json!(failed));
        }
    }
}

fn goroutine(g: u32) -> Json {
    json!((g != NO_GOROUTINE).then_some(g))
}

fn object_number(object: u32) -> Json {
    json!((object != NO_OBJECT).then_some(object))
}

fn value(value: &Option<Value>) -> Json {
    match value {
        None => Json::Null,
        Some(Value::Int(number)) => json!(number),
        Some(Value::Text(text)) => json!(text),
    }
}
