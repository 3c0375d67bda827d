//! The contents page, the two languages, the two themes, a narrow window.

use crate::chromium::Screen;
use crate::page::Page;
use crate::site::Site;

const LESSONS: [&str; 6] = [
    "scheduler",
    "channel-unbuffered",
    "channel-buffered",
    "select-basic",
    "select-timeout",
    "worker-pool",
];

#[tokio::test]
async fn every_lesson_is_in_the_contents_and_opens() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), "/").await;
    for lesson in LESSONS {
        page.element(&format!("lesson-{lesson}")).await;
    }
    page.click("lesson-worker-pool").await;
    page.element("run").await;
    assert!(page.address().await.starts_with("/lessons/worker-pool"));
    page.close(&[]).await;
}

#[tokio::test]
async fn every_lesson_runs_to_its_end() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), "/").await;
    for lesson in LESSONS {
        page.goto(&format!("/lessons/{lesson}")).await;
        page.run_to_the_end().await;
        let outcome = page.attribute("outcome", "data-outcome").await;
        assert_eq!(
            outcome,
            "completed",
            "{lesson}: {}",
            page.words("outcome").await
        );
    }
    page.close(&[]).await;
}

#[tokio::test]
async fn the_page_speaks_chinese_and_remembers_it() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), "/lessons/channel-buffered").await;
    page.until("the lesson in English", async |page| {
        page.words_of("h1")
            .await
            .contains("Buffered channel")
            .then_some(())
    })
    .await;
    page.click("lang").await;
    page.until("the lesson in Chinese", async |page| {
        page.words_of("h1").await.contains("缓冲").then_some(())
    })
    .await;
    let tag = page.js("return document.documentElement.lang").await;
    assert!(
        tag.as_str().is_some_and(|tag| tag.starts_with("zh")),
        "{tag}"
    );
    page.reload().await;
    page.until("the lesson in Chinese again", async |page| {
        page.words_of("h1").await.contains("缓冲").then_some(())
    })
    .await;
    page.close(&[]).await;
}

#[tokio::test]
async fn the_theme_changes_and_is_remembered() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), "/").await;
    page.element("theme").await;
    let ground = "return [document.documentElement, document.body]\
                  .map(element => getComputedStyle(element).backgroundColor).join()";
    let theme = "return document.documentElement.dataset.theme";
    let (first_theme, first_ground) = (page.js(theme).await, page.js(ground).await);
    page.click("theme").await;
    let second = page
        .until("another theme", async |page| {
            let now = page.js(theme).await;
            (now != first_theme).then_some(now)
        })
        .await;
    page.until("another ground", async |page| {
        (page.js(ground).await != first_ground).then_some(())
    })
    .await;
    page.reload().await;
    page.element("theme").await;
    assert_eq!(page.js(theme).await, second);
    page.close(&[]).await;
}

#[tokio::test]
async fn nothing_is_wider_than_a_narrow_window() {
    let site = Site::start().await;
    let page = Page::open_on(Screen::Hand, &site.url(), "/").await;
    page.element("lesson-channel-buffered").await;
    assert_eq!(page.js("return screen.width").await, 390);
    assert_eq!(page.too_wide_by().await, 0, "the contents");
    for lesson in LESSONS {
        page.goto(&format!("/lessons/{lesson}")).await;
        page.run_to_the_end().await;
        assert_eq!(page.too_wide_by().await, 0, "{lesson}");
    }
    page.close(&[]).await;
}
