//! Bars that lie one below another, each with its name at the left and its value
//! behind it: blocked time by reason, and work by goroutine.

use protocol::Reason;

use super::drawn::{Ask, Cell, Drawn, Stop, Table, times};
use super::plot::{Anchor, fit, label, rect, wide};
use crate::figures::{count, duration};
use crate::i18n::Lang;
use crate::order::descending;
use crate::picture::look::Look;
use crate::picture::records::reason_label;

/// The height of a row, in CSS pixels.
pub const ROW: u32 = 26;
/// Above and below a bar.
const MARGIN: u32 = 5;
/// The most goroutines with a bar of their own: more are not compared.
pub const MAX_WORKERS: usize = 20;

/// A bar.
struct Bar {
    name: String,
    token: &'static str,
    ns: u64,
    /// Its value in words, behind it.
    value: String,
    said: String,
}

/// How long goroutines were blocked, by reason.
pub fn blocked(ask: Ask) -> Drawn {
    let mut sums = [(0_u64, 0_u64); Reason::ALL.len()];
    for lane in ask.model.lanes() {
        for span in &lane.spans[lane.first_after(ask.range().from_ns)..] {
            if span.from_ns > ask.range().to_ns {
                break;
            }
            if let Some(wait) = span.wait() {
                let sum = &mut sums[wait.reason as usize];
                sum.0 += ask.part_ns(span.from_ns, span.to_ns(ask.shown_ns));
                sum.1 += 1;
            }
        }
    }
    let mut table = Table::of(&[
        ask.pick("waits for", "等待"),
        ask.pick("waits", "次数"),
        ask.pick("blocked", "阻塞"),
    ]);
    let mut rows: Vec<(Reason, u64, u64)> = Reason::ALL
        .into_iter()
        .zip(sums)
        .filter(|(_, (_, waits))| *waits > 0)
        .map(|(reason, (ns, waits))| (reason, ns, waits))
        .collect();
    descending(&mut rows, |(_, ns, _)| *ns);
    let mut bars = Vec::new();
    for (reason, ns, waits) in rows {
        let name = reason_label(reason, ask.lang).to_owned();
        let (time, n) = (duration(ns), times(waits, ask.lang));
        let said = match ask.lang {
            Lang::En => format!("{name}: blocked {time}, {n}"),
            Lang::Zh => format!("{name}：共阻塞 {time}，{n}"),
        };
        table.rows.push(vec![
            Cell::Text(name.clone()),
            Cell::Whole(waits as i64),
            Cell::Ns(ns),
        ]);
        bars.push(Bar {
            name,
            token: Look::of_reason(reason).token(),
            ns,
            value: format!("{time} · {n}"),
            said,
        });
    }
    if bars.is_empty() {
        return Drawn::nothing(ask.pick(
            "Nobody has waited in the stretch of time that the timeline shows",
            "时间线当前显示的时段内没有等待",
        ));
    }
    let lead = ask.pick(
        "How long all goroutines together were blocked, by reason, and how often",
        "所有 goroutine 合计的阻塞时间与次数，按原因分列",
    );
    draw(ask, lead, &bars, table)
}

/// How long each goroutine ran.
pub fn work(ask: Ask) -> Drawn {
    let mut table = Table::of(&["goroutine", ask.pick("ran", "运行")]);
    let mut all: Vec<(u32, u64)> = Vec::new();
    for lane in ask.model.lanes() {
        let spans = &lane.spans[lane.first_after(ask.range().from_ns)..];
        let ran = spans
            .iter()
            .take_while(|span| span.from_ns <= ask.range().to_ns)
            .filter(|span| matches!(span.state, crate::model::State::Running { .. }))
            .map(|span| ask.part_ns(span.from_ns, span.to_ns(ask.shown_ns)));
        all.push((lane.g, ran.sum()));
    }
    descending(&mut all, |(_, ns)| *ns);
    let total: u64 = all.iter().map(|(_, ns)| *ns).sum();
    if total == 0 {
        return Drawn::nothing(ask.pick(
            "No goroutine has run in the stretch of time that the timeline shows",
            "时间线当前显示的时段内没有 goroutine 运行",
        ));
    }
    let mut bars = Vec::new();
    for (g, ns) in &all {
        let name = ask.model.goroutine_name(*g);
        table
            .rows
            .push(vec![Cell::Text(name.clone()), Cell::Ns(*ns)]);
        if bars.len() < MAX_WORKERS {
            bars.push(ran(ask, name, *ns, total));
        }
    }
    let rest = all.get(MAX_WORKERS..).unwrap_or_default();
    if !rest.is_empty() {
        let n = count(rest.len() as u64);
        let name = match ask.lang {
            Lang::En => format!("{n} others"),
            Lang::Zh => format!("其余 {n} 个"),
        };
        bars.push(ran(ask, name, rest.iter().map(|(_, ns)| *ns).sum(), total));
    }
    let lead = ask.pick(
        "How long each goroutine was on a processor",
        "每个 goroutine 在处理器上运行的时间",
    );
    draw(ask, lead, &bars, table)
}

