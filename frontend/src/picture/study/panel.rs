//! The sums of a marked interval, as HTML.

use super::interval::Sums;
use super::words;
use crate::figures::{Unit, count, duration, duration_in, significant};
use crate::i18n::Lang;
use crate::markup::text;
use crate::model::Model;
use crate::outcome::blocked_key;
use crate::picture::look::Look;

/// What happened from `from_ns` to `to_ns`.
pub fn html(model: &Model, from_ns: u64, to_ns: u64, now_ns: u64, lang: Lang) -> String {
    let sums = Sums::of(model, from_ns, to_ns, now_ns);
    let mut html = head(from_ns, to_ns, lang);
    html += "<dl class=interval-counts>";
    for (name, label, number) in [
        ("goroutines", words::lived(lang), sums.goroutines),
        ("switches", words::switches(lang), sums.switches),
    ] {
        html += &format!(
            "<div><dt>{label}</dt><dd class=figure data-count={name} data-n={number}>{}</dd></div>",
            count(number)
        );
    }
    html += "</dl><div class=interval-tables>";
    html += &states(&sums, lang);
    html += &busiest(model, &sums, lang);
    html += &channels(model, &sums, lang);
    html + "</div>"
}

/// The title and the buttons.
fn head(from_ns: u64, to_ns: u64, lang: Lang) -> String {
    let mut html = format!(
        "<div class=interval-head><h3>{}</h3>",
        words::interval(from_ns, to_ns, lang)
    );
    for (key, label) in [
        ("z", words::zoom_to_interval(lang)),
        ("Escape", words::let_go(lang)),
    ] {
        html += &format!(
            "<button type=button class=link-button data-key={key} aria-keyshortcuts={key}>\
             {label}</button>"
        );
    }
    html + "</div>"
}

/// The goroutines' time by state, with its share of all of it.
fn states(sums: &Sums, lang: Lang) -> String {
    let total_ns = sums.total_ns();
    let running = ("running", Look::Running, Look::Running.label(lang));
    let runnable = ("runnable", Look::Runnable, Look::Runnable.label(lang));
    let mut rows = vec![(running, sums.running_ns), (runnable, sums.runnable_ns)];
    for &(reason, ns) in &sums.blocked {
        let row = (
            reason.as_go(),
            Look::of_reason(reason),
            lang.say(blocked_key(reason)),
        );
        rows.push((row, ns));
    }
    let longest = rows.iter().map(|(_, ns)| *ns).max();
    let unit = Unit::of(longest.unwrap_or_default());
    let mut html = table(words::states_caption(lang), &words::states_heads(lang));
    for ((name, look, label), ns) in rows {
        html += &format!(
            "<tr data-state=\"{name}\" data-ns={ns}><th scope=row>\
             <span class=\"swatch swatch-{}\" aria-hidden=true></span> {label}</th>\
             <td class=figure>{}</td><td class=figure>{}</td></tr>",
            look.token(),
            duration_in(ns, unit),
            share(ns, total_ns)
        );
    }
    html + "</tbody></table></div>"
}

/// The goroutines that ran most.
fn busiest(model: &Model, sums: &Sums, lang: Lang) -> String {
    if sums.busiest.is_empty() {
        return String::new();
    }
    let mut html = table(words::busiest_caption(lang), &words::busiest_heads(lang));
    let unit = Unit::of(sums.busiest[0].1);
    for &(lane, ns) in &sums.busiest {
        let g = model.lanes()[lane].g;
        html += &format!(
            "<tr data-busy={g} data-ns={ns}><th scope=row>{}</th><td class=figure>{}</td></tr>",
            text(&model.goroutine_name(g)),
            duration_in(ns, unit)
        );
    }
    html + "</tbody></table>" + &more(sums.more_busy, lang) + "</div>"
}

/// What passed through channels.
fn channels(model: &Model, sums: &Sums, lang: Lang) -> String {
    if sums.channels.is_empty() {
        return String::new();
    }
    let mut html = table(words::channels_caption(lang), &words::channels_heads(lang));
    for traffic in &sums.channels {
        let figure = |number| match traffic.at_least {
            true => words::at_least(number, lang),
            false => count(number),
        };
        html += &format!(
            "<tr data-channel={} data-sends={} data-receives={}><th scope=row>{}</th>\
             <td class=figure>{}</td><td class=figure>{}</td></tr>",
            traffic.object,
            traffic.sends,
            traffic.receives,
            text(&model.object_name(traffic.object)),
            figure(traffic.sends),
            figure(traffic.receives)
        );
    }
    html + "</tbody></table>" + &more(sums.more_channels as u64, lang) + "</div>"
}

fn table(caption: &str, heads: &[&str]) -> String {
    let mut html =
        format!("<div><table class=interval-table><caption>{caption}</caption><thead><tr>");
    for head in heads {
        html += &format!("<th scope=col>{head}</th>");
    }
    html + "</tr></thead><tbody>"
}

fn more(number: u64, lang: Lang) -> String {
    match number {
        0 => String::new(),
        _ => format!("<p>{}</p>", words::more(number, lang)),
    }
}

/// A share of the whole: `42.0 %`.
fn share(ns: u64, total_ns: u64) -> String {
    let percent = ns as f64 * 100.0 / total_ns.max(1) as f64;
    format!("{}\u{2009}%", significant(percent))
}

/// How long the interval is, to be read aloud.
pub fn said(interval: Option<(u64, u64)>, lang: Lang) -> String {
    let Some((from_ns, to_ns)) = interval else {
        return String::new();
    };
    words::long(&duration(to_ns - from_ns), lang)
}

#[cfg(test)]
mod tests {
    use protocol::event::{NO_OBJECT, NO_PLACE};
    use protocol::{Event, Frame, Kind, Reason};

    use super::*;

    #[test]
    fn times_stand_with_their_share_and_what_is_not_listed_is_counted() {
        let mut events = Vec::new();
        let mut at = |t_ns, g, kind| {
            events.push(Event {
                t_ns,
                p: 0,
                g,
                at: NO_PLACE,
                kind,
            });
        };
        for g in 1..=7 {
            at(0, g, Kind::Started);
        }
        let (reason, object) = (Reason::Sleep, NO_OBJECT);
        for g in 1..=7 {
            at(1_000, g, Kind::Blocked { reason, object });
        }
        let mut model = Model::new();
        model.apply(&Frame::Events {
            first_seq: 0,
            events,
        });
        let html = html(&model, 0, 4_000, 4_000, Lang::En);
        assert!(
            html.contains("data-state=\"running\" data-ns=7000"),
            "{html}"
        );
        assert!(
            html.contains("25\u{2009}%") && html.contains("75\u{2009}%"),
            "{html}"
        );
        assert!(html.contains("and 2 more"), "{html}");
        assert!(html.contains("data-count=switches data-n=7"), "{html}");
        assert_eq!(said(Some((1, 3)), Lang::Zh), "长 2\u{2009}ns");
    }
}
