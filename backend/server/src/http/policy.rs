//! The content security policy of a page: its own files, the WebAssembly, and
//! the inline scripts and styles that it was built with, by their hashes.

use axum::http::HeaderValue;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

/// The policy of a page with this text.
pub(super) fn of_page(html: &str) -> HeaderValue {
    let scripts = hashes(html, "script");
    let styles = hashes(html, "style");
    // Attributes (`style="width: 3px"`) are the page's own geometry; they load
    // and run nothing.
    let policy = format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{scripts}; \
         style-src 'self'{styles}; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; \
         connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).expect("a policy is ASCII")
}

/// ` 'sha256-…'` for each inline element of this name.
fn hashes(html: &str, name: &str) -> String {
    let mut hashes = String::new();
    let (open, close) = (format!("<{name}"), format!("</{name}"));
    let mut rest = html;
    while let Some(start) = rest.find(&open) {
        rest = &rest[start + open.len()..];
        let Some(end_of_tag) = rest.find('>') else {
            break;
        };
        let (attributes, body) = (&rest[..end_of_tag], &rest[end_of_tag + 1..]);
        // `<scripture>` is not a script.
        let is_it = attributes.is_empty() || attributes.starts_with(char::is_whitespace);
        let Some(end) = body.find(&close) else {
            break;
        };
        if is_it && !attributes.contains("src=") {
            let hash = BASE64_STANDARD.encode(Sha256::digest(&body.as_bytes()[..end]));
            hashes.push_str(&format!(" 'sha256-{hash}'"));
        }
        rest = &body[end..];
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::of_page;

    #[test]
    fn inline_scripts_are_named_by_their_hash() {
        let page = "<script src=\"a.js\"></script><script type=\"module\">alert(1)</script>";
        let policy = of_page(page);
        let policy = policy.to_str().unwrap();
        // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
        let hash = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='";
        assert!(policy.contains(hash), "{policy}");
        assert_eq!(policy.matches("sha256-").count(), 1, "{policy}");
        assert!(policy.contains("'wasm-unsafe-eval'"));
    }
}
