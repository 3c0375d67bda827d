//! Charts over the timeline's stretch of time: how often something happened, and
//! the program's counters.

use super::drawn::{Ask, Cell, Drawn, Stop, Table};
use super::plot::{self, AXIS, Anchor, BESIDE, label, line, rect};
use crate::curve::axis::{Upright, upright};
use crate::figures::{count, duration, whole};
use crate::i18n::Lang;
use crate::model::{Counted, Counter};
use crate::picture::words;

/// The height of a plot, in CSS pixels.
const PLOT: u32 = 96;
/// The height of a counter's plot, of which there may be several.
const LOW_PLOT: u32 = 56;
/// Room above a plot, for its name.
const ABOVE: u32 = 26;
/// The narrowest bucket.
const BUCKET: u32 = 6;
/// How far the stops of a counter are apart.
const APART: u32 = 8;
/// The most steps of an upright axis.
const STEPS: u32 = 4;

/// The height of a figure.
fn y(axis: &Upright, top: u32, height: u32, figure: f64) -> u32 {
    let share = (figure - axis.from) / (axis.to - axis.from);
    top + height - (share.clamp(0.0, 1.0) * f64::from(height)) as u32
}

/// The figures at the left with a line each, the name above, holes hatched.
fn frame(ask: &Ask, top: u32, height: u32, axis: &Upright, name: &str) -> String {
    let (left, right) = (ask.scale.left, ask.right());
    let mut svg = label(left, top - 14, Anchor::Start, name);
    for gap in ask.model.gaps() {
        if ask.scale.shows(gap.from_ns, gap.to_ns) {
            let (from, to) = (ask.scale.x(gap.from_ns), ask.scale.x(gap.to_ns));
            svg += &rect("chart-hole", (from, top), ((to - from).max(3), height));
        }
    }
    for (figure, figures) in &axis.ticks {
        let y = y(axis, top, height, *figure);
        svg += &line("channel-grid", (left, y), (right, y));
        svg += &label(left.saturating_sub(BESIDE), y, Anchor::End, figures);
    }
    svg
}

/// Values that entered and left channels, and goroutines that ended, a second.
pub fn throughput(ask: Ask) -> Drawn {
    let (tally, range) = (ask.model.tally(), ask.range());
    let columns = u64::from((ask.scale.width / BUCKET).max(1));
    let mut buckets = 1;
    while range.len_ns() / (tally.width_ns() * buckets) > columns {
        buckets *= 2;
    }
    let wide_ns = tally.width_ns() * buckets;
    let first = range.from_ns / wide_ns;
    let sums: Vec<(u64, [u64; 3])> = (first..=range.to_ns / wide_ns)
        .map(|index| (index * wide_ns, tally.sum(index * wide_ns, buckets)))
        .collect();
    let most = sums.iter().flat_map(|(_, sums)| sums).max();
    let most = most.copied().unwrap_or_default();
    if most == 0 {
        return Drawn::nothing(ask.pick(
            "No value passed a channel and no goroutine ended in the stretch of time that the \
             timeline shows",
            "时间线当前显示的时段内没有值经过通道，也没有 goroutine 结束",
        ));
    }
    let rate = |sum: u64| sum as f64 * 1e9 / wide_ns as f64;
    let axis = upright(0.0, rate(most), STEPS);
    let name = ask.pick("a second", "每秒");
    let mut drawn = Drawn {
        lead: throughput_lead(&ask, wide_ns),
        svg: frame(&ask, ABOVE, PLOT, &axis, name),
        height: ABOVE + PLOT + AXIS,
        table: Table::of(&[
            ask.pick("from", "开始"),
            ask.pick("sent", "发送"),
            ask.pick("received", "接收"),
            ask.pick("goroutines ended", "结束的 goroutine"),
        ]),
        ..Drawn::default()
    };
    for counted in Counted::ALL {
        drawn.svg += &series(
            &ask,
            &sums,
            counted,
            |sum| y(&axis, ABOVE, PLOT, rate(sum)),
            wide_ns,
        );
    }
    drawn.svg += &plot::time(&ask.scale, ABOVE + PLOT);
    for (from_ns, sums) in &sums {
        bucket(&ask, *from_ns, from_ns + wide_ns, sums, &mut drawn);
    }
    drawn
}

