//! The timeline's lanes: by P as well as by goroutine, and who woke whom.

use serde_json::{Value, json};

use crate::page::Page;
use crate::picture;
use crate::site::Site;

/// Presses keys on the timeline until its sentence has `part`.
async fn walk_to(page: &Page, keys: &[&str], part: &str) -> String {
    for key in keys {
        let body = "const frame = document.querySelector('[data-testid=timeline-frame]');\
                    frame.focus();\
                    const event = {key: arguments[0], bubbles: true, cancelable: true};\
                    frame.dispatchEvent(new KeyboardEvent('keydown', event));\
                    frame.dispatchEvent(new KeyboardEvent('keyup', event))";
        page.js_with(body, vec![json!(key)]).await;
    }
    page.until(part, async |page| {
        let said = page.words("timeline-sentence").await;
        said.contains(part).then_some(said)
    })
    .await
}

async fn lanes(page: &Page, key: &str) -> Vec<String> {
    let body = "return [...document.querySelectorAll('[data-testid=lane]')]\
                .map(lane => lane.dataset[arguments[0]])";
    let lanes = page.js_with(body, vec![json!(key)]).await;
    serde_json::from_value(lanes).expect("every lane has a key")
}

/// What the page says about the middle of each lane.
const POINTED: &str = "
    const scale = document.querySelector('[data-scale-from-ns]').dataset;
    const canvas = document.querySelector('canvas[data-testid=timeline-overlay]');
    const at = canvas.getBoundingClientRect();
    const lanes = [...document.querySelectorAll('[data-testid=lane]')].map(lane => lane.dataset);
    const done = arguments[arguments.length - 1];
    (async () => {
        const said = [];
        for (const lane of lanes) {
            const clientX = at.left + Number(scale.scaleLeft) + Number(scale.scaleWidth) / 2;
            const clientY = at.top + Number(lane.top) + Number(lane.height) / 2;
            canvas.dispatchEvent(new PointerEvent('pointermove', {clientX, clientY, bubbles: true}));
            await new Promise(requestAnimationFrame);
            said.push(document.querySelector('[data-testid=timeline-sentence]').textContent);
        }
        done(said);
    })();
";

#[tokio::test]
async fn the_lanes_of_ps_show_what_ran_on_each_and_keep_the_choice() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), "/lessons/scheduler?yields=40").await;
    page.run_to_the_end().await;
    assert_eq!(page.attribute("by-goroutine", "aria-pressed").await, "true");
    page.click("by-processor").await;
    page.until("a lane of a P", async |page| {
        let body = "return document.querySelector('[data-testid=lane][data-p]') !== null";
        (page.js(body).await == json!(true)).then_some(())
    })
    .await;
    assert_eq!(page.attribute("by-processor", "aria-pressed").await, "true");
    let ps = lanes(&page, "p").await;
    assert_eq!(ps[..2], ["0", "1"], "{ps:?}");
    let listed = page.words_of("[data-testid=lane][data-p='0']").await;
    assert!(listed.starts_with("P0 ran goroutines for"), "{listed}");
    let legend = page.words("legend").await;
    assert!(legend.contains("runs a goroutine"), "{legend}");
    let running = picture::token(&page, "--state-running").await;
    let colours = picture::colours_of_lane_of_p(&page, 0).await;
    assert!(colours.contains(&running), "{colours:?}");

    walk_to(&page, &["Home"], "on P0").await;
    let said = walk_to(&page, &["ArrowDown", "ArrowRight"], "on P1").await;
    // The same run stays chosen, whatever the lanes are.
    page.click("by-goroutine").await;
    let gs = lanes(&page, "g").await;
    assert_eq!(gs[0], "1", "{gs:?}");
    let still = page.words("timeline-sentence").await;
    assert!(said.starts_with(&still), "{said} / {still}");
    page.close(&[]).await;
}

#[tokio::test]
async fn an_idle_p_and_a_value_that_was_taken_are_told() {
    let site = Site::start().await;
    let path = "/lessons/channel-unbuffered?receiver_delay=1000";
    let page = Page::open(&site.url(), path).await;
    page.run_to_the_end().await;
    page.click("by-processor").await;
    page.until("an idle P", async |page| {
        let said: Value = page.js_async(POINTED, vec![]).await;
        said.to_string().contains("was idle for").then_some(())
    })
    .await;
    page.click("by-goroutine").await;
    let legend = page.words("legend").await;
    assert!(legend.contains("who woke whom"), "{legend}");
    // The sender, second of three, waits with its send after it has run.
    let keys = [
        "Escape",
        "Home",
        "ArrowDown",
        "Home",
        "ArrowRight",
        "ArrowRight",
    ];
    let said = walk_to(&page, &keys, "blocked").await;
    assert!(said.contains("took 1 and woke it"), "{said}");
    page.close(&[]).await;
}
