//! The objects in the page: the time with the buttons that step through the
//! run, and below it their text, written anew at most once an animation frame.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::text;
use super::words::{self, Word};
use crate::picture::{RunView, walk};
use crate::preferences::use_lang;

/// The objects of a run.
#[component]
pub fn Objects(view: RunView) -> impl IntoView {
    let lang = use_lang();
    let body = NodeRef::<html::Div>::new();
    // The time that is shown: the past does not change with the news.
    let shown_ns = Memo::new(move |_| {
        view.cursor_ns.get().unwrap_or_else(|| {
            view.version.track();
            view.model.with_value(|model| model.now_ns())
        })
    });
    Effect::new(move |_| {
        let (t_ns, lang) = (shown_ns.get(), lang.get());
        let Some(body) = body.get() else { return };
        let is_latest = view.cursor_ns.get().is_none();
        if is_latest {
            view.version.track();
        }
        let html = view.history.with_value(|history| {
            view.model.with_value(|model| match is_latest {
                true => text::of(history.latest(), &[], model, t_ns, lang),
                false => {
                    let world = history.world_at(t_ns);
                    let hands = history.in_hands(&world, t_ns);
                    text::of(&world, &hands, model, t_ns, lang)
                }
            })
        });
        write(&body, &html);
    });
    let choose = move |event: leptos::ev::MouseEvent| {
        let pressed = event.target().and_then(|target| {
            let target = target.dyn_into::<web_sys::Element>().ok()?;
            target.closest("[data-g]").ok().flatten()
        });
        let g = pressed.and_then(|button| button.get_attribute("data-g")?.parse().ok());
        let t_ns = shown_ns.get_untracked();
        let chosen = view.model.with_value(|model| {
            let lane = model.lane_of(g?)?;
            walk::nearest(model, lane, t_ns)
        });
        if chosen.is_some() {
            view.chosen.set(chosen);
        }
    };
    view! {
        <div class="objects" data-testid="objects">
            <Head view shown_ns />
            <div data-testid="objects-body" node_ref=body on:click=choose></div>
        </div>
    }
}

/// The time that is shown, and the buttons that step through the run.
#[component]
fn Head(view: RunView, shown_ns: Memo<u64>) -> impl IntoView {
    let lang = use_lang();
    let step = move |later: bool| {
        let from_ns = shown_ns.get_untracked();
        if from_ns == 0 && !later {
            return;
        }
        let to_ns = view.history.with_value(|history| match later {
            true => history.time_after(from_ns),
            false => history.time_before(from_ns),
        });
        // Behind the last event is the latest state, before the first the start.
        view.cursor_ns.set(match (to_ns, later) {
            (None, false) => Some(0),
            (to_ns, _) => to_ns,
        });
    };
    let button = move |word: Word, sign: &'static str, name, act: Callback<()>| {
        view! {
            <button
                type="button"
                class="objects-step"
                data-testid=name
                aria-label=move || word.say(lang.get())
                title=move || word.say(lang.get())
                on:click=move |_| act.run(())
            >
                {sign}
            </button>
        }
    };
    view! {
        <div class="objects-head">
            {button(Word::Earlier, "◂", "objects-earlier", Callback::new(move |()| step(false)))}
            {button(Word::Later, "▸", "objects-later", Callback::new(move |()| step(true)))}
            {button(Word::ToLatest, "▸|", "objects-latest", Callback::new(move |()| view.cursor_ns.set(None)))}
            <p
                data-testid="objects-time"
                data-t-ns=move || shown_ns.get().to_string()
                data-latest=move || view.cursor_ns.get().is_none().to_string()
            >
                {move || words::time(shown_ns.get(), view.cursor_ns.get().is_none(), lang.get())}
            </p>
        </div>
    }
}

/// Replaces the text; the button that has the focus keeps it, if there is still
/// one of its kind.
fn write(body: &web_sys::HtmlElement, html: &str) {
    let focused = document().active_element().filter(|element| {
        element != body.unchecked_ref::<web_sys::Element>() && body.contains(Some(element))
    });
    let selector = focused.and_then(|button| {
        let g = button.get_attribute("data-g")?;
        let object = button.closest("[data-object]").ok()??;
        let object = object.get_attribute("data-object")?;
        Some(format!("[data-object=\"{object}\"] [data-g=\"{g}\"]"))
    });
    body.set_inner_html(html);
    let again = selector.and_then(|selector| body.query_selector(&selector).ok().flatten());
    if let Some(button) = again.and_then(|one| one.dyn_into::<web_sys::HtmlElement>().ok()) {
        // It fails only for an element that cannot have the focus.
        let _ = button.focus();
    }
}
