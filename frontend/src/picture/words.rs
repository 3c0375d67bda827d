//! The words around the pictures, in both languages.

use crate::figures::{Unit, count, duration_in};
use crate::i18n::Lang;
use crate::model::Channel;
use crate::phase::Phase;

/// The name of the timeline and the first of its keys, for a screen reader; the
/// list of keys has the others.
pub fn timeline_with_keys(lang: Lang) -> &'static str {
    match lang {
        Lang::En => {
            "Timeline of the goroutines. Arrow keys go from span to span,              a question mark lists all keys, the table holds the same."
        }
        Lang::Zh => {
            "goroutine 时间线。方向键在时段之间移动，问号列出全部按键，表格中有相同的内容。"
        }
    }
}

/// What to do to read about a span.
pub fn hint(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Point at a bar to read what happened",
        Lang::Zh => "指向色条，即可读到发生了什么",
    }
}

/// What the timeline says as long as it has no lane. Before the first run the
/// page says how to begin.
pub fn no_lanes(phase: Phase, lang: Lang) -> Option<&'static str> {
    match (phase, lang) {
        (Phase::Idle, _) => None,
        (Phase::Queued { .. }, Lang::En) => Some("Waiting for a turn"),
        (Phase::Queued { .. }, Lang::Zh) => Some("正在排队"),
        (Phase::Failed, Lang::En) => Some("There is no run to show"),
        (Phase::Failed, Lang::Zh) => Some("没有可显示的运行"),
        (Phase::Ended, Lang::En) => Some("The run ended without an event"),
        (Phase::Ended, Lang::Zh) => Some("运行结束，没有任何事件"),
        (_, Lang::En) => Some("Waiting for the first event"),
        (_, Lang::Zh) => Some("等待第一个事件"),
    }
}

/// The stretch of time in view.
pub fn range(from_ns: u64, to_ns: u64, lang: Lang) -> String {
    let unit = Unit::of(to_ns);
    let to = duration_in(to_ns, unit);
    match (from_ns, lang) {
        (0, Lang::En) => format!("0 to {to}"),
        (0, Lang::Zh) => format!("0 至 {to}"),
        (_, Lang::En) => format!("{} to {to}", duration_in(from_ns, unit)),
        (_, Lang::Zh) => format!("{} 至 {to}", duration_in(from_ns, unit)),
    }
}

/// A button.
pub fn zoom_in(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Zoom in",
        Lang::Zh => "放大",
    }
}

/// A button.
pub fn zoom_out(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Zoom out",
        Lang::Zh => "缩小",
    }
}

/// A button.
pub fn whole_run(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Show the whole run",
        Lang::Zh => "显示整个运行",
    }
}

/// The name of the legend.
pub fn legend(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "What the colours mean",
        Lang::Zh => "颜色的含义",
    }
}

/// An entry of the legend.
pub fn ended(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "ended",
        Lang::Zh => "结束",
    }
}

/// An entry of the legend.
pub fn panicked(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "panicked",
        Lang::Zh => "panic",
    }
}

/// An entry of the legend.
pub fn not_kept(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "events not kept",
        Lang::Zh => "事件未保留",
    }
}

/// An entry of the legend.
pub fn runs_goroutine(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "runs a goroutine",
        Lang::Zh => "运行 goroutine",
    }
}

/// An entry of the legend.
pub fn idle(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "idle",
        Lang::Zh => "空闲",
    }
}

/// An entry of the legend.
pub fn queue_length(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "length of the run queue",
        Lang::Zh => "运行队列长度",
    }
}

/// An entry of the legend, with the most that are drawn at once.
pub fn who_woke_whom(lang: Lang) -> String {
    let most = super::arrows::MAX_ARROWS;
    match lang {
        Lang::En => format!("who woke whom, up to {most} in view"),
        Lang::Zh => format!("谁唤醒谁（视野内至多 {most} 条）"),
    }
}

/// How many signs are not drawn.
pub fn more_signs(number: usize, lang: Lang) -> String {
    let number = count(number as u64);
    match lang {
        Lang::En => format!("and {number} more signs that are not drawn"),
        Lang::Zh => format!("另有 {number} 个标记未绘出"),
    }
}

