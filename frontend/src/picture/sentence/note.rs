//! What happened to a lock, an atomic, a context or a thread, in words.

use protocol::event::{Kind, LockMode, NO_GOROUTINE, NO_OBJECT, NO_P, NO_SPAN, Value};

use crate::figures::duration;
use crate::i18n::Lang;
use crate::model::{Model, Note};

/// What happened, in one sentence without its stop. Empty for what is no note.
pub fn of_note(model: &Model, note: &Note, lang: Lang) -> String {
    let name = model.goroutine_name(note.g);
    let called = |object: u32| format!("`{}`", model.object_name(object));
    let (en, zh) = match &note.kind {
        Kind::Locked { object, mode } => locked(&name, &called(*object), *mode),
        Kind::Unlocked { object, mode, to } => {
            let (en, zh) = unlocked(&name, &called(*object), *mode);
            let (to_en, to_zh) = straight_to(model, *to);
            (en + &to_en, zh + &to_zh)
        }
        Kind::Starving { object, on } => starving(&called(*object), *on),
        Kind::Signalled { object, woken } => signalled(&name, &called(*object), *woken),
        Kind::Initialised { object } => {
            let object = called(*object);
            (
                format!("{name} ran the initialisation of {object}"),
                format!("{name} 完成 {object} 的初始化"),
            )
        }
        Kind::Acquired {
            object,
            count,
            free,
        } => {
            let object = called(*object);
            (
                format!("{name} took {count} from {object}: {free} left"),
                format!("{name} 从 {object} 获取 {count}，剩余 {free}"),
            )
        }
        Kind::Released {
            object,
            count,
            free,
        } => {
            let object = called(*object);
            (
                format!("{name} gave {count} back to {object}: {free} free"),
                format!("{name} 向 {object} 归还 {count}，可用 {free}"),
            )
        }
        Kind::Atomic { .. } | Kind::CellRead { .. } | Kind::CellWritten { .. } => {
            memory(&name, model, &note.kind)
        }
        Kind::Raced { .. } => raced(&name, model, &note.kind),
        Kind::ContextMade { .. } | Kind::ContextDone { .. } => context(&name, model, &note.kind),
        Kind::TimerStopped { object } => {
            let object = called(*object);
            (
                format!("{name} stopped {object} before it fired"),
                format!("{name} 在 {object} 触发前将其停止"),
            )
        }
        Kind::SpanBegun { .. }
        | Kind::SpanAttribute { .. }
        | Kind::SpanFailed { .. }
        | Kind::SpanEnded { .. } => span(&name, model, &note.kind),
        Kind::HandedOff { from, to } => handed_off(&name, note.p, *from, *to),
        _ => return String::new(),
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

fn locked(name: &str, object: &str, mode: LockMode) -> (String, String) {
    match mode {
        LockMode::Write => (
            format!("{name} locked {object}"),
            format!("{name} 对 {object} 加锁"),
        ),
        LockMode::Read => (
            format!("{name} locked {object} to read"),
            format!("{name} 对 {object} 加读锁"),
        ),
    }
}

fn unlocked(name: &str, object: &str, mode: LockMode) -> (String, String) {
    match mode {
        LockMode::Write => (
            format!("{name} unlocked {object}"),
            format!("{name} 解锁 {object}"),
        ),
        LockMode::Read => (
            format!("{name} gave its read lock of {object} back"),
            format!("{name} 释放 {object} 的读锁"),
        ),
    }
}

fn straight_to(model: &Model, to: u32) -> (String, String) {
    if to == NO_GOROUTINE {
        return (String::new(), String::new());
    }
    let to = model.goroutine_name(to);
    (format!(", straight to {to}"), format!("，直接移交给 {to}"))
}

fn starving(object: &str, on: bool) -> (String, String) {
    if on {
        (
            format!("{object} is starving: from here on it goes to whoever waited longest"),
            format!("{object} 进入饥饿模式：此后按到达顺序移交"),
        )
    } else {
        (
            format!("{object} no longer starves: whoever comes first takes it"),
            format!("{object} 退出饥饿模式：恢复自由竞争"),
        )
    }
}

fn signalled(name: &str, object: &str, woken: u32) -> (String, String) {
    match woken {
        0 => (
            format!("{name} signalled {object}, and nobody waited"),
            format!("{name} 通知 {object}，但无人等待"),
        ),
        1 => (
            format!("{name} signalled {object}: 1 goroutine woke"),
            format!("{name} 通知 {object}，唤醒 1 个 goroutine"),
        ),
        _ => (
            format!("{name} signalled {object}: {woken} goroutines woke"),
            format!("{name} 通知 {object}，唤醒 {woken} 个 goroutine"),
        ),
    }
}

fn memory(name: &str, model: &Model, kind: &Kind) -> (String, String) {
    let called = |object: u32| format!("`{}`", model.object_name(object));
    match kind {
        Kind::Atomic {
            object,
            op,
            value,
            ok,
        } => {
            let (object, op) = (called(*object), op.as_go());
            if *ok {
                (
                    format!("{name} did {op} on {object}, which is {value} now"),
                    format!("{name} 对 {object} 执行 {op}，其值现为 {value}"),
                )
            } else {
                (
                    format!("{name} tried {op} on {object} and found {value}"),
                    format!("{name} 对 {object} 执行 {op} 失败，其值为 {value}"),
                )
            }
        }
        Kind::CellRead { object, value } => {
            let object = called(*object);
            (
                format!("{name} read {value} from {object}"),
                format!("{name} 从 {object} 读到 {value}"),
            )
        }
        Kind::CellWritten { object, value } => {
            let object = called(*object);
            (
                format!("{name} wrote {value} to {object}"),
                format!("{name} 向 {object} 写入 {value}"),
            )
        }
        _ => Default::default(),
    }
}

fn raced(name: &str, model: &Model, kind: &Kind) -> (String, String) {
    let Kind::Raced {
        object,
        other,
        other_at,
    } = kind
    else {
        return Default::default();
    };
    let object = model.object_name(*object);
    let other = model.goroutine_name(*other);
    let (at_en, at_zh) = match model.place(*other_at) {
        Some(place) => {
            let file = place.file.rsplit('/').next().unwrap_or_default();
            let line = place.line;
            (
                format!(", at {file}:{line}"),
                format!("（位于 {file}:{line}）"),
            )
        }
        None => Default::default(),
    };
    (
        format!(
            "Data race on `{object}`: nothing orders the access of {name} and that of {other}{at_en}"
        ),
        format!("`{object}` 上发生数据竞争：{name} 的访问与 {other} 的访问{at_zh}之间没有先后约束"),
    )
}

fn context(name: &str, model: &Model, kind: &Kind) -> (String, String) {
    let called = |object: u32| format!("`{}`", model.object_name(object));
    match kind {
        Kind::ContextMade {
            object,
            parent,
            deadline_ns,
            ..
        } => {
            let (object, parent_name) = (called(*object), called(*parent));
            let (en, zh) = if *parent == NO_OBJECT {
                (
                    format!("{name} made the context {object}"),
                    format!("{name} 创建上下文 {object}"),
                )
            } else {
                (
                    format!("{name} made the context {object} under {parent_name}"),
                    format!("{name} 在 {parent_name} 之下创建上下文 {object}"),
                )
            };
            match deadline_ns.map(duration) {
                Some(at) => (
                    format!("{en}, with its deadline at {at}"),
                    format!("{zh}，截止于 {at}"),
                ),
                None => (en, zh),
            }
        }
        Kind::ContextDone { object, cause, by } => {
            let own = by == object || *by == NO_OBJECT;
            let (object, by) = (called(*object), called(*by));
            if own {
                (
                    format!("The context {object} is done: {cause}"),
                    format!("上下文 {object} 结束：{cause}"),
                )
            } else {
                (
                    format!("The context {object} is done, since {by} is: {cause}"),
                    format!("上下文 {object} 随 {by} 一同结束：{cause}"),
                )
            }
        }
        _ => Default::default(),
    }
}

fn handed_off(name: &str, p: u16, from: u32, to: u32) -> (String, String) {
    let p = match p {
        NO_P => "P".to_owned(),
        p => format!("P{p}"),
    };
    (
        format!("{p} went from M{from} to M{to}, since {name} sat in a system call"),
        format!("{name} 处于系统调用，{p} 由 M{from} 移交给 M{to}"),
    )
}

fn span(name: &str, model: &Model, kind: &Kind) -> (String, String) {
    let called = |span: u64| format!("`{}`", model.span_name(span));
    match kind {
        Kind::SpanBegun { span, parent, .. } => {
            let (span, parent_name) = (called(*span), called(*parent));
            if *parent == NO_SPAN {
                (
                    format!("{name} began the span {span}"),
                    format!("{name} 开始 span {span}"),
                )
            } else {
                (
                    format!("{name} began the span {span} in {parent_name}"),
                    format!("{name} 在 {parent_name} 中开始 span {span}"),
                )
            }
        }
        Kind::SpanAttribute { span, key, value } => {
            let span = called(*span);
            let value = match value {
                Value::Int(number) => number.to_string(),
                Value::Text(text) => text.clone(),
            };
            (
                format!("{name} said of the span {span}: {key} = {value}"),
                format!("{name} 为 span {span} 设置 {key} = {value}"),
            )
        }
        Kind::SpanFailed { span, message } => {
            let span = called(*span);
            (
                format!("{name} recorded an error of the span {span}: {message}"),
                format!("{name} 在 span {span} 上记录错误：{message}"),
            )
        }
        Kind::SpanEnded { span, failed } => {
            let span = called(*span);
            if *failed {
                (
                    format!("{name} ended the span {span}: its status is an error"),
                    format!("{name} 结束 span {span}，状态为错误"),
                )
            } else {
                (
                    format!("{name} ended the span {span}"),
                    format!("{name} 结束 span {span}"),
                )
            }
        }
        _ => Default::default(),
    }
}
