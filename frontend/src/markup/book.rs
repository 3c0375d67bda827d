//! The pages beside the lessons, and what of the book a lesson names: terms,
//! practices, guides.

use protocol::lesson::{Glossary, Guides, Practice, Term};

use super::{attribute, text, words};
use crate::i18n::{Key, Lang};
use crate::link;

/// All terms. Each has its id, for links.
pub fn glossary(lang: Lang, glossary: &Glossary) -> String {
    let mut html = String::new();
    for one in &glossary.terms {
        html += &format!(
            "<div class=entry id=\"{}\"><dt>{}</dt><dd><p>{}</p>{}</dd></div>",
            attribute(&one.id),
            text(&one.term),
            words(&one.text),
            lesson(lang, one)
        );
    }
    html
}

/// A term, beside the button that asks for it.
pub fn term(lang: Lang, term: &Term) -> String {
    format!(
        "<p><strong>{}</strong></p><p>{}</p>{}",
        text(&term.term),
        words(&term.text),
        lesson(lang, term)
    )
}

/// The link to the lesson that explains a term, if one does.
fn lesson(lang: Lang, term: &Term) -> String {
    match &term.lesson {
        Some(id) => format!(
            "<p><a href=\"{}\">{}</a></p>",
            link::lesson(id, ""),
            lang.say(Key::TermLesson)
        ),
        None => String::new(),
    }
}

/// The practices that a lesson showed, as the items of a list.
pub fn practices(lang: Lang, practices: &[Practice]) -> String {
    let mut html = String::new();
    for practice in practices {
        let (key, class) = match practice.do_it {
            true => (Key::Do, "do"),
            false => (Key::Dont, "dont"),
        };
        html += &format!(
            "<li class=\"practice practice--{class}\"><strong>{}</strong><span>{}</span></li>",
            lang.say(key),
            words(&practice.text)
        );
    }
    html
}

/// The guides, a table each. A row leads to its lesson, with its parameters.
pub fn guides(lang: Lang, guides: &Guides) -> String {
    let heads = [Key::GuideWhen, Key::GuideTake, Key::GuideWhy]
        .map(|head| format!("<th scope=col>{}</th>", lang.say(head)))
        .concat();
    let mut html = String::new();
    for guide in &guides.guides {
        html += &format!(
            "<section class=guide id=\"{}\" data-testid=guide><h2>{}</h2><p>{}</p>\
             <table><thead><tr>{heads}</tr></thead><tbody>",
            attribute(&guide.id),
            text(&guide.title),
            words(&guide.lead)
        );
        for row in &guide.rows {
            // The server's query may come with its question mark or without.
            let query = match row.query.trim_start_matches('?') {
                "" => String::new(),
                query => format!("?{}", attribute(query)),
            };
            html += &format!(
                "<tr><th scope=row>{}</th><td class=guide-take>{}</td>\
                 <td>{} <a class=guide-lesson href=\"{}\">{}</a></td></tr>",
                words(&row.when),
                words(&row.take),
                words(&row.why),
                link::lesson(&row.lesson, &query),
                lang.say(Key::GuideLesson)
            );
        }
        html += "</tbody></table></section>";
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::lesson::{Guide, GuideRow};

    #[test]
    fn a_row_leads_to_its_lesson_with_its_parameters() {
        let row = |query: &str| GuideRow {
            when: "a < b".into(),
            take: "`chan`".into(),
            why: "because".into(),
            lesson: "select-basic".into(),
            query: query.into(),
        };
        let all = Guides {
            guides: vec![Guide {
                id: "pass".into(),
                title: "Pass".into(),
                lead: "Lead".into(),
                rows: vec![row("a=1&b=2"), row("?a=1"), row("")],
            }],
        };
        let html = guides(Lang::En, &all);
        assert!(html.contains("a &lt; b</th><td class=guide-take><code>chan</code>"));
        let links: Vec<&str> = html
            .split("href=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert_eq!(
            links,
            [
                "/lessons/select-basic?a=1&amp;b=2",
                "/lessons/select-basic?a=1",
                "/lessons/select-basic"
            ]
        );
    }

    #[test]
    fn a_term_without_a_lesson_has_no_link() {
        let mut one = Term {
            id: "g".into(),
            term: "goroutine".into(),
            text: "A function.".into(),
            lesson: None,
        };
        assert!(!term(Lang::Zh, &one).contains("<a"));
        one.lesson = Some("scheduler".into());
        assert!(term(Lang::Zh, &one).contains("href=\"/lessons/scheduler\""));
    }
}
