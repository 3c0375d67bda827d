//! A wait in words: what for, how long, and why it could not go on.

use protocol::Reason;
use protocol::event::NO_GOROUTINE;

use crate::i18n::Lang;
use crate::model::{Model, Wait};

/// What `name` waited for, how long and at which line.
pub(super) fn of_wait(
    model: &Model,
    name: &str,
    wait: &Wait,
    (time, line): (&str, Option<String>),
    lang: Lang,
) -> String {
    match (wait.reason, lang) {
        (Reason::Sleep, Lang::En) => return format!("{name} slept {time}"),
        (Reason::Sleep, Lang::Zh) => return format!("{name} 休眠 {time}"),
        (Reason::Syscall, Lang::En) => return format!("{name} was in a system call for {time}"),
        (Reason::Syscall, Lang::Zh) => return format!("{name} 处于系统调用 {time}"),
        _ => {}
    }
    let mut doing = doing(model, wait, lang);
    if let Some(line) = line {
        doing = match lang {
            Lang::En => format!("{doing} at {line}"),
            Lang::Zh => format!("在 {line} {doing}"),
        };
    }
    let why = why(model, wait, lang);
    match (lang, why.is_empty()) {
        (Lang::En, true) => format!("{name} blocked {time} {doing}"),
        (Lang::En, false) => format!("{name} blocked {time} {doing}: {why}"),
        (Lang::Zh, true) => format!("{name} {doing}，阻塞 {time}"),
        (Lang::Zh, false) => format!("{name} {doing}，阻塞 {time}：{why}"),
    }
}

/// What the goroutine was about to do.
fn doing(model: &Model, wait: &Wait, lang: Lang) -> String {
    let object = model.object_name(wait.object);
    let nth = ordinal(wait, lang);
    let guards = guards(model, wait.object, lang);
    let (en, zh) = match wait.reason {
        Reason::ChanSend => (
            format!("sending on `{object}`{nth}"),
            format!("向 `{object}` 发送{nth}"),
        ),
        Reason::ChanReceive => (
            format!("receiving from `{object}`{nth}"),
            format!("从 `{object}` 接收{nth}"),
        ),
        Reason::ChanSendNil => ("sending on a nil channel".into(), "向 nil 通道发送".into()),
        Reason::ChanReceiveNil => (
            "receiving from a nil channel".into(),
            "从 nil 通道接收".into(),
        ),
        Reason::Select => ("in a select".into(), "等在 select 上".into()),
        Reason::SelectNoCases => (
            "in a select without cases".into(),
            "等在没有分支的 select 上".into(),
        ),
        Reason::WaitGroup | Reason::Once => (
            format!("waiting for `{object}`"),
            format!("等待 `{object}`"),
        ),
        Reason::Mutex => (
            format!("locking `{object}`{guards}"),
            format!("对 `{object}`{guards}加锁"),
        ),
        Reason::RwMutexRead => (
            format!("locking `{object}`{guards} to read"),
            format!("对 `{object}`{guards}加读锁"),
        ),
        Reason::RwMutexWrite => (
            format!("locking `{object}`{guards} to write"),
            format!("对 `{object}`{guards}加写锁"),
        ),
        Reason::Cond => (
            format!("waiting for a signal of `{object}`"),
            format!("等待 `{object}` 的通知"),
        ),
        Reason::Semaphore => (format!("acquiring `{object}`"), format!("获取 `{object}`")),
        Reason::Sleep => ("sleeping".into(), "休眠".into()),
        Reason::Syscall => ("in a system call".into(), "处于系统调用".into()),
        Reason::Foreign => (
            "waiting for something outside the core".into(),
            "等待核心之外的操作".into(),
        ),
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// Why it could not go on; empty where there is nothing to add.
fn why(model: &Model, wait: &Wait, lang: Lang) -> String {
    let capacity = model
        .channel(wait.object)
        .map_or(0, |channel| channel.capacity);
    let (en, zh) = match wait.reason {
        Reason::ChanSend => return full(wait.held, capacity, lang),
        Reason::ChanReceive => return empty(capacity, lang).into(),
        Reason::Mutex | Reason::RwMutexRead | Reason::RwMutexWrite => {
            return held(model, wait, lang);
        }
        Reason::ChanSendNil => ("nobody can ever receive", "永远不会有接收方"),
        Reason::ChanReceiveNil => ("nobody can ever send", "永远不会有发送方"),
        Reason::Select => ("no case was ready", "没有就绪的分支"),
        Reason::SelectNoCases => ("it waits for ever", "永远等待"),
        Reason::WaitGroup => ("its counter was not zero", "计数尚未归零"),
        Reason::Cond => ("nobody had signalled it", "尚无人通知"),
        Reason::Once => (
            "another goroutine ran its initialisation",
            "初始化正由另一个 goroutine 执行",
        ),
        Reason::Semaphore => ("not enough was free", "余量不足"),
        Reason::Sleep | Reason::Syscall | Reason::Foreign => ("", ""),
    };
    match lang {
        Lang::En => en.into(),
        Lang::Zh => zh.into(),
    }
}

/// Who held the lock when the wait began.
fn held(model: &Model, wait: &Wait, lang: Lang) -> String {
    let holder = model.goroutine_name(wait.holder);
    let known = wait.holder != NO_GOROUTINE;
    match (wait.reason, lang) {
        (Reason::Mutex, Lang::En) if known => format!("{holder} held it"),
        (Reason::Mutex, Lang::Zh) if known => format!("锁由 {holder} 持有"),
        (_, Lang::En) if known => format!("{holder} held it to write"),
        (_, Lang::Zh) if known => format!("写锁由 {holder} 持有"),
        (Reason::RwMutexRead, Lang::En) if wait.held > 0 => "a writer waited for it".into(),
        (Reason::RwMutexRead, Lang::Zh) if wait.held > 0 => "有写者在等待".into(),
        (Reason::RwMutexWrite, Lang::En) if wait.held == 1 => "1 goroutine held it to read".into(),
        (Reason::RwMutexWrite, Lang::En) if wait.held > 0 => {
            format!("{} goroutines held it to read", wait.held)
        }
        (Reason::RwMutexWrite, Lang::Zh) if wait.held > 0 => {
            format!("{} 个 goroutine 持有读锁", wait.held)
        }
        (_, Lang::En) => "another goroutine held it".into(),
        (_, Lang::Zh) => "锁被其他 goroutine 占用".into(),
    }
}

/// What the lock guards, where the program says so.
fn guards(model: &Model, object: u32, lang: Lang) -> String {
    let guards = model
        .object(object)
        .and_then(|object| object.guards.as_deref());
    match (guards, lang) {
        (None, Lang::En) => String::new(),
        (None, Lang::Zh) => " ".into(),
        (Some(guards), Lang::En) => format!(" ({guards})"),
        (Some(guards), Lang::Zh) => format!("（保护 {guards}）"),
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
