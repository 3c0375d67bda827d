//! What a reader does to the timeline: keys, cursor, intervals, names, following
//! a live run, and a run that is pinned. Each is told by attributes and tables.

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::page::Page;
use crate::picture;
use crate::site::Site;

const LESSON: &str = "/lessons/channel-buffered";

/// The lesson with a run that has ended, and the keys on the timeline.
async fn ended(site: &Site) -> Page {
    let page = Page::open(&site.url(), LESSON).await;
    page.run_to_the_end().await;
    focus(&page).await;
    page
}

async fn focus(page: &Page) {
    page.element("timeline-frame").await;
    page.js("document.querySelector('[data-testid=timeline-frame]').focus()")
        .await;
}

async fn number(page: &Page, id: &str, name: &str) -> Option<u64> {
    page.attribute(id, name).await.parse().ok()
}

/// The stretch of time in view. Both ends are asked for in one turn of the page:
/// between two turns a run that is followed grows.
async fn view(page: &Page) -> (u64, u64) {
    let body = "const {scaleFromNs, scaleToNs} = \
                document.querySelector('[data-testid=timeline-frame]').dataset;\
                return [Number(scaleFromNs), Number(scaleToNs)]";
    let ends = page.js(body).await;
    let end = |at: usize| ends[at].as_u64().expect("a time in ns");
    (end(0), end(1))
}

/// Waits until the stretch in view is one that meets `is_meant`.
async fn view_that(page: &Page, what: &str, is_meant: impl Fn(u64, u64) -> bool) -> (u64, u64) {
    page.until(what, async |page| {
        let (from, to) = view(page).await;
        is_meant(from, to).then_some((from, to))
    })
    .await
}

/// Waits for a number in an attribute that meets `is_meant`.
async fn number_that(page: &Page, id: &str, name: &str, is_meant: impl Fn(u64) -> bool) -> u64 {
    page.until(&format!("{name} of {id}"), async |page| {
        number(page, id, name)
            .await
            .filter(|number| is_meant(*number))
    })
    .await
}

async fn gone(page: &Page, id: &str) {
    page.until(&format!("no {id}"), async |page| {
        let body = "return document.querySelector(`[data-testid=\"${arguments[0]}\"]`) === null";
        (page.js_with(body, vec![json!(id)]).await == true).then_some(())
    })
    .await;
}

async fn has_focus(page: &Page, class: &str) {
    page.until(&format!("the focus on {class}"), async |page| {
        let body = "return document.activeElement.classList.contains(arguments[0])";
        (page.js_with(body, vec![json!(class)]).await == true).then_some(())
    })
    .await;
}

/// Draws the pointer over the timeline, in shares of its plot and in pixels from
/// its top.
async fn drag(page: &Page, from: f64, to: f64, y: f64, shift: bool) {
    let body = "
        const [from, to, y, shiftKey] = arguments;
        const frame = document.querySelector('[data-testid=timeline-frame]');
        const stick = frame.querySelector('.timeline-stick');
        const box = stick.getBoundingClientRect();
        const left = Number(frame.dataset.scaleLeft), width = Number(frame.dataset.scaleWidth);
        const send = (type, share) => stick.dispatchEvent(new PointerEvent(type, {
            bubbles: true, pointerId: 1, button: 0, shiftKey,
            clientX: frame.getBoundingClientRect().left + left + share * width,
            clientY: box.top + y,
        }));
        send('pointerdown', from);
        if (from !== to) send('pointermove', (from + to) / 2);
        if (from !== to) send('pointermove', to);
        send('pointerup', to);
    ";
    let arguments: Vec<Value> = vec![json!(from), json!(to), json!(y), json!(shift)];
    page.js_with(body, arguments).await;
}

#[tokio::test]
async fn letters_zoom_and_pan_and_a_question_mark_lists_the_keys() {
    let site = Site::start().await;
    let page = ended(&site).await;
    let (whole_from, whole_to) = view(&page).await;
    page.keys("w").await;
    let (from, to) = view_that(&page, "a zoom", |from, to| to - from < whole_to).await;
    page.keys("d").await;
    view_that(&page, "a later stretch", |now_from, now_to| {
        now_from > from && now_to > to
    })
    .await;
    page.keys("0").await;
    view_that(&page, "the whole run", |from, to| {
        (from, to) == (whole_from, whole_to)
    })
    .await;

    let label = page.attribute("timeline-frame", "aria-label").await;
    assert!(!label.is_empty() && label.len() < 160, "{label}");
    page.keys("?").await;
    has_focus(&page, "keys").await;
    let keys = page.words("timeline-keys").await;
    assert!(keys.contains("Keys on the timeline"), "{keys}");
    page.keys(&char::from(Key::Escape).to_string()).await;
    has_focus(&page, "timeline-frame").await;
    let is_open = "return document.querySelector('.keys').matches(':popover-open')";
    assert_eq!(page.js(is_open).await, false);
    page.close(&[]).await;
}

