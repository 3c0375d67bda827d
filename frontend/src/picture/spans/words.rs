//! The words of the waterfall, in both languages.

use crate::figures::{count, duration};
use crate::i18n::Lang;
use crate::model::{Model, SpanEnd, Traced};
use crate::phase::Phase;

/// What stands there as long as there is no span.
pub fn none(phase: Phase, lang: Lang) -> &'static str {
    match (phase, lang) {
        (Phase::Ended, Lang::En) => {
            "This run has no spans: a span is a piece of work that the program names and measures \
             itself, and this program does not"
        }
        (Phase::Ended, Lang::Zh) => {
            "这次运行没有 span：span 是程序自己命名并计时的一段工作，这个程序没有这样做"
        }
        (_, Lang::En) => {
            "A program may name and measure pieces of its work, as spans; those of the run stand \
             here, each under the one it is part of"
        }
        (_, Lang::Zh) => {
            "程序可以把自己的一段工作命名并计时，这就是 span；运行中的 span 会列在这里，子 span 列在父 span 之下"
        }
    }
}

/// What stands there if the stretch of time in view has no span.
pub fn none_here(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "No span lies in the stretch of time that the timeline shows",
        Lang::Zh => "时间线当前显示的时段内没有 span",
    }
}

/// What the keys do.
pub fn hint(lang: Lang) -> &'static str {
    match lang {
        Lang::En => {
            "Choose a row to read about it. Arrow keys go from row to row, left and right fold \
             and unfold, Enter shows the span's time in every picture"
        }
        Lang::Zh => {
            "选中一行查看详情。上下键换行，左右键折叠与展开，回车让所有图都显示这个 span 的时段"
        }
    }
}

/// The name of the waterfall, for a screen reader.
pub fn label(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Spans of the program, as a waterfall",
        Lang::Zh => "程序的 span 瀑布图",
    }
}

/// How long a span lasted, as far as is known.
pub fn lasted(span: &Traced, shown_ns: u64, lang: Lang) -> String {
    let time = duration(span.to_ns(shown_ns) - span.from_ns);
    match (span.end, lang) {
        (SpanEnd::At(_), _) => time,
        (SpanEnd::Open, Lang::En) => format!("{time} so far"),
        (SpanEnd::Open, Lang::Zh) => format!("{time}（至今）"),
        (SpanEnd::Cut(_), _) => format!("≥ {time}"),
    }
}

/// Beside the bar of a span that failed, after its sign.
pub fn failed(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "failed",
        Lang::Zh => "失败",
    }
}

/// A span in a sentence.
pub fn said(model: &Model, span: &Traced, shown_ns: u64, lang: Lang) -> String {
    let name = &span.name;
    let who = model.goroutine_name(span.g);
    let time = lasted(span, shown_ns, lang);
    let spans = model.trace().kept();
    let parent = span.parent.and_then(|parent| spans.get(parent as usize));
    let mut said = match lang {
        Lang::En => format!("`{name}` lasted {time}, begun by {who}"),
        Lang::Zh => format!("`{name}` 历时 {time}，由 {who} 开始"),
    };
    if let Some(parent) = parent {
        said += &match lang {
            Lang::En => format!(", part of `{}`", parent.name),
            Lang::Zh => format!("，属于 `{}`", parent.name),
        };
    }
    match (span.errors.first(), lang) {
        (Some((_, error)), Lang::En) => said += &format!("; it failed: {error}"),
        (Some((_, error)), Lang::Zh) => said += &format!("；失败：{error}"),
        (None, Lang::En) if span.failed => said += "; it failed",
        (None, Lang::Zh) if span.failed => said += "；失败",
        _ => {}
    }
    said
}

/// How many rows are left out.
pub fn more(rows: usize, not_kept: usize, lang: Lang) -> String {
    let (n, lost) = (count(rows as u64), count(not_kept as u64));
    match (rows, not_kept, lang) {
        (0, 0, _) => String::new(),
        (_, 0, Lang::En) => format!("and {n} more: zoom into the timeline to see them"),
        (_, 0, Lang::Zh) => format!("另有 {n} 个：放大时间线即可看到"),
        (0, _, Lang::En) => format!("{lost} later spans were not kept"),
        (0, _, Lang::Zh) => format!("之后的 {lost} 个 span 未保留"),
        (_, _, Lang::En) => {
            format!("and {n} more: zoom into the timeline to see them; {lost} later were not kept")
        }
        (_, _, Lang::Zh) => format!("另有 {n} 个：放大时间线即可看到；之后的 {lost} 个未保留"),
    }
}

/// A row of the table about one span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// Its name.
    Span,
    /// Who began it.
    Goroutine,
    /// When it began.
    From,
    /// How long it lasted.
    Lasted,
    /// Its status.
    Status,
    /// Where in the code it began.
    Place,
}

impl Head {
    /// What the table calls it.
    pub fn say(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Head::Span, _) => "span",
            (Head::Goroutine, _) => "goroutine",
            (Head::From, Lang::En) => "from",
            (Head::From, Lang::Zh) => "开始",
            (Head::Lasted, Lang::En) => "lasted",
            (Head::Lasted, Lang::Zh) => "时长",
            (Head::Status, Lang::En) => "status",
            (Head::Status, Lang::Zh) => "状态",
            (Head::Place, Lang::En) => "place",
            (Head::Place, Lang::Zh) => "位置",
        }
    }
}

/// An error of a span, by its time.
pub fn error_at(t_ns: u64, lang: Lang) -> String {
    let time = duration(t_ns);
    match lang {
        Lang::En => format!("error at {time}"),
        Lang::Zh => format!("{time} 时的错误"),
    }
}

/// Attributes and errors that are not kept.
pub fn more_details(number: u32, lang: Lang) -> String {
    match lang {
        Lang::En => format!("and {number} more"),
        Lang::Zh => format!("另有 {number} 项"),
    }
}
