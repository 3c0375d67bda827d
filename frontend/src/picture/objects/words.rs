//! The words of the objects, in both languages.

use crate::figures::{count, duration};
use crate::i18n::Lang;

/// A word or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The head of a section.
    Channels,
    /// The head of a section.
    Locks,
    /// The head of a section.
    Gates,
    /// The head of a section.
    Numbers,
    /// The head of a section.
    Counters,
    /// The head of a section.
    Contexts,
    /// The head of a section.
    Timers,
    /// The head of a section.
    Processors,
    /// The head of a section.
    Elsewhere,
    /// Who waits to send.
    SendQueue,
    /// Who waits to receive.
    ReceiveQueue,
    /// Who waits.
    Waits,
    /// Of a channel.
    Closed,
    /// Of a channel.
    NoBuffer,
    /// What nobody knows.
    Unknown,
    /// Of a queue after a gap.
    Unsure,
    /// Something happened to it at this moment.
    Changed,
    /// Of a lock.
    HeldBy,
    /// Of a lock.
    ReadBy,
    /// Of a lock.
    NotHeld,
    /// Of a lock.
    Guards,
    /// Of a Once.
    Done,
    /// Of a Once.
    NotDone,
    /// Of a context without a deadline.
    NoDeadline,
    /// Of a P.
    Runs,
    /// Of a P.
    RunsNothing,
    /// Of a P.
    Idle,
    /// The queue of all Ps.
    Global,
    /// Somebody outside of the run.
    Outside,
    /// A button.
    Earlier,
    /// A button.
    Later,
    /// A button.
    ToLatest,
    /// Before the first event.
    Nothing,
}

impl Word {
    /// It, in a language.
    pub fn say(self, lang: Lang) -> &'static str {
        let (en, zh) = match self {
            Word::Channels => ("Channels", "通道"),
            Word::Locks => ("Locks", "锁"),
            Word::Gates => (
                "Semaphores, WaitGroups, Conds, Onces",
                "信号量、WaitGroup、条件变量、Once",
            ),
            Word::Numbers => ("Atomics and cells", "原子变量与单元"),
            Word::Counters => ("Counters of the program", "程序的计数器"),
            Word::Contexts => ("Contexts", "上下文"),
            Word::Timers => ("Timers that are set", "已设置的定时器"),
            Word::Processors => ("Processors", "处理器"),
            Word::Elsewhere => (
                "Waiting in a select, for time or for something outside",
                "等待 select、时间或外部操作",
            ),
            Word::SendQueue => ("wait to send", "等待发送"),
            Word::ReceiveQueue => ("wait to receive", "等待接收"),
            Word::Waits => ("wait", "等待"),
            Word::Closed => ("closed", "已关闭"),
            Word::NoBuffer => ("no buffer", "无缓冲"),
            Word::Unknown => ("not known", "不明"),
            Word::Unsure => (
                "events were not kept: more may wait",
                "有事件未保留：等待者可能更多",
            ),
            Word::Changed => ("just changed", "刚刚变化"),
            Word::HeldBy => ("held by", "持有者"),
            Word::ReadBy => ("read by", "读者"),
            Word::NotHeld => ("free", "空闲"),
            Word::Guards => ("guards", "保护"),
            Word::Done => ("done", "已执行"),
            Word::NotDone => ("not done yet", "尚未执行"),
            Word::NoDeadline => ("no deadline", "无截止时间"),
            Word::Runs => ("runs", "运行"),
            Word::RunsNothing => ("runs nothing", "未运行 goroutine"),
            Word::Idle => ("its thread sleeps", "线程休眠"),
            Word::Global => ("global queue", "全局队列"),
            Word::Outside => ("outside", "外部"),
            Word::Earlier => ("Event before", "上一个事件"),
            Word::Later => ("Next event", "下一个事件"),
            Word::ToLatest => ("Latest", "最新"),
            Word::Nothing => (
                "Nothing has happened yet. Each channel, lock and context of the run appears here \
                 with what it holds and who waits for it",
                "还没有任何事件。运行中的每个通道、锁和上下文都会出现在这里：存有什么，谁在等待",
            ),
        };
        match lang {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

/// The time whose state is shown.
pub fn time(t_ns: u64, is_latest: bool, lang: Lang) -> String {
    let time = duration(t_ns);
    match (is_latest, lang) {
        (true, Lang::En) => format!("The latest state, at {time}"),
        (true, Lang::Zh) => format!("最新状态，{time}"),
        (false, Lang::En) => format!("The state at {time}, where the cursor is"),
        (false, Lang::Zh) => format!("光标处 {time} 的状态"),
    }
}

/// So many of so many.
pub fn part(number: u64, of: u64, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{} of {}", count(number), count(of)),
        Lang::Zh => format!("{}/{}", count(number), count(of)),
    }
}

/// How much of a semaphore is left.
pub fn free(number: u64, of: u64, lang: Lang) -> String {
    let part = part(number, of, lang);
    match lang {
        Lang::En => format!("{part} free"),
        Lang::Zh => format!("剩余 {part}"),
    }
}

/// What is not shown.
pub fn more(number: usize, lang: Lang) -> String {
    let number = count(number as u64);
    match lang {
        Lang::En => format!("and {number} more"),
        Lang::Zh => format!("另有 {number} 个"),
    }
}

/// The length of a queue of those that could run.
pub fn queue(len: u32, lang: Lang) -> String {
    let len = count(u64::from(len));
    match lang {
        Lang::En => format!("queue {len}"),
        Lang::Zh => format!("队列 {len}"),
    }
}

/// The time that is left of a context or a timer, or since when it is over.
pub fn left(at_ns: u64, t_ns: u64, lang: Lang) -> String {
    match (at_ns.checked_sub(t_ns), lang) {
        (Some(left), Lang::En) => format!("{} left", duration(left)),
        (Some(left), Lang::Zh) => format!("还剩 {}", duration(left)),
        (None, Lang::En) => format!("due since {}", duration(t_ns - at_ns)),
        (None, Lang::Zh) => format!("已到期 {}", duration(t_ns - at_ns)),
    }
}

/// Why a context is done.
pub fn done(cause: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("done: {cause}"),
        Lang::Zh => format!("已结束：{cause}"),
    }
}
