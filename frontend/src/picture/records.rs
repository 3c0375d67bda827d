//! The rows of the table behind the picture.

use protocol::Reason;

use super::sentence;
use crate::figures::Unit;
use crate::i18n::Lang;
use crate::model::{Lane, LaneEnd, Model, SpanEnd, State, WaitRef};

/// The most waits in the table: more is not read, and slows the page.
pub const MAX_WAITS: usize = 500;
/// The most goroutines in the table.
pub const MAX_GOROUTINES: usize = 200;

/// A wait of a goroutine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitRecord {
    /// Where it is in the model.
    pub found: WaitRef,
    /// The goroutine.
    pub g: u32,
    /// What a person calls it.
    pub name: String,
    /// Why.
    pub reason: Reason,
    /// The name of what it waits for; empty for nothing.
    pub object: String,
    /// Which send or receive it is; 0 if it is neither, or nobody knows.
    pub ordinal: u32,
    /// From when.
    pub from_ns: u64,
    /// Until when, or until now.
    pub to_ns: u64,
    /// How it ended.
    pub end: SpanEnd,
    /// Who ended it; empty for nobody.
    pub woken_by: String,
    /// The place in the code; empty if it is not known.
    pub place: String,
}

/// A goroutine and its times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoroutineRecord {
    /// The goroutine.
    pub g: u32,
    /// What a person calls it.
    pub name: String,
    /// What it does now.
    pub state: &'static str,
    /// When it was made.
    pub from_ns: u64,
    /// When it ended, or now.
    pub to_ns: u64,
    /// Time in each state.
    pub times: crate::model::Times,
}

/// What happened to a lock, an atomic, a context or a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteRecord {
    /// Where it is in [`Model::notes`].
    pub index: usize,
    /// The goroutine; 0 for nobody.
    pub g: u32,
    /// What a person calls it.
    pub name: String,
    /// The kind, as in JSON.
    pub kind: &'static str,
    /// When.
    pub t_ns: u64,
    /// What happened, in English.
    pub en: String,
    /// What happened, in Chinese.
    pub zh: String,
    /// The place in the code; empty if it is not known.
    pub place: String,
}

/// The table of a run at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// The first waits, in order of time.
    pub waits: Vec<WaitRecord>,
    /// How many more there are.
    pub more_waits: usize,
    /// The first goroutines, in the order in which they were made.
    pub goroutines: Vec<GoroutineRecord>,
    /// How many more there are.
    pub more_goroutines: usize,
    /// The first notes, in order of time.
    pub notes: Vec<NoteRecord>,
    /// How many more there are.
    pub more_notes: usize,
    /// The unit of every duration.
    pub unit: Unit,
}

/// The table of a run.
pub fn of(model: &Model) -> Records {
    let waits: Vec<WaitRecord> = model
        .waits()
        .iter()
        .take(MAX_WAITS)
        .filter_map(|found| wait(model, *found))
        .collect();
    let goroutines: Vec<GoroutineRecord> = model
        .lanes()
        .iter()
        .take(MAX_GOROUTINES)
        .map(|lane| goroutine(model, lane))
        .collect();
    // The middle wait decides: microseconds beside seconds would be all zeros.
    let mut lengths: Vec<u64> = waits.iter().map(|wait| wait.to_ns - wait.from_ns).collect();
    lengths.sort_unstable();
    let unit = Unit::of(lengths.get(lengths.len() / 2).copied().unwrap_or_default());
    Records {
        more_waits: model.waits().len() - waits.len(),
        more_goroutines: model.lanes().len() - goroutines.len(),
        more_notes: model.more_notes(),
        notes: notes(model),
        waits,
        goroutines,
        unit: unit.max(Unit::Micros),
    }
}

fn wait(model: &Model, found: WaitRef) -> Option<WaitRecord> {
    let lane = model.lanes().get(found.lane as usize)?;
    let span = lane.spans.get(found.span as usize)?;
    let wait = span.wait()?;
    let sleeps = wait.reason == Reason::Sleep;
    Some(WaitRecord {
        found,
        g: lane.g,
        name: model.goroutine_name(lane.g),
        reason: wait.reason,
        object: match wait.object {
            protocol::event::NO_OBJECT => String::new(),
            // A sleep's timer is nobody's own.
            _ if sleeps => String::new(),
            object => model.object_name(object),
        },
        ordinal: wait.ordinal,
        from_ns: span.from_ns,
        to_ns: span.to_ns(model.now_ns()),
        end: span.end,
        woken_by: match span.woken_by {
            protocol::event::NO_GOROUTINE => String::new(),
            g => model.goroutine_name(g),
        },
        place: place(model, span.at),
    })
}

fn notes(model: &Model) -> Vec<NoteRecord> {
    let notes = model.notes().iter().enumerate();
    notes
        .map(|(index, note)| NoteRecord {
            index,
            g: note.g,
            name: model.goroutine_name(note.g),
            kind: note.kind.name(),
            t_ns: note.t_ns,
            en: sentence::of_note(model, note, Lang::En),
            zh: sentence::of_note(model, note, Lang::Zh),
            place: place(model, note.at),
        })
        .collect()
}

fn place(model: &Model, at: u32) -> String {
    let Some(place) = model.place(at) else {
        return String::new();
    };
    let file = place.file.rsplit('/').next().unwrap_or_default();
    format!("{file}:{}", place.line)
}

