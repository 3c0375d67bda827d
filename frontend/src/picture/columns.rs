//! Spans to columns of pixels: what a goroutine mostly did in each.
//!
//! One pass over the spans in view and the columns, both in order of time; of
//! many spans in one column it takes what they add up to, which is the same. The
//! colour of a column is that of the state that takes most of it: a mix of
//! several would be grey. What else is in it is told by two marks, that it also
//! ran there, and that a span begins there.

use protocol::Reason;

use super::look::Look;
use super::scale::Scale;
use crate::model::Span;
use crate::model::processor::{Does, Stretch};
use crate::model::sums::{Sum, Sums};

/// Something that a lane shows from one time to another.
pub trait Along {
    /// From when.
    fn begin_ns(&self) -> u64;
    /// Until when; until `now_ns` if it goes on.
    fn end_ns(&self, now_ns: u64) -> u64;
    /// Whether it goes on.
    fn is_open(&self) -> bool;
    /// How it looks.
    fn look(&self) -> Look;
    /// How what is of this class in [`Sums`] looks.
    fn look_of(class: u8) -> Look;
}

impl Along for Span {
    fn begin_ns(&self) -> u64 {
        self.from_ns
    }

    fn end_ns(&self, now_ns: u64) -> u64 {
        Span::to_ns(self, now_ns)
    }

    fn is_open(&self) -> bool {
        Span::is_open(self)
    }

    fn look(&self) -> Look {
        Look::of(&self.state)
    }

    fn look_of(class: u8) -> Look {
        match class {
            0 => Look::Running,
            1 => Look::Runnable,
            reason => Look::of_reason(Reason::ALL[usize::from(reason - 2)]),
        }
    }
}

impl Along for Stretch {
    fn begin_ns(&self) -> u64 {
        self.from_ns
    }

    fn end_ns(&self, now_ns: u64) -> u64 {
        Stretch::to_ns(self, now_ns)
    }

    fn is_open(&self) -> bool {
        Stretch::is_open(self)
    }

    /// An idle P is a thin line, as a goroutine that sleeps.
    fn look(&self) -> Look {
        match self.does {
            Does::Runs => Look::Running,
            Does::Calls => Look::Syscall,
            Does::Idles => Look::Sleep,
        }
    }

    fn look_of(class: u8) -> Look {
        const { assert!(Does::Runs as u8 == 0 && Does::Calls as u8 == 1) };
        match class {
            0 => Look::Running,
            1 => Look::Syscall,
            _ => Look::Sleep,
        }
    }
}

/// What a column of pixels shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// The state that takes most of it; none before a goroutine is made, after
    /// it ended, and where nothing is known.
    pub look: Option<Look>,
    /// How much of it that state takes, 255 being all of it.
    pub share: u8,
    /// Whether the goroutine also ran in it, for however short a time.
    pub ran: bool,
    /// Whether a span that goes on beyond it begins in it.
    pub begins: bool,
    /// Whether it lies after the last time that is known: what it shows is so
    /// far, and may turn out to have ended earlier.
    pub so_far: bool,
}

/// Shares of one column, by state, in nanoseconds.
struct Shares {
    ns: [u64; Look::ALL.len()],
    begins: bool,
}

impl Shares {
    const NONE: Shares = Shares {
        ns: [0; Look::ALL.len()],
        begins: false,
    };

    fn add(&mut self, look: Look, ns: u64) {
        // A state that took no time at all was still there.
        self.ns[look as usize] += ns.max(1);
    }

    fn column(&self, len_ns: u64) -> Column {
        let Some((index, &most)) = (self.ns.iter().enumerate())
            .max_by_key(|(_, ns)| **ns)
            .filter(|(_, ns)| **ns > 0)
        else {
            return Column::default();
        };
        let share = match most.checked_mul(255) {
            Some(parts) => parts / len_ns.max(1),
            // Two years and more.
            None => most / (len_ns / 255).max(1),
        };
        Column {
            look: Some(Look::ALL[index]),
            share: share.min(255) as u8,
            ran: self.ns[Look::Running as usize] > 0,
            begins: self.begins,
            so_far: false,
        }
    }
}

/// The first time of each column, and of the one after the last, into `starts`.
pub fn column_starts(starts: &mut Vec<u64>, scale: &Scale) {
    starts.clear();
    starts.extend((0..=scale.width).map(|column| scale.column_ns(column)));
}

