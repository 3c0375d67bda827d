//! A listing beside the run: which line the chosen span stands on, who stands on
//! which line at a time, and which spans began on a line.
//!
//! A place in the code is a file, a line and a column; the listing is a piece of
//! that file, so that its lines are those of the events. A goroutine stands where
//! its own last operation was; where somebody else woke it says nothing of that.
//!
//! What a listing says is written as text, a `data-line` each.

pub mod words;

use std::collections::BTreeMap;

use protocol::event::NO_PLACE;

use super::walk::Chosen;
use crate::i18n::Lang;
use crate::markup;
use crate::model::span::Cause;
use crate::model::{Model, Span, State, World};
use crate::order::ascending;

/// The most goroutines that are named on a line; the line goes on behind them.
pub const MAX_NAMES: usize = 3;
/// How the server begins a line.
const LINE: &str = "<span class=\"line\">";
/// And how it ends one.
const END: &str = "\n</span>";

/// A listing of a file whose places are in the events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The file, as the places name it.
    pub file: String,
    /// The line of its first.
    pub first: u32,
    /// The HTML of each line.
    pub lines: Vec<String>,
}

impl Listed {
    /// A listing, from the HTML of the server.
    pub fn new(file: &str, first: u32, html: &str) -> Listed {
        let lines = html.split(LINE).skip(1);
        let bare = |line: &str| line.strip_suffix(END).unwrap_or(line).to_owned();
        Listed {
            file: file.to_owned(),
            first,
            lines: lines.map(bare).collect(),
        }
    }

    /// The line of this listing on which the place `at` lies.
    pub fn line_of(&self, model: &Model, at: u32) -> Option<u32> {
        let place = model.place(at).filter(|place| place.file == self.file)?;
        let below = place.line.checked_sub(self.first)?;
        ((below as usize) < self.lines.len()).then_some(place.line)
    }

    /// The line on which the chosen span stands.
    pub fn line_of_chosen(&self, model: &Model, chosen: Chosen) -> Option<u32> {
        let spans = &model.lanes().get(chosen.lane)?.spans;
        let until = spans.get(..=chosen.span)?;
        let own = until.iter().rev().find(|span| is_own(span))?;
        self.line_of(model, own.at)
    }

    /// Who stands on which line.
    pub fn standing(&self, model: &Model, world: &World) -> BTreeMap<u32, Vec<u32>> {
        let mut standing: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (g, goroutine) in world.alive() {
            if let Some(line) = self.line_of(model, goroutine.at) {
                standing.entry(line).or_default().push(g);
            }
        }
        standing
    }

    /// The spans that began on a line, in the order of time. They are no more
    /// than the model keeps.
    pub fn spans_at(&self, model: &Model, line: u32) -> Vec<Chosen> {
        let mut found = Vec::new();
        for (lane, of_lane) in model.lanes().iter().enumerate() {
            for (span, one) in of_lane.spans.iter().enumerate() {
                if is_own(one) && self.line_of(model, one.at) == Some(line) {
                    found.push((one.from_ns, Chosen { lane, span }));
                }
            }
        }
        // Within a moment by lane, as they were found.
        ascending(&mut found, |(from_ns, _)| *from_ns);
        found.into_iter().map(|(_, chosen)| chosen).collect()
    }

    /// The listing, with the chosen line lit and those who stand on each.
    pub fn write(&self, model: &Model, world: &World, lit: Option<u32>, lang: Lang) -> String {
        let standing = self.standing(model, world);
        let mut html = String::new();
        for (line, code) in (self.first..).zip(&self.lines) {
            let here = standing.get(&line).map_or(&[][..], Vec::as_slice);
            let number = line.to_string();
            html += "<span class=\"line line--found\" data-line=\"";
            html += &number;
            if !here.is_empty() {
                html += "\" data-standing=\"";
                html += &here.len().to_string();
            }
            html += "\"";
            if lit == Some(line) {
                html += " data-lit aria-current=true";
            }
            html += "><button type=button class=line-number aria-label=\"";
            html += &markup::attribute(&words::find(line, lang));
            html += "\">";
            html += &number;
            html += "</button>";
            html += code;
            who(&mut html, model, here, lang);
            html += END;
        }
        html
    }
}

/// Those who stand on a line, behind its code.
fn who(html: &mut String, model: &Model, here: &[u32], lang: Lang) {
    if here.is_empty() {
        return;
    }
    *html += "<span class=line-who>";
    for g in here.iter().take(MAX_NAMES) {
        *html += "<button type=button class=chip data-g=\"";
        *html += &g.to_string();
        *html += "\">";
        *html += &markup::text(&model.goroutine_name(*g));
        *html += "</button>";
    }
    if here.len() > MAX_NAMES {
        *html += "<span>";
        *html += &super::objects::words::more(here.len() - MAX_NAMES, lang);
        *html += "</span>";
    }
    *html += "</span>";
}

/// Whether the place of a span is one of its own goroutine: not where another
/// woke it, and not unknown.
fn is_own(span: &Span) -> bool {
    span.at != NO_PLACE && span.state != State::Runnable(Cause::Woken)
}

/// Which of so many to go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The first.
    First,
    /// The one before that which is chosen.
    Before,
    /// The one behind it; the first where none of them is chosen.
    After,
}

/// Where a step leads among `found`; it stays at the ends.
pub fn step(found: &[Chosen], chosen: Option<Chosen>, step: Step) -> Option<usize> {
    let last = found.len().checked_sub(1)?;
    let at = chosen.and_then(|chosen| found.iter().position(|one| *one == chosen));
    Some(match (step, at) {
        (Step::First, _) | (_, None) => 0,
        (Step::Before, Some(at)) => at.saturating_sub(1),
        (Step::After, Some(at)) => (at + 1).min(last),
    })
}

#[cfg(test)]
mod tests;
