//! Which spans have a row in the waterfall, in which order.

use crate::model::Trace;
use crate::picture::scale::Range;

/// The most rows: more is not read at once, and slows the page. A shorter
/// stretch of time shows the others.
pub const MAX_ROWS: usize = 200;

/// A row of the waterfall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The span, as an index into [`Trace::kept`].
    pub index: u32,
    /// How many spans it is inside of.
    pub depth: u32,
    /// Whether there are rows below that are part of it, or would be if it were
    /// not folded.
    pub has_children: bool,
    /// Whether those are hidden.
    pub is_folded: bool,
}

/// The rows, and how many more there would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Parents before their children, both in the order in which they began.
    pub rows: Vec<Row>,
    /// How many are left out, since there are too many.
    pub more: usize,
}

/// The rows of a stretch of time: the spans that reach into it, and those that
/// they are part of. The children of those in `folded`, by their numbers, have
/// none.
pub fn rows(trace: &Trace, range: Range, now_ns: u64, folded: &[u64]) -> Rows {
    let spans = trace.kept();
    let mut shown = vec![false; spans.len()];
    let mut has_children = vec![false; spans.len()];
    // Children come after their parents, so one pass from the end is enough.
    for (index, span) in spans.iter().enumerate().rev() {
        shown[index] |= span.from_ns <= range.to_ns && span.to_ns(now_ns) >= range.from_ns;
        if let Some(parent) = span.parent.filter(|_| shown[index]) {
            shown[parent as usize] = true;
            has_children[parent as usize] = true;
        }
    }
    let mut children: Vec<Vec<u32>> = vec![Vec::new(); spans.len()];
    let mut roots = Vec::new();
    for (index, span) in (0..).zip(spans).filter(|(index, _)| shown[*index as usize]) {
        match span.parent {
            Some(parent) => children[parent as usize].push(index),
            None => roots.push(index),
        }
    }
    let mut found = Rows::default();
    let mut next: Vec<(u32, u32)> = roots.into_iter().rev().map(|root| (root, 0)).collect();
    while let Some((index, depth)) = next.pop() {
        let at = index as usize;
        let is_folded = has_children[at] && folded.contains(&spans[at].span);
        if !is_folded {
            let own = children[at].iter().rev();
            next.extend(own.map(|child| (*child, depth + 1)));
        }
        if found.rows.len() >= MAX_ROWS {
            found.more += 1;
            continue;
        }
        found.rows.push(Row {
            index,
            depth,
            has_children: has_children[at],
            is_folded,
        });
    }
    found
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::Model;
    use protocol::event::{Event, Kind, NO_PLACE, Value};
    use protocol::{Frame, Place};

    /// A request of two parts, of which one failed, and one without an end.
    pub(crate) fn model() -> Model {
        let begun = |span, parent, name: &str| Kind::SpanBegun {
            span,
            parent,
            name: name.into(),
        };
        let ended = |span, failed| Kind::SpanEnded { span, failed };
        let events = [
            (
                0,
                0,
                Kind::Created {
                    child: 1,
                    name: None,
                },
            ),
            (100_000, 1, begun(1, 0, "request")),
            (200_000, 1, begun(2, 1, "read")),
            (
                250_000,
                1,
                Kind::SpanAttribute {
                    span: 2,
                    key: "task <id>".into(),
                    value: Value::Int(7),
                },
            ),
            (300_000, 1, ended(2, false)),
            (400_000, 1, begun(3, 1, "write")),
            (
                450_000,
                1,
                Kind::SpanFailed {
                    span: 3,
                    message: "no space".into(),
                },
            ),
            (500_000, 1, ended(3, true)),
            (600_000, 1, ended(1, false)),
            (700_000, 1, begun(4, 0, "next")),
        ];
        let events = events.map(|(t_ns, g, kind)| Event {
            t_ns,
            p: 0,
            g,
            at: if t_ns == 200_000 { 1 } else { NO_PLACE },
            kind,
        });
        let place = Place {
            file: "backend/experiments/src/a.rs".into(),
            line: 31,
            column: 5,
        };
        let mut model = Model::new();
        for frame in [
            Frame::Places {
                first: 1,
                places: vec![place],
            },
            Frame::Events {
                first_seq: 0,
                events: events.to_vec(),
            },
        ] {
            model.apply(&frame);
        }
        model
    }

    fn names(model: &Model, range: Range, folded: &[u64]) -> Vec<(String, u32)> {
        let trace = model.trace();
        let rows = rows(trace, range, model.now_ns(), folded).rows;
        let name = |row: &Row| trace.kept()[row.index as usize].name.clone();
        rows.iter().map(|row| (name(row), row.depth)).collect()
    }

    #[test]
    fn parents_stand_over_their_children() {
        let model = model();
        let all = |folded: &[u64]| {
            let named = names(&model, Range::new(0, 800_000), folded);
            let words = named.iter().map(|(name, depth)| format!("{name} {depth}"));
            words.collect::<Vec<_>>().join(", ")
        };
        assert_eq!(all(&[]), "request 0, read 1, write 1, next 0");
        assert_eq!(all(&[1]), "request 0, next 0");
        // A span without children cannot be folded.
        assert_eq!(all(&[2]), "request 0, read 1, write 1, next 0");
    }

    #[test]
    fn a_stretch_of_time_has_its_own_rows() {
        let model = model();
        let early = names(&model, Range::new(150_000, 260_000), &[]);
        assert_eq!(early, [("request".into(), 0), ("read".into(), 1)]);
        assert_eq!(names(&model, Range::new(0, 50_000), &[]), []);
    }

    #[test]
    fn so_many_rows_and_no_more() {
        let mut model = Model::new();
        let events = (1..=MAX_ROWS as u64 + 12).map(|span| Event {
            t_ns: span,
            p: 0,
            g: 1,
            at: NO_PLACE,
            kind: Kind::SpanBegun {
                span,
                parent: 0,
                name: "task".into(),
            },
        });
        model.apply(&Frame::Events {
            first_seq: 0,
            events: events.collect(),
        });
        let rows = rows(model.trace(), Range::new(0, 1), model.now_ns(), &[]);
        assert_eq!((rows.rows.len(), rows.more), (MAX_ROWS, 12));
    }
}
