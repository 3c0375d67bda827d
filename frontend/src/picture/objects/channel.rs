//! A channel: on the left who waits to send, in the middle its slots, on the
//! right who waits to receive, as values move.
//!
//! A buffer of up to [`MAX_SLOTS`] is drawn slot by slot, as it lies in memory,
//! with Go's `recvx` and `sendx` below; of a larger one the oldest values.

use protocol::{Reason, Value};

use super::text::Writer;
use super::words::{self, Word};
use crate::figures::count;
use crate::markup;
use crate::model::world::{Object, Ring};

/// The most slots that are drawn.
pub const MAX_SLOTS: u32 = 32;
/// The most values that are read out.
const MAX_SPOKEN: usize = 16;

impl Writer<'_> {
    /// What tests ask about a channel.
    pub fn ring_data(&mut self, ring: &Ring) {
        let mut number = |key, value: Option<u32>| {
            if let Some(value) = value {
                self.data(key, &value.to_string());
            }
        };
        number("capacity", Some(ring.capacity));
        number("len", ring.len);
        number("recvx", ring.recvx);
        number("sendx", ring.sendx());
        let closed = match ring.closed {
            Some(true) => "true",
            Some(false) => "false",
            None => "unknown",
        };
        self.data("closed", closed);
    }

    /// A channel, below its name.
    pub fn channel(&mut self, object: &Object, ring: &Ring) {
        self.html += "<div class=object-channel>";
        self.queue(object, Word::SendQueue, "send", &[Reason::ChanSend]);
        if ring.capacity > 0 || ring.returned > 0 {
            self.slots(ring);
        }
        self.queue(
            object,
            Word::ReceiveQueue,
            "receive",
            &[Reason::ChanReceive],
        );
        self.html += "</div>";
    }

    fn slots(&mut self, ring: &Ring) {
        self.html += "<div class=ring role=img aria-label=\"";
        self.html += &markup::attribute(&self.spoken(ring));
        self.html += "\">";
        let returned = ring.returned as usize;
        // What came back lies before the ring.
        for value in ring.held.iter().take(returned.min(MAX_SLOTS as usize)) {
            self.slot("back", Some(value.as_ref()), "");
        }
        let first = ring.recvx.unwrap_or(0);
        let whole = ring.capacity <= MAX_SLOTS;
        let drawn = match whole {
            true => ring.capacity,
            false => ring.len.unwrap_or(0).min(MAX_SLOTS),
        };
        for index in 0..drawn {
            let behind = match whole {
                true => (index + ring.capacity - first) % ring.capacity,
                false => index,
            };
            let held = ring.held.get(returned + behind as usize);
            let slot = match whole {
                true => index,
                false => (first + index) % ring.capacity,
            };
            let mark = |at: Option<u32>| at == Some(slot);
            let marks = match (mark(ring.recvx), mark(ring.sendx())) {
                (true, true) => "recvx sendx",
                (true, false) => "recvx",
                (false, true) => "sendx",
                (false, false) => "",
            };
            self.slot(&slot.to_string(), held.map(Option::as_ref), marks);
        }
        self.html += "</div>";
        if !whole && let Some(len) = ring.len.filter(|len| *len > drawn) {
            self.fact(&words::more((len - drawn) as usize, self.lang));
        }
    }

    /// A slot: empty, with a value, or with one that is not shown.
    fn slot(&mut self, slot: &str, held: Option<Option<&Value>>, marks: &str) {
        self.html += "<span class=slot";
        self.data("slot", slot);
        if let Some(value) = held {
            self.html += " data-held";
            if let Some(value) = value {
                self.data("value", &value.to_string());
            }
        }
        self.html += "><b>";
        if let Some(value) = held {
            self.html += &markup::text(&value.map_or("•".into(), Self::value));
        }
        self.html += "</b>";
        for mark in marks.split_whitespace() {
            self.html += "<small>";
            self.html += mark;
            self.html += "</small>";
        }
        self.html += "</span>";
    }

    /// `3 of 4: 7, 8, 9`, the oldest first.
    pub fn spoken(&self, ring: &Ring) -> String {
        let Some(len) = ring.len else {
            return Word::Unknown.say(self.lang).into();
        };
        let mut words = words::part(len.into(), ring.capacity.into(), self.lang);
        let known = ring.held.iter().flatten().count();
        if known > 0 {
            let values = ring.held.iter().take(MAX_SPOKEN);
            let values: Vec<String> = values
                .map(|value| value.as_ref().map_or("?".into(), Self::value))
                .collect();
            words += if self.lang == crate::i18n::Lang::Zh {
                "："
            } else {
                ": "
            };
            words += &values.join(", ");
            if len as usize > MAX_SPOKEN {
                words += ", …";
            }
        }
        words
    }

    /// The length, and whether it is closed.
    pub fn ring_facts(&mut self, ring: &Ring) {
        if ring.capacity == 0 && ring.returned == 0 {
            self.fact(Word::NoBuffer.say(self.lang));
        } else {
            match ring.len {
                Some(len) => {
                    self.fact(&words::part(len.into(), ring.capacity.into(), self.lang));
                }
                None => self.fact(&format!(
                    "{} / {}",
                    Word::Unknown.say(self.lang),
                    count(ring.capacity.into())
                )),
            }
        }
        if ring.closed == Some(true) {
            self.fact(Word::Closed.say(self.lang));
        }
    }
}
