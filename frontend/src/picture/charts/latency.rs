//! How long things took: percentiles for each kind of wait, for the lives of
//! goroutines and for the program's spans, and the histogram of one kind.
//!
//! Only what has ended counts: how long the rest lasts is not known yet.

use protocol::Reason;

use super::drawn::{Ask, Cell, Drawn, Stop, Table};
use super::plot::{AXIS, Anchor, fit, label, line, rect};
use crate::figures::{count, duration};
use crate::i18n::Lang;
use crate::model::SpanEnd;
use crate::picture::look::Look;
use crate::picture::records::{reason_label, reason_name};

/// The height of a row, in CSS pixels.
const ROW: u32 = 26;
/// The height of the histogram.
const PLOT: u32 = 88;
/// Room above it, for its name.
const ABOVE: u32 = 32;
/// Ten to the power of this is the longest time that has a place of its own, in
/// nanoseconds: a quarter of an hour.
const DECADES: usize = 12;
/// The most names of spans that are told apart: more are not compared.
const MAX_NAMES: usize = 20;

/// Everything of one kind that ended.
struct Group {
    /// The same in every language.
    word: String,
    label: String,
    token: &'static str,
    /// How long each took, the shortest first.
    times: Vec<u64>,
}

impl Group {
    fn new(word: &str, label: &str, token: &'static str) -> Group {
        Group {
            word: word.to_owned(),
            label: label.to_owned(),
            token,
            times: Vec::new(),
        }
    }

    /// The time that so many of a hundred do not exceed.
    fn percentile(&self, percent: usize) -> u64 {
        let rank = (self.times.len() * percent).div_ceil(100).max(1) - 1;
        self.times.get(rank).copied().unwrap_or_default()
    }
}

/// What ended in the stretch of time, by its kind.
fn groups(ask: &Ask) -> Vec<Group> {
    let range = ask.range();
    let ends_here = |to_ns: u64| range.from_ns <= to_ns && to_ns <= range.to_ns;
    let reason = |reason: Reason| {
        let token = Look::of_reason(reason).token();
        Group::new(reason_name(reason), reason_label(reason, ask.lang), token)
    };
    let mut groups: Vec<Group> = Reason::ALL.into_iter().map(reason).collect();
    let mut lives = Group::new(
        "life",
        ask.pick("goroutine, its life", "goroutine 生命周期"),
        "running",
    );
    for lane in ask.model.lanes() {
        for span in &lane.spans[lane.first_after(range.from_ns.saturating_sub(1))..] {
            if span.from_ns > range.to_ns {
                break;
            }
            if let (Some(wait), SpanEnd::At(to_ns)) = (span.wait(), span.end)
                && ends_here(to_ns)
            {
                groups[wait.reason as usize]
                    .times
                    .push(to_ns - span.from_ns);
            }
        }
        if let Some(end) = lane.end.as_ref().map(crate::model::LaneEnd::t_ns)
            && ends_here(end)
        {
            lives.times.push(end - lane.from_ns);
        }
    }
    groups.push(lives);
    let fixed = groups.len();
    for span in ask.model.trace().kept() {
        let SpanEnd::At(to_ns) = span.end else {
            continue;
        };
        let word = format!("span {}", span.name);
        let known = groups[fixed..].iter().position(|group| group.word == word);
        let at = match known {
            _ if !ends_here(to_ns) => continue,
            Some(known) => fixed + known,
            None if groups.len() - fixed < MAX_NAMES => {
                groups.push(Group::new(&word, &word, "outside"));
                groups.len() - 1
            }
            None => groups.len() - 1,
        };
        groups[at].times.push(to_ns - span.from_ns);
    }
    groups.retain(|group| !group.times.is_empty());
    for group in &mut groups {
        group.times.sort_unstable();
    }
    groups
}

/// Where times stand: by their logarithm, in whole decades.
struct Decades {
    first: usize,
    last: usize,
    left: u32,
    width: u32,
}

impl Decades {
    fn of(groups: &[Group], ask: &Ask) -> Decades {
        let least = groups.iter().filter_map(|group| group.times.first()).min();
        let most = groups.iter().filter_map(|group| group.times.last()).max();
        let first = least
            .map_or(0, |ns| (*ns).max(1).ilog10() as usize)
            .min(DECADES - 1);
        let last = most.map_or(1, |ns| (*ns).max(1).ilog10() as usize + 1);
        Decades {
            first,
            last: last.clamp(first + 1, DECADES),
            left: ask.scale.left,
            width: ask.scale.width,
        }
    }

    fn x(&self, ns: u64) -> u32 {
        let decade = (ns.max(1) as f64).log10() - self.first as f64;
        let share = (decade / (self.last - self.first) as f64).clamp(0.0, 1.0);
        self.left + (share * f64::from(self.width)) as u32
    }

