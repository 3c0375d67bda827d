//! What the page weighs on its way to the browser.

use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING};

use crate::site::{Site, dist};

/// The bytes of a file's body as it crosses the network.
async fn weight(url: &str, encoding: &str) -> usize {
    let question = reqwest::Client::new()
        .get(url)
        .header(ACCEPT_ENCODING, encoding);
    let answer = question.send().await.expect("an answer");
    assert!(answer.status().is_success(), "{url}: {}", answer.status());
    let used = answer
        .headers()
        .get(CONTENT_ENCODING)
        .map_or("identity", |used| {
            used.to_str().expect("the name of an encoding")
        });
    assert_eq!(used, encoding, "{url}");
    answer.bytes().await.expect("the file").len()
}

#[tokio::test]
async fn the_page_is_sent_compressed() {
    let site = Site::start().await;
    let mut sums = [0; 3];
    for entry in std::fs::read_dir(dist()).expect("the built page") {
        let name = entry
            .expect("a file")
            .file_name()
            .to_string_lossy()
            .into_owned();
        if ![".wasm", ".js", ".css"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            continue;
        }
        let url = format!("{}/{name}", site.url());
        let mut weights = [0; 3];
        for (weight_of_it, encoding) in weights.iter_mut().zip(["identity", "gzip", "br"]) {
            *weight_of_it = weight(&url, encoding).await;
        }
        for (sum, bytes) in sums.iter_mut().zip(weights) {
            *sum += bytes;
        }
        if name.ends_with(".wasm") {
            let [raw, gzip, brotli] = weights;
            assert!(
                brotli < gzip && gzip < raw,
                "{name}: {weights:?} bytes raw, gzip, brotli"
            );
        }
    }
    let [raw, gzip, brotli] = sums.map(|bytes| f64::from(bytes as u32) / 1000.0);
    println!(
        "the page as sent: {raw:.0} KB raw, {gzip:.0} KB with gzip, {brotli:.0} KB with brotli"
    );
}