#[tokio::test]
async fn two_fingers_zoom() {
    let site = Site::start().await;
    let page = ended(&site).await;
    let (_, end) = view(&page).await;
    let pinch = "
        const frame = document.querySelector('[data-testid=timeline-frame]');
        const stick = frame.querySelector('.timeline-stick');
        const { left, top } = stick.getBoundingClientRect();
        const send = (type, pointerId, x) => stick.dispatchEvent(new PointerEvent(type, {
            bubbles: true, pointerId, button: 0, pointerType: 'touch',
            clientX: left + Number(frame.dataset.scaleLeft) + x, clientY: top + 60,
        }));
        send('pointerdown', 7, 200);
        send('pointerdown', 8, 300);
        send('pointermove', 7, 150);
        send('pointermove', 8, 350);
        send('pointerup', 7, 150);
        send('pointermove', 8, 10);
        send('pointerup', 8, 10);
    ";
    page.js(pinch).await;
    // Twice as far apart, they show half as much.
    view_that(&page, "half of the run", |from, to| {
        from > 0 && (to - from).abs_diff(end / 2) < end / 50
    })
    .await;
    page.close(&[]).await;
}

#[tokio::test]
async fn the_cursor_goes_with_jumps_keys_clicks_and_the_axis() {
    let site = Site::start().await;
    let page = ended(&site).await;
    let (_, end) = view(&page).await;
    let any = |_: u64| true;
    // To a wait: its beginning is one of those in the table.
    page.keys("n").await;
    let at = number_that(&page, "cursor-time", "data-ns", any).await;
    let rows = picture::rows(&page).await;
    assert!(rows.iter().any(|row| row.from() == at), "{at}: {rows:#?}");
    page.keys("]").await;
    let on = number_that(&page, "cursor-time", "data-ns", |ns| ns > at).await;
    page.keys("[").await;
    number_that(&page, "cursor-time", "data-ns", |ns| ns < on).await;

    // On the axis, to three quarters of the run.
    drag(&page, 0.2, 0.75, 10.0, false).await;
    let near = |share: f64| {
        let meant = (end as f64 * share) as u64;
        move |ns: u64| ns.abs_diff(meant) < end / 100
    };
    number_that(&page, "timeline-cursor", "data-ns", near(0.75)).await;
    assert!(!page.words("cursor-time").await.is_empty());

    // A click on the first lane, where main waits.
    drag(&page, 0.5, 0.5, 58.0, false).await;
    number_that(&page, "timeline-cursor", "data-ns", near(0.5)).await;
    let said = page.words("timeline-sentence").await;
    assert!(said.starts_with("main"), "{said}");
    focus(&page).await;
    page.keys(&char::from(Key::Escape).to_string()).await;
    gone(&page, "timeline-cursor").await;
    page.close(&[]).await;
}

#[tokio::test]
async fn an_interval_is_marked_summed_up_and_let_go() {
    let site = Site::start().await;
    let page = ended(&site).await;
    let (_, end) = view(&page).await;
    // To beyond the edge, which is the end: the last pixel lies before it.
    drag(&page, 0.0, 1.02, 60.0, true).await;
    number_that(&page, "interval", "data-to-ns", |ns| ns == end).await;
    let sum = "return Number(document.querySelector('[data-state=\"chan send\"]').dataset.ns)";
    let rows = picture::rows(&page).await;
    let sends = rows.iter().filter(|row| row.is_blocked_send());
    let blocked: u64 = sends.map(picture::Row::length).sum();
    assert_eq!(page.js(sum).await, blocked);
    let through = "const row = document.querySelector('[data-channel]').dataset;\
                   return [row.sends, row.receives]";
    assert_eq!(page.js(through).await, json!(["5", "5"]));
    let lived = "return document.querySelector('[data-count=goroutines]').dataset.n";
    assert_eq!(page.js(lived).await, "3");

    // A part of it, by two marks, then in full view.
    page.js("document.querySelector('[data-testid=interval] [data-key=Escape]').click()")
        .await;
    gone(&page, "timeline-band").await;
    has_focus(&page, "timeline-frame").await;
    page.keys("m").await;
    let from = number_that(&page, "timeline-mark", "data-ns", |_| true).await;
    page.keys("]]]]m").await;
    let to = number_that(&page, "interval", "data-to-ns", |ns| ns > from).await;
    assert_eq!(number(&page, "interval", "data-from-ns").await, Some(from));
    page.keys("z").await;
    view_that(&page, "the interval", |now_from, now_to| {
        now_from == from && now_to >= to
    })
    .await;
    page.keys(&char::from(Key::Escape).to_string()).await;
    gone(&page, "timeline-band").await;
    page.close(&[]).await;
}

