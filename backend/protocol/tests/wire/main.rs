//! The wire: golden bytes and lines, round trips, and what is no frame.

mod golden;
mod lines;
mod malformed;
mod round_trip;
mod samples;
