//! Arrows from whoever ended a wait to whose wait it was, in lanes by goroutine.
//!
//! All that are in view are drawn as long as they are few; more would be a thing
//! of lines, and take longer than a frame to find.

use std::ops::Range as Rows;

use protocol::Value;

use super::scale::Range;
use super::walk::Chosen;
use crate::model::{Lane, Model, Span, SpanEnd};
use crate::order::ascending;

/// The most arrows in view: with more of them none is told from the next.
pub const MAX_ARROWS: usize = 300;
/// The most spans that are looked through for arrows, at every drawing.
pub const MAX_LOOKED_AT: usize = 6_000;

/// An arrow from lane to lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrow<'a> {
    /// The lane of who woke.
    pub from: usize,
    /// The lane of who was woken.
    pub to: usize,
    /// When.
    pub t_ns: u64,
    /// What the one who was woken got with it, where the program shows it.
    pub value: Option<&'a Value>,
}

/// The arrow to the end of a chosen wait.
pub fn of(model: &Model, chosen: Chosen) -> Option<Arrow<'_>> {
    let lane = model.lanes().get(chosen.lane)?;
    to(model, chosen.lane, lane, lane.spans.get(chosen.span)?)
}

/// The arrows to those lanes in a stretch of time, in order of time; none if
/// there are too many.
pub fn in_view(model: &Model, rows: Rows<usize>, range: Range) -> Vec<Arrow<'_>> {
    let mut arrows = Vec::new();
    let mut left = MAX_LOOKED_AT;
    for index in rows {
        let Some(lane) = model.lanes().get(index) else {
            break;
        };
        let first = lane
            .spans
            .partition_point(|span| span.to_ns(u64::MAX) < range.from_ns);
        let end = lane
            .spans
            .partition_point(|span| span.from_ns <= range.to_ns);
        let spans = lane.spans.get(first..end).unwrap_or_default();
        let Some(fewer) = left.checked_sub(spans.len()) else {
            return Vec::new();
        };
        left = fewer;
        let found = spans.iter().filter_map(|span| to(model, index, lane, span));
        arrows.extend(found.filter(|arrow| arrow.t_ns <= range.to_ns));
        if arrows.len() > MAX_ARROWS {
            return Vec::new();
        }
    }
    ascending(&mut arrows, |arrow| arrow.t_ns);
    arrows
}

fn to<'a>(model: &Model, index: usize, lane: &'a Lane, span: &Span) -> Option<Arrow<'a>> {
    let SpanEnd::At(t_ns) = span.end else {
        return None;
    };
    span.wait()?;
    let from = model.lane_of(span.woken_by).filter(|from| *from != index)?;
    // What a sender had sent went the other way.
    let sent = span
        .wait()
        .is_some_and(|wait| wait.reason == protocol::Reason::ChanSend);
    Some(Arrow {
        from,
        to: index,
        t_ns,
        value: lane.value_of(span).filter(|_| !sent),
    })
}
