//! Addresses that are not right: the page says what is wrong and where.

use crate::page::Page;
use crate::site::Site;

#[tokio::test]
async fn a_wrong_value_is_told_at_its_field() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), "/lessons/channel-buffered?capacity=99").await;
    let field = page.element("field-capacity").await;
    let invalid = field.attr("aria-invalid").await.expect("a field");
    assert_eq!(invalid.as_deref(), Some("true"));
    // What was given is kept, and the bounds of this lesson are named.
    assert_eq!(page.field("capacity").await, "99");
    let described = "const id = document.querySelector('[data-testid=field-capacity]')\
                     .getAttribute('aria-describedby');\
                     return id.split(' ').map(id => document.getElementById(id)?.innerText).join(' ')";
    let words = page.js(described).await;
    assert!(words.as_str().unwrap_or_default().contains("16"), "{words}");
    page.close(&[]).await;
}

#[tokio::test]
async fn an_unknown_lesson_names_the_nearest() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), "/lessons/chanel-bufered").await;
    let link = "return [...document.querySelectorAll('main a')]\
                .some(link => link.getAttribute('href')?.includes('/lessons/channel-buffered'))";
    page.until("a link to the lesson that was meant", async |page| {
        (page.js(link).await == true).then_some(())
    })
    .await;
    page.close(&["404"]).await;
}
