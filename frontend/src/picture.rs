//! The picture of a run: a timeline, channels over time, the table behind both.
//!
//! [`RunView`] is what the page hands to each of them. Layout is plain
//! arithmetic, tested on the host:
//!
//! * [`scale`]: time to pixels, zoom and pan.
//! * [`axis`]: round figures along an axis.
//! * [`lanes`]: by what they are, by goroutine or by P.
//! * [`rows`]: where the lanes lie.
//! * [`look`]: how a state looks.
//! * [`columns`]: spans to columns of pixels.
//! * [`pixels`]: columns to pixels.
//! * [`signs`]: what happened to a P.
//! * [`legend`]: what each colour and sign means.
//! * [`levels`]: a channel's occupancy to a line.
//! * [`arrows`]: from whoever ended a wait to whose it was.
//! * [`walk`]: from one span to the next by keyboard.
//! * [`study`]: what a reader asks of a picture: keys, intervals, names.
//! * [`sentence`]: what happened, in words.
//! * [`words`]: the words around the pictures.
//! * [`records`]: the rows of the table.
//! * [`objects`]: the state of every object at a time.
//! * [`listing`]: the code, with who stands on which line.
//!
//! Drawing needs a browser and only follows the layout: [`timeline`],
//! [`occupancy`], [`table`]. [`charts`] and [`spans`] hold both.

pub mod arrows;
pub mod axis;
pub mod charts;
pub mod columns;
pub mod lanes;
pub mod legend;
pub mod levels;
pub mod listing;
pub mod look;
pub mod objects;
pub mod pixels;
pub mod records;
pub mod rows;
pub mod scale;
pub mod sentence;
pub mod signs;
pub mod spans;
pub mod study;
pub mod walk;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub mod occupancy;
#[cfg(target_arch = "wasm32")]
pub mod pace;
#[cfg(target_arch = "wasm32")]
pub mod table;
#[cfg(target_arch = "wasm32")]
pub mod timeline;
#[cfg(target_arch = "wasm32")]
pub mod view;

#[cfg(target_arch = "wasm32")]
pub use self::{
    charts::Charts, objects::Objects, spans::Spans, table::PictureTable, timeline::Timeline,
    view::RunView,
};

pub use crate::phase::Phase;

#[cfg(test)]
mod tests;
