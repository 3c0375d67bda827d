//! What ends a run early, and what it did until then stays.

use crate::page::Page;
use crate::picture;
use crate::site::Site;

#[tokio::test]
async fn stop_ends_a_long_run_and_keeps_its_picture() {
    let site = Site::start().await;
    // Forty sends, a second of the book's own time each: most of a minute.
    let path = "/lessons/channel-buffered?capacity=0&sends=40&time_scale=0.4";
    let page = Page::open(&site.url(), path).await;
    page.click("run").await;
    picture::until_drawn_while_running(&page).await;
    page.click("stop").await;
    page.phase(&["ended"]).await;
    assert_eq!(page.attribute("outcome", "data-outcome").await, "stopped");
    let rows = picture::rows(&page).await;
    assert!(rows.iter().any(|row| row.name == "sender"), "{rows:#?}");
    page.close(&[]).await;
}

#[tokio::test]
async fn a_panic_that_nobody_recovers_is_told_in_gos_words() {
    let site = Site::start().await;
    let path = "/lessons/worker-pool?panicking_every=20&recover=false";
    let page = Page::open(&site.url(), path).await;
    page.click("run").await;
    page.phase(&["ended"]).await;
    assert_eq!(page.attribute("outcome", "data-outcome").await, "panicked");
    page.until("Go's words for it", async |page| {
        let text = page.words("outcome").await;
        text.contains("panic: task 20 divides by zero")
            .then_some(())
    })
    .await;
    page.close(&[]).await;
}
