//! What is measured in the browser.

use std::time::Duration;

use fantoccini::wd::TimeoutConfiguration;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use crate::chromium::{Chromium, Screen};
use crate::site::Site;
use crate::stage::Stage;

/// Without them a frame takes at least a sixtieth of a second, however little
/// there is to do.
const UNTIMED: [&str; 2] = ["--disable-frame-rate-limit", "--disable-gpu-vsync"];
/// Frames of each kind.
const FRAMES: u64 = 240;
/// Frames before them that are not counted: the code is still being compiled.
const WARM_UP: usize = 40;
/// How long a run may take to come in.
const RUN_SECONDS: u64 = 120;

/// Counts the time in the handler of messages.
const TIME_MESSAGES: &str = "
    const own = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage');
    window.spent = 0;
    Object.defineProperty(WebSocket.prototype, 'onmessage', {
        ...own,
        set(handler) {
            own.set.call(this, handler && (event => {
                const begun = performance.now();
                handler.call(this, event);
                window.spent += performance.now() - begun;
            }));
        },
    });";
/// Turns the wheel once a frame, and gives the times between frames.
const TURN: &str = "
    const [kind, count, done] = arguments;
    const frame = document.querySelector('[data-testid=timeline-frame]');
    frame.focus();
    const box = frame.getBoundingClientRect();
    const at = { clientX: box.left + box.width * 0.6, clientY: box.top + box.height / 2 };
    const turn = more => frame.dispatchEvent(
        new WheelEvent('wheel', { bubbles: true, cancelable: true, ...at, ...more }));
    // Nearly all is in view, and there is somewhere to pan to.
    turn({ deltaY: -60 });
    const times = [];
    let last;
    const next = () => {
        const now = performance.now();
        if (last !== undefined) times.push(now - last);
        last = now;
        if (times.length >= count) return done(times);
        const there = times.length % 40 < 20;
        if (kind === 'zoom') turn({ deltaY: there ? -24 : 24 });
        else turn({ deltaY: there ? 12 : -12, shiftKey: true });
        requestAnimationFrame(next);
    };
    requestAnimationFrame(next);";

/// What a recording costs the page.
pub(crate) struct Figures {
    pub(crate) events: u64,
    /// Decoded and taken into the model, in a second.
    pub(crate) decode_per_s: f64,
    /// The median of all frames, in milliseconds.
    pub(crate) frame_ms: f64,
    pub(crate) zoom_ms: f64,
    pub(crate) pan_ms: f64,
    /// One in twenty takes longer.
    pub(crate) worst_ms: f64,
    /// The page's whole memory, in megabytes.
    pub(crate) memory_mb: f64,
}

/// Lets the page show the recording, and zooms and pans.
pub(crate) async fn frames(stage: &Stage) -> Figures {
    let browser = Chromium::open_with(Screen::Desk, &UNTIMED).await;
    let client = &browser.client;
    open(client, &format!("{}/lessons/parts", stage.url)).await;
    client
        .execute(TIME_MESSAGES, vec![])
        .await
        .expect("the page times itself");
    run(client).await;
    let spent_ms = number(client, "return window.spent").await;
    let zoom = turned(client, "zoom").await;
    let pan = turned(client, "pan").await;
    let memory = client
        .execute_async(
            "const done = arguments[0];
             wasmBindings.default().then(made => done(made.memory.buffer.byteLength));",
            vec![],
        )
        .await
        .expect("the size of the page's memory");
    let all = [zoom.clone(), pan.clone()].concat();
    let errors = browser.errors().await;
    assert!(errors.is_empty(), "errors in the console: {errors:#?}");
    Figures {
        events: stage.recording.events,
        decode_per_s: stage.recording.events as f64 / (spent_ms / 1e3),
        frame_ms: share(all.clone(), 2, 1),
        zoom_ms: share(zoom, 2, 1),
        pan_ms: share(pan, 2, 1),
        worst_ms: share(all, 20, 19),
        memory_mb: memory.as_f64().unwrap_or_default() / 1e6,
    }
}

/// The median time from Run to the first event in the page, of real runs.
pub(crate) async fn first_event_millis(runs: usize) -> f64 {
    let site = Site::start().await;
    let browser = Chromium::open(Screen::Desk).await;
    let client = &browser.client;
    open(client, &format!("{}/lessons/channel-buffered", site.url())).await;
    let mut times = Vec::new();
    for _ in 0..runs {
        run(client).await;
        let body = "return Number(document.documentElement.dataset.firstEventMs)";
        times.push(number(client, body).await);
    }
    share(times, 2, 1)
}

async fn open(client: &Client, url: &str) {
    let script = Some(Duration::from_secs(RUN_SECONDS));
    client
        .update_timeouts(TimeoutConfiguration::new(script, None, None))
        .await
        .expect("scripts may take longer");
    client.goto(url).await.expect("the browser opens the page");
    client
        .wait()
        .at_most(Duration::from_secs(RUN_SECONDS))
        .for_element(Locator::Css("[data-testid=run]"))
        .await
        .expect("the lesson has a button to run it");
}

/// Presses Run and waits for the end.
async fn run(client: &Client) {
    let ended = client
        .execute_async(
            "const done = arguments[0];
             const state = document.querySelector('[data-testid=state]');
             new MutationObserver((_, self) => {
                 const phase = state.dataset.phase;
                 if (phase !== 'ended' && phase !== 'failed') return;
                 self.disconnect();
                 done(phase);
             }).observe(state, { attributeFilter: ['data-phase'] });
             document.querySelector('[data-testid=run]').click();",
            vec![],
        )
        .await
        .expect("the run ends in time");
    assert_eq!(ended, "ended");
}

/// The times of frames while the wheel is turned.
async fn turned(client: &Client, kind: &str) -> Vec<f64> {
    let arguments = vec![json!(kind), json!(FRAMES)];
    let times = client.execute_async(TURN, arguments).await;
    let times: Value = times.expect("the timeline takes the wheel");
    let times: Vec<f64> = serde_json::from_value(times).expect("times");
    times[WARM_UP..].to_vec()
}

async fn number(client: &Client, body: &str) -> f64 {
    let value = client.execute(body, vec![]).await.expect("a number");
    value.as_f64().unwrap_or(f64::NAN)
}

/// Such a share of all is not above it; 1 of 2 is the median.
fn share(mut values: Vec<f64>, of: usize, below: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len() * below / of).min(values.len().saturating_sub(1));
    values.get(at).copied().unwrap_or(f64::NAN)
}