/// One bucket, as a stop and a row of the table.
fn bucket(ask: &Ask, from_ns: u64, to_ns: u64, sums: &[u64; 3], drawn: &mut Drawn) {
    let [sent, received, ended] = sums;
    let (from, to) = (ask.scale.x(from_ns), ask.scale.x(to_ns));
    let time = words::range(from_ns, to_ns, ask.lang);
    let said = match ask.lang {
        Lang::En => format!(
            "{time}: {} sent, {} received, {} goroutines ended",
            count(*sent),
            count(*received),
            count(*ended)
        ),
        Lang::Zh => format!(
            "{time}：发送 {}，接收 {}，结束的 goroutine {}",
            count(*sent),
            count(*received),
            count(*ended)
        ),
    };
    drawn.stops.push(Stop {
        from: (from, ABOVE),
        size: ((to - from).max(1), PLOT),
        said,
        opens: None,
    });
    let mut row = vec![Cell::Ns(from_ns)];
    row.extend([sent, received, ended].map(|number| Cell::Whole(*number as i64)));
    drawn.table.rows.push(row);
}

fn throughput_lead(ask: &Ask, wide_ns: u64) -> String {
    let time = duration(wide_ns);
    match ask.lang {
        Lang::En => format!(
            "Values sent (solid), values received (dashed) and goroutines ended (dotted) a \
             second, counted over {time} each"
        ),
        Lang::Zh => format!(
            "每秒发送的值（实线）、接收的值（虚线）与结束的 goroutine（点线），每 {time} 统计一次"
        ),
    }
}

/// The line of one count.
fn series(
    ask: &Ask,
    sums: &[(u64, [u64; 3])],
    counted: Counted,
    y: impl Fn(u64) -> u32,
    wide_ns: u64,
) -> String {
    let which = counted as usize;
    let mut path = String::new();
    for (from_ns, sums) in sums {
        let (from, to) = (ask.scale.x(*from_ns), ask.scale.x(from_ns + wide_ns));
        let y = y(sums[which]);
        path += &match path.is_empty() {
            true => format!("M{from} {y}H{to}"),
            false => format!("V{y}H{to}"),
        };
    }
    format!("<g class=\"series series--{which}\"><path class=series-line d=\"{path}\"/></g>")
}

/// The program's counters, each on an axis of its own.
pub fn counters(ask: Ask) -> Drawn {
    let counters = ask.model.counters();
    if counters.kept().is_empty() {
        return Drawn::nothing(ask.pick(
            "This program has set no counter so far",
            "这个程序至今没有设置计数器",
        ));
    }
    let mut lead = String::from(ask.pick(
        "What the program itself counts, each on an axis of its own",
        "程序自己统计的数值，各有自己的坐标轴",
    ));
    if counters.more() > 0 {
        let n = counters.more();
        lead += &match ask.lang {
            Lang::En => format!(". {n} more counters are not kept"),
            Lang::Zh => format!("。另有 {n} 个计数器未保留"),
        };
    }
    let mut drawn = Drawn {
        lead,
        table: Table::of(&[
            ask.pick("counter", "计数器"),
            ask.pick("from", "开始"),
            ask.pick("value", "值"),
        ]),
        ..Drawn::default()
    };
    for counter in counters.kept() {
        let top = drawn.height + ABOVE;
        one_counter(&ask, counter, top, &mut drawn);
        drawn.height = top + LOW_PLOT + 8;
    }
    drawn.svg += &plot::time(&ask.scale, drawn.height - 8);
    drawn.height += AXIS - 8;
    drawn
}