/// Fills `columns` with what a lane did. `starts` is what [`column_starts`]
/// made of the same scale; `known_ns` is the last time that is known, and a
/// span that is still open goes on to `shown_ns`. `sums` are those of the spans;
/// without them each is looked at.
pub fn fill<T: Along>(
    columns: &mut [Column],
    starts: &[u64],
    (spans, sums): (&[T], &Sums),
    known_ns: u64,
    shown_ns: u64,
) {
    columns.fill(Column::default());
    let (Some(&begin_ns), Some(&end_ns)) = (starts.first(), starts.last()) else {
        return;
    };
    let mut at = 0;
    let mut shares = Shares::NONE;
    let first = spans.partition_point(|span| !span.is_open() && span.end_ns(0) <= begin_ns);
    let mut index = first;
    while let Some(span) = spans.get(index) {
        index += 1;
        if span.begin_ns() >= end_ns {
            break;
        }
        let look = span.look();
        let from_ns = span.begin_ns().max(begin_ns);
        let to_ns = span.end_ns(shown_ns).min(end_ns);
        // An open span may not reach into the view yet.
        if to_ns < from_ns {
            continue;
        }
        // On to the column in which the span begins.
        if starts[at + 1] <= from_ns {
            columns[at] = shares.column(starts[at + 1] - starts[at]);
            shares = Shares::NONE;
            at += starts[at + 1..].partition_point(|start| *start <= from_ns);
        }
        if at >= columns.len() {
            return;
        }
        if span.begin_ns() >= begin_ns
            && let Some((count, sum)) = within(spans, sums, index - 1, starts[at + 1])
        {
            for (class, ns) in sum.parts() {
                shares.add(T::look_of(class), ns);
            }
            index += count - 1;
            continue;
        }
        shares.begins |= span.begin_ns() >= begin_ns && to_ns > starts[at + 1];
        // On through the columns that it fills.
        let mut from_ns = from_ns;
        while to_ns > starts[at + 1] {
            shares.add(look, starts[at + 1] - from_ns);
            columns[at] = shares.column(starts[at + 1] - starts[at]);
            columns[at].so_far = span.is_open() && starts[at] >= known_ns;
            shares = Shares::NONE;
            from_ns = starts[at + 1];
            at += 1;
        }
        shares.add(look, to_ns - from_ns);
    }
    columns[at] = shares.column(starts[at + 1] - starts[at]);
}

/// The largest block of spans from `first` on that ends in a column before
/// `end_ns`, which is its end.
fn within<'a, T: Along>(
    spans: &[T],
    sums: &'a Sums,
    first: usize,
    end_ns: u64,
) -> Option<(usize, &'a Sum)> {
    sums.at(first).find(|(count, _)| {
        let last = spans.get(first + count - 1);
        last.is_some_and(|last| last.begin_ns() < end_ns && last.end_ns(end_ns) <= end_ns)
    })
}

#[cfg(test)]
mod tests {
    use super::super::scale::{MAX_COLUMNS, Range};
    use super::*;
    use crate::model::{Cause, Model, State, Wait};
    use proptest::prelude::*;
    use protocol::{Event, Frame, Kind};

    /// Goroutine 1 runs, sleeps and runs again, at the times given.
    fn model(times: &[u64]) -> Model {
        let kinds = [
            Kind::Started,
            Kind::Blocked {
                reason: Reason::Sleep,
                object: 0,
            },
            Kind::Woken {
                woken: 1,
                object: 0,
            },
        ];
        let events = times
            .iter()
            .zip(kinds.iter().cycle())
            .map(|(&t_ns, kind)| Event {
                t_ns,
                p: 0,
                g: 1,
                at: 0,
                kind: kind.clone(),
            })
            .collect();
        let mut model = Model::new();
        model.apply(&Frame::Events {
            first_seq: 0,
            events,
        });
        model
    }

    fn columns(model: &Model, range: Range, width: u32, shown_ns: u64) -> Vec<Column> {
        let mut starts = Vec::new();
        column_starts(&mut starts, &Scale::new(range, 0, width));
        let mut columns = vec![Column::default(); width as usize];
        fill(
            &mut columns,
            &starts,
            (&model.lanes()[0].spans, &model.lanes()[0].sums),
            model.now_ns(),
            shown_ns,
        );
        columns
    }

