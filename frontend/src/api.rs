//! The server's routes, as the page asks them.

use std::collections::BTreeMap;
use std::rc::Rc;

use gloo_net::http;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::lesson::{ChallengesMet, Found};
use protocol::packed::{Figures, Health, MEDIA_TYPE, PackedError, unpack};
use protocol::run::RunCreated;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use crate::form::Request;
use crate::i18n::Lang;
use crate::link::encode;
use crate::trouble::Trouble;

/// Something on its way from the server.
#[derive(Clone, Debug, PartialEq)]
pub enum Load<T> {
    /// Not here yet.
    Waiting,
    /// Here.
    Ready(T),
    /// Not to be had.
    Failed(Trouble),
}

/// Fetches `path()`, again whenever it changes or `again` grows. What is there
/// stays until the next answer comes: nothing blinks when only the language
/// changes.
pub fn load<T>(path: impl Fn() -> String + 'static, again: RwSignal<u32>) -> RwSignal<Load<T>>
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    let loaded = RwSignal::new(Load::Waiting);
    fetch_on_change(
        Box::new(path),
        again,
        Box::new(move |answer| {
            loaded.set(match answer.and_then(|bytes| as_read(unpack(&bytes))) {
                Ok(value) => Load::Ready(value),
                Err(trouble) => Load::Failed(trouble),
            });
        }),
    );
    loaded
}

/// What of the server's health the page shows, once.
pub fn health() -> RwSignal<Load<Health>> {
    load(|| "/api/health".to_owned(), RwSignal::new(0))
}

/// Of all that is loaded alike, apart from what becomes of it.
fn fetch_on_change(
    path: Box<dyn Fn() -> String>,
    again: RwSignal<u32>,
    take: Box<dyn Fn(Result<Vec<u8>, Trouble>)>,
) {
    let latest = StoredValue::new(0u32);
    let take: Rc<dyn Fn(Result<Vec<u8>, Trouble>)> = take.into();
    Effect::new(move || {
        again.track();
        let path = path();
        latest.update_value(|latest| *latest += 1);
        let mine = latest.get_value();
        let take = take.clone();
        spawn_local(async move {
            let answer = get(path).await;
            // Two answers may overtake each other, and the page may be gone.
            if latest.try_get_value() == Some(mine) {
                take(answer);
            }
        });
    });
}

/// The address of what a page shows: of the contents, the glossary, the guides.
pub fn page_path(name: &str, lang: Lang) -> String {
    format!("/api/{name}?lang={}", lang.as_str())
}

/// The address of a lesson.
pub fn lesson_path(id: &str, lang: Lang) -> String {
    let mut path = String::from("/api/lessons/");
    encode(id, &mut path);
    path.push_str("?lang=");
    path.push_str(lang.as_str());
    path
}

/// Asks for a run.
///
/// # Errors
/// Why there is none.
pub async fn start_run(request: &Request) -> Result<RunCreated, Trouble> {
    try_start_run(request)
        .await
        .map_err(|refusal| refusal.trouble)
}

/// A run that the server did not take.
pub struct Refusal {
    /// Why.
    pub trouble: Trouble,
    /// After how many seconds there may be room, where that is why.
    pub retry_after_seconds: Option<i32>,
}

/// Asks for a run, for one who can wait until there is room for it.
///
/// # Errors
/// Why there is none, and when to ask again.
pub async fn try_start_run(request: &Request) -> Result<RunCreated, Refusal> {
    let plain = |trouble| Refusal {
        trouble,
        retry_after_seconds: None,
    };
    let request = http::Request::post("/api/runs")
        .header("content-type", "application/json")
        .header("accept", MEDIA_TYPE)
        .body(request.write());
    let request = request.map_err(unreachable).map_err(plain)?;
    let response = request.send().await.map_err(unreachable).map_err(plain)?;
    let seconds = response.headers().get("retry-after");
    let bytes = bytes_of(response).await.map_err(|trouble| Refusal {
        trouble,
        retry_after_seconds: seconds.and_then(|seconds| seconds.parse().ok()),
    })?;
    as_read(unpack(&bytes)).map_err(plain)
}

