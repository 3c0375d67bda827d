//! The words around the pictures, in both languages.

use crate::figures::{Unit, count, duration_in};
use crate::i18n::Lang;
use crate::phase::Phase;

/// The name of the timeline.
pub fn timeline(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Timeline of the goroutines",
        Lang::Zh => "goroutine 时间线",
    }
}

/// The name of the timeline and how its keys work, for a screen reader.
pub fn timeline_with_keys(lang: Lang) -> &'static str {
    match lang {
        Lang::En => {
            "Timeline of the goroutines. Arrow keys go from span to span and from lane to lane, \
             plus and minus zoom, Shift with an arrow pans, 0 shows the whole run. \
             The table holds the same."
        }
        Lang::Zh => {
            "goroutine 时间线。方向键在时段与泳道之间移动，加减键缩放，Shift 加方向键平移，\
             0 显示整个运行。表格中有相同的内容。"
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

/// What the timeline says as long as it has no lane.
pub fn no_lanes(phase: Phase, lang: Lang) -> &'static str {
    match (phase, lang) {
        (Phase::Idle, Lang::En) => "Press Run: each goroutine gets a lane here",
        (Phase::Idle, Lang::Zh) => "按下运行：每个 goroutine 在此各占一条泳道",
        (Phase::Queued { .. }, Lang::En) => "Waiting for a turn",
        (Phase::Queued { .. }, Lang::Zh) => "正在排队",
        (Phase::Failed, Lang::En) => "There is no run to show",
        (Phase::Failed, Lang::Zh) => "没有可显示的运行",
        (Phase::Ended, Lang::En) => "The run ended without an event",
        (Phase::Ended, Lang::Zh) => "运行结束，没有任何事件",
        (_, Lang::En) => "Waiting for the first event",
        (_, Lang::Zh) => "等待第一个事件",
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

/// How many events are missing.
pub fn dropped(number: u64, lang: Lang) -> String {
    match (lang, number) {
        (Lang::En, 1) => "1 event not kept".into(),
        (Lang::En, _) => format!("{} events not kept", count(number)),
        (Lang::Zh, _) => format!("{} 个事件未保留", count(number)),
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
            "1.5\u{2009}ms 至 420\u{2009}ms"
        );
    }
}
