//! How a state looks: its colour's token, and what tells it apart without
//! colour.

use protocol::Reason;

use crate::i18n::Lang;
use crate::model::State;

/// A state as the reader sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Look {
    /// On a processor.
    Running,
    /// Waits for a processor.
    Runnable,
    /// Waits to send.
    Send,
    /// Waits to receive.
    Receive,
    /// Waits for any case of a select.
    Select,
    /// Waits for a Mutex, or to write under an RWMutex.
    Lock,
    /// Waits to read under an RWMutex.
    ReadLock,
    /// Waits for a Cond, a Once or a semaphore.
    Gate,
    /// Waits for a WaitGroup.
    Group,
    /// Waits for time to pass.
    Sleep,
    /// In a call that blocks its thread.
    Syscall,
    /// Waits for something outside.
    Outside,
}

/// How a bar is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// One colour.
    Solid,
    /// Stripes that rise to the right.
    Rising,
    /// Stripes that fall to the right.
    Falling,
    /// Upright stripes of two colours.
    Upright,
}

/// How the upper and lower edges of a bar are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// A line.
    Line,
    /// Dots.
    Dots,
}

/// A small sign in a bar that is wide enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// An arrow up: a value wants to leave.
    Up,
    /// An arrow down: a value is wanted.
    Down,
    /// A diamond: one of several.
    Diamond,
    /// A lock.
    Lock,
    /// A square: a thread of its own.
    Square,
    /// A ring: outside of the picture.
    Ring,
}

impl Look {
    /// Every look, in the order of the legend.
    pub const ALL: [Look; 12] = [
        Look::Running,
        Look::Runnable,
        Look::Send,
        Look::Receive,
        Look::Select,
        Look::Lock,
        Look::ReadLock,
        Look::Gate,
        Look::Group,
        Look::Sleep,
        Look::Syscall,
        Look::Outside,
    ];

    /// How a state looks.
    pub fn of(state: &State) -> Look {
        match state {
            State::Running { .. } => Look::Running,
            State::Runnable(_) => Look::Runnable,
            State::Blocked(wait) => Look::of_reason(wait.reason),
        }
    }

    /// How a wait for that reason looks.
    pub fn of_reason(reason: Reason) -> Look {
        match reason {
            Reason::ChanSend | Reason::ChanSendNil => Look::Send,
            Reason::ChanReceive | Reason::ChanReceiveNil => Look::Receive,
            Reason::Select | Reason::SelectNoCases => Look::Select,
            Reason::Mutex | Reason::RwMutexWrite => Look::Lock,
            Reason::RwMutexRead => Look::ReadLock,
            Reason::Cond | Reason::Once | Reason::Semaphore => Look::Gate,
            Reason::WaitGroup => Look::Group,
            Reason::Sleep => Look::Sleep,
            Reason::Syscall => Look::Syscall,
            Reason::Foreign => Look::Outside,
        }
    }

    /// The colour's token is `--state-NAME`, its edge `--state-NAME-edge`.
    pub fn token(self) -> &'static str {
        match self {
            Look::Running => "running",
            Look::Runnable => "runnable",
            Look::Send => "send",
            Look::Receive => "receive",
            Look::Select => "select",
            Look::Lock => "lock",
            Look::ReadLock => "read-lock",
            Look::Gate => "gate",
            Look::Group => "group",
            Look::Sleep => "sleep",
            Look::Syscall => "syscall",
            Look::Outside => "outside",
        }
    }

    /// The height of its bar, in eighths of the full height.
    pub fn eighths(self) -> u32 {
        match self {
            Look::Running => 8,
            Look::Send | Look::Receive | Look::Select => 6,
            Look::Lock | Look::ReadLock | Look::Gate | Look::Group => 6,
            Look::Syscall | Look::Outside => 6,
            Look::Runnable => 4,
            Look::Sleep => 1,
        }
    }

    /// How its bar is filled.
    pub fn fill(self) -> Fill {
        match self {
            Look::Send => Fill::Rising,
            Look::Receive => Fill::Falling,
            Look::Select => Fill::Upright,
            Look::Running | Look::Runnable | Look::Sleep => Fill::Solid,
            Look::Lock | Look::ReadLock | Look::Gate | Look::Group => Fill::Solid,
            Look::Syscall | Look::Outside => Fill::Solid,
        }
    }

    /// How its bar is edged.
    pub fn edge(self) -> Edge {
        match self {
            Look::Syscall | Look::Outside => Edge::Dots,
            _ => Edge::Line,
        }
    }

    /// The sign in its bar.
    pub fn sign(self) -> Option<Sign> {
        match self {
            Look::Send => Some(Sign::Up),
            Look::Receive => Some(Sign::Down),
            Look::Select => Some(Sign::Diamond),
            Look::Lock | Look::ReadLock | Look::Gate | Look::Group => Some(Sign::Lock),
            Look::Syscall => Some(Sign::Square),
            Look::Outside => Some(Sign::Ring),
            Look::Running | Look::Runnable | Look::Sleep => None,
        }
    }

    /// What the legend calls it.
    pub fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Look::Running, Lang::En) => "running",
            (Look::Running, Lang::Zh) => "运行",
            (Look::Runnable, Lang::En) => "waits for a P",
            (Look::Runnable, Lang::Zh) => "等待 P",
            (Look::Send, Lang::En) => "blocked sending",
            (Look::Send, Lang::Zh) => "阻塞于发送",
            (Look::Receive, Lang::En) => "blocked receiving",
            (Look::Receive, Lang::Zh) => "阻塞于接收",
            (Look::Select, Lang::En) => "blocked in select",
            (Look::Select, Lang::Zh) => "阻塞于 select",
            (Look::Lock, Lang::En) => "blocked on a lock",
            (Look::Lock, Lang::Zh) => "阻塞于锁",
            (Look::ReadLock, Lang::En) => "blocked on a read lock",
            (Look::ReadLock, Lang::Zh) => "阻塞于读锁",
            (Look::Gate, Lang::En) => "blocked on a Cond, Once or semaphore",
            (Look::Gate, Lang::Zh) => "阻塞于条件变量、Once 或信号量",
            (Look::Group, Lang::En) => "blocked on a WaitGroup",
            (Look::Group, Lang::Zh) => "阻塞于 WaitGroup",
            (Look::Sleep, Lang::En) => "sleeping",
            (Look::Sleep, Lang::Zh) => "休眠",
            (Look::Syscall, Lang::En) => "in a system call",
            (Look::Syscall, Lang::Zh) => "系统调用",
            (Look::Outside, Lang::En) => "waits for something outside",
            (Look::Outside, Lang::Zh) => "等待外部操作",
        }
    }
}
