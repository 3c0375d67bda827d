//! Lessons by what is in them.
//!
//! A lesson is found if each word of the query stands somewhere in it: in its
//! title, its summary, the terms that it explains, or its prose. Words match
//! anywhere within others, whatever their case, so that Chinese, which has no
//! spaces, is found as well. Where a word stands decides how much it counts.

use protocol::lesson::Found;

use super::{Lang, Library, LoadedLesson};

/// The most lessons that are found: more are not read.
pub(crate) const MAX_FOUND: usize = 20;
/// The most characters of a query.
pub(crate) const MAX_QUERY_CHARS: usize = 100;
/// The most words of a query that count: each goes through the whole book.
const MAX_WORDS: usize = 8;
/// What a word counts by where it stands.
const IN_TITLE: u32 = 20;
const IN_TERM: u32 = 12;
const IN_SUMMARY: u32 = 6;
const IN_PROSE: u32 = 1;
/// How often a word in the prose counts: after that it says nothing more.
const TIMES: u32 = 5;
/// Characters of an excerpt before and after the match.
const AROUND: usize = 60;

/// A lesson's words in one language, in small letters.
struct Words {
    title: String,
    summary: String,
    terms: String,
    prose: String,
}

impl Library {
    /// The lessons that have every word of the query, the best first.
    pub(crate) fn search(&self, query: &str, lang: Lang) -> Vec<Found> {
        let query = small(query);
        let words: Vec<&str> = query.split_whitespace().take(MAX_WORDS).collect();
        if words.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(u32, Found)> = self
            .lessons
            .iter()
            .filter_map(|lesson| self.found(lesson, &words, lang))
            .collect();
        // Those that count the same stay in the order of the book.
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        found.truncate(MAX_FOUND);
        found.into_iter().map(|(_, found)| found).collect()
    }

    fn found(&self, lesson: &LoadedLesson, words: &[&str], lang: Lang) -> Option<(u32, Found)> {
        let in_it = self.words(lesson, lang);
        let mut score = 0;
        for word in words {
            let here = in_it.score(word);
            if here == 0 {
                return None;
            }
            score += here;
        }
        let found = Found {
            line: lesson.line(lang),
            excerpt: excerpt(&lang.of(&lesson.plain), words),
        };
        Some((score, found))
    }

    fn words(&self, lesson: &LoadedLesson, lang: Lang) -> Words {
        let explained = lesson.explains.iter();
        let terms = explained.filter_map(|named| {
            let mut all = self.book.terms.iter();
            let term = all.find(|term| term.id == named.id)?;
            Some(format!(
                "{}\n{}\n",
                lang.of(&term.term),
                lang.of(&term.text)
            ))
        });
        Words {
            title: small(&format!("{}\n{}", lang.of(&lesson.title), lesson.id)),
            summary: small(&lang.of(&lesson.summary)),
            terms: small(&terms.collect::<String>()),
            prose: small(&lang.of(&lesson.plain)),
        }
    }
}

impl Words {
    fn score(&self, word: &str) -> u32 {
        let places = [
            (&self.title, IN_TITLE),
            (&self.terms, IN_TERM),
            (&self.summary, IN_SUMMARY),
        ];
        let headed = places.iter().filter(|(text, _)| text.contains(word));
        let headed: u32 = headed.map(|(_, counts)| counts).sum();
        let times = self.prose.matches(word).take(TIMES as usize).count();
        headed + IN_PROSE * u32::try_from(times).unwrap_or(TIMES)
    }
}

/// In small letters, character by character, so that places stay the same.
fn small(text: &str) -> String {
    let small = |letter: char| letter.to_lowercase().next().unwrap_or(letter);
    text.chars().map(small).collect()
}

/// The text around the first of the words, or its beginning.
fn excerpt(text: &str, words: &[&str]) -> String {
    let in_small = small(text);
    let first = words.iter().filter_map(|word| in_small.find(word)).min();
    let at = first.map_or(0, |at| in_small[..at].chars().count());
    let from = at.saturating_sub(AROUND);
    let mut letters = text.chars().skip(from);
    let part: String = letters.by_ref().take(at - from + AROUND).collect();
    let mut excerpt = String::new();
    if from > 0 {
        excerpt.push('…');
    }
    excerpt.push_str(part.trim());
    if letters.any(|letter| !letter.is_whitespace()) {
        excerpt.push('…');
    }
    excerpt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_around_the_first_match() {
        let text = format!(
            "{} the Needle here {}",
            "hay ".repeat(40),
            "straw ".repeat(40)
        );
        let cut = excerpt(&text, &["needle"]);
        assert!(cut.starts_with('…') && cut.ends_with('…'), "{cut}");
        assert!(cut.contains("the Needle here"), "{cut}");
        assert!(cut.chars().count() <= 2 * AROUND + 2, "{cut}");
        assert_eq!(excerpt("short text", &["short"]), "short text");
        assert_eq!(excerpt("short text", &["elsewhere"]), "short text");
        let chinese = excerpt(
            &format!("{}无缓冲通道{}", "前".repeat(100), "后".repeat(100)),
            &["缓冲"],
        );
        assert!(chinese.contains("无缓冲通道"), "{chinese}");
    }
}
