//! Prose: Markdown in, HTML out.
//!
//! A heading of the second level begins a step and has the id `step-N`, the
//! same in both languages. A link `run:NAME=VALUE&…` is a button. HTML in the
//! Markdown is shown as text. Code is highlighted.

use std::ops::Range;

use protocol::lesson::LessonProblem;
use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html,
};

use super::highlight::{Highlighter, escaped};
use super::source::Source;

/// The scheme of a link that is a button.
const RUN: &str = "run:";
/// Where a link may lead.
const SCHEMES: [&str; 4] = ["https://", "http://", "mailto:", "/"];

/// Prose as HTML, with what is wrong in it. `check` says what is wrong with
/// the parameters of a button.
pub(super) fn prose(
    source: &Source,
    highlighter: &Highlighter,
    check: impl Fn(&[(&str, &str)]) -> Result<(), String>,
) -> (String, Vec<LessonProblem>) {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut writer = Writer {
        source,
        highlighter,
        check,
        steps: 0,
        code: None,
        links: Vec::new(),
        problems: Vec::new(),
    };
    let mut events = Vec::new();
    for (event, bytes) in Parser::new_ext(&source.text, options).into_offset_iter() {
        events.extend(writer.event(event, bytes));
    }
    let mut prose = String::new();
    html::push_html(&mut prose, events.into_iter());
    (prose, writer.problems)
}

struct Writer<'a, C> {
    source: &'a Source,
    highlighter: &'a Highlighter,
    check: C,
    steps: usize,
    /// The language and the text of the code that is being read.
    code: Option<(String, String)>,
    /// What closes each open link.
    links: Vec<&'static str>,
    problems: Vec<LessonProblem>,
}

impl<C: Fn(&[(&str, &str)]) -> Result<(), String>> Writer<'_, C> {
    fn event<'e>(&mut self, event: Event<'e>, bytes: Range<usize>) -> Option<Event<'e>> {
        if self.code.is_some() {
            return self.in_code(event);
        }
        Some(match event {
            Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
            Event::Start(Tag::Heading { level, .. }) => self.heading(level),
            Event::Start(Tag::CodeBlock(kind)) => {
                let lang = match kind {
                    CodeBlockKind::Fenced(info) => info
                        .split_whitespace()
                        .next()
                        .unwrap_or_default()
                        .to_owned(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((lang, String::new()));
                return None;
            }
            Event::Start(Tag::Link { dest_url, .. }) => self.link(&dest_url, bytes),
            Event::End(TagEnd::Link) => raw(self.links.pop().unwrap_or_default()),
            other => other,
        })
    }

    fn in_code<'e>(&mut self, event: Event<'e>) -> Option<Event<'e>> {
        match event {
            Event::Text(text) => {
                let (_, code) = self.code.as_mut()?;
                code.push_str(&text);
                None
            }
            Event::End(TagEnd::CodeBlock) => {
                let (lang, code) = self.code.take()?;
                let html = self.highlighter.lines(&lang, &code);
                let lang = escaped(&lang);
                Some(raw(format!(
                    "<pre class=\"code\" data-lang=\"{lang}\"><code>{html}</code></pre>\n"
                )))
            }
            _ => None,
        }
    }

    fn heading<'e>(&mut self, level: HeadingLevel) -> Event<'e> {
        let id = (level == HeadingLevel::H2).then(|| {
            self.steps += 1;
            format!("step-{}", self.steps).into()
        });
        Event::Start(Tag::Heading {
            level,
            id,
            classes: Vec::new(),
            attrs: Vec::new(),
        })
    }

    fn link<'e>(&mut self, to: &str, bytes: Range<usize>) -> Event<'e> {
        if let Some(params) = to.strip_prefix(RUN) {
            return self.button(params, bytes);
        }
        let plain = to.starts_with('#');
        if !plain && !SCHEMES.iter().any(|scheme| to.starts_with(scheme)) {
            let message = format!(
                "a link cannot lead to `{to}`; take https://…, a path of the page such as \
                 /lesson/…, or run:NAME=VALUE"
            );
            return self.no_link(message, bytes);
        }
        self.links.push("</a>");
        raw(format!("<a href=\"{}\">", escaped(to)))
    }

    fn button<'e>(&mut self, params: &str, bytes: Range<usize>) -> Event<'e> {
        let pairs: Option<Vec<(&str, &str)>> = params
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('='))
            .collect();
        let checked = match &pairs {
            Some(pairs) => (self.check)(pairs),
            None => Err(format!(
                "`{RUN}{params}` is not of the form run:NAME=VALUE&NAME=VALUE"
            )),
        };
        if let Err(message) = checked {
            return self.no_link(message, bytes);
        }
        self.links.push("</button>");
        raw(format!(
            "<button type=\"button\" class=\"step-run\" data-params=\"{}\">",
            escaped(params)
        ))
    }

    /// Only the link's words remain.
    fn no_link<'e>(&mut self, message: String, bytes: Range<usize>) -> Event<'e> {
        self.problems.push(self.source.problem_at(bytes, message));
        self.links.push("");
        raw("")
    }
}

fn raw<'e>(html: impl Into<String>) -> Event<'e> {
    Event::InlineHtml(CowStr::from(html.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str) -> (String, Vec<LessonProblem>) {
        let source = Source {
            name: "en.md".into(),
            text: text.into(),
        };
        prose(&source, &Highlighter::new(), |pairs| match pairs {
            [("capacity", _)] => Ok(()),
            _ => Err("no such parameter".into()),
        })
    }

    #[test]
    fn a_run_link_is_a_button() {
        let (html, problems) = rendered("[Make it *0*](run:capacity=0)");
        assert!(problems.is_empty());
        assert_eq!(
            html,
            "<p><button type=\"button\" class=\"step-run\" data-params=\"capacity=0\">\
             Make it <em>0</em></button></p>\n"
        );
    }

    #[test]
    fn a_wrong_run_link_is_told_with_its_place() {
        let (html, problems) = rendered("one\n\ntwo 二 [go](run:nothing=1)");
        assert_eq!(html, "<p>one</p>\n<p>two 二 go</p>\n");
        let [problem] = problems.as_slice() else {
            panic!("{problems:?}");
        };
        assert_eq!((problem.line, problem.column), (Some(3), Some(7)));
    }

    #[test]
    fn html_is_text_and_scripts_are_no_links() {
        let (html, problems) = rendered("a <b>c</b>\n\n<script>x</script>\n\n[y](javascript:z)");
        assert!(
            !html.contains("<b>") && !html.contains("<script>"),
            "{html}"
        );
        assert!(!html.contains("javascript"), "{html}");
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn steps_are_numbered() {
        let (html, _) = rendered("## 一\n\n### x\n\n## Two\n");
        assert!(html.contains("<h2 id=\"step-1\">一</h2>"), "{html}");
        assert!(html.contains("<h3>x</h3>"), "{html}");
        assert!(html.contains("<h2 id=\"step-2\">Two</h2>"), "{html}");
    }

    #[test]
    fn code_is_highlighted() {
        let (html, _) = rendered("```go\nch <- 1\n```\n");
        assert!(
            html.starts_with("<pre class=\"code\" data-lang=\"go\"><code><span class=\"line\">")
        );
        assert!(html.contains("&lt;"), "{html}");
    }
}
