//! The waterfall of the program's own spans, by keyboard and by pointer.

use fantoccini::key::Key;
use serde_json::json;

use crate::page::Page;
use crate::site::Site;

const WATERFALL: &str = "waterfall";

async fn opened() -> (Site, Page) {
    let site = Site::start().await;
    let page = Page::open(&site.url(), "/lessons/trace-worker-pool").await;
    page.run_to_the_end().await;
    page.click("tab-spans").await;
    page.until("a row for each span", async |page| {
        (page.attribute(WATERFALL, "data-rows").await == "10").then_some(())
    })
    .await;
    (site, page)
}

async fn focus(page: &Page) {
    page.js("document.querySelector('[data-testid=waterfall]').focus()")
        .await;
}

async fn press(page: &Page, key: Key) {
    page.keys(&char::from(key).to_string()).await;
}

/// The value of an attribute of the rows, once it is this.
async fn becomes(page: &Page, name: &str, value: &str) {
    page.until(&format!("{name} of {value}"), async |page| {
        (page.attribute(WATERFALL, name).await == value).then_some(())
    })
    .await;
}

#[tokio::test]
async fn keys_go_from_span_to_span_and_fold_them() {
    let (_site, page) = opened().await;
    focus(&page).await;
    press(&page, Key::Down).await;
    becomes(&page, "data-chosen", "1").await;
    // The span of the pool holds those of its nine tasks.
    press(&page, Key::Left).await;
    becomes(&page, "data-rows", "1").await;
    press(&page, Key::Right).await;
    becomes(&page, "data-rows", "10").await;
    press(&page, Key::Down).await;
    page.until("the attributes of a task's span", async |page| {
        let details = page.words("span-details").await;
        details.contains("worker.id").then_some(())
    })
    .await;
    let said = page.words("span-said").await;
    assert!(said.contains("part of worker_pool"), "{said}");
    // Its parent, and nothing.
    press(&page, Key::Left).await;
    becomes(&page, "data-chosen", "1").await;
    press(&page, Key::Escape).await;
    becomes(&page, "data-chosen", "").await;
    page.close(&[]).await;
}

#[tokio::test]
async fn a_span_that_is_clicked_can_be_shown_in_every_picture() {
    let (_site, page) = opened().await;
    let click = "const rows = document.querySelector('[data-testid=waterfall] svg');\
                 const box = rows.getBoundingClientRect();\
                 const at = {bubbles: true, clientX: box.left + 200, clientY: box.top + 36};\
                 rows.dispatchEvent(new MouseEvent('click', at));";
    page.js(click).await;
    page.until("the second row chosen", async |page| {
        let chosen = page.attribute(WATERFALL, "data-chosen").await;
        (!chosen.is_empty() && chosen != "1").then_some(())
    })
    .await;
    let whole = page.attribute("timeline-frame", "data-scale-to-ns").await;
    focus(&page).await;
    press(&page, Key::Enter).await;
    page.until("a shorter stretch of time", async |page| {
        let to = page.attribute("timeline-frame", "data-scale-to-ns").await;
        (to != whole).then_some(())
    })
    .await;
    // The table has the same spans as the rows, and the parent of what is shown.
    page.js("document.querySelector('[data-testid=span-list]').open = true")
        .await;
    let rows = "const table = document.querySelector('[data-testid=span-table]');\
                const rows = [...table.querySelectorAll('tr[data-span]')];\
                return [rows.length === Number(document.querySelector(\
                '[data-testid=waterfall]').dataset.rows), rows[0]?.dataset.span]";
    page.until("the rows in the table", async |page| {
        (page.js(rows).await == json!([true, "1"])).then_some(())
    })
    .await;
    page.close(&[]).await;
}

#[tokio::test]
async fn a_program_without_spans_says_so() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), "/lessons/channel-buffered").await;
    page.run_to_the_end().await;
    page.click("tab-spans").await;
    page.until("why there is nothing", async |page| {
        let words = page.words("spans").await;
        words.contains("This run has no spans").then_some(())
    })
    .await;
    page.close(&[]).await;
}
