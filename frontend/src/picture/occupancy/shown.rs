//! What a chart shows at a moment.

use leptos::prelude::*;

use crate::i18n::Lang;
use crate::model::{Channel, Model};
use crate::picture::levels::{self, Drawn, Levels};
use crate::picture::scale::Scale;
use crate::picture::{RunView, words};

/// The height of a chart of a channel with a buffer, in CSS pixels.
const PLOT: u32 = 72;
/// The height of a chart of one without.
const HAND_OVERS: u32 = 28;
/// Room above the highest level, for the word beside a close.
pub const ABOVE: u32 = 18;
/// Room below the lowest, for the ticks' figures.
pub const BELOW: u32 = 24;

/// What a chart shows at a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// The channel's name.
    pub name: String,
    /// Its counts, in words.
    pub counts: String,
    /// The whole chart in a sentence.
    pub spoken: String,
    /// The capacity of its buffer.
    pub capacity: u32,
    /// The line and the area.
    pub drawn: Drawn,
    /// The hand-overs of a channel without a buffer.
    pub hand_overs: String,
    /// Where it was closed.
    pub closed: Option<u32>,
    /// How many values it held at the pointer, or else at last.
    pub held: Option<u32>,
    /// From where to where events were not kept.
    pub holes: Vec<(u32, u32)>,
}

impl Shown {
    /// Reads channel `object` of a run.
    pub fn read(view: RunView, object: u32, scale: &Scale, lang: Lang) -> Shown {
        view.version.track();
        let shown_ns = view.shown_ns.get();
        let at_ns = view.pointer_ns.get().unwrap_or(shown_ns);
        view.model.with_value(|model| {
            let Some(channel) = model.channel(object) else {
                return Shown::default();
            };
            let held = levels::held_at(channel, model.gaps(), at_ns);
            let name = model.object_name(object);
            Shown {
                counts: words::channel_counts(channel, held, lang),
                spoken: words::channel_chart(channel, &name, lang),
                name,
                capacity: channel.capacity,
                drawn: drawn(model, channel, scale, shown_ns),
                hand_overs: hand_overs(channel, scale),
                closed: channel
                    .closed_ns
                    .filter(|t_ns| scale.shows(*t_ns, *t_ns))
                    .map(|t_ns| scale.x(t_ns)),
                held,
                holes: holes(model, scale),
            }
        })
    }
}

/// The height of the chart itself.
pub fn plot(capacity: u32) -> u32 {
    if capacity == 0 { HAND_OVERS } else { PLOT }
}

/// Where the levels of a chart lie.
pub fn levels_of(capacity: u32) -> Levels {
    Levels {
        zero: ABOVE + plot(capacity),
        height: plot(capacity),
        max: capacity,
    }
}

fn drawn(model: &Model, channel: &Channel, scale: &Scale, shown_ns: u64) -> Drawn {
    if channel.capacity == 0 {
        return Drawn::default();
    }
    let levels = levels_of(channel.capacity);
    levels::draw(
        channel.from_ns,
        &channel.steps,
        model.gaps(),
        scale,
        &levels,
        shown_ns,
    )
}

/// An upright line for each value that went from hand to hand.
fn hand_overs(channel: &Channel, scale: &Scale) -> String {
    if channel.capacity > 0 {
        return String::new();
    }
    let bottom = ABOVE + HAND_OVERS;
    let top = ABOVE + HAND_OVERS / 4;
    levels::hand_overs(channel, scale)
        .into_iter()
        .map(|x| format!("M{x} {top}V{bottom}"))
        .collect()
}

fn holes(model: &Model, scale: &Scale) -> Vec<(u32, u32)> {
    model
        .gaps()
        .iter()
        .filter(|gap| scale.shows(gap.from_ns, gap.to_ns))
        .map(|gap| (scale.x(gap.from_ns), scale.x(gap.to_ns)))
        .collect()
}
