//! Source code as HTML: a span a line, and a few classes that say what a word
//! is. The grammars are Sublime's, as syntect carries them; their hundreds of
//! scopes come down to the classes of [`CLASSES`].

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use syntect::parsing::{ParseState, ScopeStack, SyntaxReference, SyntaxSet};

/// What a scope's name begins with, and its class; the first that fits counts.
const CLASSES: [(&str, &str); 14] = [
    ("comment", "hl-comment"),
    ("string", "hl-string"),
    ("constant.character", "hl-string"),
    ("constant.numeric", "hl-number"),
    ("constant", "hl-constant"),
    ("keyword.operator", "hl-operator"),
    ("keyword", "hl-keyword"),
    ("storage", "hl-keyword"),
    ("entity.name.function", "hl-function"),
    ("support.macro", "hl-macro"),
    ("support.function", "hl-function"),
    ("variable.function", "hl-function"),
    ("support.type", "hl-type"),
    ("entity.name.type", "hl-type"),
];
/// Texts of which the HTML is kept. A book has a few hundred.
const KEPT: usize = 4096;

/// Makes HTML of sources, and remembers it.
pub struct Highlighter {
    syntaxes: SyntaxSet,
    kept: Mutex<HashMap<u64, String>>,
}

impl Default for Highlighter {
    fn default() -> Self {
        Highlighter::new()
    }
}

impl Highlighter {
    /// One that has its grammars and remembers nothing.
    pub fn new() -> Self {
        Highlighter {
            syntaxes: SyntaxSet::load_defaults_newlines(),
            kept: Mutex::default(),
        }
    }

    /// A line is `<span class="line">…</span>`, with its line break inside so
    /// that it reads the same whether a line is a block or not. A language
    /// without a grammar stays plain.
    pub fn lines(&self, lang: &str, text: &str) -> String {
        let mut hasher = DefaultHasher::new();
        (lang, text).hash(&mut hasher);
        let key = hasher.finish();
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(html) = kept.get(&key) {
            return html.clone();
        }
        drop(kept);
        let html = match self.syntaxes.find_syntax_by_token(lang) {
            Some(syntax) => self.highlighted(syntax, text),
            None => text.lines().map(|line| in_line(&escaped(line))).collect(),
        };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, html.clone());
        html
    }

    fn highlighted(&self, syntax: &SyntaxReference, text: &str) -> String {
        let mut state = ParseState::new(syntax);
        let mut stack = ScopeStack::new();
        let mut html = String::with_capacity(text.len() * 3);
        for line in text.lines() {
            let with_end = format!("{line}\n");
            // A grammar that fails leaves the rest of its line plain.
            let changes = state.parse_line(&with_end, &self.syntaxes);
            let mut words = Words::default();
            let mut done = 0;
            for (at, change) in changes.unwrap_or_default() {
                words.push(class(&stack), &with_end[done..at]);
                done = at;
                let _ = stack.apply(&change);
            }
            words.push(class(&stack), &with_end[done..]);
            html.push_str(&in_line(&words.html()));
        }
        html
    }
}

/// The words of a line, those of one class joined.
#[derive(Default)]
struct Words<'a> {
    words: Vec<(Option<&'static str>, Vec<&'a str>)>,
}

impl<'a> Words<'a> {
    fn push(&mut self, class: Option<&'static str>, word: &'a str) {
        let word = word.trim_end_matches('\n');
        if word.is_empty() {
            return;
        }
        match self.words.last_mut() {
            Some((before, words)) if *before == class => words.push(word),
            _ => self.words.push((class, vec![word])),
        }
    }

    fn html(&self) -> String {
        let mut html = String::new();
        for (class, words) in &self.words {
            let text = escaped(&words.concat());
            match class {
                Some(class) => html.push_str(&format!("<span class=\"{class}\">{text}</span>")),
                None => html.push_str(&text),
            }
        }
        html
    }
}

fn in_line(html: &str) -> String {
    format!("<span class=\"line\">{html}\n</span>")
}

/// The class of the innermost scope that has one.
fn class(stack: &ScopeStack) -> Option<&'static str> {
    stack.scopes.iter().rev().find_map(|scope| {
        let name = scope.build_string();
        let fits = |prefix: &str| {
            let rest = name.strip_prefix(prefix);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let found = CLASSES.iter().find(|(prefix, _)| fits(prefix));
        found.map(|(_, class)| *class)
    })
}

/// Text that stands in HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::Highlighter;

    #[test]
    fn words_get_classes_and_lines_stay_lines() {
        let html = Highlighter::new().lines("rust", "// a < b\nlet x = \"<b>\";\n");
        assert_eq!(html.matches("<span class=\"line\">").count(), 2, "{html}");
        assert!(
            html.contains("<span class=\"hl-comment\">// a &lt; b</span>"),
            "{html}"
        );
        assert!(
            html.contains("<span class=\"hl-keyword\">let</span>"),
            "{html}"
        );
        assert!(
            html.contains("<span class=\"hl-string\">&quot;&lt;b&gt;&quot;</span>"),
            "{html}"
        );
    }

    #[test]
    fn go_is_known_and_an_unknown_language_is_plain() {
        let highlighter = Highlighter::new();
        let html = highlighter.lines("go", "func main() {\n\tch <- 1\n}\n");
        assert!(
            html.contains("<span class=\"hl-keyword\">func</span>"),
            "{html}"
        );
        assert!(
            html.contains("<span class=\"hl-function\">main</span>"),
            "{html}"
        );
        let html = highlighter.lines("no-such-language", "a <- b\n");
        assert_eq!(html, "<span class=\"line\">a &lt;- b\n</span>");
    }
}
