//! Two runs of one experiment side by side, as HTML: every figure of both ends,
//! and the parameters in which they differ.
//!
//! Seeds are left out: they differ always, and say nothing by themselves.

pub mod words;

use std::collections::BTreeSet;

use protocol::lesson::Lesson;
use protocol::{Metric, ParameterKind, Reason, RunEnd, RunHeader};

use crate::figures::{self, count, duration};
use crate::i18n::{Key, Lang};
use crate::markup::{attribute, text};
use crate::measured::{ABOUT_THE_SAME, Measured};
use crate::model::Model;
use crate::outcome::{blocked_key, verdict};

/// A run that has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    header: RunHeader,
    end: RunEnd,
}

impl Side {
    /// What a model says of its run, once it has ended.
    pub fn of(model: &Model) -> Option<Side> {
        Some(Side {
            header: model.header()?.clone(),
            end: model.end()?.clone(),
        })
    }
}

/// The two runs: the one that was pinned and the new one.
pub fn table(lang: Lang, lesson: &Lesson, pinned: &Side, new: &Side) -> String {
    let mut html = head(words::figures_caption(lang), &words::figures_heads(lang));
    let (one, other) = (verdict(lang, &pinned.end), verdict(lang, &new.end));
    html += &row("outcome", words::outcome(lang), &one, &other, Some(""));
    for metric in &lesson.experiment.metrics {
        html += &of_metric(lang, metric, pinned, new);
    }
    for total in totals(lang, &pinned.end, &new.end) {
        let say = if total.is_time { duration } else { count };
        let measured = |number: u64| Measured {
            value: number as f64,
            spread: None,
        };
        let ratio = ratio(lang, &measured(total.pinned), &measured(total.new));
        let (one, other) = (say(total.pinned), say(total.new));
        html += &row(total.name, total.label, &one, &other, Some(&ratio));
    }
    html += "</tbody></table>";
    let differing = parameters(lang, lesson, &pinned.header, &new.header);
    if differing.is_empty() {
        return html + &format!("<p>{}</p>", words::same_parameters(lang));
    }
    html += &head(
        words::parameters_caption(lang),
        &words::parameters_heads(lang),
    );
    for (name, label, one, other) in differing {
        html += &row(&name, &label, &one, &other, None);
    }
    html + "</tbody></table>"
}

fn head(caption: &str, heads: &[&str]) -> String {
    let mut html = format!("<table class=compare-table><caption>{caption}</caption><thead><tr>");
    for head in heads {
        html += &format!("<th scope=col>{head}</th>");
    }
    html + "</tr></thead><tbody>"
}

fn row(name: &str, label: &str, pinned: &str, new: &str, ratio: Option<&str>) -> String {
    let mut html = format!(
        "<tr data-figure=\"{}\"><th scope=row>{}</th><td class=figure>{}</td>\
         <td class=figure>{}</td>",
        attribute(name),
        text(label),
        text(pinned),
        text(new)
    );
    if let Some(ratio) = ratio {
        html += &format!("<td data-ratio>{}</td>", text(ratio));
    }
    html + "</tr>"
}

/// A figure of the experiment in both runs.
fn of_metric(lang: Lang, metric: &Metric, pinned: &Side, new: &Side) -> String {
    let one = Measured::of(metric, &pinned.end.metrics);
    let other = Measured::of(metric, &new.end.metrics);
    let say = |measured: &Option<Measured>| match measured {
        Some(measured) => measured.words(lang, metric),
        None => lang.say(Key::NotMeasured).into(),
    };
    let ratio = match (&one, &other) {
        (Some(one), Some(other)) => ratio(lang, one, other),
        _ => String::new(),
    };
    let label = lang.pick(&metric.label);
    row(&metric.name, label, &say(&one), &say(&other), Some(&ratio))
}

/// What the core counted in both.
struct Total {
    name: &'static str,
    label: &'static str,
    /// Whether it is a time in nanoseconds, and no count.
    is_time: bool,
    pinned: u64,
    new: u64,
}

