//! The pages beside the lessons, and the search over them.

use fantoccini::key::Key;

use crate::chromium::Screen;
use crate::page::Page;
use crate::site::{Site, demo, dist};

#[tokio::test]
async fn the_glossary_leads_to_the_lesson_that_explains_a_term() {
    let site = Site::with(&demo(), &dist()).await;
    let page = Page::open(&site.url(), "/").await;
    page.until("a click on the glossary", async |page| {
        let click = "const link = document.querySelector('header a[href=\"/glossary\"]');\
                     link?.click(); return link !== null";
        (page.js(click).await == true).then_some(())
    })
    .await;
    let words = page
        .until("the terms", async |page| {
            let words = page.words("glossary").await;
            words.contains("not yet received").then_some(words)
        })
        .await;
    assert!(words.contains("lane"), "{words}");
    page.js("document.querySelector('#buffer a').click()").await;
    page.element("run").await;
    assert!(page.address().await.starts_with("/lessons/parts"));
    page.close(&[]).await;
}

#[tokio::test]
async fn a_guide_leads_to_a_lesson_with_its_parameters() {
    let site = Site::with(&demo(), &dist()).await;
    let page = Page::open(&site.url(), "/guides?lang=zh").await;
    page.until("the table", async |page| {
        let words = page.words("guide").await;
        words.contains("怎样传递一个值").then_some(())
    })
    .await;
    page.js("document.querySelector('.guide-lesson').click()")
        .await;
    assert_eq!(page.field("capacity").await, "5");
    page.close(&[]).await;
}

#[tokio::test]
async fn a_slash_leads_to_the_search_and_enter_to_what_it_found() {
    let site = Site::with(&demo(), &dist()).await;
    let page = Page::open(&site.url(), "/").await;
    page.element("lesson-parts").await;
    page.keys("/").await;
    page.until("the focus on the search", async |page| {
        let focused = "return document.activeElement.dataset.testid === 'search'";
        (page.js(focused).await == true).then_some(())
    })
    .await;
    page.keys("every part").await;
    page.until("the lesson among what was found", async |page| {
        let found = page.words_of(".found").await;
        found.contains("Every part").then_some(())
    })
    .await;
    page.keys(&char::from(Key::Enter).to_string()).await;
    page.element("run").await;
    assert!(page.address().await.starts_with("/lessons/parts"));
    page.close(&[]).await;
}

#[tokio::test]
async fn nothing_of_them_is_wider_than_a_narrow_window() {
    let site = Site::with(&demo(), &dist()).await;
    let page = Page::open_on(Screen::Hand, &site.url(), "/glossary").await;
    page.element("glossary").await;
    assert_eq!(page.too_wide_by().await, 0, "the glossary");
    page.goto("/guides").await;
    page.element("guide").await;
    assert_eq!(page.too_wide_by().await, 0, "the guides");
    page.goto("/lessons/parts").await;
    page.run_to_the_end().await;
    assert_eq!(page.too_wide_by().await, 0, "a lesson");
    page.close(&[]).await;
}