    /// 1, 2, 5, 10, 20, 50 … as far as the axis goes: the bounds of its buckets.
    fn bounds(&self) -> Vec<u64> {
        let decades = (self.first..self.last).flat_map(|decade| {
            let power = 10_u64.pow(decade as u32);
            [power, 2 * power, 5 * power]
        });
        decades.chain([10_u64.pow(self.last as u32)]).collect()
    }

    /// The axis below `zero`.
    fn axis(&self, zero: u32) -> String {
        let mut svg = line(
            "channel-zero",
            (self.left, zero),
            (self.left + self.width, zero),
        );
        for decade in self.first..=self.last {
            let ns = 10_u64.pow(decade as u32);
            let x = self.x(ns);
            svg += &line("channel-zero", (x, zero), (x, zero + 4));
            // Powers of ten need no three figures.
            let unit = crate::figures::Unit::of(ns);
            let words = format!("{}\u{2009}{}", count(ns / unit.ns()), unit.symbol());
            svg += &label(x, zero + 14, Anchor::Middle, &words);
        }
        svg
    }
}

/// The percentiles of each kind, and the histogram of the one that is opened.
pub fn draw(ask: Ask) -> Drawn {
    let groups = groups(&ask);
    let decades = Decades::of(&groups, &ask);
    let opened = groups.iter().find(|group| group.word == ask.open);
    let Some(opened) = opened.or(groups.first()) else {
        return Drawn::nothing(ask.pick(
            "Nothing has ended in the stretch of time that the timeline shows",
            "时间线当前显示的时段内没有等待、goroutine 或 span 结束",
        ));
    };
    let mut drawn = Drawn {
        lead: ask
            .pick(
                "How long what ended here had taken: a thin line from the shortest to the longest, \
                 a bar from p50 to p99, a mark at p90. Enter or a click shows the histogram of a row",
                "在此结束的各类用时：细线从最短到最长，条从 p50 到 p99，刻度在 p90。回车或点击一行查看直方图",
            )
            .into(),
        table: table(&ask, &groups),
        ..Drawn::default()
    };
    for group in &groups {
        let is_opened = group.word == opened.word;
        row(&ask, &decades, group, is_opened, &mut drawn);
    }
    drawn.svg += &decades.axis(drawn.height);
    drawn.height += AXIS;
    histogram(&ask, &decades, opened, &mut drawn);
    drawn
}

fn row(ask: &Ask, decades: &Decades, group: &Group, is_opened: bool, drawn: &mut Drawn) {
    let (top, middle) = (drawn.height, drawn.height + ROW / 2);
    let x = |percent| decades.x(group.percentile(percent));
    if is_opened {
        drawn.svg += &rect("span-chosen", (0, top), (ask.right(), ROW));
    }
    let name = fit(&group.label, ask.scale.left.saturating_sub(12));
    drawn.svg += &label(ask.scale.left.saturating_sub(8), middle, Anchor::End, &name);
    let (least, most) = (decades.x(group.times[0]), x(100));
    drawn.svg += &line(
        "chart-whole",
        (least, middle),
        (most.max(least + 1), middle),
    );
    let class = format!("chart-state chart-{}", group.token);
    let size = ((x(99) - x(50)).max(2), ROW - 12);
    drawn.svg += &rect(&class, (x(50), top + 6), size);
    drawn.svg += &line("chart-tick", (x(90), top + 3), (x(90), top + ROW - 3));
    let [p50, p90, p99, max] = [50, 90, 99, 100].map(|percent| duration(group.percentile(percent)));
    let n = count(group.times.len() as u64);
    let said = match ask.lang {
        Lang::En => format!(
            "{}: p50 {p50}, p90 {p90}, p99 {p99}, longest {max}, of {n}",
            group.label
        ),
        Lang::Zh => format!(
            "{}：p50 {p50}，p90 {p90}，p99 {p99}，最长 {max}，共 {n} 次",
            group.label
        ),
    };
    drawn.stops.push(Stop {
        from: (0, top),
        size: (ask.right(), ROW),
        said,
        opens: Some(group.word.clone()),
    });
    drawn.height += ROW;
}

