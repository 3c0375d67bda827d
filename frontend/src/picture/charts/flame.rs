//! Where the time went, by line: a flame graph of the states of all goroutines.
//!
//! Events carry one place in the code and no stack. So the layers are not calls:
//! from top to bottom stand the state, the goroutines of one name, why they
//! waited, for what, and the line.

use std::collections::HashMap;

use protocol::Reason;
use protocol::event::NO_PLACE;

use super::bars::percent;
use super::drawn::{Ask, Cell, Drawn, Stop, Table, times};
use super::plot::{Anchor, classed, fit, rect};
use crate::figures::{count, duration};
use crate::i18n::Lang;
use crate::model::{Model, State};
use crate::order::descending;
use crate::picture::look::Look;
use crate::picture::records::reason_label;
use crate::picture::sentence::line_words;

/// The height of a frame, in CSS pixels.
pub const ROW: u32 = 24;
/// The most frames next to each other below one; the others are one together.
const MAX_NEXT: usize = 64;
/// The most frames that are drawn: more are too narrow to be seen.
const MAX_FRAMES: usize = 500;
/// Between the names of frames in the word for one.
const BETWEEN: char = '/';

/// What a frame is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Running,
    Blocked,
    Runnable,
    /// The goroutines of one name, by its place in [`Flame::names`].
    Group(u32),
    Reason(Reason),
    /// Objects of one name.
    Objects(u32),
    Place(u32),
    /// What has no frame of its own.
    Others,
}

#[derive(Debug)]
struct Frame {
    of: Of,
    ns: u64,
    times: u64,
    next: Vec<usize>,
}

/// The frames of a stretch of time. The first three are the roots.
#[derive(Debug)]
struct Flame {
    frames: Vec<Frame>,
    names: Vec<String>,
    objects: HashMap<u32, usize>,
}

/// A name without the number at its end: what a program calls several of.
fn family(name: &str) -> &str {
    let base = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let base = base.trim_end_matches([' ', '-', '_', '#', '.']);
    if base.is_empty() { name } else { base }
}

impl Flame {
    fn of(ask: &Ask) -> Flame {
        let roots = [Of::Blocked, Of::Running, Of::Runnable];
        let mut flame = Flame {
            frames: roots.map(frame).into(),
            names: Vec::new(),
            objects: HashMap::new(),
        };
        let range = ask.range();
        for lane in ask.model.lanes() {
            let group = match &lane.name {
                Some(name) => flame.name(family(name)),
                None if lane.g == crate::model::apply::MAIN => flame.name("main"),
                None => flame.name("g"),
            };
            for span in &lane.spans[lane.first_after(range.from_ns)..] {
                if span.from_ns > range.to_ns {
                    break;
                }
                let ns = ask.part_ns(span.from_ns, span.to_ns(ask.shown_ns));
                flame.add(ask.model, group, &span.state, span.at, ns);
            }
        }
        flame
    }

    fn add(&mut self, model: &Model, group: u32, state: &State, at: u32, ns: u64) {
        let root = match state {
            State::Blocked(_) => 0,
            State::Running { .. } => 1,
            State::Runnable(_) => 2,
        };
        let mut path = vec![Of::Group(group)];
        if let State::Blocked(wait) = state {
            path.push(Of::Reason(wait.reason));
            if model.object(wait.object).is_some() {
                path.push(Of::Objects(self.object(model, wait.object)));
            }
        }
        if at != NO_PLACE {
            path.push(Of::Place(at));
        }
        let mut here = root;
        self.count(here, ns);
        for of in path {
            here = self.below(here, of);
            self.count(here, ns);
        }
    }

    fn count(&mut self, at: usize, ns: u64) {
        self.frames[at].ns += ns;
        self.frames[at].times += 1;
    }

    /// The frame below another, made if it is not there.
    fn below(&mut self, at: usize, of: Of) -> usize {
        let next = &self.frames[at].next;
        let found = |of: Of| {
            next.iter()
                .copied()
                .find(|next| self.frames[*next].of == of)
        };
        let of = match found(of) {
            Some(known) => return known,
            None if next.len() + 1 < MAX_NEXT => of,
            None => match found(Of::Others) {
                Some(others) => return others,
                None => Of::Others,
            },
        };
        self.frames.push(frame(of));
        let new = self.frames.len() - 1;
        self.frames[at].next.push(new);
        new
    }

