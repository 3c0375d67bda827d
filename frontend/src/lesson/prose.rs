//! The prose: the server's HTML, cut where its parts stand, each part a
//! component in its place.
//!
//! Both languages have the same parts in the same places. So another language
//! changes the words of each piece and leaves the parts as they are: a curve
//! that was measured stays.

use leptos::prelude::*;
use protocol::lesson::Lesson;
use wasm_bindgen::JsCast;

use super::aside::{AsideHandle, Said};
use super::challenge::{Challenge, Checks};
use super::claims::Claims;
use super::prediction::Prediction;
use super::sweep::Sweep;
use crate::lab::handle::LabHandle;
use crate::link;
use crate::steps::{PartKind, Piece, pieces};

/// The buttons that the server has put into the prose, or a part of it.
const BUTTONS: &str = "[data-params], [data-show], [data-term]";

/// What the parts of the prose have to do with.
#[derive(Clone, Copy)]
pub struct Parts {
    /// The lesson, in the page's language.
    pub lesson: RwSignal<Lesson>,
    /// The lab beside it.
    pub lab: LabHandle,
    /// What the runs were found to have met.
    pub checks: Checks,
}

/// Some of the lesson's prose.
#[component]
pub fn Prose(html: Memo<String>, parts: Parts) -> impl IntoView {
    // What stands where, without the words.
    let shape = Memo::new(move |_| {
        let html = html.read();
        let part = |piece| match piece {
            Piece::Text(_) => None,
            Piece::Part(kind, id) => Some((kind, id.to_owned())),
        };
        pieces(&html).into_iter().map(part).collect::<Vec<_>>()
    });
    let text = move |at: usize| match pieces(&html.read()).get(at) {
        Some(Piece::Text(text)) => (*text).to_owned(),
        _ => String::new(),
    };
    move || {
        let piece = |(at, part)| match part {
            None => {
                let text = Memo::new(move |_| text(at));
                view! { <div class="prose-steps" inner_html=text></div> }.into_any()
            }
            Some((kind, id)) => part_view(parts, kind, id),
        };
        shape
            .get()
            .into_iter()
            .enumerate()
            .map(piece)
            .collect_view()
    }
}

fn part_view(parts: Parts, kind: PartKind, id: String) -> AnyView {
    let Parts {
        lesson,
        lab,
        checks,
    } = parts;
    match kind {
        PartKind::Predict => view! { <Prediction lesson id /> }.into_any(),
        PartKind::Claims => view! { <Claims lesson session=lab.session /> }.into_any(),
        PartKind::Sweep => view! { <Sweep lesson id /> }.into_any(),
        PartKind::Challenge => view! { <Challenge lesson id checks /> }.into_any(),
    }
}

/// Does what a button of the prose says, if one was clicked.
pub fn on_click(event: &leptos::ev::MouseEvent, lab: LabHandle, aside: AsideHandle) {
    let button = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .and_then(|target| target.closest(BUTTONS).ok().flatten())
        .and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok());
    let Some(button) = button else { return };
    if let Some(params) = button.get_attribute("data-params") {
        lab.set_and_run(link::parse(&params));
    } else if let Some(what) = button.get_attribute("data-show") {
        if let Err(missing) = lab.show(&what) {
            aside.open(Said::Missing(missing), &button);
        }
    } else if let Some(term) = button.get_attribute("data-term") {
        aside.open(Said::Term(term), &button);
    }
}
