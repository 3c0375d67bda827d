//! Frames as lines of JSON: for `/events`, for exports and for the terminal.

use protocol::event::Place;
use protocol::ndjson::{dropped_line, end_line, event_line};
use protocol::{Event, Frame};

/// The places that a run has named so far.
#[derive(Default)]
pub(crate) struct Places {
    /// Their keys begin at 1.
    places: Vec<Place>,
}

impl Places {
    /// Takes up a frame's places. A key that is out of turn cannot come from
    /// our runners; it is left out.
    pub(crate) fn add(&mut self, first: u32, places: Vec<Place>) {
        if first as usize == self.places.len() + 1 {
            self.places.extend(places);
        }
    }

    /// The place of this key.
    pub(crate) fn get(&self, key: u32) -> Option<&Place> {
        self.places.get((key as usize).checked_sub(1)?)
    }
}

/// Turns frames into lines.
pub(crate) struct Lines {
    places: Places,
    from: u64,
}

impl Lines {
    /// Lines of the events from `from` on.
    pub(crate) fn new(from: u64) -> Self {
        Lines {
            places: Places::default(),
            from,
        }
    }

    /// The lines of a frame, each with its end. A frame that does not decode
    /// is one line that says so.
    pub(crate) fn of_frame(&mut self, bytes: &[u8]) -> String {
        match Frame::decode(bytes) {
            Ok(Frame::Queued { .. } | Frame::Header(_)) => String::new(),
            Ok(Frame::Places { first, places }) => {
                self.places.add(first, places);
                String::new()
            }
            Ok(Frame::Events { first_seq, events }) => self.of_events(first_seq, &events),
            Ok(Frame::Dropped {
                from_ns,
                to_ns,
                count,
            }) => dropped_line(from_ns, to_ns, count) + "\n",
            Ok(Frame::End(end)) => end_line(&end) + "\n",
            Err(error) => {
                serde_json::json!({"kind": "unreadable", "message": error.to_string()}).to_string()
                    + "\n"
            }
        }
    }

    fn of_events(&self, first_seq: u64, events: &[Event]) -> String {
        let mut lines = String::with_capacity(events.len() * 100);
        for (seq, event) in (first_seq..).zip(events) {
            if seq >= self.from {
                lines.push_str(&event_line(seq, event, |key| self.places.get(key)));
                lines.push('\n');
            }
        }
        lines
    }
}
