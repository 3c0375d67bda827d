//! What happened to a P, in words.

use crate::figures::{count, duration};
use crate::i18n::Lang;
use crate::model::Model;
use crate::model::processor::{Does, Sign, What};
use crate::picture::lanes::{on_processor, stretch_under};
use crate::picture::scale::Scale;
use crate::picture::signs;
use crate::picture::walk::Chosen;

/// A sign on the lane of P `p`.
pub fn of_sign(model: &Model, p: usize, sign: &Sign, lang: Lang) -> String {
    let name = model.goroutine_name(sign.g);
    match (&sign.what, lang) {
        (What::Stole { from, count: 1 }, Lang::En) => {
            format!("P{p} had nothing to run, and stole {name} from P{from}")
        }
        (What::Stole { from, count: 1 }, Lang::Zh) => {
            format!("P{p} 无事可做，从 P{from} 偷来 {name}")
        }
        (What::Stole { from, count }, Lang::En) => format!(
            "P{p} had nothing to run, and stole {count} goroutines from P{from}; \
             {name} is the one that it runs next"
        ),
        (What::Stole { from, count }, Lang::Zh) => {
            format!("P{p} 无事可做，从 P{from} 偷来 {count} 个 goroutine，接着运行 {name}")
        }
        (What::HandedOff { from, to }, Lang::En) => {
            format!("P{p} was handed off from thread M{from}, which {name} blocks, to M{to}")
        }
        (What::HandedOff { from, to }, Lang::Zh) => {
            format!("{name} 阻塞了线程 M{from}，P{p} 转交给 M{to}")
        }
        (What::Preempted { ran_ns }, Lang::En) => format!(
            "{name} was preempted on P{p}: it had run {}, longer than its slice",
            duration(*ran_ns)
        ),
        (What::Preempted { ran_ns }, Lang::Zh) => format!(
            "{name} 在 P{p} 上被抢占：已运行 {}，超出时间片",
            duration(*ran_ns)
        ),
        (What::Overran { ran_ns }, Lang::En) => format!(
            "{name} overran its slice on P{p}: it ran {} without an operation at which it could \
             have been preempted",
            duration(*ran_ns)
        ),
        (What::Overran { ran_ns }, Lang::Zh) => format!(
            "{name} 在 P{p} 上超时：连续运行 {}，其间没有可以抢占它的操作",
            duration(*ran_ns)
        ),
    }
}

/// What the signs at a run on a P say of how it came there and how it went
/// away, as further sentences; empty where there are none.
pub fn of_run(model: &Model, chosen: Chosen, shown_ns: u64, lang: Lang) -> String {
    /// The most that is told of one run.
    const MOST: usize = 3;
    let mut said = String::new();
    let Some((p, index)) = on_processor(model, chosen) else {
        return said;
    };
    let processor = &model.processors().list()[p];
    let stretch = &processor.stretches[index];
    let before = index
        .checked_sub(1)
        .map_or(0, |before| processor.stretches[before].to_ns(shown_ns));
    let to_ns = stretch.to_ns(shown_ns);
    let first = processor.signs.partition_point(|sign| sign.t_ns < before);
    let about = processor.signs[first..]
        .iter()
        .take_while(|sign| sign.t_ns <= to_ns)
        .filter(|sign| sign.g == stretch.g);
    for sign in about.take(MOST) {
        said.push_str(if lang == Lang::En { " " } else { "" });
        said.push_str(&of_sign(model, p, sign, lang));
        said.push_str(if lang == Lang::En { "." } else { "。" });
    }
    said
}

/// A P that found nothing to run for `ns`.
pub fn of_idle(p: usize, ns: u64, lang: Lang) -> String {
    let time = duration(ns);
    match lang {
        Lang::En => format!("P{p} was idle for {time}: there was nothing to run"),
        Lang::Zh => format!("P{p} 空闲 {time}：没有可运行的 goroutine"),
    }
}