fn totals(lang: Lang, pinned: &RunEnd, new: &RunEnd) -> Vec<Total> {
    let (one, other) = (&pinned.totals, &new.totals);
    let mut all = vec![Total {
        name: "elapsed",
        label: words::elapsed(lang),
        is_time: true,
        pinned: pinned.elapsed_ns,
        new: new.elapsed_ns,
    }];
    let count = |name, key, pinned, new| Total {
        name,
        label: lang.say(key),
        is_time: false,
        pinned,
        new,
    };
    all.extend([
        count(
            "goroutines",
            Key::TotalGoroutines,
            one.goroutines,
            other.goroutines,
        ),
        count(
            "peak",
            Key::TotalPeak,
            one.peak_goroutines,
            other.peak_goroutines,
        ),
        count("steals", Key::TotalSteals, one.steals, other.steals),
        count(
            "preemptions",
            Key::TotalPreemptions,
            one.preemptions,
            other.preemptions,
        ),
        count("handoffs", Key::TotalHandoffs, one.handoffs, other.handoffs),
    ]);
    for reason in Reason::ALL {
        let of = |end: &RunEnd| {
            let mut blocked = end.totals.blocked.iter();
            blocked
                .find(|blocked| blocked.reason == reason)
                .map(|blocked| blocked.ns)
        };
        let (one, other) = (of(pinned), of(new));
        if one.is_some() || other.is_some() {
            all.push(Total {
                name: reason.as_go(),
                label: lang.say(blocked_key(reason)),
                is_time: true,
                pinned: one.unwrap_or_default(),
                new: other.unwrap_or_default(),
            });
        }
    }
    all
}

/// How the new figure stands to the pinned one. Two that differ by less than
/// others of the same runs would are about the same.
fn ratio(lang: Lang, pinned: &Measured, new: &Measured) -> String {
    if pinned.value == new.value {
        return words::same(lang).into();
    }
    let within = |spread: Option<(f64, f64)>, value: f64| {
        spread.is_some_and(|(low, high)| (low..=high).contains(&value))
    };
    let times = new.value / pinned.value;
    if !times.is_finite() || times <= 0.0 {
        return "–".into();
    }
    let more = times > 1.0;
    let factor = if more { times } else { times.recip() };
    let overlap = within(pinned.spread, new.value) || within(new.spread, pinned.value);
    if overlap || factor < ABOUT_THE_SAME {
        return lang.say(Key::AboutTheSame).into();
    }
    words::times(&figures::ratio(factor), more, lang)
}

/// The parameters that differ, as the form calls them: name, label, both values.
fn parameters(
    lang: Lang,
    lesson: &Lesson,
    pinned: &RunHeader,
    new: &RunHeader,
) -> Vec<(String, String, String, String)> {
    let names: BTreeSet<&String> = pinned.params.keys().chain(new.params.keys()).collect();
    let mut all = Vec::new();
    for name in names {
        let (one, other) = (pinned.params.get(name), new.params.get(name));
        if one == other {
            continue;
        }
        let mut parameters = lesson.experiment.params.iter();
        let parameter = parameters.find(|parameter| parameter.name == *name);
        let say = |json: Option<&String>| {
            let json = json.map_or("–", |json| json.trim_matches('"'));
            let value = match parameter.map(|parameter| &parameter.kind) {
                Some(ParameterKind::Choice { options, .. }) => options
                    .iter()
                    .find(|option| option.value == json)
                    .map_or(json, |option| lang.pick(&option.label)),
                Some(ParameterKind::Toggle { .. }) => words::toggle(json == "true", lang),
                _ => json,
            };
            match parameter.and_then(|parameter| parameter.unit.as_ref()) {
                Some(unit) => format!("{value}{}{}", figures::THIN_SPACE, lang.pick(unit)),
                None => value.to_owned(),
            }
        };
        let label = parameter.map_or(&**name, |parameter| lang.pick(&parameter.label));
        all.push((name.clone(), label.to_owned(), say(one), say(other)));
    }
    if pinned.procs != new.procs {
        all.push((
            "procs".into(),
            lang.say(Key::Procs).into(),
            pinned.procs.to_string(),
            new.procs.to_string(),
        ));
    }
    if pinned.scheduler != new.scheduler {
        all.push((
            "scheduler".into(),
            words::scheduler(lang).into(),
            pinned.scheduler.as_str().into(),
            new.scheduler.as_str().into(),
        ));
    }
    all
}

#[cfg(test)]
mod tests;
