//! The listings, Go and Rust side by side; where there is no room, one of them.

use leptos::prelude::*;
use protocol::lesson::{Lesson, Listing};

use crate::i18n::Key;
use crate::preferences::use_lang;

/// The listings of the lesson.
#[component]
pub fn Code(lesson: RwSignal<Lesson>) -> impl IntoView {
    let lang = use_lang();
    // Which one, where there is room for one alone.
    let chosen = RwSignal::new(0usize);
    let listings = Memo::new(move |_| lesson.read().listings.clone());
    move || {
        let listings = listings.get();
        if listings.is_empty() {
            return view! { <p class="view-empty">{lang.get().say(Key::CodeNone)}</p> }.into_any();
        }
        let choices = listings
            .iter()
            .enumerate()
            .map(|(at, listing)| {
                let label = lang_name(&listing.lang);
                view! {
                    <button
                        type="button"
                        class="code-choice"
                        aria-pressed=move || (chosen.get() == at).to_string()
                        on:click=move |_| chosen.set(at)
                    >
                        {label}
                    </button>
                }
            })
            .collect_view();
        let panes = listings
            .into_iter()
            .enumerate()
            .map(|(at, listing)| view! { <Pane listing at chosen /> })
            .collect_view();
        view! {
            <div class="code">
                <div
                    class="code-choices"
                    role="group"
                    aria-label=move || lang.get().say(Key::CodeSwitch)
                >
                    {choices}
                </div>
                <div class="code-panes">{panes}</div>
            </div>
        }
        .into_any()
    }
}

/// One listing, with the line numbers of its file.
#[component]
fn Pane(listing: Listing, at: usize, chosen: RwSignal<usize>) -> impl IntoView {
    let lang = use_lang();
    let before = listing.first_line.saturating_sub(1);
    let name = lang_name(&listing.lang);
    let gaps = [
        ("file", listing.file),
        ("line", listing.first_line.to_string()),
    ];
    let from = move || {
        let gaps: Vec<(&str, &str)> = gaps.iter().map(|(gap, text)| (*gap, &**text)).collect();
        lang.get().fill(Key::CodeFrom, &gaps)
    };
    view! {
        <figure class="code-pane" class:code-pane--chosen=move || chosen.get() == at>
            <figcaption>
                <strong>{name}</strong>
                <span>{from}</span>
            </figcaption>
            <pre tabindex="0">
                <code style:counter-reset=format!("line {before}") inner_html=listing.html></code>
            </pre>
        </figure>
    }
}

fn lang_name(lang: &str) -> String {
    match lang {
        "go" => "Go".into(),
        "rust" => "Rust".into(),
        other => other.into(),
    }
}
