//! The page: prose beside a lab that runs the prose's experiment and draws what
//! really happened.
//!
//! Plain Rust, tested on the host:
//! * [`form`]: the values of a form, checked against the experiment's schema.
//! * [`link`]: the page's address, with the parameters and the language in it.
//! * [`route`]: which page an address leads to.
//! * [`steps`]: where the lab and the parts stand in the prose.
//! * [`figures`]: numbers, times and sizes as the page writes them.
//! * [`i18n`]: every text of the interface, in both languages.
//! * [`phase`]: where a run is; [`outcome`]: how it went, in words.
//! * [`trouble`]: what may go wrong with the server, in words.
//! * [`measured`]: a run's figures in words; [`curve`]: those of many runs;
//!   [`compare`]: those of two, side by side.
//! * [`order`]: lists in order, by one sort.
//! * [`markup`]: what only shows what the server sent, as HTML.
//! * [`progress`]: what the reader has done.
//! * [`model`]: a run, built up frame by frame.
//! * [`picture`]: layout of the pictures; their components need a browser.
//!
//! What needs a browser is compiled for wasm32 alone:
//! * [`app`]: the routes and the frame of every page; [`preferences`]: language
//!   and theme.
//! * [`contents`], [`lesson`], [`book`], [`not_found`]: the pages;
//!   [`lab`]: the instrument beside the prose.
//! * [`api`]: the server's routes; [`session`]: a run over its WebSocket.

pub mod compare;
pub mod curve;
pub mod figures;
pub mod form;
pub mod i18n;
pub mod json;
pub mod link;
pub mod markup;
pub mod measured;
pub mod model;
pub mod order;
pub mod outcome;
pub mod phase;
pub mod picture;
pub mod progress;
pub mod route;
pub mod steps;
pub mod trouble;

#[cfg(target_arch = "wasm32")]
pub mod api;
#[cfg(target_arch = "wasm32")]
pub mod app;
#[cfg(target_arch = "wasm32")]
pub mod book;
#[cfg(target_arch = "wasm32")]
pub mod contents;
#[cfg(target_arch = "wasm32")]
pub mod lab;
#[cfg(target_arch = "wasm32")]
pub mod lesson;
#[cfg(target_arch = "wasm32")]
pub mod not_found;
#[cfg(target_arch = "wasm32")]
pub mod preferences;
#[cfg(target_arch = "wasm32")]
pub mod session;
