//! From one span to the next, as the arrow keys do it.

use protocol::event::NO_OBJECT;

use crate::model::{Model, WaitRef};

/// A span that the reader has chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Index into [`Model::lanes`].
    pub lane: usize,
    /// Index into the spans of that lane.
    pub span: usize,
}

/// Where to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The span before, in the same lane.
    Before,
    /// The span after, in the same lane.
    After,
    /// The same time in the lane above.
    Above,
    /// The same time in the lane below.
    Below,
    /// The first span of the lane.
    First,
    /// The last span of the lane.
    Last,
}

/// The span that a step leads to; the one that was chosen where there is none
/// further on. From no span it leads to the first span at or after `from_ns`.
pub fn step(model: &Model, chosen: Option<Chosen>, step: Step, from_ns: u64) -> Option<Chosen> {
    let Some(Chosen { lane, span }) = chosen.filter(|chosen| exists(model, *chosen)) else {
        let lane = model
            .lanes()
            .iter()
            .position(|lane| !lane.spans.is_empty())?;
        return nearest(model, lane, from_ns);
    };
    let spans = &model.lanes()[lane].spans;
    let moved = match step {
        Step::Before => span.checked_sub(1).map(|span| Chosen { lane, span }),
        Step::After => (span + 1 < spans.len()).then_some(Chosen {
            lane,
            span: span + 1,
        }),
        Step::First => Some(Chosen { lane, span: 0 }),
        Step::Last => Some(Chosen {
            lane,
            span: spans.len() - 1,
        }),
        Step::Above | Step::Below => {
            let span = &spans[span];
            let middle_ns = span.from_ns + span.duration_ns(model.now_ns()) / 2;
            let next = |lane: usize| match step {
                Step::Above => lane.checked_sub(1),
                _ => Some(lane + 1).filter(|lane| *lane < model.lanes().len()),
            };
            // Lanes of which nothing is known are stepped over.
            std::iter::successors(next(lane), |lane| next(*lane))
                .find_map(|lane| nearest(model, lane, middle_ns))
        }
    };
    moved.or(chosen)
}

/// The next wait, or the one before: for the same object, whoever waits, if the
/// chosen span waits for one; else of the same goroutine. The span that was
/// chosen where there is none further on; from no span the first wait at or
/// after `from_ns`.
pub fn jump(model: &Model, chosen: Option<Chosen>, forward: bool, from_ns: u64) -> Option<Chosen> {
    let waits = model.waits();
    let Some(here) = chosen.filter(|chosen| exists(model, *chosen)) else {
        let first = waits.partition_point(|wait| from(model, *wait) < from_ns);
        return waits.get(first).or(waits.last()).copied().map(Chosen::from);
    };
    let spans = &model.lanes()[here.lane].spans;
    let span = &spans[here.span];
    let object = span.wait().map_or(NO_OBJECT, |wait| wait.object);
    let next = if object == NO_OBJECT {
        let waits = |at: &usize| spans[*at].wait().is_some();
        let found = if forward {
            (here.span + 1..spans.len()).find(waits)
        } else {
            (0..here.span).rev().find(waits)
        };
        found.map(|span| Chosen { span, ..here })
    } else {
        // Several waits may begin at one time.
        let first = waits.partition_point(|wait| from(model, *wait) < span.from_ns);
        let at = first
            + waits[first..]
                .iter()
                .position(|wait| Chosen::from(*wait) == here)?;
        let same = |found: &&WaitRef| waits_for(model, **found, object);
        let found = if forward {
            waits[at + 1..].iter().find(same)
        } else {
            waits[..at].iter().rev().find(same)
        };
        found.copied().map(Chosen::from)
    };
    next.or(chosen)
}

/// When a wait began.
fn from(model: &Model, wait: WaitRef) -> u64 {
    model.lanes()[wait.lane as usize].spans[wait.span as usize].from_ns
}

/// Whether a wait is for an object.
pub fn waits_for(model: &Model, wait: WaitRef, object: u32) -> bool {
    model.lanes()[wait.lane as usize].spans[wait.span as usize]
        .wait()
        .is_some_and(|wait| wait.object == object)
}

impl From<WaitRef> for Chosen {
    fn from(wait: WaitRef) -> Chosen {
        Chosen {
            lane: wait.lane as usize,
            span: wait.span as usize,
        }
    }
}

/// Whether a choice still names a span.
pub fn exists(model: &Model, chosen: Chosen) -> bool {
    model
        .lanes()
        .get(chosen.lane)
        .is_some_and(|lane| chosen.span < lane.spans.len())
}

/// The span of a lane that holds a time, or the first after it, or the last.
pub fn nearest(model: &Model, lane: usize, t_ns: u64) -> Option<Chosen> {
    let spans = &model.lanes().get(lane)?.spans;
    let span = model.lanes()[lane]
        .first_after(t_ns)
        .min(spans.len().checked_sub(1)?);
    Some(Chosen { lane, span })
}

/// The span of a lane under a stretch of time, such as a pixel and its
/// neighbours: the longest of those that it touches.
pub fn under(model: &Model, lane: usize, from_ns: u64, to_ns: u64) -> Option<Chosen> {
    /// Looking through more of them than this takes longer than a frame.
    const MOST: usize = 10_000;
    let lane_of = model.lanes().get(lane)?;
    let first = lane_of.first_after(from_ns);
    let now_ns = model.now_ns();
    lane_of.spans[first..]
        .iter()
        .take(MOST)
        .take_while(|span| span.from_ns <= to_ns)
        .enumerate()
        .max_by_key(|(_, span)| span.to_ns(now_ns).min(to_ns) - span.from_ns.max(from_ns))
        .map(|(index, _)| Chosen {
            lane,
            span: first + index,
        })
}
