//! The charts of a run, over the same time as the timeline where they have one:
//! one at a time, and only the one that is open is computed.
//!
//! * [`drawn`]: what a chart comes to: text, places with a value, a table.
//! * [`plot`]: pieces of a chart, as text.
//! * [`flame`]: time by state, goroutines, reason, object and line.
//! * [`over_time`]: throughput, and the program's counters.
//! * [`latency`]: percentiles and histograms of how long things took.
//! * [`bars`]: blocked time by reason, work by goroutine.
//! * [`pace`]: when a view looks at the run again; [`panel`]: the view itself.

pub mod bars;
pub mod drawn;
pub mod flame;
pub mod latency;
pub mod over_time;
pub mod plot;

#[cfg(target_arch = "wasm32")]
pub mod panel;

#[cfg(target_arch = "wasm32")]
pub use panel::Charts;

use self::drawn::{Ask, Drawn};
use crate::i18n::Lang;

/// A chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Chart {
    /// How many values each channel held; drawn by
    /// [`occupancy`](super::occupancy).
    #[default]
    Occupancy,
    /// Time by line.
    Flame,
    /// How often something happened.
    Throughput,
    /// How long things took.
    Latency,
    /// Blocked time by reason.
    Blocked,
    /// Running time by goroutine.
    Work,
    /// The program's counters.
    Counters,
}

impl Chart {
    /// Every chart, in the order of their buttons.
    pub const ALL: [Chart; 7] = [
        Chart::Occupancy,
        Chart::Flame,
        Chart::Throughput,
        Chart::Latency,
        Chart::Blocked,
        Chart::Work,
        Chart::Counters,
    ];

    /// The word for it, in addresses of files and for tests.
    pub fn word(self) -> &'static str {
        match self {
            Chart::Occupancy => "occupancy",
            Chart::Flame => "flame",
            Chart::Throughput => "throughput",
            Chart::Latency => "latency",
            Chart::Blocked => "blocked",
            Chart::Work => "work",
            Chart::Counters => "counters",
        }
    }

    /// What its button says.
    pub fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Chart::Occupancy, Lang::En) => "Channels",
            (Chart::Occupancy, Lang::Zh) => "通道",
            (Chart::Flame, Lang::En) => "Time by line",
            (Chart::Flame, Lang::Zh) => "火焰图",
            (Chart::Throughput, Lang::En) => "Throughput",
            (Chart::Throughput, Lang::Zh) => "吞吐量",
            (Chart::Latency, Lang::En) => "Latency",
            (Chart::Latency, Lang::Zh) => "延迟",
            (Chart::Blocked, Lang::En) => "Blocked",
            (Chart::Blocked, Lang::Zh) => "阻塞",
            (Chart::Work, Lang::En) => "Work",
            (Chart::Work, Lang::Zh) => "工作量",
            (Chart::Counters, Lang::En) => "Counters",
            (Chart::Counters, Lang::Zh) => "计数器",
        }
    }

    /// Whether its pixels are those of the timeline.
    pub fn is_over_time(self) -> bool {
        matches!(self, Chart::Throughput | Chart::Counters)
    }

    /// Draws it; the channels' occupancy draws itself.
    pub fn draw(self, ask: Ask) -> Drawn {
        if ask.model.lanes().is_empty() {
            return Drawn::nothing(ask.pick(
                "Nothing has run yet: a chart is drawn from what happens in a run",
                "还没有运行：图表由运行中发生的事件画出",
            ));
        }
        match self {
            Chart::Occupancy => Drawn::default(),
            Chart::Flame => flame::draw(ask),
            Chart::Throughput => over_time::throughput(ask),
            Chart::Latency => latency::draw(ask),
            Chart::Blocked => bars::blocked(ask),
            Chart::Work => bars::work(ask),
            Chart::Counters => over_time::counters(ask),
        }
    }
}

/// The name of the buttons; what opens the table; what the file is called; what
/// to do to read a value.
pub fn words(lang: Lang) -> [&'static str; 4] {
    match lang {
        Lang::En => [
            "Which chart",
            "As a table",
            "As a CSV file",
            "Point at the chart to read a value, or go there with the arrow keys",
        ],
        Lang::Zh => [
            "选择图表",
            "表格",
            "CSV 文件",
            "指向图表即可读数，也可用方向键",
        ],
    }
}

#[cfg(test)]
pub(crate) mod tests;
