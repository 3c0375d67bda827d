//! Files of the page compressed as far as brotli goes, once.
//!
//! On the fly a file is compressed quickly and not well. One whose name holds
//! its hash is worth the seconds that the best takes: it is compressed beside
//! the first request for it, which does not wait, and kept for all later ones.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use brotli::enc::BrotliEncoderParams;

/// Files that are kept. A page has about thirty; those of earlier builds are
/// forgotten when there are more.
const MAX_FILES: usize = 128;
/// Bytes of a file that is compressed so. The largest has 1.5 MB.
const MAX_BYTES: usize = 8 << 20;
/// Brotli's best, which takes some seconds for a megabyte.
const QUALITY: i32 = 11;
/// Brotli's largest window that every browser takes, as a power of two.
const WINDOW: i32 = 22;

/// The files by name; `None` while one is being compressed.
#[derive(Clone, Default)]
pub(super) struct Packed(Arc<Mutex<HashMap<String, Option<Bytes>>>>);

impl Packed {
    /// The answer with its body compressed, where that is done and the browser
    /// takes it; the answer as it is otherwise.
    pub(super) async fn of(&self, name: &str, asked: &HeaderMap, answer: Response) -> Response {
        let whole = answer.status() == StatusCode::OK;
        let is_large = bytes_of(&answer) > MAX_BYTES as u64;
        if !whole
            || is_large
            || answer.headers().contains_key(CONTENT_ENCODING)
            || !takes_brotli(asked)
        {
            return answer;
        }
        let known = self.files().get(name).cloned();
        match known {
            Some(Some(bytes)) => compressed(answer, bytes),
            Some(None) => answer,
            None => self.begin(name, answer).await,
        }
    }

    /// Compresses the body of this answer for later ones.
    async fn begin(&self, name: &str, answer: Response) -> Response {
        let (parts, body) = answer.into_parts();
        let Ok(bytes) = axum::body::to_bytes(body, MAX_BYTES).await else {
            // It grew too large, or could not be read: the browser asks again.
            return Response::from_parts(parts, Body::empty());
        };
        let first = {
            let mut files = self.files();
            if files.len() >= MAX_FILES {
                files.clear();
            }
            files.insert(name.to_owned(), None).is_none()
        };
        if first {
            let (packed, name, plain) = (self.clone(), name.to_owned(), bytes.clone());
            tokio::task::spawn_blocking(move || {
                if let Ok(small) = compress(&plain) {
                    packed.files().insert(name, Some(small.into()));
                }
            });
        }
        Response::from_parts(parts, Body::from(bytes))
    }

    fn files(&self) -> MutexGuard<'_, HashMap<String, Option<Bytes>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long the body is, as far as that is known before it is read.
fn bytes_of(answer: &Response) -> u64 {
    let told = answer.headers().get(CONTENT_LENGTH);
    let told = told.and_then(|length| length.to_str().ok()?.parse().ok());
    told.unwrap_or_else(|| answer.body().size_hint().lower())
}

fn takes_brotli(asked: &HeaderMap) -> bool {
    let accepted = asked.get_all(ACCEPT_ENCODING).iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| coding.trim() == "br")
}

fn compressed(answer: Response, bytes: Bytes) -> Response {
    let (mut parts, _) = answer.into_parts();
    let headers = &mut parts.headers;
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    Response::from_parts(parts, Body::from(bytes))
}

fn compress(plain: &[u8]) -> io::Result<Vec<u8>> {
    let params = BrotliEncoderParams {
        quality: QUALITY,
        lgwin: WINDOW,
        size_hint: plain.len(),
        ..BrotliEncoderParams::default()
    };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut &plain[..], &mut small, &params)?;
    Ok(small)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(codings: &'static str) -> HeaderMap {
        let mut asked = HeaderMap::new();
        asked.insert(ACCEPT_ENCODING, HeaderValue::from_static(codings));
        asked
    }

    fn answer(text: &str) -> Response {
        Response::new(Body::from(text.to_owned()))
    }

    #[tokio::test]
    async fn later_answers_are_compressed_once_that_is_done() {
        let packed = Packed::default();
        let text = "interleave ".repeat(1_000);
        let asked = asking("gzip, deflate, br");
        let small = loop {
            let answer = packed.of("a.wasm", &asked, answer(&text)).await;
            let is_small = answer.headers().contains_key(CONTENT_ENCODING);
            let body = axum::body::to_bytes(answer.into_body(), MAX_BYTES).await;
            if is_small {
                break body.expect("the body");
            }
            assert_eq!(body.expect("the body"), text);
            tokio::task::yield_now().await;
        };
        assert!(small.len() < text.len() / 10, "{} bytes", small.len());
        // Whoever does not take it gets the file as it is.
        let plain = packed.of("a.wasm", &asking("gzip"), answer(&text)).await;
        assert!(!plain.headers().contains_key(CONTENT_ENCODING));
    }

    #[tokio::test]
    async fn a_file_that_is_too_large_is_sent_as_it_is() {
        let packed = Packed::default();
        let text = "x".repeat(MAX_BYTES + 1);
        let answer = packed.of("a.wasm", &asking("br"), answer(&text)).await;
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
        assert_eq!(body.expect("the body").len(), text.len());
        assert!(packed.files().is_empty());
    }

    #[test]
    fn only_brotli_is_brotli() {
        assert!(takes_brotli(&asking("gzip, br")));
        assert!(!takes_brotli(&asking("gzip, bro")));
        assert!(!takes_brotli(&HeaderMap::new()));
    }
}
