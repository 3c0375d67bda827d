//! What a link is, by its address.
//!
//! - `run:NAME=VALUE&…` is a button that sets parameters and runs.
//! - `show:view=code`, `show:goroutine=NAME`, `show:channel=NAME` point at the
//!   picture.
//! - `term:ID` is a term of the glossary.
//! - `predict:ID`, `sweep:ID`, `challenge:ID`, `claims:` alone in a paragraph are
//!   where that part of the lesson stands.
//! - Everything else leads somewhere.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{Writer, raw};
use crate::catalogue::{did_you_mean, nearest};
use crate::lessons::highlight::escaped;

/// The scheme of a link that is a button.
const RUN: &str = "run:";
/// The scheme of a link that points at the picture.
const SHOW: &str = "show:";
/// The scheme of a term.
const TERM: &str = "term:";
/// Where a link to another lesson begins.
const LESSON: &str = "/lessons/";
/// What can be shown.
const SHOWN: [&str; 3] = ["view", "goroutine", "channel"];
/// The views, by the names that `lesson.toml` has for them.
const VIEWS: [&str; 6] = ["objects", "code", "charts", "spans", "output", "table"];
/// Where a link may lead.
const SCHEMES: [&str; 4] = ["https://", "http://", "mailto:", "/"];

/// A kind of part that has a place in the prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::lessons) enum Part {
    Predict,
    Sweep,
    Challenge,
    Claims,
}

impl Part {
    const ALL: [Part; 4] = [Part::Predict, Part::Sweep, Part::Challenge, Part::Claims];

    /// The word for it in a link and in the page.
    pub(in crate::lessons) fn word(self) -> &'static str {
        match self {
            Part::Predict => "predict",
            Part::Sweep => "sweep",
            Part::Challenge => "challenge",
            Part::Claims => "claims",
        }
    }

    /// The part that an address names.
    fn of(address: &str) -> Option<(Part, &str)> {
        let (word, id) = address.split_once(':')?;
        let part = Part::ALL.into_iter().find(|part| part.word() == word)?;
        Some((part, id))
    }
}

/// What stands in the prose and has to fit something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lessons) enum Link {
    /// The place of a part, with its id.
    Part(Part, String),
    /// A button that runs, with its parameters.
    Run(String),
    /// A button that points at the picture.
    Show(String),
    /// A term's id.
    Term(String),
    /// Another lesson's id.
    Lesson(String),
}