    /// Objects without a name are one for each kind.
    fn object(&mut self, model: &Model, object: u32) -> u32 {
        if let Some(known) = self.objects.get(&object) {
            return *known as u32;
        }
        let name = model.object_name(object);
        let has_name = model
            .object(object)
            .is_some_and(|object| object.name.is_some());
        let name = self.name(if has_name { &name } else { family(&name) });
        self.objects.insert(object, name as usize);
        name
    }

    fn name(&mut self, name: &str) -> u32 {
        let known = self.names.iter().position(|known| known == name);
        let at = known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        at as u32
    }

    /// The word for a frame, the same in every language.
    fn word(&self, of: Of) -> String {
        match of {
            Of::Running => "running".into(),
            Of::Blocked => "blocked".into(),
            Of::Runnable => "runnable".into(),
            Of::Group(name) | Of::Objects(name) => self.names[name as usize].replace(BETWEEN, " "),
            Of::Reason(reason) => crate::picture::records::reason_name(reason).into(),
            Of::Place(at) => format!("@{at}"),
            Of::Others => "…".into(),
        }
    }

    /// What a frame is called.
    fn label(&self, ask: &Ask, of: Of) -> String {
        match of {
            Of::Running => ask.pick("running", "运行").into(),
            Of::Blocked => ask.pick("blocked", "阻塞").into(),
            Of::Runnable => ask.pick("waits for a P", "等待 P").into(),
            Of::Group(name) | Of::Objects(name) => self.names[name as usize].clone(),
            Of::Reason(reason) => reason_label(reason, ask.lang).into(),
            Of::Place(at) => line_words(ask.model, at).unwrap_or_else(|| "–".into()),
            Of::Others => ask.pick("others", "其他").into(),
        }
    }

    /// The frames on the way to the one that is opened; the one it is of last.
    fn opened(&self, open: &str) -> Vec<usize> {
        let mut way: Vec<usize> = Vec::new();
        for word in open.split(BETWEEN).filter(|word| !word.is_empty()) {
            let roots = [0, 1, 2];
            let next = match way.last() {
                Some(at) => &self.frames[*at].next[..],
                None => &roots[..],
            };
            let found = next
                .iter()
                .find(|at| self.word(self.frames[**at].of) == word);
            let Some(found) = found else {
                break;
            };
            way.push(*found);
        }
        way
    }

    /// Frames below one, the longest first.
    fn next(&self, at: usize) -> Vec<usize> {
        let mut next = self.frames[at].next.clone();
        descending(&mut next, |at| self.frames[*at].ns);
        next
    }
}

fn frame(of: Of) -> Frame {
    Frame {
        of,
        ns: 0,
        times: 0,
        next: Vec::new(),
    }
}

/// What a frame's colour and words take from those above it.
#[derive(Clone)]
struct Under {
    way: String,
    words: String,
    token: &'static str,
    whole_ns: u64,
}

/// A drawing that is being made.
struct Drawing<'a> {
    ask: Ask<'a>,
    flame: &'a Flame,
    drawn: Drawn,
    left_out: usize,
}

