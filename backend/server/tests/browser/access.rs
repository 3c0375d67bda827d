//! What bars a reader's way, as axe-core finds it.

use std::env;
use std::fs;

use serde_json::Value;

use crate::page::Page;
use crate::site::Site;

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

#[tokio::test]
async fn nothing_bars_a_readers_way_in_either_theme() {
    let Some(script) = env::var_os("INTERLEAVE_AXE") else {
        println!(
            "left out: INTERLEAVE_AXE does not name axe-core's script (`cargo xtask test` does)"
        );
        return;
    };
    let axe = fs::read_to_string(script).expect("axe-core's script");
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
