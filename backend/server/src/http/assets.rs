//! The built front end, from the folder of `--dist`.
//!
//! 1. A path without a dot is a page: whatever it is, the answer is
//!    `index.html`, and the router in the page reads the path.
//! 2. A path with a dot is a file. One that is not there is a 404, never the
//!    page, or a stale script would be parsed as HTML.
//! 3. A file whose name holds its hash never changes; all others are asked for
//!    again each time.
//! 4. Such a file is sent as small as it can be ([`packed`]), all others
//!    compressed on the fly.
//! 5. Without a front end, a page tells how to build it.

mod packed;

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use super::App;
use super::policy;
use packed::Packed;

/// What is shown while there is no front end.
const NOT_BUILT: &str = include_str!("not_built.html");
/// How many hexadecimal digits a hash in a file's name has: 64 bits without
/// the zeros in front.
const HASH_DIGITS: std::ops::RangeInclusive<usize> = 14..=16;

/// The front end's folder.
pub(super) struct Assets {
    dist: PathBuf,
    files: ServeDir,
    packed: Packed,
    policy: Mutex<Option<(SystemTime, HeaderValue)>>,
}

impl Assets {
    pub(super) fn new(dist: PathBuf) -> Assets {
        let files = ServeDir::new(&dist)
            .append_index_html_on_directories(false)
            .precompressed_br()
            .precompressed_gzip();
        Assets {
            dist,
            files,
            packed: Packed::default(),
            policy: Mutex::default(),
        }
    }

    /// The policy of `index.html` as it is now; `None` if there is none.
    async fn policy(&self) -> Option<HeaderValue> {
        let path = self.dist.join("index.html");
        let modified = tokio::fs::metadata(&path).await.ok()?.modified().ok()?;
        if let Some((at, policy)) = self.cached()
            && at == modified
        {
            return Some(policy);
        }
        let html = tokio::fs::read_to_string(&path).await.ok()?;
        let policy = policy::of_page(&html);
        *self.policy.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((modified, policy.clone()));
        Some(policy)
    }

    fn cached(&self) -> Option<(SystemTime, HeaderValue)> {
        let cached = self.policy.lock().unwrap_or_else(PoisonError::into_inner);
        cached.clone()
    }

    async fn file(&self, request: Request) -> Response {
        match self.files.clone().oneshot(request).await {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        }
    }
}

/// A page or a file.
pub(super) async fn serve(State(app): State<App>, mut request: Request) -> Response {
    let assets = &app.assets;
    let path = request.uri().path().to_owned();
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.contains('.') && name != "index.html" {
        let asked = (request.method() == Method::GET).then(|| request.headers().clone());
        let mut response = assets.file(request).await;
        if response.status() == StatusCode::NOT_FOUND {
            return no_file(&path);
        }
        let lasting = has_hash(name);
        if let Some(asked) = asked.filter(|_| lasting) {
            response = assets.packed.of(name, &asked, response).await;
        }
        cache(
            &mut response,
            if lasting {
                "public, max-age=31536000, immutable"
            } else {
                "no-cache"
            },
        );
        return response;
    }
    let Some(policy) = assets.policy().await else {
        return not_built();
    };
    *request.uri_mut() = Uri::from_static("/index.html");
    let mut response = assets.file(request).await;
    cache(&mut response, "no-cache");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

fn cache(response: &mut Response, how: &'static str) {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(how));
}

fn no_file(path: &str) -> Response {
    let text = format!("There is no file {path}. Reload the page: it may be of an older build.\n");
    let mut response = (StatusCode::NOT_FOUND, text).into_response();
    cache(&mut response, "no-store");
    response
}

fn not_built() -> Response {
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response();
    cache(&mut response, "no-store");
    let headers = response.headers_mut();
    let policy = policy::of_page(NOT_BUILT);
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// Whether a name holds a hash as trunk writes it: `app-0123456789abcdef.js`,
/// `app-0123456789abcdef_bg.wasm`.
fn has_hash(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let Some((_, hash)) = stem.rsplit_once('-') else {
        return false;
    };
    let hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    HASH_DIGITS.contains(&hash.len()) && hash.bytes().all(hexadecimal)
}

#[cfg(test)]
mod tests {
    use super::has_hash;

    #[test]
    fn only_a_hash_is_a_hash() {
        assert!(has_hash("frontend-0123456789abcdef.js"));
        assert!(has_hash("frontend-123456789abcdef_bg.wasm"));
        assert!(has_hash("tokens-fedcba9876543210.css"));
        assert!(!has_hash("favicon.svg"));
        assert!(!has_hash("frontend-latest.js"));
        assert!(!has_hash("a-0123456789abcdeg.js"));
        assert!(!has_hash("0123456789abcdef.js"));
        assert!(!has_hash("index.html"));
    }
}
