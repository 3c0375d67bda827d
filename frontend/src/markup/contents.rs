//! The contents: chapters along the spine, a line for each lesson.

use protocol::lesson::{Chapter, LessonIndex, LessonLine, LessonProblem};

use super::{attribute, text};
use crate::i18n::{Key, Lang};
use crate::link;
use crate::progress::{Progress, State, Visit};

/// The lesson that the reader was in last; nothing if it is not there any more.
pub fn go_on(lang: Lang, index: &LessonIndex, visit: &Visit) -> String {
    let mut lines = index.chapters.iter().flat_map(|chapter| &chapter.lessons);
    let Some(line) = lines.find(|line| line.id == visit.id) else {
        return String::new();
    };
    format!(
        "<a class=go-on href=\"{}\"><span class=go-on-label>{}</span>\
         <span class=go-on-title><span class=figure>{}</span>{}</span></a>",
        attribute(&link::lesson(&visit.id, &visit.query)),
        lang.say(Key::GoOn),
        text(&line.section),
        text(&line.title)
    )
}

/// Lesson files that the server could not read; nothing if it could read all.
pub fn problems(lang: Lang, problems: &[LessonProblem]) -> String {
    if problems.is_empty() {
        return String::new();
    }
    let mut items = String::new();
    for problem in problems {
        let place = [problem.line, problem.column]
            .into_iter()
            .flatten()
            .fold(problem.file.clone(), |place, number| {
                format!("{place}:{number}")
            });
        items += &format!(
            "<li><code>{}</code><p>{}</p></li>",
            text(&place),
            text(&problem.message)
        );
    }
    let n = problems.len().to_string();
    format!(
        "<section class=\"notice notice--warning\" data-testid=lesson-problems>\
         <h2>{}</h2><ul>{items}</ul><p>{}</p></section>",
        lang.fill(Key::ProblemsTitle, &[("n", &n)]),
        lang.say(Key::ProblemsLead)
    )
}

/// Every chapter with its lessons, and how far the reader is with each.
pub fn chapters(lang: Lang, index: &LessonIndex, progress: &Progress) -> String {
    let chapters = index.chapters.iter();
    chapters.map(|one| chapter(lang, one, progress)).collect()
}

fn chapter(lang: Lang, chapter: &Chapter, progress: &Progress) -> String {
    let number = chapter.number;
    let lines: String = chapter
        .lessons
        .iter()
        .map(|one| line(lang, one, progress.state(&one.id)))
        .collect();
    let (class, lessons) = match lines.is_empty() {
        true => ("chapter chapter--empty", String::new()),
        false => ("chapter", format!("<ol class=chapter-lessons>{lines}</ol>")),
    };
    format!(
        "<section class=\"{class}\" aria-labelledby=chapter-{number}>\
         <p class=chapter-number>{}</p><h2 id=chapter-{number}>{}</h2>\
         <p class=chapter-summary>{}</p>{lessons}</section>",
        counts(lang, chapter, progress),
        text(&chapter.title),
        text(&chapter.summary)
    )
}

/// The chapter's number, how many lessons it has, and how many of them the
/// reader understood.
fn counts(lang: Lang, chapter: &Chapter, progress: &Progress) -> String {
    let lessons = chapter.lessons.iter();
    let understood = lessons
        .filter(|line| progress.state(&line.id) == State::Understood)
        .count();
    let of = |key, n: usize| lang.fill(key, &[("n", &n.to_string())]);
    let mut parts = vec![of(Key::Chapter, chapter.number.into())];
    match chapter.lessons.len() {
        0 => parts.push(lang.say(Key::NoLessonsYet).into()),
        n => parts.push(of(Key::ChapterCount, n)),
    }
    if understood > 0 {
        parts.push(of(Key::ChapterUnderstood, understood));
    }
    parts.join(" · ")
}

fn line(lang: Lang, line: &LessonLine, state: State) -> String {
    let (key, class) = match state {
        State::New => (Key::StateNew, "new"),
        State::Tried => (Key::StateTried, "tried"),
        State::Understood => (Key::StateUnderstood, "understood"),
    };
    format!(
        "<li><a class=lesson-line href=\"{}\" data-testid=\"lesson-{}\">\
         <span class=\"lesson-line-section figure\">{}</span>\
         <span class=lesson-line-title>{}</span><span class=lesson-line-summary>{}</span>\
         <span class=\"lesson-line-state lesson-line-state--{class}\">{}</span>\
         <span class=\"lesson-line-minutes figure\">{}</span></a></li>",
        link::lesson(&line.id, ""),
        attribute(&line.id),
        text(&line.section),
        text(&line.title),
        text(&line.summary),
        lang.say(key),
        lang.fill(Key::Minutes, &[("n", &line.minutes.to_string())])
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> LessonIndex {
        let line = |id: &str| LessonLine {
            id: id.into(),
            section: "1.1".into(),
            title: format!("Title of {id}"),
            summary: String::new(),
            minutes: 7,
            experiment: String::new(),
        };
        let chapter = |number, lessons| Chapter {
            number,
            title: "Foundations".into(),
            summary: String::new(),
            lessons,
        };
        LessonIndex {
            chapters: vec![chapter(1, vec![line("a"), line("b")]), chapter(2, vec![])],
            problems: Vec::new(),
        }
    }

    #[test]
    fn a_chapter_counts_its_lessons_and_what_was_understood() {
        let mut progress = Progress::default();
        let html = chapters(Lang::En, &index(), &progress);
        assert!(html.contains(">Chapter 1 · 2 lessons</p>"), "{html}");
        assert!(html.contains(">Chapter 2 · No lessons yet</p>"), "{html}");
        progress.tried.extend(["a".into(), "b".into()]);
        progress.understood.insert("b".into());
        let html = chapters(Lang::En, &index(), &progress);
        assert!(html.contains("2 lessons · 1 understood"), "{html}");
        assert!(html.contains("lesson-line-state--tried\">Tried"), "{html}");
    }

    #[test]
    fn one_goes_on_where_one_was() {
        let mut visit = Visit {
            id: "b".into(),
            query: "?x=1&y=2".into(),
        };
        let html = go_on(Lang::Zh, &index(), &visit);
        assert!(html.contains("href=\"/lessons/b?x=1&amp;y=2\""), "{html}");
        visit.id = "gone".into();
        assert_eq!(go_on(Lang::Zh, &index(), &visit), "");
    }

    #[test]
    fn a_problem_has_its_place() {
        assert_eq!(problems(Lang::En, &[]), "");
        let problem = LessonProblem {
            file: "a/lesson.toml".into(),
            line: Some(3),
            column: None,
            message: "no `<title>`".into(),
        };
        let html = problems(Lang::En, &[problem]);
        assert!(html.contains("<code>a/lesson.toml:3</code><p>no `&lt;title&gt;`"));
    }
}
