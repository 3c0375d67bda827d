//! The view of the charts: buttons that choose one, and the one that is chosen.
//! It only hears keys and pointer, and shows the text that the charts write.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::drawn::{Ask, Drawn, Step, Stop};
use super::{Chart, words};
use crate::link;
use crate::phase::Phase;
use crate::picture::RunView;
use crate::picture::occupancy::Occupancy;
use crate::picture::pace::{pace, scale};
use crate::preferences::use_lang;

/// The charts of a run.
#[component]
pub fn Charts(view: RunView) -> impl IntoView {
    let lang = use_lang();
    let chart = view.chart;
    // What the prose points at is on the chart of the channels.
    Effect::new(move |_| {
        if view.pointed_channel.get().is_some() {
            chart.set(Chart::Occupancy);
        }
    });
    // A run without channels has nothing there, and time by line always.
    Effect::new(move |_| {
        let has_none = || view.model.with_value(|model| model.channels().is_empty());
        let is_occupancy = chart.get_untracked() == Chart::Occupancy;
        if view.phase.get() == Phase::Ended && is_occupancy && has_none() {
            chart.set(Chart::Flame);
        }
    });
    let choices = Chart::ALL
        .map(|one| {
            view! {
                <button
                    type="button"
                    class="code-choice"
                    data-testid=format!("chart-{}", one.word())
                    aria-pressed=move || (chart.get() == one).to_string()
                    on:click=move |_| chart.set(one)
                >
                    {move || one.label(lang.get())}
                </button>
            }
        })
        .collect_view();
    let is_occupancy = Memo::new(move |_| chart.get() == Chart::Occupancy);
    view! {
        <div class="code-choices chart-choices" role="group" aria-label=move || words(lang.get())[0]>
            {choices}
        </div>
        {move || match is_occupancy.get() {
            true => view! { <Occupancy view=view /> }.into_any(),
            false => view! { <Panel view=view /> }.into_any(),
        }}
    }
}

/// The chart that is chosen, and what the reader did with it; a handle, copied
/// freely.
#[derive(Clone, Copy)]
struct Hands {
    view: RunView,
    /// Up to when the run is shown.
    shown_ns: RwSignal<u64>,
    /// The width of the chart.
    size: RwSignal<(u32, u32)>,
    drawn: Memo<Drawn>,
    /// The stop under the pointer, or the one that keys went to.
    at: RwSignal<Option<usize>>,
    open: RwSignal<String>,
}

/// The chart that is chosen.
#[component]
fn Panel(view: RunView) -> impl IntoView {
    let lang = use_lang();
    let chart = view.chart;
    let element = NodeRef::<html::Div>::new();
    let size = RwSignal::new((0_u32, 0_u32));
    crate::picture::timeline::watch_size(element, size);
    let shown_ns = pace(view);
    let (at, open) = (RwSignal::new(None::<usize>), RwSignal::new(String::new()));
    Effect::new(move |_| {
        chart.track();
        at.set(None);
        open.set(String::new());
    });
    let drawn = Memo::new(move |_| {
        let shown_ns = shown_ns.get();
        let (scale, open) = (scale(view, size.get().0, shown_ns), open.read());
        let draw = |model: &crate::model::Model| {
            chart.get().draw(Ask {
                model,
                scale,
                shown_ns,
                lang: lang.get(),
                open: &open,
            })
        };
        view.model.with_value(draw)
    });
    let hands = Hands {
        view,
        shown_ns,
        size,
        drawn,
        at,
        open,
    };
    let is_empty = Memo::new(move |_| drawn.read().height == 0);
    view! {
        <div
            class="chart"
            data-testid="chart"
            data-chart=move || chart.get().word()
            data-stops=move || drawn.read().stops.len().to_string()
            data-at=move || at.get().map(|at| at.to_string())
            data-open=move || open.get()
            node_ref=element
        >
            <p class="chart-lead">{move || drawn.read().lead.clone()}</p>
            <div hidden=move || is_empty.get()>
                <Frame hands=hands />
                <Files hands=hands />
            </div>
        </div>
    }
}

