//! What a reader has done, kept in the browser: lessons tried and understood,
//! what they predicted, the challenges they met, and where they were last.

use std::collections::{BTreeMap, BTreeSet};

use protocol::lesson::Lesson;

use crate::json::Json;

/// What a reader has done. A prediction and a challenge go by the lesson's id
/// and their own, as [`key`] joins them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Which answer, from 0.
    pub answer: usize,
    /// Whether it is right.
    pub right: bool,
    /// Which answer it was at first, if that was before the lesson's first run.
    pub predicted: Option<usize>,
}

/// A visit to a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
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
        Json::read(text)
            .and_then(|kept| Progress::of(&kept))
            .unwrap_or_default()
    }

    /// As it is kept.
    pub fn write(&self) -> String {
        let list = |names: &BTreeSet<String>| {
            Json::List(names.iter().map(|name| Json::text(name)).collect())
        };
        let whole = |number: usize| Json::Whole(number as i64);
        let answer = |(key, answered): (&String, &Answered)| {
            let fields = [
                ("answer", whole(answered.answer)),
                ("right", Json::Bool(answered.right)),
                ("predicted", answered.predicted.map_or(Json::Null, whole)),
            ];
            (key.clone(), fields_of(fields))
        };
        let visit = |visit: &Visit| {
            fields_of([
                ("id", Json::text(&visit.id)),
                ("query", Json::text(&visit.query)),
            ])
        };
        let all = fields_of([
            ("tried", list(&self.tried)),
            ("understood", list(&self.understood)),
            ("met", list(&self.met)),
            (
                "answers",
                Json::Fields(self.answers.iter().map(answer).collect()),
            ),
            ("last", self.last.as_ref().map_or(Json::Null, visit)),
        ]);
        all.write()
    }

    /// What is kept under the names of the fields. A field that is not there is
    /// empty; one that is something else makes it no progress at all.
    fn of(kept: &Json) -> Option<Progress> {
        let names = |field: &str| -> Option<BTreeSet<String>> {
            match kept.field(field) {
                None => Some(BTreeSet::new()),
                Some(Json::List(list)) => list
                    .iter()
                    .map(|name| name.as_text().map(str::to_owned))
                    .collect(),
                Some(_) => None,
            }
        };
        let mut answers = BTreeMap::new();
        if let Some(of) = kept.field("answers") {
            let Json::Fields(of) = of else { return None };
            for (key, answered) in of {
                answers.insert(key.clone(), Answered::of(answered)?);
            }
        }
        let last = match kept.field("last") {
            None | Some(Json::Null) => None,
            Some(visit) => Some(Visit {
                id: visit.field("id")?.as_text()?.to_owned(),
                query: visit.field("query")?.as_text()?.to_owned(),
            }),
        };
        Some(Progress {
            tried: names("tried")?,
            understood: names("understood")?,
            met: names("met")?,
            answers,
            last,
        })
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

impl Answered {
    fn of(kept: &Json) -> Option<Answered> {
        let index = |json: &Json| match json {
            Json::Whole(index) => usize::try_from(*index).ok(),
            _ => None,
        };
        let Json::Bool(right) = *kept.field("right")? else {
            return None;
        };
        Some(Answered {
            answer: index(kept.field("answer")?)?,
            right,
            predicted: kept.field("predicted").and_then(index),
        })
    }
}

fn fields_of<const N: usize>(fields: [(&str, Json); N]) -> Json {
    let named = fields.map(|(name, value)| (name.to_owned(), value));
    Json::Fields(named.into())
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

    /// What pages before this one have left in browsers: as serde_json wrote it.
    #[test]
    fn what_earlier_pages_kept_is_read_and_written_alike() {
        let kept = concat!(
            r#"{"tried":["a","select-basic"],"understood":["a"],"met":["a/none"],"#,
            r#""answers":{"a/first":{"answer":1,"right":true,"predicted":0},"#,
            r#""a/second":{"answer":0,"right":false,"predicted":null}},"#,
            r#""last":{"id":"select-basic","query":"?name=%22x%22&q=\\"}}"#
        );
        let read = Progress::read(kept);
        assert_eq!(read.state("a"), State::Understood);
        assert_eq!(read.state("select-basic"), State::Tried);
        assert_eq!(read.met, BTreeSet::from(["a/none".to_owned()]));
        let first = Answered {
            answer: 1,
            right: true,
            predicted: Some(0),
        };
        assert_eq!(read.answers["a/first"], first);
        assert_eq!(read.answers["a/second"].predicted, None);
        assert_eq!(read.last.as_ref().unwrap().query, "?name=%22x%22&q=\\");
        assert_eq!(read.write(), kept);
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
