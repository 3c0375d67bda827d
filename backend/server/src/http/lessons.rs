//! `GET /api/lessons`, `GET /api/lessons/{id}`, and what the lessons share:
//! `GET /api/glossary`, `GET /api/guides`, `GET /api/search`,
//! `GET /api/runs/{id}/challenges`. The page asks for them packed (`answer.rs`).

use axum::extract::{Path, Query, RawQuery, State};
use axum::http::Uri;
use axum::response::Response;
use protocol::{ApiError, ErrorCode};

use super::App;
use super::answer::Form;
use super::error::Failure;
use super::runs::find;
use super::stream::parameter;
use crate::catalogue::{did_you_mean, nearest};
use crate::lessons::search::MAX_QUERY_CHARS;
use crate::lessons::{Lang, Library};

/// The contents, chapter by chapter.
pub(super) async fn contents(
    State(app): State<App>,
    RawQuery(query): RawQuery,
    form: Form,
) -> Result<Response, Failure> {
    let lang = lang(query.as_deref())?;
    Ok(form.of(&app.lessons.library().await.contents(lang)))
}

/// One lesson.
pub(super) async fn lesson(
    State(app): State<App>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    form: Form,
) -> Result<Response, Failure> {
    let lang = lang(query.as_deref())?;
    let library = app.lessons.library().await;
    match library.lesson(&id, lang) {
        Some(lesson) => Ok(form.of(&lesson)),
        None => Err(unknown(&id, &library)),
    }
}

/// Every term.
pub(super) async fn glossary(
    State(app): State<App>,
    RawQuery(query): RawQuery,
    form: Form,
) -> Result<Response, Failure> {
    let lang = lang(query.as_deref())?;
    Ok(form.of(&app.lessons.library().await.glossary(lang)))
}

/// Every table that helps to decide.
pub(super) async fn guides(
    State(app): State<App>,
    RawQuery(query): RawQuery,
    form: Form,
) -> Result<Response, Failure> {
    let lang = lang(query.as_deref())?;
    Ok(form.of(&app.lessons.library().await.guides(lang)))
}

/// The lessons that have the words of `q`; none without words.
pub(super) async fn search(
    State(app): State<App>,
    uri: Uri,
    form: Form,
) -> Result<Response, Failure> {
    let lang = lang(uri.query())?;
    let words = decoded(&uri, "q")?.unwrap_or_default();
    if words.chars().count() > MAX_QUERY_CHARS {
        return Err(invalid(
            "q",
            format!("`q` has more than {MAX_QUERY_CHARS} characters; search for less"),
        ));
    }
    Ok(form.of(&app.lessons.library().await.search(&words, lang)))
}

/// Which challenges of the lesson `lesson` a run has met.
pub(super) async fn challenges(
    State(app): State<App>,
    Path(id): Path<String>,
    form: Form,
    uri: Uri,
) -> Result<Response, Failure> {
    let run = find(&app, &id)?;
    let Some(lesson) = decoded(&uri, "lesson")? else {
        let message = "name the lesson whose challenges are meant: ?lesson=ID";
        return Err(invalid("lesson", message.into()));
    };
    let library = app.lessons.library().await;
    let status = run.status();
    let known = library.experiment_of(&lesson);
    if let Some(experiment) = known.filter(|one| one.id != status.request.experiment) {
        let (its, ran) = (&experiment.id, &status.request.experiment);
        return Err(invalid(
            "lesson",
            format!("the lesson `{lesson}` has the experiment `{its}`, and this run is of `{ran}`"),
        ));
    }
    match library.challenges_met(&lesson, &status) {
        Some(met) => Ok(form.of(&met)),
        None => Err(unknown(&lesson, &library)),
    }
}

fn invalid(field: &str, message: String) -> Failure {
    Failure::from(ApiError {
        field: Some(field.into()),
        ..ApiError::new(ErrorCode::InvalidRequest, message)
    })
}

/// A parameter of the query, with its escapes resolved.
fn decoded(uri: &Uri, name: &str) -> Result<Option<String>, Failure> {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri)
        .map_err(|error| invalid(name, format!("the query cannot be read: {error}")))?;
    let mut pairs = pairs.0.into_iter();
    Ok(pairs
        .find(|(known, _)| known == name)
        .map(|(_, value)| value))
}

fn unknown(id: &str, library: &Library) -> Failure {
    let options = nearest(id, library.ids());
    let broken = match library.problems.len() {
        0 => String::new(),
        count => format!("; lesson files with problems: {count}, which GET /api/lessons lists"),
    };
    Failure::from(ApiError {
        given: Some(id.into()),
        message: format!(
            "there is no lesson `{id}`{}{broken}",
            did_you_mean(&options)
        ),
        options,
        ..ApiError::new(ErrorCode::UnknownLesson, "")
    })
}

fn lang(query: Option<&str>) -> Result<Lang, Failure> {
    match parameter(query, "lang") {
        None | Some("en") => Ok(Lang::En),
        Some("zh") => Ok(Lang::Zh),
        Some(given) => Err(Failure::from(ApiError {
            field: Some("lang".into()),
            given: Some(given.into()),
            options: vec!["en".into(), "zh".into()],
            ..ApiError::new(
                ErrorCode::NotAnOption,
                format!("`lang` must be en or zh, not `{given}`"),
            )
        })),
    }
}
