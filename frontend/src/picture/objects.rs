//! The state of every object at the time of the cursor, or the latest.
//!
//! Everything is written as text from a [`World`](crate::model::World), the
//! names from the model; so it is tested on the host, and only [`pane`] needs a
//! browser.
//!
//! * [`text`]: the sections, and what they have in common.
//! * [`channel`]: a channel's ring and who waits at both ends of it.
//! * [`others`]: all other objects, the processors and the goroutines.
//! * [`words`]: the words.

pub mod channel;
pub mod others;
#[cfg(target_arch = "wasm32")]
pub mod pane;
pub mod text;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub use pane::Objects;

#[cfg(test)]
mod tests;
