//! How a run went: its figures, and what there is to say about its end.

use protocol::lesson::Lesson;
use protocol::run::Waiting;
use protocol::{Metric, Outcome, RunEnd};

use super::{attribute, text};
use crate::figures::{count, duration};
use crate::i18n::{Key, Lang};
use crate::measured::{Measured, value_words};
use crate::outcome::{
    MAX_LISTED, blocked_key, finding_words, go_text, goroutine_words, left, limit_words,
    waiting_words,
};

/// How many figures stand in the strip, where the lesson names none.
const MAX_FIGURES: usize = 4;

/// The figures that the lesson puts first. They have their place before the
/// first run, so that nothing below moves when they come.
pub fn figures(lang: Lang, lesson: &Lesson, end: Option<&RunEnd>) -> String {
    let highlights = highlights(lesson);
    highlights
        .into_iter()
        .map(|metric| figure(lang, metric, end))
        .collect()
}

/// The metrics that the lesson puts first, or the first ones.
fn highlights(lesson: &Lesson) -> Vec<&Metric> {
    let metrics = &lesson.experiment.metrics;
    let named: Vec<&Metric> = lesson
        .highlights
        .iter()
        .filter_map(|name| metrics.iter().find(|metric| metric.name == *name))
        .collect();
    if named.is_empty() {
        metrics.iter().take(MAX_FIGURES).collect()
    } else {
        named
    }
}

fn figure(lang: Lang, metric: &Metric, end: Option<&RunEnd>) -> String {
    let measured = end.and_then(|end| Measured::of(metric, &end.metrics));
    let (value, spread) = match measured {
        Some(measured) => (
            value_words(lang, metric, measured.value),
            measured.spread_words(lang),
        ),
        None => ("–".into(), String::new()),
    };
    format!(
        "<div class=\"outcome-figure{}\" data-metric=\"{}\"><dt>{}</dt>\
         <dd class=figure>{}<span class=outcome-spread>{spread}</span></dd></div>",
        if metric.spread {
            " outcome-figure--wide"
        } else {
            ""
        },
        attribute(&metric.name),
        text(lang.pick(&metric.label)),
        text(&value)
    )
}

/// Every figure of the run: the experiment's, then the core's own.
pub fn all_figures(lang: Lang, lesson: &Lesson, end: &RunEnd) -> String {
    let mut html = String::new();
    let mut row = |name: &str, value: &str| {
        html += &format!(
            "<dt>{}</dt><dd class=figure>{}</dd>",
            text(name),
            text(value)
        );
    };
    for metric in &lesson.experiment.metrics {
        let value = match Measured::of(metric, &end.metrics) {
            Some(measured) => measured.words(lang, metric),
            None => lang.say(Key::NotMeasured).into(),
        };
        row(lang.pick(&metric.label), &value);
    }
    let totals = &end.totals;
    for (key, value) in [
        (Key::TotalGoroutines, totals.goroutines),
        (Key::TotalPeak, totals.peak_goroutines),
        (Key::TotalSteals, totals.steals),
        (Key::TotalPreemptions, totals.preemptions),
        (Key::TotalHandoffs, totals.handoffs),
    ] {
        row(lang.say(key), &count(value));
    }
    for blocked in &totals.blocked {
        let gaps = [
            ("time", &*duration(blocked.ns)),
            ("n", &*count(blocked.count)),
        ];
        let times = lang.fill(Key::TotalBlockedTimes, &gaps);
        row(lang.say(blocked_key(blocked.reason)), &times);
    }
    html
}

