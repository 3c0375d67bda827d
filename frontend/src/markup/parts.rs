//! The parts of the prose: answers and verdicts of a prediction, rows of the
//! claims, a challenge.

use protocol::RunEnd;
use protocol::lesson::{Claim, Lesson, Prediction};

use super::{attribute, text, words};
use crate::figures::significant;
use crate::i18n::{Key, Lang};
use crate::measured::{Measured, against_the_book, value_words};
use crate::progress::Answered;

/// The question and its answers, of which one may be chosen.
pub fn answers(question: &Prediction, chosen: Option<usize>) -> String {
    let mut html = format!("<legend>{}</legend>", words(&question.question));
    for (at, answer) in question.answers.iter().enumerate() {
        html += &format!(
            "<label class=answer><input type=radio name=\"predict-{}\" value={at}{}>\
             <span>{}</span></label>",
            attribute(&question.id),
            if chosen == Some(at) { " checked" } else { "" },
            words(&answer.text)
        );
    }
    html
}

/// Whether the answer is right and why, and what was said before the first run;
/// nothing if the lesson does not have that answer any more.
pub fn verdict(lang: Lang, question: &Prediction, answered: Answered) -> String {
    let Some(answer) = question.answers.get(answered.answer) else {
        return String::new();
    };
    let (key, class) = match answer.correct {
        true => (Key::AnswerRight, "right"),
        false => (Key::AnswerWrong, "wrong"),
    };
    let mut html = format!(
        "<p class=\"verdict verdict--{class}\"><strong>{}</strong> {}</p>",
        lang.say(key),
        words(&answer.why)
    );
    let first = answered.predicted.and_then(|at| question.answers.get(at));
    if let Some(first) = first {
        let before = match first == answer {
            true => lang.say(Key::AnswerPredicted).to_owned(),
            false => lang.fill(Key::AnswerFirst, &[("answer", &first.text)]),
        };
        html += &format!("<p class=answer-first>{}</p>", words(&before));
    }
    html
}

/// The claims of a lesson, each beside what the last run measured.
pub fn claims(lang: Lang, lesson: &Lesson, last: Option<&RunEnd>) -> String {
    let heads = [Key::TheBook, Key::MeasuredHere, Key::InWords]
        .map(|head| format!("<th scope=col>{}</th>", lang.say(head)))
        .concat();
    let rows: String = lesson
        .claims
        .iter()
        .map(|one| claim(lang, lesson, one, last))
        .collect();
    format!("<thead><tr>{heads}</tr></thead>{rows}")
}

/// What it is about, its figures, why they may differ: a line each, since the
/// column of the prose is narrow.
fn claim(lang: Lang, lesson: &Lesson, claim: &Claim, last: Option<&RunEnd>) -> String {
    let mut metrics = lesson.experiment.metrics.iter();
    let metric = metrics.find(|metric| metric.name == claim.metric);
    let measured = metric.and_then(|metric| Measured::of(metric, &last?.metrics));
    let book = match metric {
        Some(metric) => value_words(lang, metric, claim.book),
        None => significant(claim.book),
    };
    let (here, ratio) = match (metric.zip(measured), last) {
        (Some((metric, measured)), _) => (
            text(&measured.words(lang, metric)),
            against_the_book(lang, metric, claim.book, &measured),
        ),
        (None, Some(_)) => (lang.say(Key::NotMeasured).to_owned(), "–".into()),
        (None, None) => (
            format!(
                "<button type=button class=link-button data-params=\"\">{}</button>",
                lang.say(Key::RunIt)
            ),
            "–".into(),
        ),
    };
    format!(
        "<tbody data-testid=\"claim-{}\"><tr><th scope=rowgroup colspan=3>{}</th></tr>\
         <tr class=\"claim-figures figure\"><td>{}</td><td>{here}</td><td>{ratio}</td></tr>\
         <tr class=claim-why><td colspan=3>{}</td></tr></tbody>",
        attribute(&claim.id),
        words(&claim.what),
        text(&book),
        words(&claim.why)
    )
}

#[cfg(test)]
mod tests {
    use protocol::{Metric, Outcome, Text};

    use super::*;
    use crate::progress::tests::lesson;

    fn with_claim() -> Lesson {
        let mut lesson = lesson();
        let both = |text: &str| Text {
            en: text.into(),
            zh: text.into(),
        };
        lesson.experiment.metrics = vec![Metric {
            name: "cost".into(),
            label: both("Cost"),
            unit: Some(both("ns")),
            spread: true,
        }];
        lesson.claims = vec![Claim {
            id: "a".into(),
            what: "A `send`".into(),
            book: 300.0,
            metric: "cost".into(),
            why: "Other cores".into(),
        }];
        lesson
    }

    fn cells(html: &str) -> Vec<&str> {
        html.split("<td>")
            .skip(1)
            .filter_map(|rest| rest.split("</td>").next())
            .collect()
    }

    #[test]
    fn a_claim_is_compared_once_there_is_a_run() {
        let lesson = with_claim();
        let before = claims(Lang::En, &lesson, None);
        assert!(cells(&before)[1].contains("data-params=\"\""), "{before}");
        let mut end = RunEnd::of(Outcome::Stopped);
        let without = claims(Lang::En, &lesson, Some(&end));
        assert_eq!(cells(&without)[1..], ["not measured", "–"]);
        for (name, value) in [("cost", 100.0), ("cost_low", 90.0), ("cost_high", 120.0)] {
            end.metrics.insert(name.into(), value);
        }
        let after = claims(Lang::En, &lesson, Some(&end));
        assert_eq!(
            cells(&after),
            ["300\u{2009}ns", "100\u{2009}ns, 90–120", "3.0 times faster"]
        );
    }

    #[test]
    fn a_verdict_says_what_was_predicted() {
        let question = &lesson().predictions[0];
        let of = |answer, predicted| {
            let answered = Answered {
                answer,
                right: answer == 1,
                predicted,
            };
            verdict(Lang::En, question, answered)
        };
        assert!(of(1, None).contains("verdict--right"));
        assert!(!of(1, None).contains("answer-first"));
        assert!(of(0, Some(0)).contains("Predicted before the first run"));
        assert!(of(1, Some(0)).contains("Before the first run you said"));
        assert_eq!(of(7, None), "");
    }

    #[test]
    fn the_chosen_answer_is_checked() {
        let question = &lesson().predictions[0];
        assert_eq!(answers(question, None).matches(" checked").count(), 0);
        assert!(answers(question, Some(1)).contains("value=1 checked"));
    }
}
