//! The figures at the sides of a chart: of values at the left, of time below.

use leptos::prelude::*;

use super::shown::{ABOVE, levels_of, plot};
use crate::figures;
use crate::picture::axis::{number_ticks, time_axis};
use crate::picture::scale::Scale;

/// How far apart the ticks of time are, in CSS pixels.
const TICKS_APART: u32 = 84;
/// The most steps between figures of values.
const MOST_STEPS: u64 = 4;
/// How far the figures of values stand beside the chart.
const BESIDE: u32 = 10;
/// How far the figures of time stand below it.
const BELOW: u32 = 18;

/// The figures of values, a line for each, the capacity's dashed.
#[component]
pub fn ValueFigures(scale: Memo<Scale>, capacity: Memo<u32>) -> impl IntoView {
    move || {
        let scale = scale.get();
        let capacity = capacity.get();
        let levels = levels_of(capacity);
        let ticks = match capacity {
            0 => Vec::new(),
            _ => number_ticks(u64::from(capacity), MOST_STEPS),
        };
        ticks
            .into_iter()
            .map(|value| {
                let y = levels.y(value as u32).to_string();
                view! {
                    <line
                        class="channel-grid"
                        class:channel-full=value == u64::from(capacity)
                        x1=scale.left.to_string()
                        x2=(scale.left + scale.width).to_string()
                        y1=y.clone()
                        y2=y.clone()
                    />
                    <text
                        class="channel-figure"
                        x=scale.left.saturating_sub(BESIDE).to_string()
                        y=y
                        dy="0.35em"
                        text-anchor="end"
                    >
                        {figures::count(value)}
                    </text>
                }
            })
            .collect_view()
    }
}

/// The figures of time, with their unit at the left.
#[component]
pub fn TimeFigures(scale: Memo<Scale>, capacity: Memo<u32>) -> impl IntoView {
    /// How long a tick is.
    const TICK: u32 = 4;
    move || {
        let scale = scale.get();
        let zero = ABOVE + plot(capacity.get());
        let axis = time_axis(&scale, TICKS_APART);
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
                        y2=(zero + TICK).to_string()
                    />
                    <text
                        class="channel-figure"
                        x=tick.x.to_string()
                        y=(zero + BELOW).to_string()
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
                x=scale.left.saturating_sub(BESIDE).to_string()
                y=(zero + BELOW).to_string()
                text-anchor="end"
            >
                {axis.unit.symbol()}
            </text>
            {ticks}
        }
    }
}
