//! Go-style concurrency for async Rust.