/// How many events the paragraph has that begins here.
pub(super) fn paragraph(events: &[(Event<'_>, Range<usize>)]) -> usize {
    let end = |event: &Event<'_>| matches!(event, Event::End(TagEnd::Paragraph));
    let at = events.iter().position(|(event, _)| end(event));
    at.map_or(events.len(), |at| at + 1)
}

impl<C: Fn(&[(&str, &str)]) -> Result<(), String>> Writer<'_, C> {
    /// The place of a part, if the paragraph that begins here is one.
    pub(super) fn place_of_part(&mut self, events: &[(Event<'_>, Range<usize>)]) -> Option<String> {
        if self.code.is_some() || !matches!(events.first()?.0, Event::Start(Tag::Paragraph)) {
            return None;
        }
        let inside = &events[1..paragraph(events).checked_sub(1)?];
        let [
            (Event::Start(Tag::Link { dest_url, .. }), bytes),
            ..,
            (last, _),
        ] = inside
        else {
            return None;
        };
        let is_link = |(event, _): &&(Event<'_>, _)| matches!(event, Event::End(TagEnd::Link));
        let closes = matches!(last, Event::End(TagEnd::Link));
        if !closes || inside.iter().filter(is_link).count() != 1 {
            return None;
        }
        let (part, id) = Part::of(dest_url)?;
        self.keep(Link::Part(part, id.to_owned()), bytes.clone());
        Some(format!(
            "<div class=\"lesson-part\" data-part=\"{}\" data-id=\"{}\"></div>\n",
            part.word(),
            escaped(id)
        ))
    }

    fn keep(&mut self, link: Link, bytes: Range<usize>) {
        let place = self.source.place(bytes);
        self.prose.links.push((link, place));
    }

    pub(super) fn link<'e>(&mut self, to: &str, bytes: Range<usize>) -> Event<'e> {
        if let Some(params) = to.strip_prefix(RUN) {
            return self.run(params, bytes);
        }
        if let Some(what) = to.strip_prefix(SHOW) {
            return self.show(what, bytes);
        }
        if let Some(term) = to.strip_prefix(TERM) {
            self.keep(Link::Term(term.to_owned()), bytes);
            return self.button("term", "term", term);
        }
        if Part::of(to).is_some() {
            let message = format!(
                "`{to}` is the place of a part and stands alone in its paragraph: an empty line \
                 before it and after it, and nothing beside it"
            );
            return self.no_link(message, bytes);
        }
        let plain = to.starts_with('#');
        if !plain && !SCHEMES.iter().any(|scheme| to.starts_with(scheme)) {
            let scheme = to.split(':').next().unwrap_or_default();
            let known = [
                "run",
                "show",
                "term",
                "predict",
                "sweep",
                "challenge",
                "claims",
            ];
            let hint = did_you_mean(&nearest(scheme, known));
            let message = format!(
                "a link cannot lead to `{to}`{hint}; take https://…, a path of the page such as \
                 /lessons/…, or run:NAME=VALUE"
            );
            return self.no_link(message, bytes);
        }
        if let Some(lesson) = to.strip_prefix(LESSON) {
            let id = lesson.split(['?', '#', '/']).next().unwrap_or_default();
            self.keep(Link::Lesson(id.to_owned()), bytes);
        }
        self.open.push("</a>");
        raw(format!("<a href=\"{}\">", escaped(to)))
    }

    fn run<'e>(&mut self, params: &str, bytes: Range<usize>) -> Event<'e> {
        let checked = match pairs(params) {
            Some(pairs) => (self.check)(&pairs),
            None => Err(format!(
                "`{RUN}{params}` is not of the form run:NAME=VALUE&NAME=VALUE"
            )),
        };
        if let Err(message) = checked {
            return self.no_link(message, bytes);
        }
        self.keep(Link::Run(params.to_owned()), bytes);
        self.button("step-run", "params", params)
    }

    fn show<'e>(&mut self, what: &str, bytes: Range<usize>) -> Event<'e> {
        let wrong = match what.split_once('=') {
            Some(("view", view)) if !VIEWS.contains(&view) => {
                let hint = did_you_mean(&nearest(view, VIEWS));
                format!(
                    "`{view}` is no view{hint}; it is one of {}",
                    VIEWS.join(", ")
                )
            }
            Some((known, name)) if SHOWN.contains(&known) && !name.is_empty() => {
                self.keep(Link::Show(what.to_owned()), bytes);
                return self.button("step-show", "show", what);
            }
            _ => format!(
                "`{SHOW}{what}` is not of the form show:view=…, show:goroutine=NAME or \
                 show:channel=NAME"
            ),
        };
        self.no_link(wrong, bytes)
    }

    fn button<'e>(&mut self, class: &str, data: &str, value: &str) -> Event<'e> {
        self.open.push("</button>");
        raw(format!(
            "<button type=\"button\" class=\"{class}\" data-{data}=\"{}\">",
            escaped(value)
        ))
    }

    /// Only the link's words remain.
    fn no_link<'e>(&mut self, message: String, bytes: Range<usize>) -> Event<'e> {
        let problem = self.source.problem_at(bytes, message);
        self.prose.problems.push(problem);
        self.open.push("");
        raw("")
    }
}

/// `NAME=VALUE&NAME=VALUE`, as pairs.
pub(in crate::lessons) fn pairs(params: &str) -> Option<Vec<(&str, &str)>> {
    params
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('='))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::highlight::Highlighter;
    use crate::lessons::markdown::{Prose, prose};
    use crate::lessons::source::Source;

    fn read(text: &str) -> Prose {
        let source = Source {
            name: "en.md".into(),
            text: text.into(),
        };
        prose(&source, &Highlighter::new(), |_| Ok(()))
    }

    #[test]
    fn a_part_has_its_place_where_it_stands_alone() {
        let prose = read("One.\n\n[Which *is* it?](predict:first)\n\nTwo.\n\n[x](claims:)\n");
        assert_eq!(prose.problems, []);
        assert_eq!(
            prose.html,
            "<p>One.</p>\n\
             <div class=\"lesson-part\" data-part=\"predict\" data-id=\"first\"></div>\n\
             <p>Two.</p>\n\
             <div class=\"lesson-part\" data-part=\"claims\" data-id=\"\"></div>\n"
        );
        let links: Vec<&Link> = prose.links.iter().map(|(link, _)| link).collect();
        let first = Link::Part(Part::Predict, "first".into());
        assert_eq!(links, [&first, &Link::Part(Part::Claims, String::new())]);
    }

    #[test]
    fn a_part_beside_words_is_told() {
        for text in [
            "See [this](sweep:a).",
            "[this](sweep:a) and [that](sweep:b)",
            "- [this](challenge:a)\n",
        ] {
            let prose = read(text);
            assert!(!prose.problems.is_empty(), "{text}");
            assert!(
                !prose.html.contains("lesson-part"),
                "{text}: {}",
                prose.html
            );
        }
    }

    #[test]
    fn terms_and_what_points_at_the_picture_are_buttons() {
        let prose = read("A [buffer](term:buffer), [see](show:goroutine=sender).");
        assert_eq!(prose.problems, []);
        assert_eq!(
            prose.html,
            "<p>A <button type=\"button\" class=\"term\" data-term=\"buffer\">buffer</button>, \
             <button type=\"button\" class=\"step-show\" data-show=\"goroutine=sender\">\
             see</button>.</p>\n"
        );
        assert_eq!(prose.plain, "A buffer, see. ");
    }

    #[test]
    fn wrong_addresses_are_told_with_their_mend() {
        for (to, words) in [
            ("show:view=chart", "did you mean `charts`"),
            ("show:lane=1", "show:goroutine=NAME"),
            ("show:channel=", "show:channel=NAME"),
            ("shw:view=code", "did you mean `show`"),
            ("predct:a", "did you mean `predict`"),
        ] {
            let prose = read(&format!("a [b]({to})"));
            let [problem] = prose.problems.as_slice() else {
                panic!("{to}: {:?}", prose.problems);
            };
            assert!(problem.message.contains(words), "{to}: {}", problem.message);
            assert_eq!((problem.line, problem.column), (Some(1), Some(3)));
        }
    }
}
