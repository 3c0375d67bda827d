//! What the page weighs on its way to the browser.

use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING};

use crate::site::{Site, dist};

/// What the page may weigh with brotli, in kilobytes: two seconds of a slow
/// connection of 2 Mbit/s.
const MAX_KB: f64 = 450.0;
/// How long a debug build on a busy machine may take for brotli's best.
const BEST_SECONDS: u64 = 120;

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

/// The weight once the server has compressed the file as far as it goes, which
/// it does beside the first answer: `quickly` is what that one weighed.
async fn at_its_best(url: &str, quickly: usize) -> usize {
    let deadline = Instant::now() + Duration::from_secs(BEST_SECONDS);
    loop {
        let now = weight(url, "br").await;
        // Quickly compressed, it is not the same to the byte twice.
        if now * 10 < quickly * 9 {
            return now;
        }
        assert!(Instant::now() < deadline, "{url} stays at {now} bytes");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
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
        if !name.ends_with(".css") {
            weights[2] = at_its_best(&url, weights[2]).await;
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
    assert!(brotli < MAX_KB, "{brotli:.0} KB with brotli");
    println!(
        "the page as sent: {raw:.0} KB raw, {gzip:.0} KB with gzip, {brotli:.0} KB with brotli"
    );
}
