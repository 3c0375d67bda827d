//! The program's own spans, as a tracer shows them: each with its parent, its
//! attributes and its errors.
//!
//! Invariants, each a test:
//! * A span's parent is before it in the list, so the list has no ring.
//! * No span stays open past a gap or past the end of the run. One whose end was
//!   told after a gap has that end; of any other it is known that it lasted until
//!   the last that was heard of it.
//! * What is kept is bounded, and what is not is counted.

use std::collections::HashMap;

use protocol::event::{Event, Kind, NO_SPAN, Value};

use super::span::SpanEnd;

/// The most spans that are kept: some megabytes, and more than anybody reads.
pub const MAX_TRACED: usize = 20_000;
/// The most attributes and the most errors of one span: a table of it is read.
pub const MAX_DETAILS: usize = 32;

/// A span of the program.
#[derive(Clone, Debug, PartialEq)]
pub struct Traced {
    /// Its number.
    pub span: u64,
    /// The span it is part of, as an index into [`Trace::kept`].
    pub parent: Option<u32>,
    /// Its name.
    pub name: String,
    /// The goroutine that began it.
    pub g: u32,
    /// The place in the code where it began.
    pub at: u32,
    /// When it began.
    pub from_ns: u64,
    /// When it ended, and how that is known.
    pub end: SpanEnd,
    /// Whether its status is an error.
    pub failed: bool,
    /// What the program said of it, in the order of the first mention.
    pub attributes: Vec<(String, Value)>,
    /// Its errors, with their times.
    pub errors: Vec<(u64, String)>,
    /// How many attributes and errors are not kept.
    pub more: u32,
}

/// The spans of a run.
#[derive(Debug, Default)]
pub struct Trace {
    kept: Vec<Traced>,
    index_of: HashMap<u64, u32>,
    /// Those that were not told to have ended, and not cut.
    open: Vec<u32>,
    more: usize,
}

impl Traced {
    /// When it ended, with `now_ns` for one that goes on.
    pub fn to_ns(&self, now_ns: u64) -> u64 {
        match self.end {
            SpanEnd::Open => now_ns.max(self.from_ns),
            SpanEnd::At(to_ns) | SpanEnd::Cut(to_ns) => to_ns,
        }
    }

    /// Something was heard of it.
    fn heard(&mut self, t_ns: u64) {
        if let SpanEnd::Cut(to_ns) = &mut self.end {
            *to_ns = t_ns.max(*to_ns);
        }
    }

    fn attribute(&mut self, key: &str, value: &Value) {
        let known = self.attributes.iter().position(|(known, _)| known == key);
        match known {
            Some(at) => self.attributes[at].1 = value.clone(),
            None if self.attributes.len() < MAX_DETAILS => {
                self.attributes.push((key.to_owned(), value.clone()));
            }
            None => self.more += 1,
        }
    }
}

impl Trace {
    /// The spans that are kept, in the order in which they began.
    pub fn kept(&self) -> &[Traced] {
        &self.kept
    }

    /// How many more there were.
    pub fn more(&self) -> usize {
        self.more
    }

    /// The span with this number.
    pub fn find(&self, span: u64) -> Option<&Traced> {
        self.kept.get(*self.index_of.get(&span)? as usize)
    }

    /// Takes in an event that happened at `t_ns`; those of other kinds change
    /// nothing.
    pub(super) fn take(&mut self, t_ns: u64, event: &Event) {
        match &event.kind {
            Kind::SpanBegun { span, parent, name } => {
                self.begun(t_ns, event, *span, *parent, name);
            }
            Kind::SpanAttribute { span, key, value } => {
                if let Some((_, known)) = self.entry(*span) {
                    known.heard(t_ns);
                    known.attribute(key, value);
                }
            }
            Kind::SpanFailed { span, message } => {
                if let Some((_, known)) = self.entry(*span) {
                    known.heard(t_ns);
                    known.failed = true;
                    match known.errors.len() < MAX_DETAILS {
                        true => known.errors.push((t_ns, message.clone())),
                        false => known.more += 1,
                    }
                }
            }
            Kind::SpanEnded { span, failed } => {
                if let Some((index, known)) = self.entry(*span) {
                    known.end = SpanEnd::At(t_ns.max(known.from_ns));
                    known.failed |= failed;
                    // Most end soon after they began.
                    if let Some(at) = self.open.iter().rposition(|open| *open == index) {
                        self.open.swap_remove(at);
                    }
                }
            }
            _ => {}
        }
    }

    /// Of those that go on nothing more is known from `t_ns` on.
    pub(super) fn cut(&mut self, t_ns: u64) {
        for index in self.open.drain(..) {
            let known = &mut self.kept[index as usize];
            known.end = SpanEnd::Cut(t_ns.max(known.from_ns));
        }
    }

