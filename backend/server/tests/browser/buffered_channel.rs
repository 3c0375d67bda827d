//! The lesson of the buffered channel, from the form to the pixels.

use fantoccini::key::Key;

use crate::page::Page;
use crate::picture::{self, Row};
use crate::site::Site;

const LESSON: &str = "/lessons/channel-buffered";

/// The first send that blocked, as the picture tells it.
async fn first_blocked_send(page: &Page) -> Row {
    let rows = picture::rows(page).await;
    let blocked = rows.iter().find(|row| row.is_blocked_send());
    blocked
        .unwrap_or_else(|| panic!("no blocked send among {rows:#?}"))
        .clone()
}

#[tokio::test]
async fn without_a_buffer_the_first_send_blocks_instead_of_the_fourth() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), LESSON).await;
    assert_eq!(page.field("capacity").await, "3");
    page.run_to_the_end().await;
    assert_eq!(page.attribute("outcome", "data-outcome").await, "completed");
    assert_eq!(first_blocked_send(&page).await.ordinal, "4");

    page.fill("capacity", "0").await;
    page.run_to_the_end().await;
    let first = first_blocked_send(&page).await;
    assert_eq!(first.ordinal, "1");
    assert_eq!(first.object, "values");
    page.close(&[]).await;
}

#[tokio::test]
async fn events_are_drawn_while_the_run_is_still_running() {
    let site = Site::start().await;
    // The waits of the book in full: the run takes seconds.
    let page = Page::open(&site.url(), &format!("{LESSON}?time_scale=1")).await;
    page.click("run").await;
    picture::until_drawn_while_running(&page).await;
    page.phase(&["ended"]).await;
    let first_event = page
        .js("return document.documentElement.getAttribute('data-first-event-ms')")
        .await;
    println!("from Run to the first event in the page: {first_event} ms");
    page.close(&[]).await;
}

#[tokio::test]
async fn the_colour_of_a_state_is_in_the_pixels_of_its_lane() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), &format!("{LESSON}?capacity=0")).await;
    page.run_to_the_end().await;
    let send = picture::token(&page, "--state-send").await;
    let sleep = picture::token(&page, "--state-sleep").await;

    let blocked = first_blocked_send(&page).await;
    let rows = picture::rows(&page).await;
    let sleeps = rows
        .iter()
        .filter(|row| row.name == "sender" && row.reason == "sleep");
    let asleep = sleeps
        .max_by_key(|row| row.length())
        .expect("the sender sleeps between sends");

    // The canvas is drawn a moment after the table says that the run has ended.
    page.until("the colour of a blocked send in its lane", async |page| {
        picture::colours(page, &blocked)
            .await
            .contains(&send)
            .then_some(())
    })
    .await;
    let of_sleep = picture::colours(&page, asleep).await;
    assert!(
        of_sleep.contains(&sleep),
        "{sleep} is not among {of_sleep:?}"
    );
    assert!(
        !of_sleep.contains(&send),
        "{send} stands where the sender sleeps"
    );
    page.close(&[]).await;
}

#[tokio::test]
async fn a_goroutine_that_computes_is_drawn_as_running() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), "/lessons/scheduler").await;
    page.run_to_the_end().await;
    let running = picture::token(&page, "--state-running").await;
    let busiest = picture::busiest(&page).await;
    page.until("the colour of running in its lane", async |page| {
        picture::colours_of_lane(page, &busiest)
            .await
            .contains(&running)
            .then_some(())
    })
    .await;
    page.close(&[]).await;
}

#[tokio::test]
async fn the_parameters_stand_in_the_address_and_survive_a_reload() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), LESSON).await;
    page.fill("capacity", "7").await;
    page.until("the capacity in the address", async |page| {
        page.address().await.contains("capacity=7").then_some(())
    })
    .await;
    page.reload().await;
    assert_eq!(page.field("capacity").await, "7");
    page.close(&[]).await;
}

#[tokio::test]
async fn a_step_of_the_prose_sets_parameters_and_runs() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), LESSON).await;
    page.until("a click on the step's button", async |page| {
        let click = "const step = document.querySelector('.step-run[data-params=\"capacity=0\"]');\
                     step?.click(); return step !== null";
        (page.js(click).await == true).then_some(())
    })
    .await;
    page.phase(&["ended"]).await;
    assert_eq!(page.field("capacity").await, "0");
    assert_eq!(first_blocked_send(&page).await.ordinal, "1");
    page.close(&[]).await;
}

#[tokio::test]
async fn control_and_enter_run_from_within_a_field() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), LESSON).await;
    let field = page.element("field-capacity").await;
    let keys = format!("{}{}", char::from(Key::Control), char::from(Key::Enter));
    field.send_keys(&keys).await.expect("the field takes keys");
    page.phase(&["ended"]).await;
    assert_eq!(first_blocked_send(&page).await.ordinal, "4");
    page.close(&[]).await;
}
