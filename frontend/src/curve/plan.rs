//! The runs of a sweep: a request for each of its values.
//!
//! What the sweep does not set is as the lesson has it, whatever the reader has
//! changed in the form: two readers measure the same.

use protocol::ParameterKind;
use protocol::lesson::{Lesson, Sweep};

use crate::form::{PROCS, Request};
use crate::json::Json;

/// A request for each value of the sweep, in order. The server judges them.
pub fn requests(lesson: &Lesson, sweep: &Sweep) -> Vec<Request> {
    let request = |value: &String| {
        let own = (sweep.parameter.clone(), value.clone());
        request(lesson, sweep.params.iter().chain([&own]))
    };
    sweep.values.iter().map(request).collect()
}

fn request<'a>(lesson: &Lesson, set: impl Iterator<Item = &'a (String, String)>) -> Request {
    let mut params = Vec::new();
    for parameter in &lesson.experiment.params {
        let default = match &parameter.kind {
            ParameterKind::Integer { default, .. } => Json::Whole(*default),
            ParameterKind::Number { default, .. } => Json::Number(*default),
            ParameterKind::Toggle { default } => Json::Bool(*default),
            ParameterKind::Choice { default, .. } => Json::text(default),
        };
        params.push((parameter.name.clone(), default));
    }
    let mut procs = lesson.procs;
    for (name, text) in set {
        if name == PROCS {
            procs = text.parse().ok();
        } else {
            match params.iter_mut().find(|one| one.0 == *name) {
                Some((_, value)) => *value = like(value, text),
                // The server says that there is none.
                None => params.push((name.clone(), Json::Null)),
            }
        }
    }
    Request {
        experiment: lesson.experiment.id.clone(),
        params,
        procs,
        task_body: lesson.task_body.clone(),
    }
}

/// A text as a value of the same type as another; the text itself if it is none.
fn like(other: &Json, text: &str) -> Json {
    let value = match other {
        Json::Bool(_) => text.parse().ok().map(Json::Bool),
        Json::Number(_) => text.parse().ok().map(Json::Number),
        Json::Whole(_) => text.parse().ok().map(Json::Whole),
        _ => None,
    };
    value.unwrap_or_else(|| Json::text(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_sets_its_own_and_leaves_the_lessons_defaults() {
        let mut lesson = crate::progress::tests::lesson();
        lesson.procs = Some(2);
        lesson.experiment.params = serde_json::from_str(
            r#"[
            {"name": "workers", "label": {"en": "", "zh": ""}, "help": {"en": "", "zh": ""},
             "unit": null, "type": "integer", "min": 1, "max": 8, "default": 4},
            {"name": "time_scale", "label": {"en": "", "zh": ""}, "help": {"en": "", "zh": ""},
             "unit": null, "type": "number", "min": 0, "max": 1, "default": 0.5},
            {"name": "safe", "label": {"en": "", "zh": ""}, "help": {"en": "", "zh": ""},
             "unit": null, "type": "toggle", "default": true}]"#,
        )
        .unwrap();
        let sweep = Sweep {
            id: "workers".into(),
            label: String::new(),
            parameter: "workers".into(),
            // More than this lesson's form takes.
            values: vec!["1".into(), "32".into()],
            metrics: vec![],
            rounds: 3,
            params: vec![
                ("safe".into(), "false".into()),
                ("procs".into(), "4".into()),
            ],
            log: false,
        };
        let requests = requests(&lesson, &sweep);
        assert_eq!(requests.len(), 2);
        let sent: serde_json::Value = serde_json::from_str(&requests[1].write()).unwrap();
        assert_eq!(
            sent["params"],
            serde_json::json!({"workers": 32, "time_scale": 0.5, "safe": false})
        );
        assert_eq!(requests[0].procs, Some(4));
    }

    #[test]
    fn processors_can_be_swept() {
        let lesson = crate::progress::tests::lesson();
        let sweep = Sweep {
            id: String::new(),
            label: String::new(),
            parameter: PROCS.into(),
            values: vec!["1".into(), "8".into()],
            metrics: vec![],
            rounds: 1,
            params: vec![],
            log: false,
        };
        let procs = requests(&lesson, &sweep)
            .into_iter()
            .map(|request| request.procs);
        assert_eq!(procs.collect::<Vec<_>>(), [Some(1), Some(8)]);
    }
}
