//! The built front end: caching, compression, policy, fallback.

use reqwest::{Response, StatusCode};

use crate::folder::Folder;
use crate::server::{Server, server, with_dist};

const INDEX: &str = "<!doctype html><title>Interleave</title>\
    <script type=\"module\">console.log(1)</script><script src=\"/x.js\"></script>";

fn dist() -> Folder {
    let dist = Folder::new();
    dist.write("index.html", INDEX);
    dist.write("favicon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    dist.write("app-0123456789abcdef.js", "export {}");
    dist.write("app-123456789abcdef_bg.wasm", b"\0asm\x01\0\0\0");
    let long = "a { color: red }\n".repeat(200);
    dist.write("base-fedcba9876543210.css", &long);
    dist.write("pre-fedcba9876543210.css", &long);
    dist.write("pre-fedcba9876543210.css.br", "made beforehand");
    dist
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

async fn compressed(server: &Server, path: &str, encoding: &str) -> Response {
    let request = server.http.get(server.url(path));
    request
        .header("accept-encoding", encoding)
        .send()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_names_with_a_hash_last() {
    let dist = dist();
    let server = with_dist(&dist).await;
    for path in [
        "/app-0123456789abcdef.js",
        "/app-123456789abcdef_bg.wasm",
        "/base-fedcba9876543210.css",
    ] {
        let response = server.get(path).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(
            header(&response, "cache-control"),
            "public, max-age=31536000, immutable"
        );
    }
    for path in ["/", "/index.html", "/favicon.svg", "/lesson/worker-pool"] {
        let response = server.get(path).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "cache-control"), "no-cache", "{path}");
    }
    let wasm = server.get("/app-123456789abcdef_bg.wasm").await;
    assert_eq!(header(&wasm, "content-type"), "application/wasm");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_has_its_policy_and_a_missing_file_is_no_page() {
    let dist = dist();
    let server = with_dist(&dist).await;
    let page = server.get("/lesson/worker-pool?capacity=3").await;
    let policy = header(&page, "content-security-policy").to_owned();
    // printf 'console.log(1)' | openssl dgst -sha256 -binary | base64
    assert!(
        policy.contains("'sha256-CihokcEcBW4atb/CW/XWsvWwbTjqwQlE9nj9ii5ww5M='"),
        "{policy}"
    );
    assert!(policy.contains("'wasm-unsafe-eval'") && !policy.contains("'unsafe-eval'"));
    assert!(!policy.contains("script-src 'self' 'unsafe-inline'"));
    assert_eq!(header(&page, "x-content-type-options"), "nosniff");
    assert_eq!(page.text().await.unwrap(), INDEX);

    for path in [
        "/app-0000000000000000.js",
        "/lesson/x.js",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
    ] {
        let missing = server.get(path).await;
        assert_eq!(missing.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(!header(&missing, "content-type").contains("html"));
        assert_eq!(header(&missing, "cache-control"), "no-store");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_build_has_a_new_policy() {
    let dist = dist();
    let server = with_dist(&dist).await;
    let before = server.get("/").await;
    let before = header(&before, "content-security-policy").to_owned();
    let path = dist.write("index.html", INDEX.replace("log(1)", "log(2)"));
    // Some file systems keep times by the second.
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
    let file = std::fs::File::options().append(true).open(path).unwrap();
    file.set_modified(later).unwrap();
    let after = server.get("/").await;
    assert_ne!(before, header(&after, "content-security-policy"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_large_is_compressed() {
    let dist = dist();
    let server = with_dist(&dist).await;
    for encoding in ["br", "gzip"] {
        for path in [
            "/base-fedcba9876543210.css",
            "/api/experiments",
            "/api/lessons",
        ] {
            let response = compressed(&server, path, encoding).await;
            assert_eq!(header(&response, "content-encoding"), encoding, "{path}");
            assert!(
                header(&response, "vary").contains("accept-encoding"),
                "{path}"
            );
        }
    }
    let ready = compressed(&server, "/pre-fedcba9876543210.css", "br").await;
    assert_eq!(header(&ready, "content-encoding"), "br");
    assert_eq!(ready.text().await.unwrap(), "made beforehand");
    let plain = server.get("/pre-fedcba9876543210.css").await;
    assert_eq!(header(&plain, "content-encoding"), "");
    assert!(plain.text().await.unwrap().starts_with("a { color"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_front_end_the_page_says_the_command() {
    let server = server().await;
    let response = server.get("/").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let policy = header(&response, "content-security-policy").to_owned();
    assert!(policy.contains("style-src 'self' 'sha256-"), "{policy}");
    let page = response.text().await.unwrap();
    for words in [
        "cargo xtask serve",
        "trunk build --release",
        "not built",
        "尚未构建",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert_eq!(server.get("/a.js").await.status(), StatusCode::NOT_FOUND);
}
