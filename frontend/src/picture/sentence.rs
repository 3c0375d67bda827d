//! What happened, in words: one or two sentences about a span.
//!
//! Names of objects stand between backticks; the page sets them as code.

use protocol::Reason;
use protocol::event::NO_GOROUTINE;

use crate::figures::duration;
use crate::i18n::Lang;
use crate::model::{Cause, Gap, Lane, Model, Span, SpanEnd, State, Wait};

/// What happened in a span of a lane. A span that is still open goes on to
/// `shown_ns`.
pub fn of_span(model: &Model, lane: &Lane, span: &Span, shown_ns: u64, lang: Lang) -> String {
    let name = model.goroutine_name(lane.g);
    let time = duration(span.duration_ns(shown_ns));
    let time = match (span.is_open(), lang) {
        (false, _) => time,
        (true, Lang::En) => format!("{time} so far"),
        (true, Lang::Zh) => format!("{time}（至今）"),
    };
    let main = match &span.state {
        State::Running { p } => running(&name, *p, &time, lang),
        State::Runnable(cause) => runnable(model, lane, &name, *cause, &time, lang),
        State::Blocked(wait) => blocked(model, &name, wait, &time, lang),
    };
    let after = match (&span.state, span.end) {
        (_, SpanEnd::Cut(to_ns)) => cut(model, to_ns, lang),
        (State::Blocked(wait), SpanEnd::At(_)) => woken(model, span, wait, lang),
        _ => String::new(),
    };
    match (lang, after.is_empty()) {
        (Lang::En, true) => format!("{main}."),
        (Lang::En, false) => format!("{main}. {after}."),
        (Lang::Zh, true) => format!("{main}。"),
        (Lang::Zh, false) => format!("{main}，{after}。"),
    }
}

/// What is known of an interval whose events were not kept.
pub fn of_gap(gap: &Gap, lang: Lang) -> String {
    let count = crate::figures::count(gap.count);
    let time = duration(gap.to_ns - gap.from_ns);
    match (lang, gap.count) {
        (Lang::En, 1) => format!("1 event within {time} was not kept"),
        (Lang::En, _) => format!("{count} events within {time} were not kept"),
        (Lang::Zh, _) => format!("{time} 内有 {count} 个事件未保留"),
    }
}

fn running(name: &str, p: u16, time: &str, lang: Lang) -> String {
    let known = p != protocol::event::NO_P;
    match (lang, known) {
        (Lang::En, true) => format!("{name} ran {time} on P{p}"),
        (Lang::En, false) => format!("{name} ran {time}"),
        (Lang::Zh, true) => format!("{name} 在 P{p} 上运行 {time}"),
        (Lang::Zh, false) => format!("{name} 运行 {time}"),
    }
}

fn runnable(
    model: &Model,
    lane: &Lane,
    name: &str,
    cause: Cause,
    time: &str,
    lang: Lang,
) -> String {
    let parent = model.goroutine_name(lane.parent);
    let orphan = lane.parent == NO_GOROUTINE;
    match (cause, lang) {
        (Cause::Created, Lang::En) if orphan => format!("{name} began, and waited {time} for a P"),
        (Cause::Created, Lang::Zh) if orphan => format!("{name} 启动，等待 P {time}"),
        (Cause::Created, Lang::En) => format!("{parent} made {name}, which waited {time} for a P"),
        (Cause::Created, Lang::Zh) => format!("{name} 由 {parent} 创建，等待 P {time}"),
        (Cause::Woken, Lang::En) => format!("{name} was awake again, and waited {time} for a P"),
        (Cause::Woken, Lang::Zh) => format!("{name} 已被唤醒，等待 P {time}"),
        (Cause::Yielded, Lang::En) => format!("{name} gave its P up, and waited {time} for one"),
        (Cause::Yielded, Lang::Zh) => format!("{name} 主动让出 P，再等待 {time}"),
        (Cause::Preempted, Lang::En) => {
            format!("{name} had overstayed its slice, and waited {time} for a P")
        }
        (Cause::Preempted, Lang::Zh) => format!("{name} 用完时间片被抢占，等待 P {time}"),
    }
}

