//! From one span to the next, as the arrow keys do it.

use crate::model::Model;

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
