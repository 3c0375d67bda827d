//! How many values each channel held, over the same time as the timeline.

use leptos::html;
use leptos::prelude::*;

use super::axis::{number_ticks, time_axis};
use super::levels::{self, Levels};
use super::scale::Scale;
use super::timeline::layout::{RIGHT, gutter};
use super::{RunView, words};
use crate::model::Channel;
use crate::preferences::use_lang;

/// The most channels that are shown: a select over timers makes one a turn.
const MAX_CHANNELS: usize = 16;
/// The height of a chart of a channel with a buffer, in CSS pixels.
const PLOT: u32 = 72;
/// The height of a chart of one without.
const HAND_OVERS: u32 = 28;
/// Room above the highest level, for the word beside a close.
const ABOVE: u32 = 18;
/// Room below the lowest, for the ticks' figures.
const BELOW: u32 = 24;
/// How far apart the ticks are.
const TICKS_APART: u32 = 84;

/// The occupancy of each channel over time.
#[component]
pub fn Occupancy(view: RunView) -> impl IntoView {
    let lang = use_lang();
    let element = NodeRef::<html::Div>::new();
    let size = RwSignal::new((0_u32, 0_u32));
    super::timeline::watch_size(element, size);
    let scale = Memo::new(move |_| {
        let width = size.get().0;
        let left = gutter(width);
        let own = (left, width.saturating_sub(left + RIGHT));
        let (left, width) = view.plot.get().unwrap_or(own);
        let range = view.window.get().range(view.shown_ns.get());
        Scale::new(range, left, width)
    });
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

/// What a chart shows at a moment.
#[derive(Clone, Debug, Default, PartialEq)]
struct Shown {
    name: String,
    counts: String,
    spoken: String,
    capacity: u32,
    drawn: levels::Drawn,
    hand_overs: String,
    closed: Option<u32>,
    held: Option<u32>,
    holes: Vec<(u32, u32)>,
}

/// The chart of one channel.
#[component]
fn Chart(view: RunView, object: u32, scale: Memo<Scale>) -> impl IntoView {
    let lang = use_lang();
    let shown = Memo::new(move |_| {
        view.version.track();
        let scale = scale.get();
        let lang = lang.get();
        let shown_ns = view.shown_ns.get();
        view.model
            .with_value(|model| {
                let channel = model.channel(object)?;
                let at_ns = view.pointer_ns.get();
                let held = levels::held_at(channel, model.gaps(), at_ns.unwrap_or(shown_ns));
                let name = model.object_name(object);
                Some(Shown {
                    counts: words::channel_counts(channel, held, lang),
                    spoken: words::channel_chart(channel, &name, lang),
                    name,
                    capacity: channel.capacity,
                    drawn: drawn(channel, model.gaps(), &scale, shown_ns),
                    hand_overs: hand_overs(channel, &scale),
                    closed: channel
                        .closed_ns
                        .filter(|t_ns| scale.shows(*t_ns, *t_ns))
                        .map(|t_ns| scale.x(t_ns)),
                    held,
                    holes: model
                        .gaps()
                        .iter()
                        .filter(|gap| scale.shows(gap.from_ns, gap.to_ns))
                        .map(|gap| (scale.x(gap.from_ns), scale.x(gap.to_ns)))
                        .collect(),
                })
            })
            .unwrap_or_default()
    });
    let capacity = Memo::new(move |_| shown.with(|shown| shown.capacity));
    let hatch = format!("hatch-{object}");
    let hatch_url = format!("url(#{hatch})");
    let testid = format!("channel-{object}");
    view! {
        <figure
            class="channel"
            data-testid=testid
            data-object=move || shown.with(|shown| shown.name.clone())
            data-capacity=move || capacity.get().to_string()
            data-held=move || shown.with(|shown| shown.held.map(|held| held.to_string()))
        >
            <figcaption class="channel-head">
                <code class="channel-name">{move || shown.with(|shown| shown.name.clone())}</code>
                <span class="channel-counts">{move || shown.with(|shown| shown.counts.clone())}</span>
            </figcaption>
            <svg
                class="channel-chart"
                class:channel-unbuffered=move || capacity.get() == 0
                role="img"
                aria-label=move || shown.with(|shown| shown.spoken.clone())
                width="100%"
                height=move || (ABOVE + plot(capacity.get()) + BELOW).to_string()
                on:pointermove=move |event| {
                    let scale = scale.get_untracked();
                    view.pointer_ns.set(Some(scale.t_ns(f64::from(event.offset_x()))));
                }
                on:pointerleave=move |_| view.pointer_ns.set(None)
            >
                <defs>
                    <pattern id=hatch width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                        <line class="channel-hatch" x1="0.5" y1="0" x2="0.5" y2="7" />
                    </pattern>
                </defs>
                <Axes scale=scale capacity=capacity />
                <path class="channel-area" d=move || shown.with(|shown| shown.drawn.area.clone()) />
                <path class="channel-line" d=move || shown.with(|shown| shown.drawn.line.clone()) />
                <path class="channel-hand-over" d=move || shown.with(|shown| shown.hand_overs.clone()) />
                {move || {
                    let bottom = ABOVE + plot(capacity.get());
                    shown
                        .get()
                        .holes
                        .into_iter()
                        .map(|(from, to)| {
                            let width = to.saturating_sub(from).max(3).to_string();
                            view! {
                                <rect
                                    x=from.to_string()
                                    y=ABOVE.to_string()
                                    width=width
                                    height=(bottom - ABOVE).to_string()
                                    fill=hatch_url.clone()
                                />
                            }
                        })
                        .collect_view()
                }}
                <Closed at=Memo::new(move |_| shown.with(|shown| shown.closed)) capacity=capacity scale=scale />
                <Pointer view=view scale=scale capacity=capacity />
            </svg>
        </figure>
    }
}

fn plot(capacity: u32) -> u32 {
    if capacity == 0 { HAND_OVERS } else { PLOT }
}

fn levels_of(capacity: u32) -> Levels {
    Levels {
        zero: ABOVE + plot(capacity),
        height: plot(capacity),
        max: capacity,
    }
}

fn drawn(
    channel: &Channel,
    gaps: &[crate::model::Gap],
    scale: &Scale,
    shown_ns: u64,
) -> levels::Drawn {
    if channel.capacity == 0 {
        return levels::Drawn::default();
    }
    levels::draw(channel, gaps, scale, &levels_of(channel.capacity), shown_ns)
}

/// An upright line for each value that went from hand to hand.
fn hand_overs(channel: &Channel, scale: &Scale) -> String {
    let bottom = ABOVE + plot(channel.capacity);
    let top = bottom - HAND_OVERS * 3 / 4;
    if channel.capacity > 0 {
        return String::new();
    }
    levels::hand_overs(channel, scale)
        .into_iter()
        .map(|x| format!("M{x} {top}V{bottom}"))
        .collect()
}

/// Both axes: figures of values at the left, of time below.
#[component]
fn Axes(scale: Memo<Scale>, capacity: Memo<u32>) -> impl IntoView {
    let values = move || {
        let capacity = capacity.get();
        let levels = levels_of(capacity);
        let scale = scale.get();
        let right = (scale.left + scale.width).to_string();
        let mut ticks = match capacity {
            0 => Vec::new(),
            _ => number_ticks(u64::from(capacity), 4),
        };
        // The capacity itself is always told, and its neighbour makes room.
        if let Some(last) = ticks.last_mut() {
            *last = u64::from(capacity);
        }
        ticks
            .into_iter()
            .map(|value| {
                let y = levels.y(value as u32);
                let full = value == u64::from(capacity);
                view! {
                    <line
                        class="channel-grid"
                        class:channel-full=full
                        x1=scale.left.to_string()
                        x2=right.clone()
                        y1=y.to_string()
                        y2=y.to_string()
                    />
                    <text
                        class="channel-figure"
                        x=(scale.left - 10).to_string()
                        y=y.to_string()
                        dy="0.35em"
                        text-anchor="end"
                    >
                        {crate::figures::count(value)}
                    </text>
                }
            })
            .collect_view()
    };
    let times = move || {
        let scale = scale.get();
        let axis = time_axis(&scale, TICKS_APART);
        let zero = ABOVE + plot(capacity.get());
        let ticks = axis
            .ticks
            .into_iter()
            .map(|tick| {
                view! {
                    <line
                        class="channel-grid"
                        x1=tick.x.to_string()
                        x2=tick.x.to_string()
                        y1=zero.to_string()
                        y2=(zero + 4).to_string()
                    />
                    <text
                        class="channel-figure"
                        x=tick.x.to_string()
                        y=(zero + 18).to_string()
                        text-anchor="middle"
                    >
                        {tick.label}
                    </text>
                }
            })
            .collect_view();
        view! {
            <line
                class="channel-zero"
                x1=scale.left.to_string()
                x2=(scale.left + scale.width).to_string()
                y1=zero.to_string()
                y2=zero.to_string()
            />
            <text
                class="channel-figure"
                x=(scale.left - 10).to_string()
                y=(zero + 18).to_string()
                text-anchor="end"
            >
                {axis.unit.symbol()}
            </text>
            {ticks}
        }
    };
    view! {
        {times}
        {values}
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