fn blocked(model: &Model, name: &str, wait: &Wait, time: &str, lang: Lang) -> String {
    let object = model.object_name(wait.object);
    let ordinal = ordinal(wait, lang);
    let capacity = model
        .channel(wait.object)
        .map_or(0, |channel| channel.capacity);
    match (wait.reason, lang) {
        (Reason::ChanSend, Lang::En) => format!(
            "{name} blocked {time} sending on `{object}`{ordinal}: {}",
            full(wait.held, capacity, lang)
        ),
        (Reason::ChanSend, Lang::Zh) => format!(
            "{name} 向 `{object}` 发送{ordinal}，阻塞 {time}：{}",
            full(wait.held, capacity, lang)
        ),
        (Reason::ChanReceive, Lang::En) => format!(
            "{name} blocked {time} receiving from `{object}`{ordinal}: {}",
            empty(capacity, lang)
        ),
        (Reason::ChanReceive, Lang::Zh) => format!(
            "{name} 从 `{object}` 接收{ordinal}，阻塞 {time}：{}",
            empty(capacity, lang)
        ),
        (Reason::ChanSendNil, Lang::En) => {
            format!("{name} blocked {time} sending on a nil channel: nobody can ever receive")
        }
        (Reason::ChanSendNil, Lang::Zh) => {
            format!("{name} 向 nil 通道发送，阻塞 {time}：永远不会有接收方")
        }
        (Reason::ChanReceiveNil, Lang::En) => {
            format!("{name} blocked {time} receiving from a nil channel: nobody can ever send")
        }
        (Reason::ChanReceiveNil, Lang::Zh) => {
            format!("{name} 从 nil 通道接收，阻塞 {time}：永远不会有发送方")
        }
        (Reason::Select, Lang::En) => {
            format!("{name} blocked {time} in a select: no case was ready")
        }
        (Reason::Select, Lang::Zh) => format!("{name} 在 select 中阻塞 {time}：没有就绪的分支"),
        (Reason::SelectNoCases, Lang::En) => {
            format!("{name} blocked {time} in a select without cases: it waits for ever")
        }
        (Reason::SelectNoCases, Lang::Zh) => {
            format!("{name} 在没有分支的 select 中阻塞 {time}：永远等待")
        }
        (Reason::WaitGroup, Lang::En) => {
            format!("{name} blocked {time} waiting for `{object}`: its counter was not zero")
        }
        (Reason::WaitGroup, Lang::Zh) => {
            format!("{name} 等待 `{object}`，阻塞 {time}：计数尚未归零")
        }
        (Reason::Sleep, Lang::En) => format!("{name} slept {time}"),
        (Reason::Sleep, Lang::Zh) => format!("{name} 休眠 {time}"),
        (Reason::Foreign, Lang::En) => {
            format!("{name} blocked {time} waiting for something outside the core")
        }
        (Reason::Foreign, Lang::Zh) => format!("{name} 等待核心之外的操作，阻塞 {time}"),
    }
}

fn ordinal(wait: &Wait, lang: Lang) -> String {
    match (wait.ordinal, wait.reason, lang) {
        (0, _, _) => String::new(),
        (nth, Reason::ChanSend, Lang::En) => format!(" (send {nth})"),
        (nth, _, Lang::En) => format!(" (receive {nth})"),
        (nth, _, Lang::Zh) => format!("（第 {nth} 次）"),
    }
}

fn full(held: u32, capacity: u32, lang: Lang) -> String {
    match (capacity, lang) {
        (0, Lang::En) => "nobody was receiving".into(),
        (0, Lang::Zh) => "没有接收方在等待".into(),
        // What was dropped can make the count too low.
        (_, Lang::En) if held < capacity => "the buffer was full".into(),
        (_, Lang::Zh) if held < capacity => "缓冲区已满".into(),
        (_, Lang::En) => format!("the buffer was full ({held} of {capacity})"),
        (_, Lang::Zh) => format!("缓冲区已满（{held}/{capacity}）"),
    }
}

fn empty(capacity: u32, lang: Lang) -> &'static str {
    match (capacity, lang) {
        (0, Lang::En) => "nobody was sending",
        (0, Lang::Zh) => "没有发送方在等待",
        (_, Lang::En) => "the buffer was empty",
        (_, Lang::Zh) => "缓冲区为空",
    }
}

fn woken(model: &Model, span: &Span, wait: &Wait, lang: Lang) -> String {
    let sleeps = wait.reason == Reason::Sleep;
    match (span.woken_by, lang) {
        // A sleep ends by itself: nothing to add.
        (NO_GOROUTINE, _) if sleeps => String::new(),
        (NO_GOROUTINE, Lang::En) => "A timer or the runtime woke it".into(),
        (NO_GOROUTINE, Lang::Zh) => "由定时器或运行时唤醒".into(),
        (g, Lang::En) => format!("{} woke it", model.goroutine_name(g)),
        (g, Lang::Zh) => format!("由 {} 唤醒", model.goroutine_name(g)),
    }
}

fn cut(model: &Model, to_ns: u64, lang: Lang) -> String {
    let dropped = model.gaps().iter().any(|gap| gap.from_ns == to_ns);
    match (dropped, lang) {
        (true, Lang::En) => "What came then is not known, as events were not kept".into(),
        (true, Lang::Zh) => "此后的事件未保留，情况不明".into(),
        (false, Lang::En) => "It was still so when the run ended".into(),
        (false, Lang::Zh) => "直到运行结束仍是如此".into(),
    }
}
