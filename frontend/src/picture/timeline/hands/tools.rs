//! The row below the lanes: buttons, the cursor's time, and the list of keys.
//!
//! A button names the key that it stands for (`data-key`); one listener on the
//! row does what the key would.

use std::time::Duration;

use leptos::leptos_dom::helpers::set_timeout_with_handle;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::Hands;
use super::find::Find;
use crate::i18n::Lang;
use crate::picture::RunView;
use crate::picture::scale::Window;
use crate::picture::study::{keys, panel, words};
use crate::preferences::use_lang;

/// How long the cursor has to stand still before its time is read aloud.
const STILL_MILLIS: u64 = 400;

/// The row of tools.
#[component]
pub fn Tools(view: RunView, hands: Hands) -> impl IntoView {
    let lang = use_lang();
    let said = RwSignal::new(None::<u64>);
    say_when_still(view, said);
    let follows = Memo::new(move |_| !matches!(view.window.get(), Window::Part { .. }));
    let cannot_follow =
        Memo::new(move |_| !view.phase.get().is_active() || view.window.get() == Window::Whole);
    let keys = hands.keys_id;
    view! {
        <div
            class="timeline-foot"
            role="group"
            aria-label=move || words::tools(lang.get())
            on:click=move |event| hands.pressed(&event)
        >
            <div class="timeline-tools" inner_html=move || buttons(lang.get(), keys)></div>
            <button
                type="button"
                class="timeline-button timeline-button--words"
                data-key="v"
                aria-keyshortcuts="v"
                aria-pressed=move || hands.selects.get().to_string()
            >
                {move || words::select(lang.get())}
            </button>
            <button
                type="button"
                class="timeline-button timeline-button--words"
                data-key="l"
                aria-keyshortcuts="l"
                aria-pressed=move || (view.phase.get().is_active() && follows.get()).to_string()
                disabled=move || cannot_follow.get()
            >
                {move || words::follow(lang.get())}
            </button>
            <Find view=view hands=hands />
            <span
                class="timeline-range"
                data-testid="cursor-time"
                data-ns=move || view.cursor_ns.get().map(|t_ns| t_ns.to_string())
            >
                {move || words::cursor_at(view.cursor_ns.get(), lang.get())}
            </span>
            <span class="picture-unseen" role="status">
                {move || words::cursor_at(said.get(), lang.get())} " "
                {move || panel::said(view.marked.get().interval(), lang.get())}
            </span>
        </div>
    }
}

/// The buttons that only act, and the list of keys, which the browser opens and
/// closes.
fn buttons(lang: Lang, id: &str) -> String {
    let mut html = String::new();
    for (key, label, path) in [
        (",", words::previous_wait(lang), "M3 3V13M13 3 6 8 13 13Z"),
        (".", words::next_wait(lang), "M13 3V13M3 3 10 8 3 13Z"),
    ] {
        html += &format!(
            "<button type=button class=timeline-button data-key=\"{key}\" \
             aria-keyshortcuts=\"{key}\" aria-label=\"{label}\" title=\"{label}\">\
             <svg width=16 height=16 viewBox=\"0 0 16 16\" aria-hidden=true>\
             <path d=\"{path}\" fill=none stroke=currentColor stroke-width=1.5 /></svg></button>"
        );
    }
    let (label, list) = (words::keys(lang), keys::help(lang));
    html + &format!(
        "<button type=button class=timeline-button data-testid=timeline-help \
         aria-keyshortcuts=\"?\" popovertarget={id} aria-label=\"{label}\" title=\"{label}\">\
         ?</button><div id={id} class=keys popover tabindex=-1 data-testid=timeline-keys>\
         {list}</div>"
    )
}

/// Opens the list of keys, or closes it. Closed, the focus goes back.
pub(super) fn show_keys(id: &str) {
    let click = document().query_selector(&format!("[popovertarget={id}]"));
    if let Some(button) = click.ok().flatten().and_then(of_html) {
        button.click();
    }
    if let Some(list) = document().get_element_by_id(id).and_then(of_html) {
        // It fails only for an element that cannot have the focus.
        let _ = list.focus();
    }
}

fn of_html(element: web_sys::Element) -> Option<web_sys::HtmlElement> {
    element.dyn_into().ok()
}

/// A cursor that is drawn along would be read aloud without an end.
fn say_when_still(view: RunView, said: RwSignal<Option<u64>>) {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(Some(timeout)) = waiting.try_update_value(Option::take) {
            timeout.clear();
        }
    };
    Effect::new(move || {
        let cursor_ns = view.cursor_ns.get();
        stop();
        let say = move || said.set(cursor_ns);
        let timeout = set_timeout_with_handle(say, Duration::from_millis(STILL_MILLIS));
        waiting.set_value(timeout.ok());
    });
    on_cleanup(stop);
}
