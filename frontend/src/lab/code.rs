//! The listings: one of them, by its language and its name, or all side by side.
//! A Rust listing is the source that ran: it shows where the run stands.
//!
//! * [`linked`]: such a listing, and the way from its lines to the timeline.

pub mod linked;

use leptos::prelude::*;
use protocol::lesson::{Lesson, Listing};

use self::linked::{Linked, Lookup};
use crate::i18n::Key;
use crate::picture::RunView;
use crate::preferences::use_lang;

/// From this width of the window on there is room for both at first, in pixels.
const WIDE: f64 = 1_600.0;

/// The listings of the lesson.
#[component]
pub fn Code(lesson: RwSignal<Lesson>, view: RunView) -> impl IntoView {
    let lang = use_lang();
    let listings = Memo::new(move |_| lesson.read().listings.clone());
    // The one that is shown; `None` is all of them. More than two would be too
    // narrow to begin with.
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    let is_narrow = width.is_some_and(|width| width < WIDE);
    let first = (is_narrow || listings.read_untracked().len() > 2).then_some(0);
    let chosen = RwSignal::new(first);
    let lookup = Lookup::new(view);

    move || {
        let listings = listings.get();
        if listings.is_empty() {
            return view! { <p class="view-empty">{lang.get().say(Key::CodeNone)}</p> }.into_any();
        }
        let choice = move |which: Option<usize>, label: String| {
            view! {
                <button
                    type="button"
                    class="code-choice"
                    aria-pressed=move || (chosen.get() == which).to_string()
                    on:click=move |_| chosen.set(which)
                >
                    {label}
                </button>
            }
        };
        let choices = (listings.len() > 1).then(|| {
            let each = listings
                .iter()
                .enumerate()
                .map(|(at, listing)| choice(Some(at), listing_name(listing)))
                .collect_view();
            let both = choice(None, lang.get().say(Key::CodeBoth).into());
            view! {
                <div class="code-choices" role="group" aria-label=lang.get().say(Key::CodeSwitch)>
                    {each}
                    {both}
                </div>
            }
        });
        let panes = listings
            .into_iter()
            .enumerate()
            .map(|(at, listing)| {
                let is_hidden = move || chosen.get().is_some_and(|chosen| chosen != at);
                view! { <Pane listing is_hidden=Signal::derive(is_hidden) lookup /> }
            })
            .collect_view();
        view! {
            {choices}
            {lookup.said()}
            <div class="code-panes">{panes}</div>
        }
        .into_any()
    }
}

/// One listing, with the line numbers of its file.
#[component]
fn Pane(listing: Listing, is_hidden: Signal<bool>, lookup: Lookup) -> impl IntoView {
    let lang = use_lang();
    let before = listing.first_line.saturating_sub(1);
    let name = listing_name(&listing);
    let code = if listing.lang == "rust" {
        view! { <Linked listing=listing.clone() lookup /> }.into_any()
    } else {
        let html = listing.html.clone();
        view! {
            <code style:counter-reset=format!("line {before}") inner_html=html></code>
        }
        .into_any()
    };
    let gaps = [
        ("file", listing.file),
        ("line", listing.first_line.to_string()),
    ];
    let from = move || {
        let gaps: Vec<(&str, &str)> = gaps.iter().map(|(gap, text)| (*gap, &**text)).collect();
        lang.get().fill(Key::CodeFrom, &gaps)
    };
    view! {
        <figure class="code-pane" hidden=move || is_hidden.get()>
            <figcaption>
                <strong>{name}</strong>
                <span>{from}</span>
            </figcaption>
            <pre tabindex="0">{code}</pre>
        </figure>
    }
}

/// The language, and what tells the listing from others in it.
fn listing_name(listing: &Listing) -> String {
    let lang = match &*listing.lang {
        "go" => "Go",
        "rust" => "Rust",
        other => other,
    };
    match &listing.name {
        Some(name) => format!("{lang} · {name}"),
        None => lang.to_owned(),
    }
}