/// The lane of the global queue.
pub fn global_queue(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "global queue",
        Lang::Zh => "全局队列",
    }
}

/// The name of the switch between kinds of lanes.
pub fn lanes_by(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "A lane for each",
        Lang::Zh => "泳道划分",
    }
}

/// The switch: a lane for each goroutine.
pub fn by_goroutine(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Goroutines",
        Lang::Zh => "按 goroutine",
    }
}

/// The switch: a lane for each P.
pub fn by_processor(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Processors",
        Lang::Zh => "按 P",
    }
}

/// How many events are missing.
pub fn dropped(number: u64, lang: Lang) -> String {
    match (lang, number) {
        (Lang::En, 1) => "1 event not kept".into(),
        (Lang::En, _) => format!("{} events not kept", count(number)),
        (Lang::Zh, _) => format!("{} 个事件未保留", count(number)),
    }
}

/// What the occupancy says as long as there is no channel.
pub fn no_channels(phase: Phase, lang: Lang) -> &'static str {
    match (phase, lang) {
        (Phase::Ended, Lang::En) => "This run made no channel",
        (Phase::Ended, Lang::Zh) => "这次运行没有创建通道",
        (_, Lang::En) => {
            "Each channel of the run gets a chart here: how many values it held, and when"
        }
        (_, Lang::Zh) => "运行中的每个通道在此各有一幅图：何时存有多少个值",
    }
}

/// A channel and its counts, above its chart.
pub fn channel_counts(channel: &Channel, held: Option<u32>, lang: Lang) -> String {
    let (sends, receives) = (count(channel.sends), count(channel.receives));
    let held = held.map(|held| count(u64::from(held)));
    match (channel.capacity, held, lang) {
        (0, _, Lang::En) => format!("no buffer · {sends} handed over"),
        (0, _, Lang::Zh) => format!("无缓冲 · 交接 {sends} 次"),
        (capacity, Some(held), Lang::En) => {
            format!("{held} of {capacity} · {sends} sent · {receives} received")
        }
        (capacity, Some(held), Lang::Zh) => {
            format!("{held}/{capacity} · 发送 {sends} · 接收 {receives}")
        }
        (capacity, None, Lang::En) => {
            format!("capacity {capacity} · {sends} sent · {receives} received")
        }
        (capacity, None, Lang::Zh) => {
            format!("容量 {capacity} · 发送 {sends} · 接收 {receives}")
        }
    }
}

/// What a chart shows, for a screen reader.
pub fn channel_chart(channel: &Channel, name: &str, lang: Lang) -> String {
    let peak = count(u64::from(channel.peak_len));
    let sends = count(channel.sends);
    match (channel.capacity, lang) {
        (0, Lang::En) => format!("Channel {name} has no buffer; {sends} values were handed over"),
        (0, Lang::Zh) => format!("通道 {name} 无缓冲，共交接 {sends} 个值"),
        (capacity, Lang::En) => {
            format!("Channel {name} held at most {peak} of {capacity} values; {sends} were sent")
        }
        (capacity, Lang::Zh) => {
            format!("通道 {name} 最多存有 {peak}/{capacity} 个值，共发送 {sends} 个")
        }
    }
}

/// Beside the mark of a channel's close.
pub fn closed(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "closed",
        Lang::Zh => "已关闭",
    }
}

/// How many channels are not shown.
pub fn more_channels(number: usize, lang: Lang) -> String {
    let number = count(number as u64);
    match lang {
        Lang::En => format!("and {number} more channels"),
        Lang::Zh => format!("另有 {number} 个通道"),
    }
}

/// The head of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// The goroutine.
    Goroutine,
    /// What it does now.
    State,
    /// What it waits for.
    Reason,
    /// On which object.
    Object,
    /// Which send or receive.
    Operation,
    /// From when.
    From,
    /// How long.
    Lasted,
    /// Who ended it.
    WokenBy,
    /// What happened.
    Event,
    /// Where in the code.
    Place,
    /// Time on a processor.
    Ran,
    /// Time without one.
    Waited,
    /// Time blocked or asleep.
    Blocked,
    /// How often it waited.
    Waits,
}

