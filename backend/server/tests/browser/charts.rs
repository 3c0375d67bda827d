//! The charts of a run: which one is shown, what keys and pointer find on it,
//! and the table and the file behind it.

use fantoccini::key::Key;
use serde_json::json;

use crate::page::Page;
use crate::site::Site;

const CHART: &str = "chart";

/// A lesson that ran, with one of its charts open and drawn.
async fn opened(lesson: &str, chart: &str) -> (Site, Page) {
    let site = Site::start().await;
    let page = Page::open(&site.url(), &format!("/lessons/{lesson}")).await;
    page.run_to_the_end().await;
    page.click("tab-charts").await;
    show(&page, chart).await;
    (site, page)
}

async fn show(page: &Page, chart: &str) {
    page.click(&format!("chart-{chart}")).await;
    page.until(&format!("the chart {chart}"), async |page| {
        let shown = page.attribute(CHART, "data-chart").await;
        let stops = page.attribute(CHART, "data-stops").await;
        (shown == chart && stops != "0").then_some(())
    })
    .await;
}

async fn press(page: &Page, key: Key) {
    page.js("document.querySelector('[data-testid=chart-frame]').focus()")
        .await;
    page.keys(&char::from(key).to_string()).await;
}

/// The words about a place on the chart, once they hold `part`.
async fn said(page: &Page, part: &str) -> String {
    page.until(&format!("`{part}` said"), async |page| {
        let words = page.words("chart-said").await;
        words.contains(part).then_some(words)
    })
    .await
}

async fn is_open(page: &Page, open: &str) {
    page.until(&format!("`{open}` open"), async |page| {
        (page.attribute(CHART, "data-open").await == open).then_some(())
    })
    .await;
}

/// The rows of the table behind the chart, which is opened for it.
async fn rows(page: &Page) -> Vec<Vec<String>> {
    page.js("document.querySelector('.chart .chart-table').open = true")
        .await;
    let body = "return [...document.querySelectorAll('[data-testid=chart-table] tbody tr')]\
                .map(row => [...row.cells].map(cell => cell.innerText))";
    page.until("rows of the chart's table", async |page| {
        let rows: Vec<Vec<String>> = serde_json::from_value(page.js(body).await).ok()?;
        (!rows.is_empty()).then_some(rows)
    })
    .await
}

#[tokio::test]
async fn the_flame_graph_goes_into_a_frame_and_back() {
    let (_site, page) = opened("block-profile", "flame").await;
    press(&page, Key::Down).await;
    said(&page, "blocked: ").await;
    press(&page, Key::Down).await;
    let worker = said(&page, "blocked › ").await;
    assert!(worker.contains("of its state"), "{worker}");
    press(&page, Key::Enter).await;
    page.until("a frame that is open", async |page| {
        let open = page.attribute(CHART, "data-open").await;
        open.starts_with("/blocked/").then_some(())
    })
    .await;
    press(&page, Key::Escape).await;
    is_open(&page, "/blocked").await;
    press(&page, Key::Escape).await;
    is_open(&page, "").await;
    // A click goes in, too: the first row is the state.
    let click = "const svg = document.querySelector('[data-testid=chart-frame] svg');\
                 const box = svg.getBoundingClientRect();\
                 const at = {bubbles: true, clientX: box.left + 20, clientY: box.top + 10};\
                 svg.dispatchEvent(new MouseEvent('click', at));";
    page.js(click).await;
    is_open(&page, "/blocked").await;
    let rows = rows(&page).await;
    let is_line = |row: &Vec<String>| row[0].contains("Mutex") && row[0].contains(".rs:");
    assert!(rows.iter().any(is_line), "{rows:#?}");
    page.close(&[]).await;
}

#[tokio::test]
async fn a_row_of_the_latencies_opens_its_histogram() {
    let (_site, page) = opened("worker-pool", "latency").await;
    press(&page, Key::Down).await;
    said(&page, "p99").await;
    press(&page, Key::Down).await;
    press(&page, Key::Enter).await;
    page.until("a histogram of the row", async |page| {
        let open = page.attribute(CHART, "data-open").await;
        (!open.is_empty()).then_some(())
    })
    .await;
    let rows = rows(&page).await;
    assert!(rows.len() > 1 && rows[0].len() == 6, "{rows:#?}");
    press(&page, Key::Escape).await;
    is_open(&page, "").await;
    page.close(&[]).await;
}

#[tokio::test]
async fn each_chart_has_its_values_and_a_file() {
    let (_site, page) = opened("goroutine-metrics", "counters").await;
    press(&page, Key::Right).await;
    said(&page, "sched_goroutines").await;
    for (chart, part) in [
        ("work", " ran "),
        ("blocked", "blocked "),
        ("throughput", "sent"),
    ] {
        show(&page, chart).await;
        press(&page, Key::Down).await;
        said(&page, part).await;
        let file = page.attribute("chart-csv", "href").await;
        assert!(file.starts_with("data:text/csv"), "{file}");
        assert!(file.contains("%0D%0A"), "{file}");
        let name = page.attribute("chart-csv", "download").await;
        assert_eq!(name, format!("{chart}.csv"));
    }
    // Every worker of the run is in the table of work, also those without a bar.
    show(&page, "work").await;
    let goroutines = "return document.querySelectorAll('tr[data-goroutine]').length";
    assert_eq!(page.js(goroutines).await, json!(rows(&page).await.len()));
    page.close(&[]).await;
}

#[tokio::test]
async fn the_pointer_reads_a_value_and_shows_its_time_everywhere() {
    let (_site, page) = opened("worker-pool", "throughput").await;
    let point = "const svg = document.querySelector('[data-testid=chart-frame] svg');\
                 const box = svg.getBoundingClientRect();\
                 const at = {bubbles: true, clientX: box.left + box.width / 2, \
                             clientY: box.top + 60};\
                 svg.dispatchEvent(new PointerEvent('pointermove', at));";
    page.js(point).await;
    let words = said(&page, "received").await;
    assert!(words.contains(" to "), "{words}");
    page.js("document.querySelector('[data-testid=chart-frame] svg')\
             .dispatchEvent(new PointerEvent('pointerleave'))")
        .await;
    said(&page, "Point at the chart").await;
    page.close(&[]).await;
}

#[tokio::test]
async fn a_deadlock_is_drawn_as_a_ring_with_names() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), "/lessons/deadlock").await;
    page.run_to_the_end().await;
    page.until("the ring", async |page| {
        (page.attribute("outcome-ring", "data-ring").await == "2").then_some(())
    })
    .await;
    let words = page.words("outcome-ring").await;
    assert!(words.contains("anna to ben → ben to anna"), "{words}");
    let drawn = "return [...document.querySelectorAll('[data-testid=outcome-ring] text')]\
                 .map(text => text.textContent).join('\\n')";
    let drawn = page.js(drawn).await;
    assert!(drawn.as_str().is_some_and(|text| text.contains("held by")));
    page.close(&[]).await;
}
