//! How many values each channel held, over the same time as the timeline.
//!
//! * [`shown`]: what a chart shows at a moment.
//! * [`axes`]: the figures at its sides.

pub mod axes;
pub mod shown;

use leptos::html;
use leptos::prelude::*;

use self::axes::{TimeFigures, ValueFigures};
use self::shown::{ABOVE, BELOW, Shown, plot};
use super::pace::scale;
use super::scale::Scale;
use super::timeline::layout::RIGHT;
use super::{RunView, words};
use crate::preferences::use_lang;

/// The most channels that are shown: a select over timers makes one a turn.
const MAX_CHANNELS: usize = 16;

/// The occupancy of each channel over time.
#[component]
pub fn Occupancy(view: RunView) -> impl IntoView {
    let lang = use_lang();
    let element = NodeRef::<html::Div>::new();
    let size = RwSignal::new((0_u32, 0_u32));
    super::timeline::watch_size(element, size);
    let scale = Memo::new(move |_| scale(view, size.get().0, view.shown_ns.get()));
    let channels = Memo::new(move |_| {
        view.version.track();
        view.model.with_value(|model| {
            let objects: Vec<u32> = model
                .channels()
                .iter()
                .map(|channel| channel.object)
                .take(MAX_CHANNELS)
                .collect();
            (objects, model.channels().len().saturating_sub(MAX_CHANNELS))
        })
    });
    let empty = move || channels.with(|(objects, _)| objects.is_empty());
    let more = move || channels.with(|(_, more)| *more);
    view! {
        <div class="occupancy" data-testid="occupancy" node_ref=element>
            <Show when=empty>
                <p class="picture-empty">
                    {move || words::no_channels(view.phase.get(), lang.get())}
                </p>
            </Show>
            <For
                each=move || channels.get().0
                key=|object| *object
                children=move |object| view! { <Chart view=view object=object scale=scale /> }
            />
            <Show when=move || { more() > 0 }>
                <p class="picture-more">{move || words::more_channels(more(), lang.get())}</p>
            </Show>
        </div>
    }
}

/// The chart of one channel.
#[component]
fn Chart(view: RunView, object: u32, scale: Memo<Scale>) -> impl IntoView {
    let lang = use_lang();
    let shown = Memo::new(move |_| Shown::read(view, object, &scale.get(), lang.get()));
    let capacity = Memo::new(move |_| shown.with(|shown| shown.capacity));
    let closed = Memo::new(move |_| shown.with(|shown| shown.closed));
    let holes = Memo::new(move |_| shown.with(|shown| shown.holes.clone()));
    let name = move || shown.with(|shown| shown.name.clone());
    let path = move |of: fn(&Shown) -> &String| move || shown.with(|shown| of(shown).clone());
    view! {
        <figure
            class="channel"
            class:channel--pointed=move || view.pointed_channel.get() == Some(object)
            data-testid=format!("channel-{object}")
            data-object=name
            data-capacity=move || capacity.get().to_string()
            data-held=move || shown.with(|shown| shown.held.map(|held| held.to_string()))
        >
            <figcaption class="channel-head">
                <code class="channel-name">{name}</code>
                <span class="channel-counts">{path(|shown| &shown.counts)}</span>
            </figcaption>
            <svg
                class="channel-chart"
                role="img"
                aria-label=path(|shown| &shown.spoken)
                width="100%"
                height=move || (ABOVE + plot(capacity.get()) + BELOW).to_string()
                on:pointermove=move |event| {
                    let scale = scale.get_untracked();
                    view.pointer_ns.set(Some(scale.t_ns(f64::from(event.offset_x()))));
                }
                on:pointerleave=move |_| view.pointer_ns.set(None)
            >
                <TimeFigures scale=scale capacity=capacity />
                <ValueFigures scale=scale capacity=capacity />
                <path class="channel-area" d=path(|shown| &shown.drawn.area) />
                <path class="channel-line" d=path(|shown| &shown.drawn.line) />
                <path class="channel-hand-over" d=path(|shown| &shown.hand_overs) />
                <Holes holes=holes capacity=capacity object=object />
                <Closed at=closed capacity=capacity scale=scale />
                <Pointer view=view scale=scale capacity=capacity />
            </svg>
        </figure>
    }
}

/// Hatching where events were not kept.
#[component]
fn Holes(holes: Memo<Vec<(u32, u32)>>, capacity: Memo<u32>, object: u32) -> impl IntoView {
    /// A hole narrower than this would not be seen.
    const NARROWEST: u32 = 3;
    let hatch = format!("hatch-{object}");
    let fill = format!("url(#{hatch})");
    let rects = move || {
        let height = plot(capacity.get()).to_string();
        holes
            .get()
            .into_iter()
            .map(|(from, to)| {
                view! {
                    <rect
                        x=from.to_string()
                        y=ABOVE.to_string()
                        width=to.saturating_sub(from).max(NARROWEST).to_string()
                        height=height.clone()
                        fill=fill.clone()
                    />
                }
            })
            .collect_view()
    };
    view! {
        <defs>
            <pattern
                id=hatch
                width="7"
                height="7"
                patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)"
            >
                <line class="channel-hatch" x1="0.5" y1="0" x2="0.5" y2="7" />
            </pattern>
        </defs>
        {rects}
    }
}

/// The mark of a channel's close, with its word.
#[component]
fn Closed(at: Memo<Option<u32>>, capacity: Memo<u32>, scale: Memo<Scale>) -> impl IntoView {
    /// Room for the word at the right of its mark.
    const WORD: u32 = 56;
    let lang = use_lang();
    move || {
        at.get().map(|x| {
            let scale = scale.get();
            let fits = x + WORD < scale.left + scale.width + RIGHT;
            let (text_x, anchor) = if fits {
                (x + 5, "start")
            } else {
                (x - 5, "end")
            };
            view! {
                <line
                    class="channel-closed"
                    x1=x.to_string()
                    x2=x.to_string()
                    y1="0"
                    y2=(ABOVE + plot(capacity.get())).to_string()
                />
                <text
                    class="channel-figure channel-word"
                    x=text_x.to_string()
                    y="11"
                    text-anchor=anchor
                >
                    {words::closed(lang.get())}
                </text>
            }
        })
    }
}

/// The time under the pointer, in whichever picture that is.
#[component]
fn Pointer(view: RunView, scale: Memo<Scale>, capacity: Memo<u32>) -> impl IntoView {
    move || {
        view.pointer_ns.get().map(|t_ns| {
            let x = scale.get().x(t_ns).to_string();
            view! {
                <line
                    class="channel-pointer"
                    x1=x.clone()
                    x2=x
                    y1="0"
                    y2=(ABOVE + plot(capacity.get())).to_string()
                />
            }
        })
    }
}
