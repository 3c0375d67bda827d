//! The curve, drawn: medians as a line, a band from the least to the most, and
//! the figures under the pointer in words. The arrow keys move the pointer.

use leptos::html;
use leptos::prelude::*;
use protocol::lesson::{Lesson, Sweep};

use crate::curve::Sample;
use crate::curve::drawn::{ABOVE, BELOW, Drawn, PLOT};
use crate::i18n::Key;
use crate::markup;
use crate::picture::timeline::watch_size;
use crate::preferences::use_lang;

/// The curve of a sweep. Its place is kept before anything is measured.
#[component]
pub fn Chart(
    lesson: RwSignal<Lesson>,
    sweep: Memo<Sweep>,
    samples: RwSignal<Vec<Sample>>,
) -> impl IntoView {
    let lang = use_lang();
    let frame = NodeRef::<html::Div>::new();
    let size = RwSignal::new((0_u32, 0_u32));
    watch_size(frame, size);
    let at = RwSignal::new(None::<usize>);
    let drawn = move || {
        let (lesson, sweep) = (lesson.read(), sweep.read());
        Drawn::new(&lesson, &sweep, &samples.read(), size.get().0, lang.get())
    };
    let pointed = move || at.get().filter(|_| !samples.read().is_empty());
    let count = move || sweep.read().values.len();
    let svg = move || {
        let (lesson, sweep) = (lesson.read(), sweep.read());
        markup::curve::svg(lang.get(), &lesson, &sweep, &drawn(), pointed())
    };
    let said = move || match pointed() {
        Some(at) => drawn().said(lang.get(), &lesson.read(), &sweep.read(), at),
        None if samples.read().is_empty() => {
            let n = (count() * usize::from(sweep.read().rounds)).to_string();
            lang.get().fill(Key::MeasureEmpty, &[("n", &n)])
        }
        None => lang.get().say(Key::MeasureHint).into(),
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let last = count().saturating_sub(1);
        let now = at.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => now.map_or(0, |at| (at + 1).min(last)),
            "ArrowLeft" | "ArrowDown" => now.map_or(last, |at| at.saturating_sub(1)),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        at.set(Some(next));
    };
    let on_pointer = move |event: leptos::ev::PointerEvent| {
        let drawn = untrack(drawn);
        let nearest = drawn
            .plot
            .nearest(&drawn.places, f64::from(event.offset_x()));
        if at.get_untracked() != nearest {
            at.set(nearest);
        }
    };
    let label = move || {
        let sweep = sweep.read();
        lang.get().fill(Key::ChartLabel, &[("name", &sweep.label)])
    };
    view! {
        <div
            class="sweep-chart"
            node_ref=frame
            tabindex="0"
            role="slider"
            data-testid="curve"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax=move || count().saturating_sub(1).to_string()
            aria-valuenow=move || at.get().unwrap_or_default().to_string()
            aria-valuetext=said
            on:keydown=on_key
            on:pointermove=on_pointer
        >
            <svg
                width="100%"
                height=(ABOVE + PLOT + BELOW).to_string()
                aria-hidden="true"
                inner_html=svg
            ></svg>
        </div>
        <p class="sweep-said figure" data-testid="curve-said">{said}</p>
        <ul class="sweep-legend" inner_html=move || markup::curve::legend(lang.get(), &drawn())></ul>
    }
}
