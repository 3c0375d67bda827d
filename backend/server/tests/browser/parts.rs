//! What stands between the steps of a lesson's prose: predictions, claims,
//! curves, challenges, terms, and what points at the picture. The lesson is one
//! of the test's own, in `demo/`, which has one of each.

use serde_json::json;

use crate::page::Page;
use crate::site::{Site, demo, dist};

const LESSON: &str = "/lessons/parts";

/// The words that a CSS selector finds, once they hold `part`.
async fn words(page: &Page, selector: &str, part: &str) -> String {
    page.until(&format!("`{part}` in {selector}"), async |page| {
        let words = page.words_of(selector).await;
        words.contains(part).then_some(words)
    })
    .await
}

/// Clicks the first element that a CSS selector finds.
async fn press(page: &Page, selector: &str) {
    let click = "const found = document.querySelector(arguments[0]);\
                 found?.focus(); found?.click(); return found !== null";
    page.until(&format!("a click on {selector}"), async |page| {
        (page.js_with(click, vec![json!(selector)]).await == true).then_some(())
    })
    .await;
}

/// How far the reader is with the lesson, as the contents say it.
async fn state(page: &Page, word: &str) {
    page.goto("/").await;
    words(page, ".lesson-line-state", word).await;
}

#[tokio::test]
async fn a_prediction_says_why_can_be_changed_and_is_remembered() {
    let site = Site::with(&demo(), &dist()).await;
    let page = Page::open(&site.url(), LESSON).await;
    let check = "[data-testid=prediction-first] button";
    press(
        &page,
        "[data-testid=prediction-first] label:nth-of-type(1) input",
    )
    .await;
    press(&page, check).await;
    words(&page, ".verdict--wrong", "There is room for three").await;
    press(
        &page,
        "[data-testid=prediction-first] label:nth-of-type(2) input",
    )
    .await;
    press(&page, check).await;
    words(&page, ".verdict--right", "Three fit").await;
    // What was said before the first run stays said.
    words(&page, ".answer-first", "The 1st").await;
    page.reload().await;
    words(&page, ".verdict--right", "Three fit").await;
    page.close(&[]).await;
}

#[tokio::test]
async fn a_claim_stands_beside_what_the_run_measured() {
    let site = Site::with(&demo(), &dist()).await;
    let page = Page::open(&site.url(), LESSON).await;
    let claim = "[data-testid=claim-first]";
    words(&page, claim, "run it").await;
    press(&page, "[data-testid=claim-first] button").await;
    page.phase(&["ended"]).await;
    // The fourth send blocks where the book has the second.
    let row = words(&page, claim, "2.0 times as much").await;
    assert!(row.contains('4'), "{row}");
    assert!(row.contains("another receiver"), "{row}");
    page.close(&[]).await;
}

#[tokio::test]
async fn a_challenge_is_met_by_a_run_and_the_lesson_understood() {
    let site = Site::with(&demo(), &dist()).await;
    let page = Page::open(&site.url(), LESSON).await;
    page.run_to_the_end().await;
    assert_eq!(page.attribute("challenge-none", "data-met").await, "false");
    state(&page, "Tried").await;
    page.goto(LESSON).await;
    press(&page, ".step-run").await;
    page.until("a challenge that is met", async |page| {
        let met = page.attribute("challenge-none", "data-met").await;
        (met == "true").then_some(())
    })
    .await;
    press(
        &page,
        "[data-testid=prediction-first] label:nth-of-type(2) input",
    )
    .await;
    press(&page, "[data-testid=prediction-first] button").await;
    words(&page, ".verdict--right", "Three fit").await;
    state(&page, "Understood").await;
    words(&page, ".chapter-number", "1 understood").await;
    page.close(&[]).await;
}

