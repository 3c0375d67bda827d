//! All other objects, each in a line or two; the contexts as a tree; the
//! processors; and the goroutines that wait at no object.

use protocol::Reason;
use protocol::event::NO_GOROUTINE;

use super::text::{MAX_OBJECTS, Writer};
use super::words::{self, Word};
use crate::figures::whole;
use crate::markup;
use crate::model::world::{Does, Held, Is, Object, Scope};
use crate::order::ascending;

impl Writer<'_> {
    /// What there is to say behind an object's name.
    pub fn facts(&mut self, number: u32, object: &Object) {
        let lang = self.lang;
        match &object.is {
            Is::Channel(ring) => self.ring_facts(ring),
            Is::Lock(held) => self.lock(number, held),
            Is::Semaphore { size, free } => match free {
                Some(free) => self.fact(&words::free((*free).into(), (*size).into(), lang)),
                None => self.fact(Word::Unknown.say(lang)),
            },
            Is::WaitGroup { counter } => self.number(*counter),
            Is::Number { value } => self.number(*value),
            Is::Once { done } => {
                let word = match done {
                    Some(true) => Word::Done,
                    Some(false) => Word::NotDone,
                    None => Word::Unknown,
                };
                self.fact(word.say(lang));
            }
            Is::Timer { at_ns } => {
                if let Some(at_ns) = at_ns {
                    self.fact(&words::left(*at_ns, self.t_ns, lang));
                }
            }
            Is::Context(scope) => self.scope(scope, object.unsure),
            Is::Cond | Is::Else => {}
        }
    }

    fn number(&mut self, value: Option<i64>) {
        let Some(value) = value else {
            return self.fact(Word::Unknown.say(self.lang));
        };
        self.html += "<b class=object-value";
        self.data("value", &value.to_string());
        self.html += ">= ";
        self.html += &whole(value);
        self.html += "</b> ";
    }

    /// Who holds a lock, and the tie to what it guards.
    fn lock(&mut self, number: u32, held: &Held) {
        let lang = self.lang;
        let guards = self.model.object(number);
        if let Some(guards) = guards.and_then(|object| object.guards.as_deref()) {
            self.html += "<span class=object-tie>";
            self.html += Word::Guards.say(lang);
            self.html += "</span><code class=object-guarded";
            self.data("guards", guards);
            self.html += ">";
            self.html += &markup::text(guards);
            self.html += "</code> ";
        }
        if !held.is_held() {
            let word = match held.known {
                true => Word::NotHeld,
                false => Word::Unknown,
            };
            return self.fact(word.say(lang));
        }
        if held.writer != NO_GOROUTINE {
            self.fact(Word::HeldBy.say(lang));
            self.html += "<span data-holder>";
            self.name(held.writer);
            self.html += "</span> ";
        }
        if !held.readers.is_empty() {
            self.fact(Word::ReadBy.say(lang));
            self.names(&held.readers);
        }
    }

    fn scope(&mut self, scope: &Scope, unsure: bool) {
        let lang = self.lang;
        match (&scope.cause, scope.deadline_ns) {
            (Some(cause), _) => self.fact(&words::done(cause, lang)),
            (None, _) if unsure => self.fact(Word::Unknown.say(lang)),
            (None, Some(at_ns)) => self.fact(&words::left(at_ns, self.t_ns, lang)),
            (None, None) => self.fact(Word::NoDeadline.say(lang)),
        }
    }

    /// The contexts, indented below those that they end with: first those that
    /// are not done, since a server makes one a request.
    pub fn contexts(&mut self) {
        let world = self.world;
        let scopes: Vec<(u32, &Object, &Scope)> = world
            .objects
            .iter()
            .filter_map(|(number, object)| match &object.is {
                Is::Context(scope) => Some((number, object, scope)),
                _ => None,
            })
            .collect();
        let alive = scopes.iter().filter(|(_, _, scope)| scope.cause.is_none());
        let done = scopes.iter().filter(|(_, _, scope)| scope.cause.is_some());
        let mut chosen: Vec<_> = alive.chain(done).take(MAX_OBJECTS).collect();
        ascending(&mut chosen, |(number, ..)| *number as u64);
        // In a tree those below one come right behind it; whose parent is not
        // shown is a root.
        let mut rows: Vec<(usize, usize)> = Vec::new();
        let mut depths = vec![0; chosen.len()];
        for (index, (_, _, scope)) in chosen.iter().enumerate() {
            let above = chosen[..index]
                .iter()
                .position(|(number, ..)| *number == scope.parent);
            let place = match above {
                None => rows.len(),
                Some(above) => {
                    depths[index] = depths[above] + 1;
                    let at = rows.iter().position(|(row, _)| *row == above).unwrap_or(0);
                    let below = rows[at + 1..].iter();
                    at + 1
                        + below
                            .take_while(|(_, depth)| *depth > depths[above])
                            .count()
                }
            };
            rows.insert(place, (index, depths[index]));
        }
        self.section(Word::Contexts, scopes.len(), &mut |writer, row| {
            let (index, depth) = rows[row];
            let (number, object, scope) = chosen[index];
            let name = writer.model.object_name(*number);
            writer.open("context", &number.to_string(), object.changed_ns);
            writer.data("name", &name);
            writer.data("parent", &scope.parent.to_string());
            writer.data("depth", &depth.to_string());
            writer.data(
                "done",
                if scope.cause.is_some() {
                    "true"
                } else {
                    "false"
                },
            );
            // Deeper ones would leave no room for the words.
            writer.html += " style=\"--depth:";
            writer.html += &depth.min(8).to_string();
            writer.html += "\"><div class=object-head><code>";
            writer.html += &markup::text(&name);
            writer.html += "</code>";
            writer.scope(scope, object.unsure);
            if object.changed_ns == writer.world.t_ns() {
                writer.note("object-changed", Word::Changed.say(writer.lang));
            }
            writer.html += "</div>";
            writer.queue(object, Word::Waits, "waits", &Reason::ALL);
            writer.html += "</li>";
        });
    }

    /// The counters of the program.
    pub fn counters(&mut self) {
        let counters = &self.world.counters;
        self.section(Word::Counters, counters.len(), &mut |writer, index| {
            let counter = &counters[index];
            writer.open("counter", &counter.name, counter.changed_ns);
            writer.html += "><div class=object-head><code>";
            writer.html += &markup::text(&counter.name);
            writer.html += "</code>";
            writer.number(counter.value);
            writer.html += "</div></li>";
        });
    }

    /// Each P: what it runs, and how many wait in its queue.
    pub fn processors(&mut self) {
        let all = &self.world.processors;
        let global = self.world.global_queue;
        let number = all.len() + usize::from(global.is_some());
        self.section(Word::Processors, number, &mut |writer, index| {
            let lang = writer.lang;
            // The queue of all comes first, before the limit.
            let Some(index) = index.checked_sub(usize::from(global.is_some())) else {
                writer.open("global_queue", "global", u64::MAX);
                let len = global.unwrap_or(0);
                writer.data("len", &len.to_string());
                writer.html += "><div class=object-head><code>";
                writer.html += Word::Global.say(lang);
                writer.html += "</code>";
                writer.fact(&words::queue(len, lang));
                writer.html += "</div></li>";
                return;
            };
            let processor = &all[index];
            let name = format!("P{index}");
            writer.open("processor", &name, processor.changed_ns);
            if let Some(len) = processor.queue {
                writer.data("len", &len.to_string());
            }
            writer.html += "><div class=object-head><code>";
            writer.html += &name;
            writer.html += "</code>";
            if processor.runs == NO_GOROUTINE {
                let word = match processor.is_idle {
                    true => Word::Idle,
                    false => Word::RunsNothing,
                };
                writer.fact(word.say(lang));
            } else {
                writer.fact(Word::Runs.say(lang));
                writer.name(processor.runs);
            }
            if let Some(len) = processor.queue {
                writer.fact(&words::queue(len, lang));
            }
            writer.html += "</div></li>";
        });
    }

    /// The goroutines that stand in no queue of an object, by what they wait
    /// for: nobody tells which channels a select waits at.
    pub fn elsewhere(&mut self) {
        let world = self.world;
        let mut groups: Vec<(Reason, Vec<u32>)> = Vec::new();
        for (g, goroutine) in world.alive() {
            let Does::Waits(reason, object) = goroutine.does else {
                continue;
            };
            if object != 0 && reason != Reason::Sleep {
                continue;
            }
            match groups.iter_mut().find(|(other, _)| *other == reason) {
                Some((_, all)) => all.push(g),
                None => groups.push((reason, vec![g])),
            }
        }
        self.section(Word::Elsewhere, groups.len(), &mut |writer, index| {
            let (reason, all) = &groups[index];
            let name = crate::picture::records::reason_name(*reason);
            writer.open("waits", name, u64::MAX);
            writer.data("waiting", &all.len().to_string());
            writer.html += "><div class=object-queue><span class=object-fact>";
            let label = crate::picture::records::reason_label(*reason, writer.lang);
            writer.html += label;
            writer.html += "</span>";
            writer.names(all);
            writer.html += "</div></li>";
        });
    }
}