/// The figures of a run that has ended; `None` while it has not.
///
/// # Errors
/// Why the server does not say.
pub async fn figures_of_end(id: &str) -> Result<Option<BTreeMap<String, f64>>, Trouble> {
    let figures: Figures = as_read(unpack(&get(run_path(id)).await?))?;
    Ok(figures.metrics)
}

/// Which challenges of a lesson a run met.
///
/// # Errors
/// Why the server does not say.
pub async fn challenges(run: &str, lesson: &str) -> Result<ChallengesMet, Trouble> {
    let mut path = run_path(run);
    path.push_str("/challenges?lesson=");
    encode(lesson, &mut path);
    as_read(unpack(&get(path).await?))
}

/// Lessons that have these words.
///
/// # Errors
/// Why the server does not say.
pub async fn search(words: &str, lang: Lang) -> Result<Vec<Found>, Trouble> {
    let mut path = format!("/api/search?lang={}&q=", lang.as_str());
    encode(words, &mut path);
    as_read(unpack(&get(path).await?))
}

/// Whether the server still knows a run. What it says of it comes as frames.
///
/// # Errors
/// [`Trouble::Refused`] if it does not.
pub async fn is_known(id: &str) -> Result<(), Trouble> {
    get(run_path(id)).await.map(drop)
}

/// Cancels a run. It is well if it has ended by then.
///
/// # Errors
/// [`Trouble::Unreachable`].
pub async fn cancel_run(id: &str) -> Result<(), Trouble> {
    http::Request::delete(&run_path(id))
        .send()
        .await
        .map(|_| ())
        .map_err(unreachable)
}

/// Cancels a run while the page goes away: the browser sends it all the same.
pub fn cancel_run_while_leaving(id: &str) {
    let init = web_sys::RequestInit::new();
    init.set_method("DELETE");
    let keepalive = js_sys::Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE);
    debug_assert!(keepalive.is_ok());
    // Nobody is left to hear how it went.
    let _ = window().fetch_with_str_and_init(&run_path(id), &init);
}

/// The address of a run's frames from `from` on.
pub fn frames_address(id: &str, from: u64) -> String {
    let location = window().location();
    let scheme = match location.protocol().as_deref() {
        Ok("https:") => "wss",
        _ => "ws",
    };
    let host = location.host().unwrap_or_default();
    let mut address = format!("{scheme}://{host}/ws/runs/");
    encode(id, &mut address);
    address.push_str(&format!("?from={from}"));
    address
}

fn run_path(id: &str) -> String {
    let mut path = String::from("/api/runs/");
    encode(id, &mut path);
    path
}

/// The body of a success, packed where the server has it so.
async fn get(path: String) -> Result<Vec<u8>, Trouble> {
    let request = http::Request::get(&path).header("accept", MEDIA_TYPE);
    bytes_of(request.send().await.map_err(unreachable)?).await
}

async fn bytes_of(response: http::Response) -> Result<Vec<u8>, Trouble> {
    let status = response.status();
    let bytes = response.binary().await.map_err(unreachable)?;
    if response.ok() {
        return Ok(bytes);
    }
    match unpack::<PackedError>(&bytes) {
        Ok(error) => Err(Trouble::Refused(Box::new(error))),
        // Not the server's own words: something between it and the page spoke.
        Err(_) => Err(Trouble::Unreachable {
            detail: format!("HTTP {status}"),
        }),
    }
}

fn as_read<T>(read: Result<T, String>) -> Result<T, Trouble> {
    read.map_err(|detail| Trouble::Unreadable { detail })
}

fn unreachable(error: gloo_net::Error) -> Trouble {
    Trouble::Unreachable {
        detail: error.to_string(),
    }
}