#[tokio::test]
async fn a_curve_is_measured_and_outlives_a_change_of_language() {
    let site = Site::with(&demo(), &dist()).await;
    let page = Page::open(&site.url(), LESSON).await;
    page.click("measure").await;
    let rows = "return [...document.querySelectorAll('[data-testid=sweep-table] tbody tr')]\
                .map(row => [...row.children].map(cell => cell.textContent))";
    // A buffer of n lets n sends through.
    let measured = json!([["0", "1", "1–1"], ["1", "2", "2–2"], ["2", "3", "3–3"]]);
    page.until("the whole curve", async |page| {
        let progress = page.words("measured").await;
        (progress.is_empty() && page.js(rows).await == measured).then_some(())
    })
    .await;
    let line = "return document.querySelector('.series-line').getAttribute('d')";
    let drawn = page.js(line).await;
    let points = drawn
        .as_str()
        .unwrap_or_default()
        .matches(['M', 'L'])
        .count();
    assert_eq!(points, 3, "{drawn}");
    let csv = page.attribute("csv", "href").await;
    assert!(
        csv.contains("capacity%2Cround%2Cfirst_blocked_send"),
        "{csv}"
    );
    assert!(csv.contains("%0D%0A2%2C2%2C3%0D%0A"), "{csv}");
    press(&page, "[data-testid=curve]").await;
    let end = "document.activeElement.dispatchEvent(\
               new KeyboardEvent('keydown', { key: 'End', bubbles: true, cancelable: true }))";
    page.js(end).await;
    words(&page, "[data-testid=curve-said]", "2").await;

    page.click("lang").await;
    words(&page, "[data-testid=sweep-capacity]", "随容量的变化").await;
    assert_eq!(page.js(rows).await, measured);
    page.close(&[]).await;
}

#[tokio::test]
async fn a_measuring_can_be_stopped() {
    let site = Site::with(&demo(), &dist()).await;
    let page = Page::open(&site.url(), LESSON).await;
    page.click("measure").await;
    words(&page, "[data-testid=measured]", "of 6").await;
    page.click("measure").await;
    words(&page, ".sweep-words", "Stopped").await;
    assert_eq!(page.words("measured").await, "");
    page.close(&[]).await;
}

#[tokio::test]
async fn a_term_opens_beside_its_button_and_escape_closes_it() {
    let site = Site::with(&demo(), &dist()).await;
    let page = Page::open(&site.url(), LESSON).await;
    press(&page, "button.term").await;
    words(&page, "[data-testid=aside]", "sent and not yet received").await;
    // The keys go where the focus is: into the words.
    let escape = "document.activeElement.dispatchEvent(\
                  new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }))";
    page.until("the words to be closed", async |page| {
        page.js(escape).await;
        let gone = "return document.querySelector('[data-testid=aside]') === null\
                    && document.activeElement.className === 'term'";
        (page.js(gone).await == true).then_some(())
    })
    .await;
    page.close(&[]).await;
}

#[tokio::test]
async fn the_prose_points_at_the_picture() {
    let site = Site::with(&demo(), &dist()).await;
    let page = Page::open(&site.url(), LESSON).await;
    press(&page, "[data-show='goroutine=sender']").await;
    words(&page, "[data-testid=aside]", "Nothing has run yet").await;
    page.run_to_the_end().await;
    press(&page, "[data-show='goroutine=nobody']").await;
    words(&page, "[data-testid=aside]", "no goroutine nobody").await;
    press(&page, "[data-show='goroutine=sender']").await;
    words(&page, "[data-testid=timeline-sentence]", "sender").await;
    press(&page, "[data-show='channel=values']").await;
    page.until("the chart that is pointed at", async |page| {
        let pointed = page.words_of(".channel--pointed").await;
        pointed.contains("values").then_some(())
    })
    .await;
    press(&page, "[data-show='view=code']").await;
    page.until("the code", async |page| {
        let selected = page.attribute("tab-code", "aria-selected").await;
        (selected == "true").then_some(())
    })
    .await;
    page.close(&[]).await;
}

#[tokio::test]
async fn listings_of_one_language_go_by_their_names() {
    let site = Site::with(&demo(), &dist()).await;
    let page = Page::open(&site.url(), LESSON).await;
    page.click("tab-code").await;
    words(&page, ".code-choices", "Go · Broken").await;
    words(&page, ".code-pane:not([hidden])", "\"broken\"").await;
    press(&page, ".code-choice:nth-of-type(2)").await;
    words(&page, ".code-pane:not([hidden])", "\"go\"").await;
    page.close(&[]).await;
}

#[tokio::test]
async fn a_lesson_ends_with_what_it_showed() {
    let site = Site::with(&demo(), &dist()).await;
    let page = Page::open(&site.url(), LESSON).await;
    let words = words(&page, "[data-testid=practices]", "Bound every queue").await;
    assert!(words.contains("Do not hide a slow receiver"), "{words}");
    page.close(&[]).await;
}
