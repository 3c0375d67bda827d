//! What a reader asks of a picture: with keys, by marking an interval, by name.
//!
//! Plain Rust, tested on the host; `timeline/hands.rs` brings it to the page.
//!
//! * [`interval`]: what happened in an interval.
//! * [`keys`]: what each key does, and the list of them.
//! * [`marked`]: the cursor and the marked interval, drawn.
//! * [`names`]: goroutines and objects by a part of their names.
//! * [`panel`]: the sums of an interval, as HTML.
//! * [`words`]: the words around them.

pub mod interval;
pub mod keys;
pub mod marked;
pub mod names;
pub mod panel;
pub mod words;
