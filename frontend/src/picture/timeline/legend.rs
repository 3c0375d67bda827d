//! What each colour on the timeline means: of the states that occur, no others.

use leptos::prelude::*;

use crate::model::LaneEnd;
use crate::picture::RunView;
use crate::picture::look::Look;
use crate::picture::words;
use crate::preferences::use_lang;

/// What is drawn beside the states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Marks {
    ended: bool,
    panicked: bool,
    dropped: bool,
}

/// The legend of the timeline.
#[component]
pub fn Legend(view: RunView) -> impl IntoView {
    let lang = use_lang();
    let looks = Memo::new(move |_| {
        view.version.track();
        view.model.with_value(|model| {
            let mut looks: Vec<Look> = model.kinds().iter().map(Look::of).collect();
            looks.sort_unstable();
            looks.dedup();
            looks
        })
    });
    let marks = Memo::new(move |before: Option<&Marks>| {
        view.version.track();
        let before = before.copied().unwrap_or_default();
        view.model.with_value(|model| Marks {
            dropped: !model.gaps().is_empty(),
            ..ends(model.lanes(), before)
        })
    });
    let entry = |name: &'static str, label: &'static str| {
        view! {
            <li class="legend-entry">
                <span class=format!("swatch swatch-{name}") aria-hidden="true"></span>
                {label}
            </li>
        }
    };
    view! {
        <ul class="legend" data-testid="legend" aria-label=move || words::legend(lang.get())>
            {move || {
                let lang = lang.get();
                looks
                    .get()
                    .into_iter()
                    .map(|look| entry(look.token(), look.label(lang)))
                    .collect_view()
            }}
            {move || {
                let lang = lang.get();
                let marks = marks.get();
                [
                    (marks.ended, "ended", words::ended(lang)),
                    (marks.panicked, "panicked", words::panicked(lang)),
                    (marks.dropped, "dropped", words::not_kept(lang)),
                ]
                    .into_iter()
                    .filter(|(occurs, _, _)| *occurs)
                    .map(|(_, name, label)| entry(name, label))
                    .collect_view()
            }}
        </ul>
    }
}

/// Which ends occur. Looking through all lanes of a large run at every frame
/// would be slow, so it stops as soon as both were seen.
fn ends(lanes: &[crate::model::Lane], before: Marks) -> Marks {
    let mut marks = if lanes.is_empty() {
        Marks::default()
    } else {
        before
    };
    for lane in lanes {
        if marks.ended && marks.panicked {
            break;
        }
        match &lane.end {
            Some(LaneEnd::Returned { .. }) => marks.ended = true,
            Some(LaneEnd::Panicked { .. }) => marks.panicked = true,
            None => {}
        }
        marks.panicked |= !lane.recoveries.is_empty();
    }
    marks
}
