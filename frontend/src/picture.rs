//! The picture of a run: a timeline, channels over time, the table behind both.
//!
//! [`RunView`] is what the page hands to each of them. Layout is plain
//! arithmetic, tested on the host; drawing, which needs a browser, only follows
//! it.

#[cfg(target_arch = "wasm32")]
mod occupancy;
#[cfg(target_arch = "wasm32")]
mod table;
#[cfg(target_arch = "wasm32")]
mod timeline;
#[cfg(target_arch = "wasm32")]
mod view;

#[cfg(target_arch = "wasm32")]
pub use self::{occupancy::Occupancy, table::PictureTable, timeline::Timeline, view::RunView};

pub use crate::phase::Phase;
