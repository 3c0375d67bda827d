//! The program's own spans, as a waterfall: a row each, under the one that it is
//! part of, over the same time as the timeline.
//!
//! * [`rows`]: which spans have a row.
//! * [`drawn`]: rows, details and table as text; [`words`]: what they say.
//! * [`waterfall`]: the view itself.

pub mod drawn;
pub mod rows;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub mod waterfall;

#[cfg(target_arch = "wasm32")]
pub use waterfall::Spans;
