//! By what the lanes of the timeline are: by goroutine, or by P.
//!
//! What the reader chooses is always a span of a goroutine; a lane of a P shows
//! those that ran on it. So the choice stays when the lanes change, and the
//! same sentence says what happened.

use crate::model::processor::{Does, Stretch};
use crate::model::{Model, State};
use crate::picture::walk::{self, Chosen, Step};

/// By what the lanes are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// A lane for each goroutine.
    #[default]
    Goroutine,
    /// A lane for each P, and below them one for the global queue.
    Processor,
}

impl By {
    /// How many lanes there are.
    pub fn count(self, model: &Model) -> usize {
        match self {
            By::Goroutine => model.lanes().len(),
            By::Processor if model.lanes().is_empty() => 0,
            By::Processor => {
                let processors = model.processors();
                let global = !processors.global().steps.is_empty();
                processors.list().len() + usize::from(global)
            }
        }
    }

    /// The lane in which a span is drawn, if it is in any.
    pub fn row_of(self, model: &Model, chosen: Chosen) -> Option<usize> {
        match self {
            By::Goroutine => Some(chosen.lane),
            By::Processor => on_processor(model, chosen).map(|(p, _)| p),
        }
    }

    /// The span of a lane under a stretch of time, as [`walk::under`].
    pub fn under(self, model: &Model, row: usize, from_ns: u64, to_ns: u64) -> Option<Chosen> {
        match self {
            By::Goroutine => walk::under(model, row, from_ns, to_ns),
            By::Processor => {
                let found = stretch_under(model, row, from_ns, to_ns)?;
                span_of(model, &model.processors().list()[row].stretches[found])
            }
        }
    }

    /// Where a step leads, as [`walk::step`].
    pub fn step(
        self,
        model: &Model,
        chosen: Option<Chosen>,
        step: Step,
        from_ns: u64,
    ) -> Option<Chosen> {
        match self {
            By::Goroutine => walk::step(model, chosen, step, from_ns),
            By::Processor => step_on(model, chosen, step, from_ns).or(chosen),
        }
    }
}

/// The stretch of a P under a stretch of time: the longest that it touches.
pub fn stretch_under(model: &Model, p: usize, from_ns: u64, to_ns: u64) -> Option<usize> {
    /// Looking through more of them than this takes longer than a frame.
    const MOST: usize = 10_000;
    let processor = model.processors().list().get(p)?;
    let first = processor.first_after(from_ns);
    let now_ns = model.now_ns();
    processor.stretches[first..]
        .iter()
        .take(MOST)
        .take_while(|stretch| stretch.from_ns <= to_ns)
        .enumerate()
        .max_by_key(|(_, stretch)| stretch.to_ns(now_ns).min(to_ns) - stretch.from_ns.max(from_ns))
        .map(|(index, _)| first + index)
}

/// The span of a goroutine that a stretch of a P shows.
pub fn span_of(model: &Model, stretch: &Stretch) -> Option<Chosen> {
    let lane = model.lane_of(stretch.g)?;
    let spans = &model.lanes()[lane].spans;
    let first = spans.partition_point(|span| span.from_ns < stretch.from_ns);
    let span = spans[first..]
        .iter()
        .take_while(|span| span.from_ns == stretch.from_ns)
        .position(|span| {
            let calls = matches!(span.state, State::Blocked(_));
            let runs = matches!(span.state, State::Running { .. });
            runs && stretch.does == Does::Runs || calls && stretch.does == Does::Calls
        })?;
    let span = first + span;
    Some(Chosen { lane, span })
}

/// The P on which a span is, and the stretch of it.
pub fn on_processor(model: &Model, chosen: Chosen) -> Option<(usize, usize)> {
    let lane = model.lanes().get(chosen.lane)?;
    let span = lane.spans.get(chosen.span)?;
    let before = chosen.span.checked_sub(1).and_then(|at| lane.spans.get(at));
    // A goroutine begins a call that blocks where it ran.
    let p = [Some(span), before]
        .into_iter()
        .flatten()
        .find_map(|span| {
            let State::Running { p } = span.state else {
                return None;
            };
            Some(usize::from(p))
        })?;
    let stretches = &model.processors().list().get(p)?.stretches;
    let first = stretches.partition_point(|stretch| stretch.from_ns < span.from_ns);
    let found = stretches[first..]
        .iter()
        .take_while(|stretch| stretch.from_ns == span.from_ns)
        .position(|stretch| span_of(model, stretch) == Some(chosen))?;
    Some((p, first + found))
}

/// Where a step leads along and across the Ps. Idle stretches are stepped over.
fn step_on(model: &Model, chosen: Option<Chosen>, step: Step, from_ns: u64) -> Option<Chosen> {
    let list = model.processors().list();
    let shown = |p: usize, index: usize| span_of(model, list.get(p)?.stretches.get(index)?);
    let forward = |p: usize, from: usize| {
        let most = list.get(p).map_or(0, |processor| processor.stretches.len());
        (from..most).find_map(|index| shown(p, index))
    };
    let back = |p: usize, before: usize| (0..before).rev().find_map(|index| shown(p, index));
    let near = |p: usize, t_ns: u64| {
        let at = list.get(p)?.first_after(t_ns);
        forward(p, at).or_else(|| back(p, at))
    };
    let Some((p, index)) = chosen.and_then(|chosen| on_processor(model, chosen)) else {
        return (0..list.len()).find_map(|p| near(p, from_ns));
    };
    let stretch = &list[p].stretches[index];
    let middle_ns = stretch.from_ns + (stretch.to_ns(model.now_ns()) - stretch.from_ns) / 2;
    match step {
        Step::Before => back(p, index),
        Step::After => forward(p, index + 1),
        Step::First => forward(p, 0),
        Step::Last => back(p, list[p].stretches.len()),
        Step::Above => (0..p).rev().find_map(|p| near(p, middle_ns)),
        Step::Below => (p + 1..list.len()).find_map(|p| near(p, middle_ns)),
    }
}