    #[test]
    fn a_long_span_fills_its_columns_and_a_short_one_is_marked() {
        // Runs for 20 µs at 100 ms, then sleeps until 300 ms.
        let model = model(&[100_000_000, 100_020_000, 300_000_000]);
        let columns = columns(&model, Range::new(0, 400_000_000), 40, 300_000_000);
        assert_eq!(columns[9], Column::default());
        assert_eq!(columns[10].look, Some(Look::Sleep));
        assert!(columns[10].ran && columns[10].begins);
        assert_eq!(columns[20].share, 255);
        assert!(!columns[20].ran && !columns[20].begins);
        assert_eq!(columns[29].look, Some(Look::Sleep));
        assert_eq!(columns[30].look, Some(Look::Runnable));
        assert_eq!(columns[31], Column::default());
    }

    #[test]
    fn what_is_shown_beyond_the_last_event_is_so_far() {
        let model = model(&[0, 100_000_000]);
        let columns = columns(&model, Range::new(0, 400_000_000), 40, 200_000_000);
        assert_eq!(columns[9].look, Some(Look::Running));
        assert!(!columns[9].so_far);
        assert!(columns[15].so_far);
        assert_eq!(columns[15].look, Some(Look::Sleep));
        assert_eq!(columns[21], Column::default());
    }

    #[test]
    fn spans_without_length_are_seen() {
        let model = model(&[50_000, 50_000, 50_000]);
        let columns = columns(&model, Range::new(0, 100_000), 10, 50_000);
        assert!(columns[5].ran);
        assert_eq!(columns.iter().filter(|c| c.look.is_some()).count(), 1);
    }

    #[test]
    fn a_class_looks_as_its_states_do() {
        for reason in Reason::ALL {
            let wait = Wait {
                reason,
                object: 0,
                ordinal: 0,
                held: 0,
                holder: 0,
            };
            let state = State::Blocked(wait);
            assert_eq!(Span::look_of(state.class()), Look::of(&state));
        }
        for state in [State::Running { p: 0 }, State::Runnable(Cause::Woken)] {
            assert_eq!(Span::look_of(state.class()), Look::of(&state));
        }
    }

    proptest! {
        #[test]
        fn any_lane_at_any_scale(
            steps in prop::collection::vec(0u64..1 << 34, 0..60),
            from_ns in 0u64..1 << 40,
            len_ns in 0u64..1 << 40,
            width in 1..=MAX_COLUMNS / 8,
        ) {
            let times: Vec<u64> = steps.iter().scan(0, |t, step| { *t += step; Some(*t) }).collect();
            let model = model(&times);
            if let Some(lane) = model.lanes().first() {
                let range = Range::new(from_ns, from_ns + len_ns);
                let columns = columns(&model, range, width, model.now_ns());
                let mut starts = Vec::new();
        column_starts(&mut starts, &Scale::new(range, 0, width));
                // Wherever the lane is known, something is drawn, and nowhere else.
                for (index, column) in columns.iter().enumerate() {
                    let known = lane.from_ns < starts[index + 1] && model.now_ns() > starts[index];
                    let touched = lane.from_ns < starts[index + 1] && model.now_ns() >= starts[index];
                    prop_assert!(!known || column.look.is_some());
                    prop_assert!(touched || column.look.is_none());
                }
            }
        }

        #[test]
        fn sums_change_nothing(
            steps in prop::collection::vec(0u64..2_000, 0..600),
            zeros in any::<bool>(),
            from_ns in 0u64..400_000,
            len_ns in 0u64..800_000,
            width in 1u32..400,
        ) {
            let times: Vec<u64> = steps.iter().scan(0, |t, step| {
                *t += if zeros { step / 1_900 * step } else { *step };
                Some(*t)
            }).collect();
            let model = model(&times);
            if let Some(lane) = model.lanes().first() {
                let range = Range::new(from_ns, from_ns + len_ns);
                let mut starts = Vec::new();
                column_starts(&mut starts, &Scale::new(range, 0, width));
                let with = columns(&model, range, width, model.now_ns());
                let mut without = vec![Column::default(); width as usize];
                let none = Sums::default();
                let now_ns = model.now_ns();
                fill(&mut without, &starts, (&lane.spans, &none), now_ns, now_ns);
                prop_assert_eq!(with, without);
            }
        }
    }
}