fn ran(ask: Ask, name: String, ns: u64, total: u64) -> Bar {
    let (time, share) = (duration(ns), percent(ns, total));
    let said = match ask.lang {
        Lang::En => format!("{name} ran {time}, {share} of all that ran"),
        Lang::Zh => format!("{name} 运行 {time}，占总运行时间的 {share}"),
    };
    Bar {
        name,
        token: Look::Running.token(),
        ns,
        value: format!("{time} · {share}"),
        said,
    }
}

/// A part of a whole.
pub fn percent(part: u64, whole: u64) -> String {
    let share = u128::from(part) * 100 / u128::from(whole.max(1));
    if share == 0 && part > 0 {
        return "< 1\u{2009}%".into();
    }
    format!("{share}\u{2009}%")
}

fn draw(ask: Ask, lead: &str, bars: &[Bar], table: Table) -> Drawn {
    let left = ask.scale.left;
    let values = bars.iter().map(|bar| wide(&bar.value)).max().unwrap_or(0);
    let room = u64::from(ask.scale.width.saturating_sub(values + 8).max(1));
    let most = bars.iter().map(|bar| bar.ns).max().unwrap_or(0).max(1);
    let mut drawn = Drawn {
        lead: lead.to_owned(),
        height: bars.len() as u32 * ROW,
        table,
        ..Drawn::default()
    };
    for (index, bar) in (0..).zip(bars) {
        let (top, middle) = (index * ROW, index * ROW + ROW / 2);
        let width = (u128::from(bar.ns) * u128::from(room) / u128::from(most)) as u32;
        let name = fit(&bar.name, left.saturating_sub(12));
        drawn.svg += &label(left.saturating_sub(8), middle, Anchor::End, &name);
        let class = format!("chart-state chart-{}", bar.token);
        let size = (width.max(1), ROW - 2 * MARGIN);
        drawn.svg += &rect(&class, (left, top + MARGIN), size);
        drawn.svg += &label(left + width + 8, middle, Anchor::Start, &bar.value);
        drawn.stops.push(Stop {
            from: (0, top),
            size: (ask.right(), ROW),
            said: bar.said.clone(),
            opens: None,
        });
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ask, story};
    use super::*;

    #[test]
    fn blocked_time_is_that_of_the_stretch_in_view() {
        let model = story();
        let all = blocked(ask(&model, (0, 1_000_000), ""));
        let said: Vec<&str> = all.stops.iter().map(|stop| &*stop.said).collect();
        assert_eq!(
            said,
            [
                "send: blocked 400\u{2009}µs, once",
                "sleep: blocked 300\u{2009}µs, once"
            ]
        );
        let half = blocked(ask(&model, (0, 400_000), ""));
        assert_eq!(half.table.rows[0][2], Cell::Ns(200_000));
        let none = blocked(ask(&model, (950_000, 980_000), ""));
        assert_eq!((none.height, none.stops.len()), (0, 0));
    }

    #[test]
    fn work_is_shared_among_all_that_ran() {
        let model = story();
        let drawn = work(ask(&model, (0, 1_000_000), ""));
        assert_eq!(
            drawn.stops[0].said,
            "worker 1 ran 350\u{2009}µs, 58\u{2009}% of all that ran"
        );
        assert!(drawn.svg.contains("chart-running"), "{}", drawn.svg);
        assert_eq!(drawn.height, 2 * ROW);
    }

    #[test]
    fn a_part_that_is_small_is_not_nothing() {
        assert_eq!(percent(1, 1_000), "< 1\u{2009}%");
        assert_eq!(percent(0, 0), "0\u{2009}%");
        assert_eq!(percent(u64::MAX, u64::MAX), "100\u{2009}%");
    }
}
