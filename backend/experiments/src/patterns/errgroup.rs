//! Goroutines that work on one thing: the first error counts, and ends the rest.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use csp::context::{Context, background};
use csp::patterns::errgroup::Group;
use csp::time::{Instant, after, now};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, Text, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    /// The context that the fetches watch.
    enum Watches {
        Group = "group", text("the group's context", "组的 context");
        Nothing = "nothing", text("nothing", "什么也不看");
    }
}

const PAGES: Text = text("pages", "个网页");

parameters! {
    struct Parameters {
        pages: u64 = 6, in 1..=64, unit PAGES,
            label text("Pages", "网页个数"),
            help text("How many pages are fetched, each by a goroutine", "取多少个网页，每个用一个 goroutine");
        page_time: u64 = 100, in 0..=500, unit text("ms", "ms"),
            label text("Each page takes longer by", "每个网页多用"),
            help text(
                "Page 1 takes so long, page 2 twice that, and so on, before the time scale",
                "第 1 个网页用这么久，第 2 个用两倍，依此类推（未乘时间比例）",
            );
        fails: u64 = 3, in 0..=64,
            label text("Page that fails", "第几个网页失败"),
            help text("This page has no host; 0: none fails", "这个网页的主机不存在；0 表示都不失败");
        watches: Watches = Watches::Group,
            label text("A fetch watches", "取网页时留意"),
            help text(
                "Whether the others hear that one has failed",
                "一个失败之后，其余的能不能知道",
            );
        limit: usize = 0, in 0..=64, unit text("goroutines", "个"),
            label text("Limit", "并发上限"),
            help text("How many goroutines of the group may be active; 0: all", "组里同时最多几个 goroutine；0 表示不限");
        time_scale: f64 = 0.1, in 0.01..=0.2,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const FETCHED: MetricSpec =
    MetricSpec::new("fetched", text("Pages fetched", "取到的网页"), Some(PAGES));

const GIVEN_UP: MetricSpec = MetricSpec::new(
    "given_up",
    text("Pages given up", "放弃的网页"),
    Some(PAGES),
);

const FIRST_ERROR: MetricSpec = MetricSpec::new(
    "first_error",
    text(
        "Page whose error came out of wait (0: none)",
        "wait 返回的是第几个网页的错误（0 表示没有）",
    ),
    None,
);

const PEAK: MetricSpec = MetricSpec::new(
    "peak",
    text("Most fetches at once", "同时进行的最多"),
    Some(PAGES),
);

const ELAPSED_MS: MetricSpec = MetricSpec::new(
    "elapsed_ms",
    text("Time until wait returned", "wait 返回前的用时"),
    Some(text("ms", "ms")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "errgroup",
    chapter: 2,
    title: text("Error group", "errgroup：一组 goroutine"),
    summary: text(
        "Goroutines that work on one thing: the first error cancels the others",
        "几个 goroutine 合做一件事：第一个错误会取消其余的",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[FETCHED, GIVEN_UP, FIRST_ERROR, PEAK, ELAPSED_MS],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("errgroup.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let (limit, pages) = ((params.limit > 0).then_some(params.limit), params.pages());
    let (deaf, figures) = (params.watches == Watches::Nothing, Figures::in_lab(lab));

    // lesson:begin main
    let (group, mut ctx) = Group::with_context(&background());
    group.set_limit(limit);
    if deaf {
        ctx = background(); // which never ends
    }
    for page in pages {
        let (ctx, figures) = (ctx.clone(), figures.clone());
        let fetching = async move {
            let _active = figures.begins();
            page.fetch(&ctx, &figures).await
        };
        // Waits while as many are active as may be.
        let name = format!("page {}", page.id);
        group.go_named(&name, fetching).await;
    }
    match group.wait().await {
        Ok(()) => csp::println!("all fetched"),
        Err(Failed { page, why }) => {
            csp::println!("page {page}: {why}");
            figures.first_error(page);
        }
    }
    figures.ends();
    // lesson:end main
}

// lesson:begin fetch
impl Page {
    async fn fetch(self, ctx: &Context, figures: &Figures) -> Result<(), Failed> {
        let Page { id, takes, fails } = self;
        let answer = after(takes);
        csp::select! {
            _ = answer.recv() => {}
            _ = ctx.done().recv() => {
                csp::println!("page {id} given up");
                figures.given_up();
                return Err(Failed { page: id, why: "context canceled" });
            }
        }
        if fails {
            return Err(Failed {
                page: id,
                why: "no such host",
            });
        }
        csp::println!("page {id} fetched");
        figures.fetched();
        Ok(())
    }
}
// lesson:end fetch

/// A page to be fetched.
#[derive(Clone, Copy)]
struct Page {
    id: u64,
    takes: Duration,
    fails: bool,
}

/// Why a page was not fetched.
struct Failed {
    page: u64,
    why: &'static str,
}

impl Parameters {
    fn pages(&self) -> Vec<Page> {
        let page = |id| Page {
            id,
            takes: scaled(self.page_time * id, self.time_scale),
            fails: id == self.fails,
        };
        (1..=self.pages).map(page).collect()
    }
}

/// What became of the pages.
#[derive(Clone)]
struct Figures {
    counts: Arc<Mutex<Counts>>,
    start: Instant,
    lab: Lab,
}

#[derive(Default)]
struct Counts {
    active: u32,
    peak: u32,
    fetched: u32,
    given_up: u32,
}

impl Figures {
    fn in_lab(lab: Lab) -> Self {
        let metrics = ENTRY.metrics.iter();
        metrics.for_each(|metric| lab.metric(metric.name, 0.0));
        Figures {
            counts: Arc::default(),
            start: now(),
            lab,
        }
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A fetch begins; it ends where the guard is dropped.
    fn begins(&self) -> Active {
        let mut counts = self.counts();
        counts.active += 1;
        counts.peak = counts.peak.max(counts.active);
        csp::counter("fetches at once", counts.active.into());
        self.lab.metric(PEAK.name, counts.peak.into());
        Active(self.clone())
    }

    fn fetched(&self) {
        let mut counts = self.counts();
        counts.fetched += 1;
        self.lab.metric(FETCHED.name, counts.fetched.into());
    }

    fn given_up(&self) {
        let mut counts = self.counts();
        counts.given_up += 1;
        self.lab.metric(GIVEN_UP.name, counts.given_up.into());
    }

    fn first_error(&self, page: u64) {
        self.lab.metric(FIRST_ERROR.name, page as f64);
    }

    /// The group has ended.
    fn ends(&self) {
        let elapsed = self.start.elapsed();
        self.lab.metric(ELAPSED_MS.name, millis(elapsed));
    }
}

/// A fetch, while it lasts.
struct Active(Figures);

impl Drop for Active {
    fn drop(&mut self) {
        let mut counts = self.0.counts();
        counts.active -= 1;
        csp::counter("fetches at once", counts.active.into());
    }
}
