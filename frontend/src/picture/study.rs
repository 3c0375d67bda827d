//! What a reader asks of a picture: with keys, by marking an interval, by name.
//!
//! Plain Rust, tested on the host; `timeline/hands.rs` brings it to the page.
//!
//! * [`keys`]: what each key does, and the list of them.
//! * [`marked`]: the cursor and the marked interval, drawn.
//! * [`words`]: the words around them.

pub mod keys;
pub mod marked;
pub mod words;