impl Drawing<'_> {
    /// Draws a frame and those below it.
    fn frames(&mut self, at: usize, (left, top): (u32, u32), width: u32, under: &Under) {
        if self.drawn.stops.len() >= MAX_FRAMES {
            self.left_out += 1;
            return;
        }
        let under = self.frame(at, (left, top), width, under);
        let whole_ns = self.flame.frames[at].ns.max(1);
        let mut passed_ns = 0;
        let place = |ns: u64| (u128::from(ns) * u128::from(width) / u128::from(whole_ns)) as u32;
        for next in self.flame.next(at) {
            let from = place(passed_ns);
            passed_ns += self.flame.frames[next].ns;
            let to = place(passed_ns);
            if to > from {
                self.frames(next, (left + from, top + ROW), to - from, &under);
            } else {
                self.left_out += 1;
            }
        }
    }

    /// Draws one frame.
    fn frame(&mut self, at: usize, from: (u32, u32), width: u32, under: &Under) -> Under {
        let frame = &self.flame.frames[at];
        let label = self.flame.label(&self.ask, frame.of);
        let token = match frame.of {
            Of::Running => Look::Running.token(),
            Of::Runnable => Look::Runnable.token(),
            Of::Reason(reason) => Look::of_reason(reason).token(),
            _ => under.token,
        };
        let (time, height) = (duration(frame.ns), ROW - 1);
        self.drawn.svg += &rect("flame-frame", from, (width, height));
        let strip = format!("chart-state chart-{token}");
        self.drawn.svg += &rect(&strip, from, (width.min(4), height));
        let words = fit(&format!("{label} {time}"), width.saturating_sub(12));
        let middle = from.1 + ROW / 2;
        self.drawn.svg += &classed("span-inside", from.0 + 8, middle, Anchor::Start, &words);
        let under = Under {
            way: format!("{}{BETWEEN}{}", under.way, self.flame.word(frame.of)),
            words: match under.words.is_empty() {
                true => label,
                false => format!("{} › {label}", under.words),
            },
            token,
            whole_ns: if under.whole_ns == 0 {
                frame.ns
            } else {
                under.whole_ns
            },
        };
        let (n, share) = (
            times(frame.times, self.ask.lang),
            percent(frame.ns, under.whole_ns),
        );
        let said = match self.ask.lang {
            Lang::En => format!("{}: {time}, {n}, {share} of its state", under.words),
            Lang::Zh => format!("{}：{time}，{n}，占该状态的 {share}", under.words),
        };
        self.drawn.stops.push(Stop {
            from,
            size: (width, height),
            said,
            opens: Some(under.way.clone()),
        });
        self.drawn.height = self.drawn.height.max(from.1 + ROW);
        under
    }
}

/// The flame graph of a stretch of time, or of the frame that is opened.
pub fn draw(ask: Ask) -> Drawn {
    let flame = Flame::of(&ask);
    let top = Under {
        way: String::new(),
        words: String::new(),
        token: "sleep",
        whole_ns: 0,
    };
    let (mut drawing, width) = (
        Drawing {
            ask,
            flame: &flame,
            drawn: Drawn::default(),
            left_out: 0,
        },
        ask.right(),
    );
    match flame.opened(ask.open).as_slice() {
        [] => {
            for root in (0..3).filter(|root| flame.frames[*root].times > 0) {
                // A little room between the states.
                let above = match drawing.drawn.height {
                    0 => 0,
                    height => height + 8,
                };
                drawing.frames(root, (0, above), width, &top);
            }
        }
        [over @ .., opened] => {
            let mut under = top;
            for (row, at) in (0..).zip(over) {
                under = drawing.frame(*at, (0, row * ROW), width, &under);
            }
            drawing.frames(*opened, (0, over.len() as u32 * ROW), width, &under);
        }
    }
    let left_out = drawing.left_out;
    let mut drawn = drawing.drawn;
    if drawn.stops.is_empty() {
        return Drawn::nothing(ask.pick(
            "Nothing has happened in the stretch of time that the timeline shows",
            "时间线当前显示的时段内什么都没有发生",
        ));
    }
    drawn.table = table(&ask, &flame);
    drawn.lead = lead(&ask, left_out);
    drawn
}

fn lead(ask: &Ask, left_out: usize) -> String {
    let mut lead = String::from(ask.pick(
        "Width is time, of all goroutines together. Events carry one place and no stack, so below \
         a state stand goroutines of one name, why they waited, for what, and the line. Enter or \
         a click goes into a frame, Esc comes back",
        "宽度是所有 goroutine 合计的时间。事件只带一个位置，没有调用栈，所以状态之下依次是同名的 \
         goroutine、等待的原因、等待的对象、代码行。回车或点击进入，Esc 返回",
    ));
    if left_out > 0 {
        let n = count(left_out as u64);
        lead += &match ask.lang {
            Lang::En => format!(". Too narrow to draw: {n}; the table has every line"),
            Lang::Zh => format!("。{n} 个太窄，未画出；表格中有每一行"),
        };
    }
    lead
}

