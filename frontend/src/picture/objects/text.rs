//! The objects as text: sections of lists, each with a limit.
//!
//! A name of a goroutine is a button with its number in `data-g`; what a test
//! asks about an object stands in its `data-*`.

use protocol::event::NO_GOROUTINE;
use protocol::{Reason, Value};

use super::words::{self, Word};
use crate::figures::count;
use crate::i18n::Lang;
use crate::markup;
use crate::model::world::{Does, Is, Object};
use crate::model::{Model, World};
use crate::picture::look::Look;

/// The most objects of a section: two or three screens.
pub const MAX_OBJECTS: usize = 24;
/// The most goroutines that are named in one place.
pub const MAX_NAMES: usize = 12;
/// The most letters of a value in a slot.
pub const MAX_LETTERS: usize = 14;

/// What is written, and from what.
pub struct Writer<'a> {
    /// The state.
    pub world: &'a World,
    /// The names.
    pub model: &'a Model,
    /// The values of those who wait to send, by goroutine, where known.
    pub hands: &'a [(u32, Value)],
    /// The time at which it is looked at: at or after that of the state.
    pub t_ns: u64,
    /// The language.
    pub lang: Lang,
    /// What is written so far.
    pub html: String,
}

/// Everything, as HTML.
pub fn of(world: &World, hands: &[(u32, Value)], model: &Model, t_ns: u64, lang: Lang) -> String {
    let mut writer = Writer {
        world,
        hands,
        model,
        t_ns: t_ns.max(world.t_ns()),
        lang,
        html: String::new(),
    };
    if world.goroutines.is_empty() && world.objects.is_empty() {
        writer.html += "<p class=view-empty>";
        writer.html += Word::Nothing.say(lang);
        writer.html += "</p>";
        return writer.html;
    }
    writer.objects(Word::Channels, &|is| matches!(is, Is::Channel(_)));
    writer.objects(Word::Locks, &|is| matches!(is, Is::Lock(_)));
    writer.objects(Word::Gates, &|is| {
        matches!(
            is,
            Is::Semaphore { .. } | Is::WaitGroup { .. } | Is::Cond | Is::Once { .. }
        )
    });
    writer.objects(Word::Numbers, &|is| matches!(is, Is::Number { .. }));
    writer.counters();
    writer.contexts();
    writer.objects(Word::Timers, &|is| {
        matches!(is, Is::Timer { at_ns: Some(_) })
    });
    writer.elsewhere();
    writer.processors();
    writer.html
}