/// What there is to say beyond the figures; nothing after a plain end.
pub fn particulars(lang: Lang, end: &RunEnd) -> String {
    let mut html = String::new();
    if matches!(end.outcome, Outcome::Fault { .. }) {
        html += &format!("<p>{}</p>", lang.say(Key::FaultLead));
    }
    if let Some((words, place)) = go_text(lang, &end.outcome) {
        html += &format!("<pre class=outcome-go-text>{}</pre>", text(&words));
        if let Some(place) = place {
            html += &format!("<p class=outcome-place>{}</p>", text(&place));
        }
    }
    html += &super::ring::ring(lang, &end.findings.cycle, &end.outcome);
    if let Some((title, all)) = left(&end.outcome) {
        html += &left_list(lang, title, all);
    }
    let mut notes: Vec<String> = end
        .limits
        .iter()
        .map(|met| limit_words(lang, met))
        .collect();
    notes.extend(finding_words(lang, &end.findings));
    for (key, dropped) in [
        (Key::DroppedEvents, end.dropped),
        (Key::DroppedLines, end.dropped_lines),
    ] {
        if dropped > 0 {
            notes.push(lang.fill(key, &[("n", &count(dropped))]));
        }
    }
    if !notes.is_empty() {
        let items: String = notes
            .iter()
            .map(|note| format!("<li>{}</li>", text(note)))
            .collect();
        html += &format!("<ul class=outcome-notes data-testid=outcome-notes>{items}</ul>");
    }
    html
}

/// The goroutines that were left, each with what it waits for and where.
fn left_list(lang: Lang, title: Key, all: &[Waiting]) -> String {
    let mut items = String::new();
    // In a deadlock it is true of all, and said above.
    let is_leak = title == Key::LeakedTitle;
    for waiting in all.iter().take(MAX_LISTED) {
        items += &format!(
            "<li><strong>{}</strong> {}{}<code>{}</code></li>",
            text(&goroutine_words(waiting.g, waiting.name.as_deref())),
            text(&waiting_words(lang, waiting)),
            if is_leak {
                stuck_words(lang, waiting)
            } else {
                ""
            },
            text(&waiting.at)
        );
    }
    let more = all.len().saturating_sub(MAX_LISTED);
    if more > 0 {
        let words = lang.fill(Key::MoreWaiting, &[("n", &count(more as u64))]);
        items += &format!("<li>{words}</li>");
    }
    format!(
        "<p class=outcome-left-title>{}</p>\
         <ul class=outcome-left data-testid=outcome-left tabindex=0>{items}</ul>",
        lang.say(title)
    )
}

/// That nobody can wake it, where that can be proved.
fn stuck_words(lang: Lang, waiting: &Waiting) -> &'static str {
    match (waiting.stuck, lang) {
        (false, _) => "",
        (true, Lang::En) => "; nobody can ever wake it",
        (true, Lang::Zh) => "；再也没有谁能唤醒它",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::drawn::tests::swept;

    #[test]
    fn a_figure_has_its_place_before_the_run_and_its_spread_after_it() {
        let (mut lesson, _) = swept();
        lesson.experiment.metrics[0].spread = true;
        let before = figures(Lang::En, &lesson, None);
        assert!(before.contains("outcome-figure--wide"), "{before}");
        assert!(
            before.contains(">–<span class=outcome-spread></span>"),
            "{before}"
        );
        let mut end = RunEnd::of(Outcome::Stopped);
        for (name, value) in [("rate", 1.24), ("rate_low", 1.1), ("rate_high", 1.6)] {
            end.metrics.insert(name.into(), value);
        }
        let after = figures(Lang::En, &lesson, Some(&end));
        assert!(
            after.contains("1.24\u{2009}tasks/s<span class=outcome-spread>, 1.1–1.6</span>"),
            "{after}"
        );
        let all = all_figures(Lang::Zh, &lesson, &end);
        assert!(all.contains("1.24\u{2009}tasks/s，1.1–1.6"), "{all}");
    }

    #[test]
    fn only_so_many_that_were_left_are_listed() {
        let waiting = Waiting {
            g: 7,
            name: Some("<a>".into()),
            reason: None,
            object: 3,
            object_name: None,
            at: "a.rs:1:2".into(),
            waits_for: Vec::new(),
            stuck: false,
        };
        let end = RunEnd::of(Outcome::Deadlock {
            waiting: vec![waiting; MAX_LISTED + 2],
        });
        let html = particulars(Lang::En, &end);
        assert_eq!(
            html.matches("<strong>&lt;a&gt;</strong>").count(),
            MAX_LISTED
        );
        assert!(html.contains("and 2 more"), "{html}");
        assert_eq!(particulars(Lang::En, &RunEnd::of(Outcome::Stopped)), "");
    }
}