/// Every way from a state to a line, the longest first.
fn table(ask: &Ask, flame: &Flame) -> Table {
    let mut table = Table::of(&[
        ask.pick("from the state to the line", "从状态到代码行"),
        ask.pick("times", "次数"),
        ask.pick("time", "时间"),
    ]);
    let mut leaves: Vec<(u64, u64, String)> = Vec::new();
    let mut next: Vec<(usize, String)> =
        vec![(0, String::new()), (1, String::new()), (2, String::new())];
    while let Some((at, over)) = next.pop() {
        let frame = &flame.frames[at];
        let label = flame.label(ask, frame.of);
        let words = match over.is_empty() {
            true => label,
            false => format!("{over} › {label}"),
        };
        if frame.next.is_empty() && frame.times > 0 {
            leaves.push((frame.ns, frame.times, words));
        } else {
            next.extend(frame.next.iter().map(|below| (*below, words.clone())));
        }
    }
    descending(&mut leaves, |leaf| leaf.0);
    for (ns, times, words) in leaves {
        table.rows.push(vec![
            Cell::Text(words),
            Cell::Whole(times as i64),
            Cell::Ns(ns),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ask, story};
    use super::*;

    #[test]
    fn workers_with_numbers_are_one_family() {
        for (name, base) in [
            ("worker 12", "worker"),
            ("worker-3", "worker"),
            ("stage_2", "stage"),
            ("main", "main"),
            ("42", "42"),
        ] {
            assert_eq!(family(name), base);
        }
    }

    #[test]
    fn time_is_told_by_state_goroutine_reason_object_and_line() {
        let model = story();
        let drawn = draw(ask(&model, (0, 1_000_000), ""));
        let said: Vec<&str> = drawn.stops.iter().map(|stop| &*stop.said).collect();
        let line = "blocked › worker › send › tasks › a.rs:31: 400\u{2009}µs, once, \
                    57\u{2009}% of its state";
        assert!(said.contains(&line), "{said:#?}");
        assert!(
            said[0].starts_with("blocked: 700\u{2009}µs, 2 times, 100"),
            "{said:#?}"
        );
        // A frame lies below the one that it is part of, and within it.
        let find = |words: &str| {
            let mut stops = drawn.stops.iter();
            stops
                .find(|stop| stop.said.starts_with(words))
                .expect(words)
        };
        let (over, below) = (find("blocked › worker:"), find("blocked › worker › send:"));
        assert_eq!(over.from.1 + ROW, below.from.1);
        assert!(below.from.0 + below.size.0 <= over.from.0 + over.size.0);
        // Main waited longest, for a P.
        let times = drawn.table.rows.iter().map(|row| row[2].clone());
        assert_eq!(
            times.take(2).collect::<Vec<_>>(),
            [450_000, 400_000].map(Cell::Ns)
        );
    }

    #[test]
    fn a_frame_that_is_opened_takes_the_whole_width() {
        let model = story();
        let drawn = draw(ask(&model, (0, 1_000_000), "/blocked/worker/send"));
        let widths: Vec<u32> = drawn.stops.iter().map(|stop| stop.size.0).collect();
        assert_eq!(widths, [900; 5]);
        assert_eq!(
            drawn.stops[2].opens.as_deref(),
            Some("/blocked/worker/send")
        );
        // What is no longer there is left out.
        let drawn = draw(ask(&model, (0, 1_000_000), "/blocked/nobody"));
        assert_eq!(drawn.stops[0].size.0, 900);
        assert!(drawn.stops[1].said.starts_with("blocked › worker"));
    }

    #[test]
    fn so_many_frames_lie_next_to_each_other_and_no_more() {
        let model = story();
        let mut flame = Flame::of(&ask(&model, (0, 1_000_000), ""));
        for at in 1..=MAX_NEXT as u32 * 2 {
            let below = flame.below(1, Of::Place(at));
            flame.count(below, 1);
        }
        let next = &flame.frames[1].next;
        assert!(next.len() <= MAX_NEXT, "{}", next.len());
        let others = next.iter().filter(|at| flame.frames[**at].of == Of::Others);
        assert_eq!(others.count(), 1);
    }
}