/// The drawing, and the words about the place that is pointed at.
#[component]
fn Frame(hands: Hands) -> impl IntoView {
    let lang = use_lang();
    let Hands {
        view, drawn, at, ..
    } = hands;
    let of_stop = move |of: fn(&Stop) -> u32| {
        move || {
            let drawn = drawn.read();
            let stop = at.get().and_then(|at| drawn.stops.get(at));
            stop.map(of).unwrap_or_default().to_string()
        }
    };
    let said = move || {
        let drawn = drawn.read();
        let stop = at.get().and_then(|at| drawn.stops.get(at));
        stop.map_or_else(|| words(lang.get())[3].into(), |stop| stop.said.clone())
    };
    view! {
        <p class="chart-said figure" data-testid="chart-said">{said}</p>
        <div
            class="chart-frame"
            data-testid="chart-frame"
            tabindex="0"
            role="slider"
            aria-label=move || view.chart.get().label(lang.get())
            aria-valuemin="0"
            aria-valuemax=move || drawn.read().stops.len().to_string()
            aria-valuenow=move || at.get().map_or(0, |at| at + 1).to_string()
            aria-valuetext=said
            on:keydown=move |event| hands.key(&event)
        >
            <svg
                width="100%"
                height=move || drawn.read().height.to_string()
                aria-hidden="true"
                on:click=move |event| hands.click(event.offset_x(), event.offset_y())
                on:pointermove=move |event| hands.point(event.offset_x(), event.offset_y())
                on:pointerleave=move |_| hands.leave()
            >
                <g inner_html=move || drawn.read().svg.clone()></g>
                <rect
                    class="chart-at"
                    class:is-absent=move || at.get().is_none()
                    x=of_stop(|stop| stop.from.0)
                    y=of_stop(|stop| stop.from.1)
                    width=of_stop(|stop| stop.size.0)
                    height=of_stop(|stop| stop.size.1)
                />
            </svg>
        </div>
    }
}

/// The same figures as a table and, once the run has ended, as a file.
#[component]
fn Files(hands: Hands) -> impl IntoView {
    let lang = use_lang();
    let Hands { view, drawn, .. } = hands;
    let table_is_open = RwSignal::new(false);
    let table = move || match table_is_open.get() {
        true => drawn.read().table.html(lang.get()),
        false => String::new(),
    };
    let file = Memo::new(move |_| {
        hands.shown_ns.track();
        let ended = view.model.with_value(|model| model.end().is_some());
        ended.then(|| {
            let mut address = String::from("data:text/csv;charset=utf-8,");
            link::encode(&drawn.read().table.csv(), &mut address);
            address
        })
    });
    view! {
        <div class="chart-files">
            <details
                class="chart-table"
                on:toggle=move |_| table_is_open.update(|open| *open = !*open)
            >
                <summary>{move || words(lang.get())[1]}</summary>
                <table class="records" data-testid="chart-table" inner_html=table></table>
            </details>
            <a
                class:is-absent=move || file.read().is_none()
                href=move || file.get()
                download=move || format!("{}.csv", view.chart.get().word())
                data-testid="chart-csv"
            >
                {move || words(lang.get())[2]}
            </a>
        </div>
    }
}

impl Hands {
    fn point(&self, x: i32, y: i32) {
        let under = self.drawn.read_untracked().under(x, y);
        if self.at.get_untracked() != under {
            self.at.set(under);
        }
        if self.view.chart.get_untracked().is_over_time() {
            let (width, shown_ns) = (self.size.get_untracked().0, self.shown_ns.get_untracked());
            let scale = untrack(|| scale(self.view, width, shown_ns));
            self.view.pointer_ns.set(Some(scale.t_ns(f64::from(x))));
        }
    }

    fn leave(&self) {
        self.at.set(None);
        self.view.pointer_ns.set(None);
    }

    fn click(&self, x: i32, y: i32) {
        self.point(x, y);
        self.enter();
    }

    /// Opens what the stop that is pointed at opens.
    fn enter(&self) {
        let opens = self.at.get_untracked().and_then(|at| {
            let drawn = self.drawn.read_untracked();
            drawn.stops.get(at)?.opens.clone()
        });
        if let Some(opens) = opens {
            self.show(opens);
        }
    }

    /// Opens something, and points at it.
    fn show(&self, open: String) {
        self.open.set(open.clone());
        let drawn = self.drawn.read_untracked();
        let mut stops = drawn.stops.iter();
        self.at
            .set(stops.position(|stop| stop.opens.as_deref() == Some(&open)));
    }

    fn key(&self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let step = match event.key().as_str() {
            "ArrowLeft" => Step::Left,
            "ArrowRight" => Step::Right,
            "ArrowUp" => Step::Up,
            "ArrowDown" => Step::Down,
            "Enter" => {
                self.enter();
                return event.prevent_default();
            }
            "Escape" => {
                let open = self.open.get_untracked();
                // One frame up; a row of another chart is just closed.
                let (over, _) = open.rsplit_once('/').unwrap_or_default();
                match open.is_empty() {
                    true => self.at.set(None),
                    false => self.show(over.to_owned()),
                }
                return event.prevent_default();
            }
            _ => return,
        };
        let next = self
            .drawn
            .read_untracked()
            .step(self.at.get_untracked(), step);
        self.at.set(next);
        event.prevent_default();
    }
}