fn histogram(ask: &Ask, decades: &Decades, group: &Group, drawn: &mut Drawn) {
    let top = drawn.height + ABOVE;
    let bounds = decades.bounds();
    let buckets: Vec<(u64, u64, u64)> = bounds
        .windows(2)
        .enumerate()
        .map(|(at, bounds)| {
            let (from, to) = (bounds[0], bounds[1]);
            // Shorter and longer ones belong to the buckets at the ends.
            let first = match at {
                0 => 0,
                _ => group.times.partition_point(|ns| *ns < from),
            };
            let is_last = at + 2 == bounds_len(decades);
            let end = match is_last {
                true => group.times.len(),
                false => group.times.partition_point(|ns| *ns < to),
            };
            (from, to, (end - first) as u64)
        })
        .collect();
    let most = buckets.iter().map(|(_, _, n)| *n).max().unwrap_or(0).max(1);
    drawn.svg += &label(ask.scale.left, top - 16, Anchor::Start, &group.label);
    let left = ask.scale.left.saturating_sub(8);
    drawn.svg += &label(left, top, Anchor::End, &count(most));
    drawn.svg += &label(left, top + PLOT, Anchor::End, "0");
    let class = format!("chart-state chart-{}", group.token);
    for (from, to, n) in buckets {
        let (x, end) = (decades.x(from), decades.x(to));
        let width = (end - x).saturating_sub(2).max(1);
        let mut height = (n * u64::from(PLOT) / most) as u32;
        if n > 0 {
            height = height.max(2);
            drawn.svg += &rect(&class, (x + 1, top + PLOT - height), (width, height));
        }
        let (from, to, n) = (duration(from), duration(to), count(n));
        let said = match ask.lang {
            Lang::En => format!("{}, {from} to {to}: {n}", group.label),
            Lang::Zh => format!("{}，{from} 至 {to}：{n} 次", group.label),
        };
        drawn.stops.push(Stop {
            from: (x, top),
            size: (end - x, PLOT),
            said,
            opens: None,
        });
    }
    drawn.svg += &decades.axis(top + PLOT);
    drawn.height = top + PLOT + AXIS;
}

fn bounds_len(decades: &Decades) -> usize {
    (decades.last - decades.first) * 3 + 1
}

fn table(ask: &Ask, groups: &[Group]) -> Table {
    let mut table = Table::of(&[
        ask.pick("what took", "用时"),
        ask.pick("how many", "次数"),
        "p50",
        "p90",
        "p99",
        ask.pick("longest", "最长"),
    ]);
    for group in groups {
        let mut row = vec![
            Cell::Text(group.label.clone()),
            Cell::Whole(group.times.len() as i64),
        ];
        row.extend([50, 90, 99, 100].map(|percent| Cell::Ns(group.percentile(percent))));
        table.rows.push(row);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ask, story};
    use super::*;
    use proptest::prelude::*;

    fn group(times: Vec<u64>) -> Group {
        Group {
            times,
            ..Group::new("w", "w", "send")
        }
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let hundred = group((1..=100).collect());
        assert_eq!(
            [50, 90, 99, 100].map(|p| hundred.percentile(p)),
            [50, 90, 99, 100]
        );
        let one = group(vec![7]);
        assert_eq!([50, 90, 99, 100].map(|p| one.percentile(p)), [7; 4]);
        assert_eq!(group(vec![1, 9]).percentile(50), 1);
    }

    #[test]
    fn what_ended_has_a_row_and_one_of_them_a_histogram() {
        let model = story();
        let drawn = draw(ask(&model, (0, 1_000_000), ""));
        let rows: Vec<&str> = drawn
            .stops
            .iter()
            .filter_map(|stop| stop.opens.as_deref())
            .collect();
        assert_eq!(rows, ["send", "sleep", "life", "span task"]);
        assert_eq!(
            drawn.stops[0].said,
            "send: p50 400\u{2009}µs, p90 400\u{2009}µs, p99 400\u{2009}µs, \
             longest 400\u{2009}µs, of 1"
        );
        let bucket = |drawn: &Drawn| {
            let full = drawn.stops.iter().find(|stop| stop.said.ends_with(": 1"));
            full.map(|stop| stop.said.clone()).unwrap_or_default()
        };
        assert_eq!(bucket(&drawn), "send, 200\u{2009}µs to 500\u{2009}µs: 1");
        let other = draw(ask(&model, (0, 1_000_000), "span task"));
        assert!(
            bucket(&other).starts_with("span task, 100\u{2009}µs"),
            "{}",
            bucket(&other)
        );
        // Nothing but the sleep ends here.
        let part = draw(ask(&model, (540_000, 560_000), ""));
        assert_eq!(part.table.rows.len(), 1);
    }

    proptest! {
        #[test]
        fn every_time_is_in_one_bucket(mut times in prop::collection::vec(any::<u64>(), 1..80)) {
            times.sort_unstable();
            let (n, model) = (times.len() as i64, story());
            let group = group(times);
            let ask = ask(&model, (0, 1_000_000), "");
            let decades = Decades::of(std::slice::from_ref(&group), &ask);
            let mut drawn = Drawn::default();
            histogram(&ask, &decades, &group, &mut drawn);
            let counted: i64 = drawn
                .stops
                .iter()
                .map(|stop| stop.said.rsplit(' ').next().and_then(|n| n.parse::<i64>().ok()).unwrap_or(0))
                .sum();
            prop_assert_eq!(counted, n);
        }
    }
}
