//! The objects at a time, and the code that is linked with the run.

use serde_json::{Value, json};

use crate::page::Page;
use crate::picture;
use crate::site::Site;

const LESSON: &str = "/lessons/channel-buffered";
/// What an object says in its `data-*`.
const DATA: &str = "return {...document.querySelector(arguments[0])?.dataset}";

async fn data(page: &Page, selector: &str) -> Value {
    page.js_with(DATA, vec![json!(selector)]).await
}

/// The channel `values`, as it is shown.
async fn values(page: &Page) -> Value {
    data(page, "[data-kind=channel][data-name=values]").await
}

async fn press(page: &Page, selector: &str) {
    let pressed = page
        .js_with(
            "const one = document.querySelector(arguments[0]); one?.click(); return one !== null",
            vec![json!(selector)],
        )
        .await;
    assert_eq!(pressed, true, "{selector}");
}

async fn time(page: &Page) -> u64 {
    let time = page.attribute("objects-time", "data-t-ns").await;
    time.parse().expect("a time in ns")
}

#[tokio::test]
async fn one_steps_back_from_the_end_to_a_full_channel_with_a_sender_that_waits() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), LESSON).await;
    page.run_to_the_end().await;
    page.click("tab-objects").await;
    page.until("the channel as it was left", async |page| {
        let values = values(page).await;
        (values["closed"] == "true" && values["len"] == "0").then_some(())
    })
    .await;
    assert_eq!(page.attribute("objects-time", "data-latest").await, "true");

    // Three values of five are in, and the sender waits with the fourth.
    let mut before = time(&page).await;
    let full = page
        .until("a full channel, some steps before the end", async |page| {
            page.click("objects-earlier").await;
            let now = time(page).await;
            assert!(now < before, "{now} is not before {before}");
            before = now;
            let waiting = data(page, "[data-name=values] [data-queue=send]").await;
            (waiting["waiting"] == "1").then_some(values(page).await)
        })
        .await;
    assert_eq!(full["len"], "3");
    assert_eq!(full["capacity"], "3");
    assert_eq!(full["recvx"], full["sendx"], "a full ring: {full}");
    assert_eq!(page.attribute("objects-time", "data-latest").await, "false");
    let spoken = page
        .js("return document.querySelector('[data-name=values] .ring').ariaLabel")
        .await;
    let spoken = spoken.as_str().unwrap_or_default();
    assert!(spoken.starts_with("3 of 3: "), "{spoken}");

    let hand = data(&page, "[data-name=values] [data-queue=send] .hand").await;
    assert!(hand["value"] == "4" || hand["value"] == "5", "{hand}");

    // Who waits is a button that chooses its span at that time.
    press(&page, "[data-name=values] [data-queue=send] [data-g]").await;
    page.until("the sentence about the sender's wait", async |page| {
        let said = page.words("timeline-sentence").await;
        said.contains("values").then_some(())
    })
    .await;

    let then = time(&page).await;
    page.click("objects-later").await;
    assert!(time(&page).await > then);
    page.click("objects-latest").await;
    assert_eq!(page.attribute("objects-time", "data-latest").await, "true");
    page.close(&[]).await;
}

#[tokio::test]
async fn a_lock_is_shown_with_its_holder_and_what_it_guards() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), "/lessons/mutex?goroutines=20&guard=mutex").await;
    page.run_to_the_end().await;
    page.click("tab-objects").await;
    page.until("a moment at which somebody holds it", async |page| {
        page.click("objects-earlier").await;
        let held = data(page, "[data-kind=mutex] [data-holder] [data-g]").await;
        held["g"].as_str().map(str::to_owned)
    })
    .await;
    let tied = data(&page, "[data-kind=mutex] [data-guards]").await;
    assert_ne!(tied["guards"], Value::Null, "{tied}");
    page.close(&[]).await;
}

#[tokio::test]
async fn a_line_of_the_code_leads_to_its_spans_and_is_lit() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), LESSON).await;
    page.run_to_the_end().await;
    page.click("tab-code").await;
    // The Rust listing is behind the Go one.
    page.until("the listing that ran", async |page| {
        let shown = "const all = [...document.querySelectorAll('.code-choices .code-choice')];\
                     all.find(one => one.textContent.startsWith('Rust'))?.click();\
                     return document.querySelector('[data-testid=code-linked] [data-line]') !== null";
        (page.js(shown).await == true).then_some(())
    })
    .await;
    let line = page
        .js(
            "const lines = [...document.querySelectorAll('[data-testid=code-linked] [data-line]')];\
             return lines.find(line => line.textContent.includes('.send('))?.dataset.line",
        )
        .await;
    let line = line.as_str().expect("a line that sends").to_owned();
    let number = format!("[data-line=\"{line}\"] .line-number");
    press(&page, &number).await;
    // As many as the table has: the fourth and the fifth, as a rule.
    let rows = picture::rows(&page).await;
    let blocked = rows.iter().filter(|row| row.is_blocked_send()).count();
    assert!(blocked > 0, "{rows:#?}");
    let found = page
        .until("the spans of the line", async |page| {
            let found = data(page, "[data-testid=code-found]").await;
            (found["line"] == line.as_str()).then_some(found)
        })
        .await;
    assert_eq!(found["all"], blocked.to_string());
    assert_eq!(found["at"], "0");
    let lit = format!("[data-line=\"{line}\"][data-lit]");
    page.until("the line lit", async |page| {
        (data(page, &lit).await["line"] == line.as_str()).then_some(())
    })
    .await;
    page.click("code-after").await;
    let second = (blocked - 1).min(1).to_string();
    assert_eq!(page.attribute("code-found", "data-at").await, second);
    page.click("code-first").await;
    assert_eq!(page.attribute("code-found", "data-at").await, "0");

    // While it waits it stands there.
    page.click("tab-objects").await;
    page.until("a sender that waits", async |page| {
        page.click("objects-earlier").await;
        let waiting = data(page, "[data-name=values] [data-queue=send]").await;
        (waiting["waiting"] == "1").then_some(())
    })
    .await;
    page.click("tab-code").await;
    page.until("the sender on its line", async |page| {
        let standing = format!("[data-line=\"{line}\"][data-standing=\"1\"] [data-g]");
        let name = page.words_of(&standing).await;
        let hidden = data(page, &standing).await["g"].is_string();
        (name == "sender" || hidden).then_some(())
    })
    .await;
    page.close(&[]).await;
}
