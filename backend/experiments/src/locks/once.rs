//! Ten callers need something that is made once: `Once`, and two flags that do
//! not do.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use csp::sync::{Once, RacingCell, WaitGroup};
use csp::time::{now, sleep};
use csp::trace::Reason;

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    enum Guard {
        Once = "once", text("sync.Once", "用 sync.Once");
        FlagAfter = "flag-after", text("A flag, set after it", "标志位，做完再设");
        FlagBefore = "flag-before", text("A flag, set before it", "标志位，先设再做");
    }
}

parameters! {
    struct Parameters {
        callers: usize = 10, in 1..=64, unit text("goroutines", "个"),
            label text("Callers", "调用者"),
            help text("How many goroutines need the configuration", "有多少个 goroutine 需要这份配置");
        guard: Guard = Guard::Once,
            label text("Once by", "靠什么保证只做一次"),
            help text(
                "What decides who loads the configuration",
                "由什么来决定谁去加载配置",
            );
        load_time: u64 = 500, in 0..=2000, unit text("ms", "ms"),
            label text("Loading takes", "加载耗时"),
            help text(
                "How long loading the configuration takes, before the time scale",
                "加载配置要多久（未乘时间比例）",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const LOADS: MetricSpec = MetricSpec::new("loads", text("Times it was loaded", "加载的次数"), None);

const WAITED: MetricSpec = MetricSpec::new(
    "waited",
    text(
        "Callers that waited for another's load",
        "等别人加载的调用者",
    ),
    Some(text("callers", "个")),
);

const TOO_EARLY: MetricSpec = MetricSpec::new(
    "too_early",
    text(
        "Callers that went on before it was loaded",
        "没加载好就继续的调用者",
    ),
    Some(text("callers", "个")),
);

const LONGEST_CALL_MS: MetricSpec = MetricSpec::new(
    "longest_call_ms",
    text("Longest call", "最长的一次调用"),
    Some(text("ms", "ms")),
);

/// What the configuration says once it is loaded.
const LOADED: i64 = 8080;

pub(crate) const ENTRY: Entry = Entry {
    id: "once",
    chapter: 3,
    title: text("Once", "只做一次：Once"),
    summary: text(
        "Ten callers, one initialisation: nine wait for the one; and why a flag is not enough",
        "十个调用者，只初始化一次：九个等一个；以及为什么一个标志位不够",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[LOADS, WAITED, TOO_EARLY, LONGEST_CALL_MS],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("once.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters { callers, guard, .. } = params;
    let load_time = scaled(params.load_time, params.time_scale);
    let figures = Arc::new(Figures::new(lab));
    let config = Arc::new(Config {
        once: Once::named("once"),
        flag: RacingCell::named("loaded", 0),
        port: RacingCell::named("port", 0),
        load_time,
    });

    // lesson:begin main
    let all = WaitGroup::named("all");
    for id in 1..=callers {
        let (config, figures) = (config.clone(), figures.clone());
        all.go_named(format!("caller {id}"), async move {
            let start = now();
            let load = config.load(&figures);
            match guard {
                // The first runs `load`; all others wait until it is through.
                Guard::Once => config.once.call_once(load).await,
                Guard::FlagAfter => {
                    if config.flag.load().await == 0 {
                        load.await;
                        config.flag.store(1).await;
                    }
                }
                Guard::FlagBefore => {
                    if config.flag.load().await == 0 {
                        config.flag.store(1).await;
                        load.await;
                    }
                }
            }
            let port = config.port.load().await;
            csp::println!("caller {id}: port {port}");
            figures.called(port, start.elapsed());
        });
    }
    all.wait().await;
    // lesson:end main

    figures.tell_waits();
}

// lesson:begin config
/// What all callers need. The port is 0 until it is loaded.
struct Config {
    once: Once,
    flag: RacingCell,
    port: RacingCell,
    load_time: Duration,
}

impl Config {
    async fn load(&self, figures: &Figures) {
        figures.loads();
        csp::println!("loading the configuration");
        sleep(self.load_time).await; // from a disk, say
        self.port.store(LOADED).await;
    }
}
// lesson:end config

/// What the callers saw.
struct Figures {
    loads: AtomicU32,
    too_early: AtomicU32,
    longest: std::sync::Mutex<Duration>,
    lab: Lab,
}

impl Figures {
    fn new(lab: Lab) -> Self {
        lab.zero(ENTRY.metrics);
        Figures {
            loads: AtomicU32::new(0),
            too_early: AtomicU32::new(0),
            longest: std::sync::Mutex::default(),
            lab,
        }
    }

    fn loads(&self) {
        let loads = self.loads.fetch_add(1, Relaxed) + 1;
        self.lab.metric(LOADS.name, loads.into());
    }

    /// A caller got this port, after so long.
    fn called(&self, port: i64, took: Duration) {
        if port != LOADED {
            let too_early = self.too_early.fetch_add(1, Relaxed) + 1;
            self.lab.metric(TOO_EARLY.name, too_early.into());
        }
        let mut longest = self
            .longest
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *longest = longest.max(took);
        self.lab.metric(LONGEST_CALL_MS.name, millis(*longest));
    }

    fn tell_waits(&self) {
        let blocked = csp::totals().blocked;
        let at_once = blocked.iter().find(|all| all.reason == Reason::Once);
        let waited = at_once.map_or(0, |all| all.count);
        self.lab.metric(WAITED.name, waited as f64);
    }
}