#[tokio::test]
async fn a_part_of_a_name_leads_to_its_lane() {
    let site = Site::start().await;
    let page = ended(&site).await;
    page.keys("/").await;
    has_focus(&page, "timeline-field").await;
    page.keys("SEND").await;
    page.until("what was found", async |page| {
        let found = page.words("timeline-found").await;
        found.contains("1 goroutine, 0 objects").then_some(())
    })
    .await;
    page.keys(&char::from(Key::Enter).to_string()).await;
    has_focus(&page, "timeline-frame").await;
    page.until("a sentence about it", async |page| {
        let said = page.words("timeline-sentence").await;
        said.contains("sender").then_some(())
    })
    .await;
    // An object leads to the first wait for it.
    page.keys("/").await;
    has_focus(&page, "timeline-field").await;
    page.keys("values").await;
    let first = page
        .until("the object", async |page| {
            let button = "return document.querySelector('.found-name')?.innerText ?? ''";
            let words = page.js(button).await;
            let words = words.as_str().unwrap_or_default().to_owned();
            words.starts_with("values").then_some(words)
        })
        .await;
    assert!(first.contains("was the first to wait for it"), "{first}");
    page.js("document.querySelector('.found-name').click()")
        .await;
    page.until("a wait for it", async |page| {
        let said = page.words("timeline-sentence").await;
        said.contains("values").then_some(())
    })
    .await;
    page.close(&[]).await;
}

#[tokio::test]
async fn a_live_run_is_followed_until_the_reader_goes_back() {
    let site = Site::start().await;
    // The waits of the book in full: the run takes seconds.
    let page = Page::open(&site.url(), &format!("{LESSON}?time_scale=1")).await;
    page.click("run").await;
    picture::until_drawn_while_running(&page).await;
    focus(&page).await;
    let pressed = async |page: &Page| {
        let body = "return document.querySelector('[data-key=l]').getAttribute('aria-pressed')";
        page.js(body).await == "true"
    };
    page.keys("++").await;
    page.until("a part of the run", async |page| {
        (!pressed(page).await).then_some(())
    })
    .await;
    page.keys("l").await;
    page.until("the run being followed", async |page| {
        pressed(page).await.then_some(())
    })
    .await;
    let (from, to) = view(&page).await;
    let (later, end) = view_that(&page, "a later end", |_, now_to| now_to > to).await;
    assert_eq!(end - later, to - from, "it is as long as it was");
    page.keys("a").await;
    page.until("the run being left alone", async |page| {
        (!pressed(page).await).then_some(())
    })
    .await;
    page.click("stop").await;
    page.phase(&["ended"]).await;
    page.close(&[]).await;
}

#[tokio::test]
async fn a_pinned_run_stands_above_the_next_one_on_one_axis() {
    let site = Site::start().await;
    let page = ended(&site).await;
    page.click("pin").await;
    page.fill("capacity", "0").await;
    page.run_to_the_end().await;
    let cells = "return ['first_blocked_send', 'capacity'].map(name => \
                 [...document.querySelectorAll(`[data-figure=${name}] td`)]\
                     .map(cell => cell.textContent))";
    let cells = page
        .until("both runs side by side", async |page| {
            let found = page.js(cells).await;
            (found[0] != json!([])).then_some(found)
        })
        .await;
    assert_eq!(cells[0], json!(["4", "1", "4.0 times less"]));
    assert!(
        cells[1][0]
            .as_str()
            .is_some_and(|cell| cell.starts_with('3')),
        "{cells}"
    );
    assert!(
        cells[1][1]
            .as_str()
            .is_some_and(|cell| cell.starts_with('0')),
        "{cells}"
    );

    let axes = "return [...document.querySelectorAll('[data-testid=timeline-frame]')]\
                .map(({dataset}) => [dataset.scaleFromNs, dataset.scaleToNs, dataset.scaleLeft, \
                dataset.scaleWidth].join())";
    let together = async |page: &Page| {
        let axes = page.js(axes).await;
        let [one, other] = axes.as_array().map_or(&[][..], Vec::as_slice) else {
            return None;
        };
        (one == other).then(|| one.clone())
    };
    let whole = page.until("one axis for both", &together).await;
    focus(&page).await;
    page.keys("w").await;
    page.until("both zoomed in", async |page| {
        together(page).await.filter(|axis| *axis != whole)
    })
    .await;
    page.click("unpin").await;
    gone(&page, "pinned").await;
    assert_eq!(page.words("compared").await, "");
    page.close(&[]).await;
}
