//! The views below the timeline, as tabs: arrows move between them, and the
//! lesson opens the one that matters.

use leptos::prelude::*;
use protocol::lesson::{Lesson, View};
use wasm_bindgen::JsCast;

use super::code::Code;
use super::handle::LabHandle;
use super::output::Output;
use crate::i18n::Key;
use crate::picture::{Charts, Objects, PictureTable, Spans};
use crate::preferences::use_lang;
use crate::session::Session;

/// The tabs, in order.
const TABS: [View; 6] = [
    View::Objects,
    View::Code,
    View::Charts,
    View::Spans,
    View::Output,
    View::Table,
];

/// The row of tabs and the view that is open.
#[component]
pub fn Views(lesson: RwSignal<Lesson>, handle: LabHandle) -> impl IntoView {
    let lang = use_lang();
    let LabHandle { session, open, .. } = handle;
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let at = TABS.iter().position(|&tab| tab == open.get_untracked());
        let at = at.unwrap_or_default();
        let next = match event.key().as_str() {
            "ArrowRight" => (at + 1) % TABS.len(),
            "ArrowLeft" => (at + TABS.len() - 1) % TABS.len(),
            "Home" => 0,
            "End" => TABS.len() - 1,
            _ => return,
        };
        event.prevent_default();
        open.set(TABS[next]);
        focus(TABS[next]);
    };
    let tabs = TABS
        .map(|tab| {
            let is_open = Memo::new(move |_| open.get() == tab);
            view! {
                <button
                    type="button"
                    class="tab"
                    role="tab"
                    id=format!("tab-{}", word(tab))
                    data-testid=format!("tab-{}", word(tab))
                    aria-controls=format!("view-{}", word(tab))
                    aria-selected=move || is_open.get().to_string()
                    tabindex=move || if is_open.get() { "0" } else { "-1" }
                    on:click=move |_| open.set(tab)
                >
                    {move || lang.get().say(label(tab))}
                </button>
            }
        })
        .collect_view();
    let panels = TABS
        .map(|tab| {
            let is_open = Memo::new(move |_| open.get() == tab);
            view! {
                <div
                    class="view"
                    role="tabpanel"
                    id=format!("view-{}", word(tab))
                    aria-labelledby=format!("tab-{}", word(tab))
                    tabindex="0"
                    hidden=move || !is_open.get()
                >
                    {kept(tab, is_open, move || content(tab, lesson, session))}
                </div>
            }
        })
        .collect_view();
    view! {
        <div class="views">
            <div
                class="tabs"
                role="tablist"
                aria-label=move || lang.get().say(Key::TabsLabel)
                on:keydown=on_key
            >
                {tabs}
            </div>
            {panels}
        </div>
    }
}

/// A view is made when it is opened and gone when another is, but for the table:
/// it is the picture's own data, and there for whoever asks the document.
fn kept(
    tab: View,
    is_open: Memo<bool>,
    content: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    match tab {
        View::Table => content(),
        _ => (move || is_open.get().then(&content)).into_any(),
    }
}

/// What a view shows.
fn content(tab: View, lesson: RwSignal<Lesson>, session: Session) -> AnyView {
    match tab {
        View::Objects => view! { <Objects view=session.view /> }.into_any(),
        View::Code => view! { <Code lesson view=session.view /> }.into_any(),
        View::Charts => view! { <Charts view=session.view /> }.into_any(),
        View::Spans => view! { <Spans view=session.view /> }.into_any(),
        View::Output => view! { <Output session /> }.into_any(),
        View::Table => view! { <PictureTable view=session.view /> }.into_any(),
    }
}

fn focus(tab: View) {
    let button = document()
        .get_element_by_id(&format!("tab-{}", word(tab)))
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(button) = button {
        // It fails only for an element that cannot have the focus.
        let _ = button.focus();
    }
}

fn word(tab: View) -> &'static str {
    match tab {
        View::Objects => "objects",
        View::Code => "code",
        View::Charts => "charts",
        View::Spans => "spans",
        View::Output => "output",
        View::Table => "table",
    }
}

fn label(tab: View) -> Key {
    match tab {
        View::Objects => Key::TabObjects,
        View::Code => Key::TabCode,
        View::Charts => Key::TabCharts,
        View::Spans => Key::TabSpans,
        View::Output => Key::TabOutput,
        View::Table => Key::TabTable,
    }
}
