//! The README's picture of the page.

use std::{env, fs};

use crate::page::Page;
use crate::picture;
use crate::site::{Site, root};

/// Where it lies, from the top of the repository.
const PICTURE: &str = "frontend/assets/screenshot.png";

/// Takes it always, keeps it where INTERLEAVE_SCREENSHOT is set: it is not the
/// same to the pixel twice, and a test must leave the repository as it was.
#[tokio::test]
async fn a_run_of_a_lesson_can_be_photographed() {
    let site = Site::start().await;
    let page = Page::open(&site.url(), "/lessons/channel-buffered").await;
    page.run_to_the_end().await;
    let send = picture::token(&page, "--state-send").await;
    let rows = picture::rows(&page).await;
    let blocked = rows
        .iter()
        .find(|row| row.is_blocked_send())
        .expect("a blocked send");
    page.until("the picture of the run", async |page| {
        picture::colours(page, blocked)
            .await
            .contains(&send)
            .then_some(())
    })
    .await;
    let picture = page.screenshot().await;
    assert!(picture.starts_with(b"\x89PNG"), "a PNG");
    if env::var_os("INTERLEAVE_SCREENSHOT").is_some() {
        let path = root().join(PICTURE);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder");
        fs::write(&path, picture).expect("the picture is written");
        println!("written: {PICTURE}");
    }
    page.close(&[]).await;
}