/// How many goroutines stood in the queue of a P, or in the global one.
pub fn of_queue(p: Option<usize>, len: u32, lang: Lang) -> String {
    let number = count(u64::from(len));
    let (en, zh) = match p {
        Some(p) => (format!("the queue of P{p}"), format!("P{p} 的队列")),
        None => ("the global queue".into(), "全局队列".into()),
    };
    match (lang, len) {
        (Lang::En, 1) => format!("1 goroutine stood in {en}"),
        (Lang::En, _) => format!("{number} goroutines stood in {en}"),
        (Lang::Zh, _) => format!("{zh}中有 {number} 个 goroutine"),
    }
}

/// All that happened to a P, for whoever cannot see its lane.
pub fn of_processor(model: &Model, p: usize, lang: Lang) -> String {
    let Some(processor) = model.processors().list().get(p) else {
        return String::new();
    };
    let counts = &processor.counts;
    let ran = duration(processor.ran_ns(model.now_ns()));
    let numbers = [
        counts.steals,
        counts.stolen,
        counts.handed_off,
        counts.preempted,
        counts.overran,
        processor.queue.peak,
    ];
    let [steals, stolen, handed, preempted, overran, peak] =
        numbers.map(|number| count(u64::from(number)));
    match lang {
        Lang::En => format!(
            "P{p} ran goroutines for {ran}; steals: {steals}, of goroutines: {stolen}; \
             handed off: {handed}; preempted: {preempted}; overran: {overran}; \
             longest queue: {peak}"
        ),
        Lang::Zh => format!(
            "P{p} 运行 goroutine 共 {ran}；偷取 {steals} 次，共 {stolen} 个 goroutine；\
             转交 {handed} 次；抢占 {preempted} 次；超时 {overran} 次；队列最长 {peak}"
        ),
    }
}

/// What of a P's lane the pointer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Above the bar are the signs.
    Signs,
    /// The bar.
    Bar,
    /// Below it is the queue.
    Queue,
}

/// What lies at `x` in a lane of the timeline by P: a sign, an idle stretch, a
/// queue. `None` for a run of a goroutine, which has a sentence of its own.
pub fn of_point(
    model: &Model,
    (row, part): (usize, Part),
    (scale, x): (&Scale, f64),
    shown_ns: u64,
    lang: Lang,
) -> Option<String> {
    /// How far beside a stretch the pointer still means it, in CSS pixels.
    const REACH: f64 = 2.0;
    let processors = model.processors();
    let t_ns = scale.t_ns(x);
    let known = model.gaps().iter().rev().find(|gap| gap.from_ns <= t_ns);
    let known_ns = known.map_or(0, |gap| gap.to_ns);
    let Some(processor) = processors.list().get(row) else {
        let len = processors.global().len_at(t_ns, known_ns)?;
        return Some(of_queue(None, len, lang));
    };
    if part == Part::Queue {
        let len = processor.queue.len_at(t_ns, known_ns)?;
        return Some(of_queue(Some(row), len, lang));
    }
    if part == Part::Signs
        && let Some(drawn) = signs::under(processor, scale, x)
    {
        let said = of_sign(model, row, &processor.signs[drawn.index], lang);
        return Some(with_more(said, drawn.more, lang));
    }
    let (from_ns, to_ns) = (scale.t_ns(x - REACH), scale.t_ns(x + REACH));
    let found = stretch_under(model, row, from_ns, to_ns)?;
    let stretch = &processor.stretches[found];
    let idle = stretch.does == Does::Idles;
    idle.then(|| of_idle(row, stretch.to_ns(shown_ns) - stretch.from_ns, lang))
}

fn with_more(said: String, more: usize, lang: Lang) -> String {
    let number = count(more as u64);
    match (more, lang) {
        (0, _) => said,
        (_, Lang::En) => format!("{said}, and {number} more here: zoom in to read them"),
        (_, Lang::Zh) => format!("{said}；此处另有 {number} 个，放大即可查看"),
    }
}
