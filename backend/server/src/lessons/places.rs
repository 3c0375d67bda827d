//! The prose of a lesson against its parts, and against the other language: each
//! part has one place in each, and both have the same steps and buttons.
//!
//! Prose that has problems of its own is left alone until they are mended, since
//! what is wrong there would be told twice.

use protocol::lesson::LessonProblem;
use toml::Spanned;

use super::file::LessonFile;
use super::markdown::{Link, Part, Prose};
use super::source::{Source, without_place};
use crate::catalogue::{did_you_mean, nearest};

/// The file of each language.
pub(super) const FILES: [&str; 2] = ["en.md", "zh.md"];

/// What does not fit between `lesson.toml` and the prose in both languages.
/// `names` are the prose's files from the lessons' folder.
pub(super) fn compare(
    file: &LessonFile,
    lesson: &Source,
    proses: [&Prose; 2],
    names: [&str; 2],
) -> Vec<LessonProblem> {
    if proses.iter().any(|prose| !prose.problems.is_empty()) {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for (part, ids) in parts(file) {
        for prose in proses {
            problems.extend(unknown(part, &ids, prose));
        }
        for id in ids {
            let placed = proses.map(|prose| count(prose, part, id.get_ref()));
            if let Some(message) = misplaced(part, id.get_ref(), placed) {
                problems.push(lesson.problem_at(id.span(), message));
            }
        }
    }
    problems.extend(different(proses, names));
    problems
}

/// The ids of each kind of part. The claims have one place together, without an
/// id.
fn parts(file: &LessonFile) -> [(Part, Vec<Spanned<String>>); 4] {
    let claims = file.claims.first();
    let claims = claims.map(|first| Spanned::new(first.id.span(), String::new()));
    [
        (
            Part::Predict,
            cloned(file.predictions.iter().map(|one| &one.id)),
        ),
        (Part::Sweep, cloned(file.sweeps.iter().map(|one| &one.id))),
        (
            Part::Challenge,
            cloned(file.challenges.iter().map(|one| &one.id)),
        ),
        (Part::Claims, claims.into_iter().collect()),
    ]
}

fn cloned<'s>(ids: impl Iterator<Item = &'s Spanned<String>>) -> Vec<Spanned<String>> {
    ids.cloned().collect()
}

fn count(prose: &Prose, part: Part, id: &str) -> usize {
    let is_it = |link: &Link| matches!(link, Link::Part(of, other) if *of == part && other == id);
    prose.links.iter().filter(|(link, _)| is_it(link)).count()
}

/// Places of parts that the lesson does not have.
fn unknown(part: Part, ids: &[Spanned<String>], prose: &Prose) -> Vec<LessonProblem> {
    let mut problems = Vec::new();
    for (link, place) in &prose.links {
        let Link::Part(of, id) = link else {
            continue;
        };
        let known = ids.iter().map(|id| id.get_ref().as_str());
        if *of != part || known.clone().any(|known| known == id) {
            continue;
        }
        let word = part.word();
        let message = match part {
            Part::Claims if !id.is_empty() => {
                format!("all claims have one place: write `{word}:`, not `{word}:{id}`")
            }
            Part::Claims => "lesson.toml has no [[claims]]".to_owned(),
            Part::Predict | Part::Sweep | Part::Challenge => {
                let hint = did_you_mean(&nearest(id, known));
                format!("lesson.toml has no `{word}` with the id `{id}`{hint}")
            }
        };
        problems.push(place.problem(message));
    }
    problems
}

/// What is wrong with a part that has so many places in each language.
fn misplaced(part: Part, id: &str, placed: [usize; 2]) -> Option<String> {
    let word = part.word();
    let link = format!("[…]({word}:{id})");
    let alone = "alone in a paragraph";
    Some(match placed {
        [1, 1] => return None,
        [0, 0] => format!("this has no place in the prose; write {link} {alone} in both languages"),
        [0, _] => {
            format!("this has a place in zh.md and none in en.md; write {link} {alone} there")
        }
        [_, 0] => {
            format!("this has a place in en.md and none in zh.md; write {link} {alone} there")
        }
        [..] => format!("this has more than one place in the prose; keep one {link} a language"),
    })
}

/// Steps and buttons that differ between the languages. Within them the order
/// may differ, since a sentence has another order in another language.
fn different(proses: [&Prose; 2], names: [&str; 2]) -> Vec<LessonProblem> {
    let mut problems = Vec::new();
    let [en, zh] = proses;
    if en.steps != zh.steps {
        let message = format!(
            "it has {} steps (`## `), and {} has {}; a lesson has the same in both languages",
            zh.steps, FILES[0], en.steps
        );
        problems.push(without_place(names[1].to_owned(), message));
    }
    for (prose, other, file) in [(en, zh, FILES[1]), (zh, en, FILES[0])] {
        let mut left: Vec<&Link> = buttons(other).map(|(link, _)| link).collect();
        for (link, place) in buttons(prose) {
            if let Some(at) = left.iter().position(|other| *other == link) {
                left.swap_remove(at);
                continue;
            }
            let address = match link {
                Link::Run(params) => format!("run:{params}"),
                Link::Show(what) => format!("show:{what}"),
                Link::Part(..) | Link::Term(_) | Link::Lesson(_) => continue,
            };
            let message = format!("{file} has no button `{address}`; both languages have the same");
            problems.push(place.problem(message));
        }
    }
    problems
}

fn buttons(prose: &Prose) -> impl Iterator<Item = &(Link, super::source::Place)> {
    let is_button = |link: &Link| matches!(link, Link::Run(_) | Link::Show(_));
    prose.links.iter().filter(move |(link, _)| is_button(link))
}
