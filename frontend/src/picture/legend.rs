//! What each colour and sign on the timeline means: of those that occur, no
//! others. HTML as text, so that it costs no code for each node.

use super::lanes::By;
use super::look::Look;
use super::signs::Mark;
use super::words;
use crate::i18n::Lang;
use crate::model::{LaneEnd, Model};

/// Which ends of goroutines occur.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// One returned.
    pub ended: bool,
    /// One panicked.
    pub panicked: bool,
}

impl Ends {
    /// Those of a run, of which `before` was known. Looking through all lanes
    /// of a large run at every frame would be slow, so it stops as soon as both
    /// were seen.
    pub fn of(model: &Model, before: Ends) -> Ends {
        let lanes = model.lanes();
        let mut ends = if lanes.is_empty() {
            Ends::default()
        } else {
            before
        };
        for lane in lanes {
            if ends.ended && ends.panicked {
                break;
            }
            match &lane.end {
                Some(LaneEnd::Returned { .. }) => ends.ended = true,
                Some(LaneEnd::Panicked { .. }) => ends.panicked = true,
                None => {}
            }
            ends.panicked |= !lane.recoveries.is_empty();
        }
        ends
    }
}

/// The entries of the legend.
pub fn html(model: &Model, by: By, ends: Ends, lang: Lang) -> String {
    let mut html = String::new();
    match by {
        By::Goroutine => {
            let mut looks: Vec<Look> = model.kinds().iter().map(Look::of).collect();
            looks.sort_unstable();
            looks.dedup();
            let mut woken = false;
            for look in looks {
                entry(&mut html, look.token(), look.label(lang));
                woken |= !matches!(look, Look::Running | Look::Runnable | Look::Sleep);
            }
            if woken {
                sign(
                    &mut html,
                    "M0-5V4M-3 1 0 4 3 1",
                    &words::who_woke_whom(lang),
                );
            }
            if ends.ended {
                entry(&mut html, "ended", words::ended(lang));
            }
            if ends.panicked {
                entry(&mut html, "panicked", words::panicked(lang));
            }
        }
        By::Processor => processors(&mut html, model, lang),
    }
    if !model.gaps().is_empty() {
        entry(&mut html, "dropped", words::not_kept(lang));
    }
    html
}

fn processors(html: &mut String, model: &Model, lang: Lang) {
    let occurs = |look| model.kinds().iter().any(|kind| Look::of(kind) == look);
    if occurs(Look::Running) {
        entry(html, Look::Running.token(), words::runs_goroutine(lang));
    }
    if occurs(Look::Syscall) {
        entry(html, Look::Syscall.token(), Look::Syscall.label(lang));
    }
    let (mut idle, mut queue) = (false, !model.processors().global().steps.is_empty());
    let mut sums = [0; Mark::ALL.len()];
    for processor in model.processors().list() {
        let counts = &processor.counts;
        sums[0] += counts.steals;
        sums[1] += counts.handed_off;
        sums[2] += counts.preempted;
        sums[3] += counts.overran;
        queue |= !processor.queue.steps.is_empty();
        idle |= counts.idled > 0;
    }
    if idle {
        entry(html, Look::Sleep.token(), words::idle(lang));
    }
    for (mark, _) in Mark::ALL.iter().zip(sums).filter(|(_, sum)| *sum > 0) {
        sign(html, mark.path(), mark.label(lang));
    }
    if queue {
        entry(html, "queue", words::queue_length(lang));
    }
    let more = model.processors().more_signs();
    if more > 0 {
        html.push_str("<li class=\"legend-entry\">");
        html.push_str(&words::more_signs(more, lang));
        html.push_str("</li>");
    }
}

fn sign(html: &mut String, path: &str, label: &str) {
    html.push_str(
        "<li class=\"legend-entry\"><svg class=\"legend-sign\" width=\"12\" height=\"12\" \
         viewBox=\"-6 -6 12 12\" aria-hidden=\"true\"><path d=\"",
    );
    html.push_str(path);
    html.push_str("\"/></svg>");
    html.push_str(label);
    html.push_str("</li>");
}

fn entry(html: &mut String, name: &str, label: &str) {
    html.push_str("<li class=\"legend-entry\"><span class=\"swatch swatch-");
    html.push_str(name);
    html.push_str("\" aria-hidden=\"true\"></span>");
    html.push_str(label);
    html.push_str("</li>");
}
