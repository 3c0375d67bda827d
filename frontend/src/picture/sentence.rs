//! What happened, in words: one or two sentences about a span.
//!
//! Names of objects stand between backticks; the page sets them as code.

mod note;
pub mod processor;
mod wait;

use protocol::Reason;
use protocol::event::NO_GOROUTINE;

use crate::figures::duration;
use crate::i18n::Lang;
use crate::model::{Cause, Gap, Lane, Model, Span, SpanEnd, State, Wait};

pub use note::of_note;

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
        State::Blocked(wait) => {
            let line = line_words(model, span.at);
            wait::of_wait(model, &name, wait, (&time, line), lang)
        }
    };
    let after = match (&span.state, span.end) {
        (_, SpanEnd::Cut(to_ns)) => cut(model, to_ns, lang),
        (State::Blocked(wait), SpanEnd::At(_)) => woken(model, lane, span, wait, lang),
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
        (Cause::Returned, Lang::En) => {
            format!("{name} was back from its system call, and waited {time} for a P")
        }
        (Cause::Returned, Lang::Zh) => format!("{name} 的系统调用已返回，等待 P {time}"),
    }
}

fn woken(model: &Model, lane: &Lane, span: &Span, wait: &Wait, lang: Lang) -> String {
    let by_itself = matches!(wait.reason, Reason::Sleep | Reason::Syscall);
    match (span.woken_by, lang) {
        // A sleep or a call ends by itself: nothing to add.
        (NO_GOROUTINE, _) if by_itself => String::new(),
        (NO_GOROUTINE, Lang::En) => "A timer or the runtime woke it".into(),
        (NO_GOROUTINE, Lang::Zh) => "由定时器或运行时唤醒".into(),
        (g, _) => {
            let waker = model.goroutine_name(g);
            let sent = wait.reason == Reason::ChanSend;
            let (at, zh_at) = match line_words(model, lane.woken_at(span)) {
                Some(line) => (format!(" at {line}"), format!("在 {line} ")),
                None => (String::new(), String::new()),
            };
            match (lane.value_of(span), lang) {
                (None, Lang::En) => format!("{waker} woke it{at}"),
                (None, Lang::Zh) => format!("由 {waker} {zh_at}唤醒"),
                (Some(value), Lang::En) if sent => {
                    format!("{waker} took `{value}` and woke it{at}")
                }
                (Some(value), Lang::Zh) if sent => {
                    format!("{waker} {zh_at}取走 `{value}` 并将其唤醒")
                }
                (Some(value), Lang::En) => {
                    format!("{waker} handed it `{value}` and woke it{at}")
                }
                (Some(value), Lang::Zh) => format!("{waker} {zh_at}交给它 `{value}` 并将其唤醒"),
            }
        }
    }
}

/// A place in the code in short: the file and the line.
pub fn line_words(model: &Model, at: u32) -> Option<String> {
    let place = model.place(at)?;
    let file = place.file.rsplit('/').next().unwrap_or_default();
    Some(format!("{file}:{}", place.line))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::charts::tests::story;

    #[test]
    fn a_wait_names_its_line_and_that_of_who_ended_it() {
        let model = story();
        let lane = &model.lanes()[1];
        let wait = lane.spans.iter().find(|span| span.wait().is_some());
        let said = |lang| of_span(&model, lane, wait.expect("it waited"), 0, lang);
        assert_eq!(
            said(Lang::En),
            "worker 1 blocked 400\u{2009}µs sending on `tasks` (send 2) at a.rs:31: \
             the buffer was full (1 of 1). main woke it at a.rs:44."
        );
        assert_eq!(
            said(Lang::Zh),
            "worker 1 在 a.rs:31 向 `tasks` 发送（第 2 次），阻塞 400\u{2009}µs：\
             缓冲区已满（1/1），由 main 在 a.rs:44 唤醒。"
        );
    }
}
