//! Prose: Markdown in, HTML out.
//!
//! A heading of the second level begins a step and has the id `step-N`, the
//! same in both languages. HTML in the Markdown is shown as text. Code is
//! highlighted. What a link leads to says what it is ([`links`]): a button, a
//! term, something in the picture, or, alone in a paragraph, the place of a part
//! of the lesson.

mod links;

use std::ops::Range;

use protocol::lesson::LessonProblem;
use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html,
};

use super::highlight::{Highlighter, escaped};
use super::source::{Place, Source};
pub(super) use links::{Link, Part, pairs};

/// Prose as HTML, and what stands in it.
#[derive(Clone, Default)]
pub(super) struct Prose {
    pub(super) html: String,
    /// The words alone, for search.
    pub(super) plain: String,
    /// How many steps it has.
    pub(super) steps: usize,
    /// Every place of a part, every button, every term and every link to another
    /// lesson, in order, with where it is.
    pub(super) links: Vec<(Link, Place)>,
    pub(super) problems: Vec<LessonProblem>,
}

/// Reads prose. `check` says what is wrong with the parameters of a button.
pub(super) fn prose(
    source: &Source,
    highlighter: &Highlighter,
    check: impl Fn(&[(&str, &str)]) -> Result<(), String>,
) -> Prose {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let parser = Parser::new_ext(&source.text, options);
    let events: Vec<_> = parser.into_offset_iter().collect();
    let mut writer = Writer {
        source,
        highlighter,
        check,
        code: None,
        open: Vec::new(),
        prose: Prose::default(),
    };
    let mut written = Vec::new();
    let mut at = 0;
    while at < events.len() {
        if let Some(place) = writer.place_of_part(&events[at..]) {
            written.push(raw(place));
            at += links::paragraph(&events[at..]);
            continue;
        }
        let (event, bytes) = events[at].clone();
        written.extend(writer.event(event, bytes));
        at += 1;
    }
    html::push_html(&mut writer.prose.html, written.into_iter());
    writer.prose
}

struct Writer<'a, C> {
    source: &'a Source,
    highlighter: &'a Highlighter,
    check: C,
    /// The language and the text of the code that is being read.
    code: Option<(String, String)>,
    /// What closes each open link.
    open: Vec<&'static str>,
    prose: Prose,
}

impl<C: Fn(&[(&str, &str)]) -> Result<(), String>> Writer<'_, C> {
    fn event<'e>(&mut self, event: Event<'e>, bytes: Range<usize>) -> Option<Event<'e>> {
        if self.code.is_some() {
            return self.in_code(event);
        }
        Some(match event {
            Event::Html(text) | Event::InlineHtml(text) => {
                self.prose.plain.push_str(&text);
                Event::Text(text)
            }
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
            Event::End(TagEnd::Link) => raw(self.open.pop().unwrap_or_default()),
            other => {
                self.plain(&other);
                other
            }
        })
    }

    /// Keeps the words, and a space where a block ends.
    fn plain(&mut self, event: &Event<'_>) {
        let plain = &mut self.prose.plain;
        match event {
            Event::Text(text) | Event::Code(text) => plain.push_str(text),
            Event::SoftBreak | Event::HardBreak | Event::Rule => plain.push(' '),
            Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell,
            ) => plain.push(' '),
            _ => {}
        }
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
            self.prose.steps += 1;
            format!("step-{}", self.prose.steps).into()
        });
        Event::Start(Tag::Heading {
            level,
            id,
            classes: Vec::new(),
            attrs: Vec::new(),
        })
    }
}

fn raw<'e>(html: impl Into<String>) -> Event<'e> {
    Event::InlineHtml(CowStr::from(html.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Prose {
        let source = Source {
            name: "en.md".into(),
            text: text.into(),
        };
        prose(&source, &Highlighter::new(), |pairs| match pairs {
            [("capacity", _)] => Ok(()),
            _ => Err("no such parameter".into()),
        })
    }

    fn rendered(text: &str) -> (String, Vec<LessonProblem>) {
        let prose = read(text);
        (prose.html, prose.problems)
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
    fn the_words_alone_are_kept() {
        let prose = read("## One\n\na *b* `c`\n[d](term:x)\n\n- e\n- f\n\n```go\ng\n```\n");
        assert_eq!(prose.plain, "One a b c d e f ");
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