impl Writer<'_> {
    /// A section of objects, if there is any.
    fn objects(&mut self, head: Word, which: &dyn Fn(&Is) -> bool) {
        let world = self.world;
        let all: Vec<(u32, &Object)> = world
            .objects
            .iter()
            .filter(|(_, object)| which(&object.is))
            .collect();
        self.section(head, all.len(), &mut |writer, index| {
            let (number, object) = all[index];
            writer.object(number, object);
        });
    }

    /// A section of `number` items; at most [`MAX_OBJECTS`] are written.
    pub fn section(&mut self, head: Word, number: usize, item: &mut dyn FnMut(&mut Self, usize)) {
        if number == 0 {
            return;
        }
        self.html += "<section class=objects-section><h3>";
        self.html += head.say(self.lang);
        self.html += "</h3><ul>";
        for index in 0..number.min(MAX_OBJECTS) {
            item(self, index);
        }
        self.html += "</ul>";
        if number > MAX_OBJECTS {
            self.html += "<p class=picture-more>";
            self.html += &words::more(number - MAX_OBJECTS, self.lang);
            self.html += "</p>";
        }
        self.html += "</section>";
    }

    fn object(&mut self, number: u32, object: &Object) {
        let kind = match &object.is {
            Is::Channel(_) => "channel",
            Is::Lock(held) if held.reads => "rwmutex",
            Is::Lock(_) => "mutex",
            Is::Semaphore { .. } => "semaphore",
            Is::WaitGroup { .. } => "wait_group",
            Is::Cond => "cond",
            Is::Once { .. } => "once",
            Is::Number { .. } => "number",
            Is::Timer { .. } => "timer",
            Is::Context(_) => "context",
            Is::Else => "else",
        };
        self.open(kind, &number.to_string(), object.changed_ns);
        let name = self.model.object_name(number);
        self.data("name", &name);
        if let Is::Channel(ring) = &object.is {
            self.ring_data(ring);
        }
        self.html += "><div class=object-head><code>";
        self.html += &markup::text(&name);
        self.html += "</code>";
        self.facts(number, object);
        if object.changed_ns == self.world.t_ns() {
            self.note("object-changed", Word::Changed.say(self.lang));
        }
        if object.unsure {
            self.note("object-unsure", Word::Unsure.say(self.lang));
        }
        self.html += "</div>";
        match &object.is {
            Is::Channel(ring) => self.channel(object, ring),
            _ => self.queue(object, Word::Waits, "waits", &Reason::ALL),
        }
        self.html += "</li>";
    }

    /// The beginning of an item, up to its further data.
    pub fn open(&mut self, kind: &str, number: &str, changed_ns: u64) {
        self.html += "<li class=object";
        self.data("kind", kind);
        self.data("object", number);
        if changed_ns == self.world.t_ns() {
            self.html += " data-changed";
        }
    }

    /// `data-key="value"`.
    pub fn data(&mut self, key: &str, value: &str) {
        self.html += " data-";
        self.html += key;
        self.html += "=\"";
        self.html += &markup::attribute(value);
        self.html += "\"";
    }

    /// A few words in an item.
    pub fn note(&mut self, class: &str, words: &str) {
        self.html += "<span class=\"";
        self.html += class;
        self.html += "\">";
        self.html += &markup::text(words);
        self.html += "</span> ";
    }

    /// A plain fact.
    pub fn fact(&mut self, words: &str) {
        self.note("object-fact", words);
    }

    /// Who waits at an object for one of some reasons, in order.
    pub fn queue(&mut self, object: &Object, head: Word, side: &str, reasons: &[Reason]) {
        let all: Vec<u32> = self.world.waiting(object, reasons).collect();
        if all.is_empty() {
            return;
        }
        self.html += "<div class=object-queue";
        self.data("queue", side);
        self.data("waiting", &all.len().to_string());
        self.html += "><span class=object-fact>";
        self.html += &count(all.len() as u64);
        self.html += " ";
        self.html += head.say(self.lang);
        self.html += "</span>";
        self.list(&all, side == "send");
        self.html += "</div>";
    }

    /// Goroutines, in a list, each a button.
    pub fn names(&mut self, all: &[u32]) {
        self.list(all, false);
    }

    /// The same, with the values that they want to send.
    fn list(&mut self, all: &[u32], with_values: bool) {
        self.html += "<ol class=object-names>";
        for g in all.iter().take(MAX_NAMES) {
            self.html += "<li>";
            self.name(*g);
            let hand = self.hands.iter().find(|(hand, _)| hand == g);
            if let Some((_, value)) = hand.filter(|_| with_values) {
                self.html += " <b class=hand";
                self.data("value", &value.to_string());
                self.html += ">";
                self.html += &markup::text(&Self::value(value));
                self.html += "</b>";
            }
            self.html += "</li>";
        }
        if all.len() > MAX_NAMES {
            self.html += "<li class=object-fact>";
            self.html += &words::more(all.len() - MAX_NAMES, self.lang);
            self.html += "</li>";
        }
        self.html += "</ol>";
    }

    /// A goroutine: its state's colour and its name.
    pub fn name(&mut self, g: u32) {
        if g == NO_GOROUTINE {
            return self.fact(Word::Outside.say(self.lang));
        }
        self.html += "<button type=button class=chip";
        self.data("g", &g.to_string());
        self.html += ">";
        if let Some(look) = self.look(g) {
            self.html += "<i class=\"swatch swatch-";
            self.html += look.token();
            self.html += "\" title=\"";
            self.html += look.label(self.lang);
            self.html += "\"></i>";
        }
        self.html += &markup::text(&self.model.goroutine_name(g));
        self.html += "</button>";
    }

    fn look(&self, g: u32) -> Option<Look> {
        match self.world.goroutines.get(g)?.does {
            Does::Runs(_) => Some(Look::Running),
            Does::Runnable => Some(Look::Runnable),
            Does::Waits(reason, _) => Some(Look::of_reason(reason)),
            Does::Unknown | Does::Ended => None,
        }
    }

    /// A value that the program shows, cut to what a slot has room for.
    pub fn value(value: &Value) -> String {
        let whole = value.to_string();
        match whole.char_indices().nth(MAX_LETTERS) {
            Some((end, _)) => format!("{}…", &whole[..end]),
            None => whole,
        }
    }
}
