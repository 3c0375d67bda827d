//! The page in a real browser, against a real server: one of each for every
//! test, on ports of their own.
//!
//! `cargo xtask test` runs these last, with Chromium and axe-core set up; alone:
//! `cargo test -p server --test browser` after `trunk build --release`.
//! They look at what a reader has: words, attributes that assistive technology
//! and scripts read, the table beside the picture, and the picture's pixels.
//! Nothing waits for a fixed time: everything is asked for until a deadline.

mod chromium;
mod page;
mod picture;
mod proxy;
mod site;
mod temp;

mod access;
mod around;
mod buffered_channel;
mod charts;
mod connection;
mod contents;
mod hands;
mod lanes;
mod objects;
mod parts;
mod screenshot;
mod spans;
mod stop;
mod trouble;
mod weight;
mod wrong_address;
