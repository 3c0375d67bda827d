//! What is broken on the server's side is said in the page.

use std::fs;
use std::path::Path;

use crate::page::Page;
use crate::site::{Site, dist, root};
use crate::temp::TempFolder;

#[tokio::test]
async fn a_broken_lesson_is_told_and_the_others_are_shown() {
    let lessons = TempFolder::new();
    copy(&root().join("lessons"), lessons.path());
    let broken = lessons
        .path()
        .join("01-foundations/06-channel-buffered/lesson.toml");
    let text = fs::read_to_string(&broken).expect("the lesson's file");
    fs::write(&broken, text.replacen("minutes", "minutes minutes", 1)).expect("a broken file");

    let site = Site::with(lessons.path(), &dist()).await;
    let page = Page::open(&site.url(), "/").await;
    page.element("lesson-worker-pool").await;
    let words = page
        .until("the file of the broken lesson", async |page| {
            let words = page.words_of("main").await;
            words
                .contains("06-channel-buffered/lesson.toml")
                .then_some(words)
        })
        .await;
    let line = text
        .lines()
        .position(|line| line.starts_with("minutes"))
        .expect("the line")
        + 1;
    assert!(
        words.contains(&line.to_string()),
        "line {line} is not named in: {words}"
    );
    page.close(&[]).await;
}

#[tokio::test]
async fn a_page_that_was_not_built_says_the_command() {
    let nothing = TempFolder::new();
    let site = Site::with(&root().join("lessons"), nothing.path()).await;
    let page = Page::open(&site.url(), "/").await;
    let words = page.words_of("body").await;
    assert!(words.contains("trunk build --release"), "{words}");
    page.close(&["503", "404"]).await;
}

/// Copies a folder with all in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder to copy") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("a file to copy");
        }
    }
}
