//! The page: prose beside a lab that runs the prose's experiment and draws what
//! really happened.
//!
//! Plain Rust, tested on the host:
//! * [`form`]: the values of a form, checked against the experiment's schema.
//! * [`link`]: the page's address, with the parameters and the language in it.
//! * [`figures`]: numbers, times and sizes as the page writes them.
//! * [`i18n`]: every text of the interface, in both languages.
//! * [`phase`]: where a run is.
//! * [`model`]: a run, built up frame by frame.
//! * [`picture`]: layout of the pictures; their components need a browser.
//!
//! What needs a browser is compiled for wasm32 alone.

pub mod figures;
pub mod i18n;
pub mod model;
pub mod phase;
pub mod picture;

#[cfg(target_arch = "wasm32")]
pub mod app;
