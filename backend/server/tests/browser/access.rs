//! What bars a reader's way, as axe-core finds it.

use std::env;
use std::fs;

use serde_json::{Value, json};

use crate::page::Page;
use crate::site::{Site, demo, dist};

/// Findings that keep somebody from reading or using the page.
async fn barriers(page: &Page, axe: &str) -> Vec<String> {
    // As the script itself: the page's policy lets nothing evaluate text.
    page.js(axe).await;
    let body = "const done = arguments[0];\
                axe.run().then(result => done(result.violations), error => done(String(error)))";
    let violations = page.js_async(body, Vec::new()).await;
    let violations = violations
        .as_array()
        .unwrap_or_else(|| panic!("axe-core: {violations}"));
    violations
        .iter()
        .filter(|one| is_serious(one))
        .map(shown)
        .collect()
}

fn is_serious(violation: &Value) -> bool {
    ["serious", "critical"]
        .iter()
        .any(|impact| violation["impact"] == *impact)
}

fn shown(violation: &Value) -> String {
    let nodes = violation["nodes"].as_array().map_or(&[][..], Vec::as_slice);
    let places: Vec<String> = nodes.iter().map(|node| node["html"].to_string()).collect();
    format!(
        "{}: {}\n  {}",
        violation["id"],
        violation["help"],
        places.join("\n  ")
    )
}

/// axe-core's script, where there is one.
fn axe() -> Option<String> {
    let Some(script) = env::var_os("INTERLEAVE_AXE") else {
        println!(
            "left out: INTERLEAVE_AXE does not name axe-core's script (`cargo xtask test` does)"
        );
        return None;
    };
    Some(fs::read_to_string(script).expect("axe-core's script"))
}

#[tokio::test]
async fn nothing_bars_a_readers_way_in_either_theme() {
    let Some(axe) = axe() else { return };
    let site = Site::start().await;
    let page = Page::open(&site.url(), "/").await;
    for _ in 0..2 {
        page.goto("/").await;
        page.element("lesson-channel-buffered").await;
        let theme = page
            .js("return document.documentElement.dataset.theme")
            .await;
        assert_eq!(
            barriers(&page, &axe).await,
            [""; 0],
            "the contents, {theme}"
        );
        page.goto("/lessons/channel-buffered").await;
        page.run_to_the_end().await;
        assert_eq!(barriers(&page, &axe).await, [""; 0], "a lesson, {theme}");
        page.click("theme").await;
    }
    page.close(&[]).await;
}

#[tokio::test]
async fn nothing_bars_a_readers_way_in_the_parts_and_the_pages_beside_the_lessons() {
    let Some(axe) = axe() else { return };
    let site = Site::with(&demo(), &dist()).await;
    let page = Page::open(&site.url(), "/").await;
    for theme in ["light", "dark"] {
        for lang in ["en", "zh"] {
            page.element("theme").await;
            let keep = "localStorage.setItem('interleave.theme', arguments[0])";
            page.js_with(keep, vec![json!(theme)]).await;
            for (path, id) in [
                ("/glossary", "glossary"),
                ("/guides", "guide"),
                ("/lessons/parts", "run"),
            ] {
                page.goto(&format!("{path}?lang={lang}")).await;
                page.element(id).await;
                if path == "/lessons/parts" {
                    page.run_to_the_end().await;
                    page.js("document.querySelector('.term').click()").await;
                    page.element("aside").await;
                }
                let found = barriers(&page, &axe).await;
                assert_eq!(found, [""; 0], "{path}, {theme}, {lang}");
            }
        }
    }
    page.close(&[]).await;
}