impl Head {
    /// What the table calls it.
    pub fn say(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Head::Goroutine, _) => "goroutine",
            (Head::State, Lang::En) => "state",
            (Head::State, Lang::Zh) => "状态",
            (Head::Reason, Lang::En) => "waits for",
            (Head::Reason, Lang::Zh) => "等待",
            (Head::Object, Lang::En) => "object",
            (Head::Object, Lang::Zh) => "对象",
            (Head::Operation, Lang::En) => "operation",
            (Head::Operation, Lang::Zh) => "操作",
            (Head::From, Lang::En) => "from",
            (Head::From, Lang::Zh) => "开始",
            (Head::Lasted, Lang::En) => "lasted",
            (Head::Lasted, Lang::Zh) => "时长",
            (Head::WokenBy, Lang::En) => "woken by",
            (Head::WokenBy, Lang::Zh) => "唤醒者",
            (Head::Event, Lang::En) => "what happened",
            (Head::Event, Lang::Zh) => "事件",
            (Head::Place, Lang::En) => "place",
            (Head::Place, Lang::Zh) => "位置",
            (Head::Ran, Lang::En) => "ran",
            (Head::Ran, Lang::Zh) => "运行",
            (Head::Waited, Lang::En) => "waited for a P",
            (Head::Waited, Lang::Zh) => "等待 P",
            (Head::Blocked, Lang::En) => "blocked",
            (Head::Blocked, Lang::Zh) => "阻塞",
            (Head::Waits, Lang::En) => "waits",
            (Head::Waits, Lang::Zh) => "等待次数",
        }
    }
}

/// The caption of a table.
pub fn waits_caption(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Every wait, in order of time",
        Lang::Zh => "按时间排列的每一次等待",
    }
}

/// The caption of a table.
pub fn notes_caption(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "What happened to locks, atomics, contexts and threads",
        Lang::Zh => "锁、原子操作、上下文与线程上发生的事件",
    }
}

/// The caption of a table.
pub fn goroutines_caption(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Where each goroutine's time went",
        Lang::Zh => "每个 goroutine 的时间去向",
    }
}

/// What a table says as long as it has no row.
pub fn no_rows(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Nothing was recorded yet",
        Lang::Zh => "尚无记录",
    }
}

/// The line below a table that is longer than what it shows.
pub fn more_rows(shown: usize, more: usize, lang: Lang) -> String {
    let (shown, more) = (count(shown as u64), count(more as u64));
    match lang {
        Lang::En => format!("The first {shown} are shown; there are {more} more"),
        Lang::Zh => format!("显示前 {shown} 行，另有 {more} 行"),
    }
}

/// A text in pieces: those for which the flag is set stood between backticks.
pub fn pieces(text: &str) -> Vec<(bool, &str)> {
    text.split('`')
        .enumerate()
        .filter(|(_, piece)| !piece.is_empty())
        .map(|(index, piece)| (index % 2 == 1, piece))
        .collect()
}

/// A text whose words between backticks are set as code.
#[cfg(target_arch = "wasm32")]
pub fn with_code(text: &str) -> impl leptos::prelude::IntoView + use<> {
    use leptos::prelude::*;
    pieces(text)
        .into_iter()
        .map(|(code, piece)| {
            let piece = piece.to_owned();
            if code {
                view! { <code>{piece}</code> }.into_any()
            } else {
                piece.into_any()
            }
        })
        .collect_view()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_backticks_is_code() {
        assert_eq!(
            pieces("sending on `values`: full"),
            [(false, "sending on "), (true, "values"), (false, ": full")]
        );
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn a_range_has_one_unit() {
        assert_eq!(range(0, 420_000_000, Lang::En), "0 to 420\u{2009}ms");
        assert_eq!(
            range(1_500_000, 420_000_000, Lang::Zh),
            "1.50\u{2009}ms 至 420\u{2009}ms"
        );
    }
}
