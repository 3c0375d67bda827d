//! The search over lessons: a field in the header that opens what it finds as
//! one types. `/` leads to it from anywhere, the arrow keys choose, Enter goes,
//! Escape closes.

use std::time::Duration;

use leptos::html;
use leptos::leptos_dom::helpers::set_timeout_with_handle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::lesson::Found;
use wasm_bindgen::JsCast;

use crate::api;
use crate::i18n::Key;
use crate::markup;
use crate::markup::found::option_id;
use crate::preferences::use_lang;

/// How long a key has to be the last before the server is asked.
const PAUSE_MILLIS: u64 = 120;
/// The list, for the field that belongs to it.
const LIST: &str = "search-found";

/// The field with its list.
#[component]
pub fn Search() -> impl IntoView {
    let lang = use_lang();
    let field = NodeRef::<html::Input>::new();
    let words = RwSignal::new(String::new());
    let found = RwSignal::new(None::<Vec<Found>>);
    let at = RwSignal::new(0_usize);
    let is_open = RwSignal::new(false);
    ask_on_change(words, found, at);
    slash_leads_to(field);
    let count = move || found.read().as_ref().map_or(0, Vec::len);
    let is_shown = Memo::new(move |_| is_open.get() && found.read().is_some());
    let leave = move || {
        is_open.set(false);
        words.set(String::new());
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let last = count().saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1).min(last)),
            "ArrowUp" => at.update(|at| *at = at.saturating_sub(1)),
            "Enter" => {
                let option = option_id(at.get_untracked());
                if let Some(option) = element(&option) {
                    option.click();
                }
            }
            "Escape" if is_open.get_untracked() => leave(),
            _ => return,
        }
        event.prevent_default();
    };
    let options = move || {
        let found = found.read();
        markup::found::options(found.as_deref().unwrap_or_default(), at.get())
    };
    let said = move || match (is_shown.get(), count()) {
        (false, _) => String::new(),
        (true, 0) => lang.get().say(Key::SearchNone).into(),
        (true, n) => lang.get().fill(Key::SearchFound, &[("n", &n.to_string())]),
    };
    view! {
        <search class="search">
            <input
                type="text"
                class="search-field"
                data-testid="search"
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                aria-autocomplete="list"
                aria-keyshortcuts="/"
                aria-controls=LIST
                aria-expanded=move || is_shown.get().to_string()
                aria-activedescendant=move || {
                    (is_shown.get() && count() > 0).then(|| option_id(at.get()))
                }
                aria-label=move || lang.get().say(Key::Search)
                placeholder=move || lang.get().say(Key::SearchHint)
                node_ref=field
                prop:value=move || words.get()
                on:input=move |event| {
                    words.set(event_target_value(&event));
                    is_open.set(true);
                }
                on:focus=move |_| is_open.set(true)
                on:blur=move |_| is_open.set(false)
                on:keydown=on_key
            />
            <kbd class="search-key" aria-hidden="true">"/"</kbd>
            // The field keeps the focus while the pointer chooses.
            <div
                class="search-found"
                hidden=move || !is_shown.get()
                on:mousedown=|event| event.prevent_default()
            >
                <ul
                    id=LIST
                    role="listbox"
                    aria-label=move || lang.get().say(Key::Search)
                    on:click=move |_| leave()
                    inner_html=options
                ></ul>
                <p class="search-said" role="status">{said}</p>
            </div>
        </search>
    }
}

/// Asks the server once the words stand still. The answer to earlier words is
/// dropped.
fn ask_on_change(
    words: RwSignal<String>,
    found: RwSignal<Option<Vec<Found>>>,
    at: RwSignal<usize>,
) {
    let lang = use_lang();
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move || {
        let (asked, lang) = (words.get().trim().to_owned(), lang.get());
        if let Some(timeout) = waiting.try_update_value(Option::take).flatten() {
            timeout.clear();
        }
        if asked.is_empty() {
            found.set(None);
            return;
        }
        let ask = move || {
            spawn_local(async move {
                // A server that does not answer finds nothing.
                let answer = api::search(&asked, lang).await.unwrap_or_default();
                if words.read_untracked().trim() == asked {
                    at.set(0);
                    found.set(Some(answer));
                }
            });
        };
        let timeout = set_timeout_with_handle(ask, Duration::from_millis(PAUSE_MILLIS)).ok();
        waiting.set_value(timeout);
    });
}

/// `/` leads to the field, but where it is typed into another.
fn slash_leads_to(field: NodeRef<html::Input>) {
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        let types = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|target| ["INPUT", "SELECT", "TEXTAREA"].contains(&&*target.tag_name()));
        if event.key() != "/" || types || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        if let Some(field) = field.get_untracked() {
            event.prevent_default();
            // It fails only for an element that cannot have the focus.
            let _ = field.focus();
        }
    });
    on_cleanup(move || listener.remove());
}

fn element(id: &str) -> Option<web_sys::HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}