    fn begun(&mut self, t_ns: u64, event: &Event, span: u64, parent: u64, name: &str) {
        if span == NO_SPAN || self.index_of.contains_key(&span) {
            return;
        }
        if self.kept.len() >= MAX_TRACED {
            self.more += 1;
            return;
        }
        let index = self.kept.len() as u32;
        self.index_of.insert(span, index);
        self.open.push(index);
        self.kept.push(Traced {
            span,
            parent: self.index_of.get(&parent).copied().filter(|it| *it < index),
            name: name.to_owned(),
            g: event.g,
            at: event.at,
            from_ns: t_ns,
            end: SpanEnd::Open,
            failed: false,
            attributes: Vec::new(),
            errors: Vec::new(),
            more: 0,
        });
    }

    fn entry(&mut self, span: u64) -> Option<(u32, &mut Traced)> {
        let index = *self.index_of.get(&span)?;
        Some((index, self.kept.get_mut(index as usize)?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use protocol::event::NO_PLACE;

    use super::*;

    fn event(kind: Kind) -> Event {
        Event {
            t_ns: 0,
            p: 0,
            g: 2,
            at: NO_PLACE,
            kind,
        }
    }

    fn begun(span: u64, parent: u64) -> Event {
        event(Kind::SpanBegun {
            span,
            parent,
            name: format!("s{span}"),
        })
    }

    fn ended(span: u64, failed: bool) -> Event {
        event(Kind::SpanEnded { span, failed })
    }

    fn failed(span: u64) -> Event {
        let message = "timeout".to_owned();
        event(Kind::SpanFailed { span, message })
    }

    fn attribute(span: u64, key: &str, value: i64) -> Event {
        event(Kind::SpanAttribute {
            span,
            key: key.into(),
            value: Value::Int(value),
        })
    }

    #[test]
    fn a_span_has_its_parent_its_attributes_and_its_errors() {
        let mut trace = Trace::default();
        trace.take(10, &begun(1, NO_SPAN));
        trace.take(20, &begun(2, 1));
        trace.take(25, &attribute(2, "task", 3));
        trace.take(26, &attribute(2, "task", 4));
        trace.take(30, &failed(2));
        trace.take(40, &ended(2, false));
        trace.take(50, &ended(1, false));
        let [parent, child] = trace.kept() else {
            panic!("{trace:?}");
        };
        assert_eq!((parent.parent, child.parent), (None, Some(0)));
        assert_eq!((parent.failed, child.failed), (false, true));
        assert_eq!(child.attributes, [("task".into(), Value::Int(4))]);
        assert_eq!(child.errors, [(30, "timeout".into())]);
        assert_eq!((parent.end, child.end), (SpanEnd::At(50), SpanEnd::At(40)));
        assert_eq!(trace.find(2).map(|it| it.from_ns), Some(20));
    }

    #[test]
    fn a_gap_leaves_no_span_without_an_end() {
        let mut trace = Trace::default();
        trace.take(10, &begun(1, NO_SPAN));
        trace.take(20, &begun(2, 1));
        trace.cut(100);
        trace.take(200, &ended(1, true));
        trace.take(210, &attribute(2, "late", 1));
        trace.cut(900);
        // The end of one was told, and of the other that it was still there.
        assert_eq!(trace.kept()[0].end, SpanEnd::At(200));
        assert_eq!(trace.kept()[1].end, SpanEnd::Cut(210));
    }

    #[test]
    fn what_is_kept_is_bounded_and_the_rest_counted() {
        let mut trace = Trace::default();
        for span in 1..=MAX_TRACED as u64 + 3 {
            trace.take(span, &begun(span, span - 1));
        }
        assert_eq!((trace.kept().len(), trace.more()), (MAX_TRACED, 3));
        for key in 0..MAX_DETAILS + 2 {
            trace.take(1, &attribute(1, &key.to_string(), 0));
            trace.take(1, &failed(1));
        }
        let first = &trace.kept()[0];
        assert_eq!(first.attributes.len(), MAX_DETAILS);
        assert_eq!((first.errors.len(), first.more), (MAX_DETAILS, 4));
    }

    fn any_event() -> impl Strategy<Value = Option<Event>> {
        let span = || 1u64..9;
        prop_oneof![
            (span(), 0u64..9).prop_map(|(span, parent)| Some(begun(span, parent))),
            (span(), any::<bool>()).prop_map(|(span, failed)| Some(ended(span, failed))),
            span().prop_map(|span| Some(failed(span))),
            Just(None),
        ]
    }

    proptest! {
        #[test]
        fn parents_come_first_and_nothing_is_open_at_the_end(
            events in prop::collection::vec(any_event(), 0..60),
        ) {
            let mut trace = Trace::default();
            for (t_ns, event) in (0..).zip(&events) {
                match event {
                    Some(event) => trace.take(t_ns, event),
                    None => trace.cut(t_ns),
                }
            }
            let end_ns = events.len() as u64;
            trace.cut(end_ns);
            for (index, span) in (0..).zip(trace.kept()) {
                prop_assert!(span.parent.is_none_or(|parent| parent < index));
                prop_assert!(span.end != SpanEnd::Open);
                prop_assert!((span.from_ns..=end_ns).contains(&span.to_ns(u64::MAX)));
            }
        }
    }
}