fn one_counter(ask: &Ask, counter: &Counter, top: u32, drawn: &mut Drawn) {
    let values = || counter.values.iter().map(|(_, value)| *value as f64);
    let low = values().fold(0.0, f64::min);
    let high = values().fold(0.0, f64::max);
    let axis = upright(low, high, STEPS - 1);
    drawn.svg += &frame(ask, top, LOW_PLOT, &axis, &counter.name);
    let path = path(ask, counter, |value| y(&axis, top, LOW_PLOT, value as f64));
    drawn.svg += &format!("<path class=channel-line d=\"{path}\"/>");
    for column in (0..ask.scale.width).step_by(APART as usize) {
        let t_ns = ask.scale.column_ns(column + APART / 2);
        let gaps = ask.model.gaps().iter().rev();
        let known_ns = gaps.map(|gap| gap.to_ns).find(|to_ns| *to_ns <= t_ns);
        let value = counter.at(t_ns.min(ask.shown_ns), known_ns.unwrap_or_default());
        let words = value.map_or("–".into(), whole);
        let (name, time) = (&counter.name, duration(t_ns));
        let said = match ask.lang {
            Lang::En => format!("{name} at {time}: {words}"),
            Lang::Zh => format!("{time} 时 {name}：{words}"),
        };
        drawn.stops.push(Stop {
            from: (ask.scale.left + column, top),
            size: (APART, LOW_PLOT),
            said,
            opens: None,
        });
    }
    for (t_ns, value) in &counter.values {
        drawn.table.rows.push(vec![
            Cell::Text(counter.name.clone()),
            Cell::Ns(*t_ns),
            Cell::Whole(*value),
        ]);
    }
}

/// The line of a counter: in a column of pixels from its least to its most,
/// nothing where events were not kept.
fn path(ask: &Ask, counter: &Counter, y: impl Fn(i64) -> u32) -> String {
    let range = ask.range();
    let mut path = String::new();
    let mut from_ns = 0;
    let ends = ask.model.gaps().iter().map(|gap| (gap.from_ns, gap.to_ns));
    for (to_ns, next_ns) in ends.chain([(ask.shown_ns, ask.shown_ns)]) {
        let values = &counter.values;
        let first = values.partition_point(|(t_ns, _)| *t_ns < from_ns);
        let last = values.partition_point(|(t_ns, _)| *t_ns <= to_ns.min(range.to_ns));
        let before = values.partition_point(|(t_ns, _)| *t_ns <= range.from_ns);
        // What was so before the stretch of time still is at its beginning.
        let first = first.max(before.saturating_sub(1).min(last));
        let mut at = None;
        for (t_ns, value) in &values[first.min(last)..last] {
            let (x, y) = (ask.scale.x(*t_ns), y(*value));
            path += &match at {
                None => format!("M{x} {y}"),
                Some((_, same)) if same == y => String::new(),
                Some((same, _)) if same == x => format!("V{y}"),
                Some(_) => format!("H{x}V{y}"),
            };
            at = Some((x, y));
        }
        if at.is_some() {
            path += &format!("H{}", ask.scale.x(to_ns));
        }
        from_ns = next_ns;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ask, story};
    use super::*;

    #[test]
    fn what_passed_is_counted_in_buckets_that_add_up() {
        let model = story();
        let drawn = throughput(ask(&model, (0, 1_000_000), ""));
        let sum = |column: usize| {
            let cells = drawn.table.rows.iter().map(|row| match row[column] {
                Cell::Whole(number) => number,
                _ => 0,
            });
            cells.sum::<i64>()
        };
        assert_eq!((sum(1), sum(2), sum(3)), (2, 1, 1));
        assert_eq!(drawn.stops.len(), drawn.table.rows.len());
        assert!(drawn.svg.contains("series--2"), "{}", drawn.svg);
        let none = throughput(ask(&model, (410_000, 420_000), ""));
        assert!(none.svg.is_empty() && none.lead.starts_with("No value passed"));
    }

    #[test]
    fn a_counter_is_a_line_of_steps() {
        let model = story();
        let drawn = counters(ask(&model, (0, 1_000_000), ""));
        // 4 from 100 µs on, 2 from 600 µs on, over 800 pixels from 100 on.
        assert!(drawn.svg.contains("M180 26H580V54H900"), "{}", drawn.svg);
        let said = |x: i32| {
            let at = drawn.under(x, 40).expect("a stop");
            drawn.stops[at].said.clone()
        };
        assert!(said(120).ends_with(": –"), "{}", said(120));
        assert!(said(300).starts_with("jobs at 25"), "{}", said(300));
        assert!(said(300).ends_with(": 4"), "{}", said(300));
        let late = counters(ask(&model, (500_000, 1_000_000), ""));
        assert!(late.svg.contains("M100 26H260V54H900"), "{}", late.svg);
    }
}
