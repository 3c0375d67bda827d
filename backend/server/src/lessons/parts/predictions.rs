//! Questions to answer before a run.

use std::ops::RangeInclusive;

use protocol::Text;
use protocol::lesson::{Answer, Prediction};

use super::Reader;
use crate::lessons::Lang;
use crate::lessons::file::parts::{AnswerFile, PredictionFile};

/// How many answers a question may have: one is no question, and more than these
/// are read and not thought about.
const ANSWERS: RangeInclusive<usize> = 2..=5;

/// A question in both languages.
#[derive(Debug)]
pub(super) struct LoadedPrediction {
    id: String,
    question: Text,
    answers: Vec<LoadedAnswer>,
}

#[derive(Debug)]
struct LoadedAnswer {
    text: Text,
    correct: bool,
    why: Text,
}

impl LoadedPrediction {
    pub(super) fn of(&self, lang: Lang) -> Prediction {
        let answers = self.answers.iter().map(|answer| Answer {
            text: lang.of(&answer.text),
            correct: answer.correct,
            why: lang.of(&answer.why),
        });
        Prediction {
            id: self.id.clone(),
            question: lang.of(&self.question),
            answers: answers.collect(),
        }
    }
}

impl Reader<'_> {
    pub(super) fn predictions(&mut self, files: &[PredictionFile]) -> Vec<LoadedPrediction> {
        self.ids("prediction", files.iter().map(|file| &file.id));
        files.iter().map(|file| self.prediction(file)).collect()
    }

    fn prediction(&mut self, file: &PredictionFile) -> LoadedPrediction {
        let count = file.answers.len();
        let correct = file.answers.iter().filter(|answer| answer.correct).count();
        if !ANSWERS.contains(&count) {
            let (least, most) = (ANSWERS.start(), ANSWERS.end());
            let message = format!("a question has {least} to {most} answers, not {count}");
            self.tell(&file.id, message);
        } else if correct == 0 {
            let message = "no answer is correct; add `correct = true` to one at least";
            self.tell(&file.question, message);
        } else if correct == count {
            let message =
                "every answer is correct, so there is nothing to predict; add a wrong one";
            self.tell(&file.question, message);
        }
        let mut answer = |file: &AnswerFile| LoadedAnswer {
            text: self.words(&file.text),
            correct: file.correct,
            why: self.words(&file.why),
        };
        let answers = file.answers.iter().map(&mut answer).collect();
        LoadedPrediction {
            id: file.id.get_ref().clone(),
            question: self.words(&file.question),
            answers,
        }
    }
}
