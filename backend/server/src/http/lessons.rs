//! `GET /api/lessons`, `GET /api/lessons/{id}`

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use protocol::lesson::{Lesson, LessonIndex};
use protocol::{ApiError, ErrorCode};

use super::App;
use super::error::Failure;
use super::stream::parameter;
use crate::catalogue::{did_you_mean, nearest};
use crate::lessons::{Lang, Library};

/// The contents, chapter by chapter.
pub(super) async fn contents(
    State(app): State<App>,
    RawQuery(query): RawQuery,
) -> Result<Json<LessonIndex>, Failure> {
    let lang = lang(query.as_deref())?;
    Ok(Json(app.lessons.library().await.contents(lang)))
}

/// One lesson.
pub(super) async fn lesson(
    State(app): State<App>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Lesson>, Failure> {
    let lang = lang(query.as_deref())?;
    let library = app.lessons.library().await;
    match library.lesson(&id, lang) {
        Some(lesson) => Ok(Json(lesson)),
        None => Err(unknown(&id, &library)),
    }
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
