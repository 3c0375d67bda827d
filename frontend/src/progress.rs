//! What a reader has done, kept in the browser: lessons tried and understood,
//! what they predicted, the challenges they met, and where they were last.

use std::collections::{BTreeMap, BTreeSet};

use protocol::lesson::Lesson;
use serde::{Deserialize, Serialize};

/// What a reader has done. A prediction and a challenge go by the lesson's id
/// and their own, as [`key`] joins them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Lessons of which an experiment was run.
    pub tried: BTreeSet<String>,
    /// Lessons that ask something, and of which every prediction is right at
    /// last and every challenge met.
    pub understood: BTreeSet<String>,
    /// Challenges that a run met.
    pub met: BTreeSet<String>,
    /// Predictions that were answered.
    pub answers: BTreeMap<String, Answered>,
    /// The lesson they were in last.
    pub last: Option<Visit>,
}

/// An answer that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Which answer, from 0.
    pub answer: usize,
    /// Whether it is right.
    pub right: bool,
    /// Which answer it was at first, if that was before the lesson's first run.
    pub predicted: Option<usize>,
}

/// A visit to a lesson.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The lesson.
    pub id: String,
    /// The query of its address, with its question mark.
    pub query: String,
}

/// How far a reader is with a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Not run yet.
    New,
    /// Run.
    Tried,
    /// Run, predicted right, and its challenges met.
    Understood,
}

impl Progress {
    /// Reads what was kept. What does not read is a beginner's.
    pub fn read(text: &str) -> Progress {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// As it is kept.
    pub fn write(&self) -> String {
        serde_json::to_string(self).expect("names and texts only")
    }

    /// How far the reader is with a lesson.
    pub fn state(&self, lesson: &str) -> State {
        match self.tried.contains(lesson) {
            true if self.understood.contains(lesson) => State::Understood,
            true => State::Tried,
            false => State::New,
        }
    }

    /// Notes an answer. The first one before a run is kept as the prediction.
    pub fn answer(&mut self, lesson: &Lesson, prediction: &str, answer: usize) {
        let id = &lesson.line.id;
        let right = lesson
            .predictions
            .iter()
            .find(|one| one.id == prediction)
            .and_then(|one| one.answers.get(answer))
            .is_some_and(|answer| answer.correct);
        let key = key(id, prediction);
        let predicted = match self.answers.get(&key) {
            Some(earlier) => earlier.predicted,
            None => (!self.tried.contains(id)).then_some(answer),
        };
        let answered = Answered {
            answer,
            right,
            predicted,
        };
        self.answers.insert(key, answered);
        self.settle(lesson);
    }

    /// Notes that an experiment of the lesson was run, and which challenges it
    /// met.
    pub fn run(&mut self, lesson: &Lesson, met: &[String]) {
        let id = &lesson.line.id;
        self.tried.insert(id.clone());
        self.met
            .extend(met.iter().map(|challenge| key(id, challenge)));
        self.settle(lesson);
    }

    fn settle(&mut self, lesson: &Lesson) {
        let id = &lesson.line.id;
        let predictions = lesson.predictions.iter().map(|one| key(id, &one.id));
        let challenges = lesson.challenges.iter().map(|one| key(id, &one.id));
        let is_right = |key: &String| self.answers.get(key).is_some_and(|answer| answer.right);
        let asks = !lesson.predictions.is_empty() || !lesson.challenges.is_empty();
        let understood = asks
            && predictions.into_iter().all(|key| is_right(&key))
            && challenges.into_iter().all(|key| self.met.contains(&key));
        match understood {
            true => self.understood.insert(id.clone()),
            false => self.understood.remove(id),
        };
    }
}

/// What a prediction or a challenge of a lesson goes by.
pub fn key(lesson: &str, own: &str) -> String {
    format!("{lesson}/{own}")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A lesson with a question of two answers, the second right, and a
    /// challenge.
    pub(crate) fn lesson() -> Lesson {
        let text = r#"{
            "line": {"id": "a", "section": "", "title": "", "summary": "", "minutes": 1, "experiment": ""},
            "chapter": 1, "chapter_title": "", "html": "",
            "experiment": {"id": "", "chapter": 1, "title": {"en": "", "zh": ""},
                "summary": {"en": "", "zh": ""}, "timed": false, "schedulers": [],
                "params": [], "metrics": []},
            "procs": null, "view": "code", "highlights": [], "listings": [],
            "predictions": [{"id": "first", "question": "", "answers": [
                {"text": "", "correct": false, "why": ""},
                {"text": "", "correct": true, "why": ""}]}],
            "claims": [], "sweeps": [],
            "challenges": [{"id": "none", "text": "", "hint": null}],
            "practices": [], "terms": [], "previous": null, "next": null
        }"#;
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn what_was_kept_is_read_again() {
        let mut progress = Progress {
            last: Some(Visit {
                id: "select-basic".into(),
                query: "?first_after=10".into(),
            }),
            ..Progress::default()
        };
        progress.answer(&lesson(), "first", 1);
        progress.run(&lesson(), &["none".into()]);
        assert_eq!(Progress::read(&progress.write()), progress);
    }

    #[test]
    fn what_does_not_read_is_a_beginners() {
        assert_eq!(Progress::read("{"), Progress::default());
        assert_eq!(Progress::read("{\"tried\": 3}"), Progress::default());
        assert_eq!(Progress::read("{\"later\": 1}"), Progress::default());
        // As an earlier page kept it.
        let earlier = Progress::read("{\"tried\": [\"a\"], \"last\": null}");
        assert_eq!(earlier.state("a"), State::Tried);
    }

    #[test]
    fn a_lesson_is_understood_once_all_is_right_and_met() {
        let mut progress = Progress::default();
        assert_eq!(progress.state("a"), State::New);
        progress.answer(&lesson(), "first", 1);
        assert_eq!(progress.state("a"), State::New);
        progress.run(&lesson(), &[]);
        assert_eq!(progress.state("a"), State::Tried);
        progress.run(&lesson(), &["none".into()]);
        assert_eq!(progress.state("a"), State::Understood);
        // A challenge stays met; an answer counts as it is at last.
        progress.run(&lesson(), &[]);
        assert_eq!(progress.state("a"), State::Understood);
        progress.answer(&lesson(), "first", 0);
        assert_eq!(progress.state("a"), State::Tried);
    }

    #[test]
    fn only_an_answer_before_the_first_run_is_a_prediction() {
        let of = |progress: &Progress| progress.answers[&key("a", "first")];
        let mut early = Progress::default();
        early.answer(&lesson(), "first", 0);
        early.run(&lesson(), &[]);
        early.answer(&lesson(), "first", 1);
        assert_eq!(of(&early).predicted, Some(0));
        assert!(of(&early).right);
        let mut late = Progress::default();
        late.run(&lesson(), &[]);
        late.answer(&lesson(), "first", 1);
        assert_eq!(of(&late).predicted, None);
    }
}