fn goroutine(model: &Model, lane: &Lane) -> GoroutineRecord {
    let state = match (&lane.end, lane.spans.last()) {
        (Some(LaneEnd::Returned { .. }), _) => "ended",
        (Some(LaneEnd::Panicked { .. }), _) => "panicked",
        (None, Some(span)) => state_name(&span.state),
        (None, None) => "unknown",
    };
    GoroutineRecord {
        g: lane.g,
        name: model.goroutine_name(lane.g),
        state,
        from_ns: lane.from_ns,
        to_ns: lane.to_ns(model.now_ns()),
        times: lane.times(model.now_ns()),
    }
}

/// The word for a state in `data-state` of a goroutine.
pub fn state_name(state: &State) -> &'static str {
    match state {
        State::Running { .. } => "running",
        State::Runnable(_) => "runnable",
        State::Blocked(wait) if wait.reason == Reason::Sleep => "sleeping",
        State::Blocked(wait) if wait.reason == Reason::Syscall => "syscall",
        State::Blocked(_) => "blocked",
    }
}

/// The word for a reason in `data-reason`.
pub fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::ChanSend => "send",
        Reason::ChanReceive => "receive",
        Reason::ChanSendNil => "send_nil",
        Reason::ChanReceiveNil => "receive_nil",
        Reason::Select => "select",
        Reason::SelectNoCases => "select_no_cases",
        Reason::WaitGroup => "wait_group",
        Reason::Sleep => "sleep",
        Reason::Foreign => "foreign",
        Reason::Mutex => "mutex",
        Reason::RwMutexRead => "rwmutex_read",
        Reason::RwMutexWrite => "rwmutex_write",
        Reason::Cond => "cond",
        Reason::Once => "once",
        Reason::Semaphore => "semaphore",
        Reason::Syscall => "syscall",
    }
}

/// What the table calls a state.
pub fn state_label(state: &str, lang: Lang) -> &'static str {
    match (state, lang) {
        ("running", Lang::En) => "running",
        ("running", Lang::Zh) => "运行",
        ("runnable", Lang::En) => "waits for a P",
        ("runnable", Lang::Zh) => "等待 P",
        ("sleeping", Lang::En) => "sleeping",
        ("sleeping", Lang::Zh) => "休眠",
        ("syscall", Lang::En) => "in a system call",
        ("syscall", Lang::Zh) => "系统调用",
        ("blocked", Lang::En) => "blocked",
        ("blocked", Lang::Zh) => "阻塞",
        ("ended", Lang::En) => "ended",
        ("ended", Lang::Zh) => "已结束",
        ("panicked", Lang::En) => "panicked",
        ("panicked", Lang::Zh) => "已 panic",
        (_, Lang::En) => "not known",
        (_, Lang::Zh) => "不明",
    }
}

/// What the table calls a reason.
pub fn reason_label(reason: Reason, lang: Lang) -> &'static str {
    match (reason, lang) {
        (Reason::ChanSend, Lang::En) => "send",
        (Reason::ChanSend, Lang::Zh) => "发送",
        (Reason::ChanReceive, Lang::En) => "receive",
        (Reason::ChanReceive, Lang::Zh) => "接收",
        (Reason::ChanSendNil, Lang::En) => "send, nil channel",
        (Reason::ChanSendNil, Lang::Zh) => "向 nil 通道发送",
        (Reason::ChanReceiveNil, Lang::En) => "receive, nil channel",
        (Reason::ChanReceiveNil, Lang::Zh) => "从 nil 通道接收",
        (Reason::Select, _) => "select",
        (Reason::SelectNoCases, Lang::En) => "select without cases",
        (Reason::SelectNoCases, Lang::Zh) => "没有分支的 select",
        (Reason::WaitGroup, _) => "WaitGroup",
        (Reason::Sleep, Lang::En) => "sleep",
        (Reason::Sleep, Lang::Zh) => "休眠",
        (Reason::Mutex, Lang::En) => "Mutex",
        (Reason::Mutex, Lang::Zh) => "互斥锁",
        (Reason::RwMutexRead, Lang::En) => "RWMutex, to read",
        (Reason::RwMutexRead, Lang::Zh) => "读写锁（读）",
        (Reason::RwMutexWrite, Lang::En) => "RWMutex, to write",
        (Reason::RwMutexWrite, Lang::Zh) => "读写锁（写）",
        (Reason::Cond, Lang::En) => "Cond",
        (Reason::Cond, Lang::Zh) => "条件变量",
        (Reason::Once, _) => "Once",
        (Reason::Semaphore, Lang::En) => "semaphore",
        (Reason::Semaphore, Lang::Zh) => "信号量",
        (Reason::Syscall, Lang::En) => "system call",
        (Reason::Syscall, Lang::Zh) => "系统调用",
        (Reason::Foreign, Lang::En) => "outside the core",
        (Reason::Foreign, Lang::Zh) => "核心之外",
    }
}

/// What the picture calls an operation: `send 4`; empty where it has no number.
pub fn operation(reason: Reason, ordinal: u32, lang: Lang) -> String {
    match (ordinal, reason, lang) {
        (0, _, _) => String::new(),
        (nth, Reason::ChanSend, Lang::En) => format!("send {nth}"),
        (nth, _, Lang::En) => format!("receive {nth}"),
        (nth, Reason::ChanSend, Lang::Zh) => format!("第 {nth} 次发送"),
        (nth, _, Lang::Zh) => format!("第 {nth} 次接收"),
    }
}
