//! A few words beside a button of the prose: what a term means, or why there is
//! nothing to point at. Escape closes it, and so does going elsewhere.

use leptos::html;
use leptos::prelude::*;
use protocol::lesson::Lesson;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::i18n::Key;
use crate::lab::handle::Missing;
use crate::markup;
use crate::preferences::use_lang;

/// How wide it is at most, in CSS pixels.
const WIDTH: i32 = 320;
/// What it keeps from the edges and from its button.
const MARGIN: i32 = 8;
/// How high it is at most: below a button with less room it stands above.
const HEIGHT: f64 = 200.0;

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// What a term of the glossary means, by its id.
    Term(String),
    /// Why there is nothing to point at.
    Missing(Missing),
}

/// What opens and closes it; a handle, copied freely.
#[derive(Clone, Copy)]
pub struct AsideHandle {
    said: RwSignal<Option<Said>>,
    opener: StoredValue<Option<HtmlElement>, LocalStorage>,
}

/// Where it stands in the page, in CSS pixels.
#[derive(Clone, Copy, Default)]
struct Place {
    left: i32,
    top: i32,
    width: i32,
    is_above: bool,
}

impl AsideHandle {
    /// Closed.
    pub fn new() -> AsideHandle {
        AsideHandle {
            said: RwSignal::new(None),
            opener: StoredValue::new_local(None),
        }
    }

    /// Opens it beside a button.
    pub fn open(self, said: Said, opener: &HtmlElement) {
        self.opener.set_value(Some(opener.clone()));
        self.said.set(Some(said));
    }

    /// Closes it, and gives the focus back to its button.
    fn close(self) {
        self.said.set(None);
        if let Some(Some(opener)) = self.opener.try_update_value(Option::take) {
            // It fails only for an element that cannot have the focus.
            let _ = opener.focus();
        }
    }

    /// Below or above its button, within the page.
    fn place(self, page: &HtmlElement) -> Option<Place> {
        let (page_box, button) = self.opener.with_value(|opener| {
            let opener = opener.as_ref()?;
            Some((
                page.get_bounding_client_rect(),
                opener.get_bounding_client_rect(),
            ))
        })?;
        let width = WIDTH.min(page.client_width() - 2 * MARGIN);
        let most_left = page.client_width() - width - MARGIN;
        let left = (button.left() - page_box.left()) as i32;
        let height = window().inner_height().ok()?.as_f64()?;
        let is_above = button.bottom() + HEIGHT > height && button.top() > HEIGHT;
        let top = match is_above {
            true => button.top() as i32 - MARGIN,
            false => button.bottom() as i32 + MARGIN,
        };
        Some(Place {
            left: left.clamp(MARGIN, most_left.max(MARGIN)),
            top: top - page_box.top() as i32 + page.scroll_top(),
            width,
            is_above,
        })
    }
}

impl Default for AsideHandle {
    fn default() -> Self {
        AsideHandle::new()
    }
}

/// The words, while they are open. `within` is what they scroll with.
#[component]
pub fn Aside(
    lesson: RwSignal<Lesson>,
    handle: AsideHandle,
    within: NodeRef<html::Main>,
) -> impl IntoView {
    let lang = use_lang();
    let element = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if let (Some(element), true) = (element.get(), handle.said.read().is_some()) {
            // It fails only for an element that cannot have the focus.
            let _ = element.focus();
        }
    });
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            handle.close();
        }
    };
    let on_focusout = move |event: leptos::ev::FocusEvent| {
        let next = event
            .related_target()
            .and_then(|next| next.dyn_into::<web_sys::Node>().ok());
        let stays = element
            .get_untracked()
            .is_some_and(|element| element.contains(next.as_ref()));
        if !stays && handle.said.try_get_untracked().flatten().is_some() {
            handle.said.set(None);
        }
    };
    let content = move |said: Said| match said {
        Said::Missing(missing) => markup::text(&missing.words(lang.get())),
        Said::Term(id) => {
            let lesson = lesson.read();
            let term = lesson.terms.iter().find(|term| term.id == id);
            term.map(|term| markup::book::term(lang.get(), term))
                .unwrap_or_default()
        }
    };
    move || {
        let said = handle.said.get()?;
        let place = handle.place(&within.get_untracked()?).unwrap_or_default();
        Some(view! {
            <div
                class="aside"
                class:aside--above=place.is_above
                role="dialog"
                aria-labelledby="aside-words"
                tabindex="-1"
                data-testid="aside"
                node_ref=element
                style:left=format!("{}px", place.left)
                style:top=format!("{}px", place.top)
                style:width=format!("{}px", place.width)
                on:keydown=on_key
                on:focusout=on_focusout
            >
                <div id="aside-words" inner_html=content(said)></div>
                <button type="button" class="aside-close" on:click=move |_| handle.close()>
                    <span class="visually-hidden">{lang.get().say(Key::Close)}</span>
                </button>
            </div>
        })
    }
}
