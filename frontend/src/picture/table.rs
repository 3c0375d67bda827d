//! The table behind the picture: the same facts for those who cannot see it,
//! and for tests.

pub mod notes;

use leptos::prelude::*;

use super::pace::at_a_pace;
use super::records::{self, GoroutineRecord, Records, WaitRecord};
use super::words::{self, Head};
use super::{RunView, look};
use crate::figures::{Unit, count, duration_in};
use crate::model::SpanEnd;
use crate::preferences::use_lang;
use notes::Notes;

/// The columns of the waits.
const WAITS: [Head; 8] = [
    Head::Goroutine,
    Head::Reason,
    Head::Object,
    Head::Operation,
    Head::From,
    Head::Lasted,
    Head::WokenBy,
    Head::Place,
];

/// The columns of the goroutines.
const GOROUTINES: [Head; 6] = [
    Head::Goroutine,
    Head::State,
    Head::Ran,
    Head::Waited,
    Head::Blocked,
    Head::Waits,
];

/// The table behind the picture.
#[component]
pub fn PictureTable(view: RunView) -> impl IntoView {
    let lang = use_lang();
    let records = news(view);
    let is_empty = Memo::new(move |_| records.with(|records| records.goroutines.is_empty()));
    let unit = Memo::new(move |_| records.with(|records| records.unit));
    let more = move |of: fn(&Records) -> (usize, usize)| {
        move || {
            let (shown, more) = records.with(of);
            (more > 0).then(|| {
                view! { <p class="picture-more">{words::more_rows(shown, more, lang.get())}</p> }
            })
        }
    };
    view! {
        // Reached by keyboard, since it scrolls where it is wider than the page.
        <div
            class="picture-table"
            data-testid="picture-table"
            role="region"
            tabindex="0"
            aria-label=move || words::goroutines_caption(lang.get())
        >
            <Show when=move || is_empty.get()>
                <p class="picture-empty">{move || words::no_rows(lang.get())}</p>
            </Show>
            <div hidden=move || is_empty.get()>
                <table class="records" data-testid="goroutines">
                    <caption>{move || words::goroutines_caption(lang.get())}</caption>
                    <Heads heads=&GOROUTINES />
                    <tbody>
                        <For
                            each=move || records.get().goroutines
                            key=|row| (row.g, row.state, row.to_ns, row.times)
                            children=move |row| view! { <GoroutineRow row=row unit=unit /> }
                        />
                    </tbody>
                </table>
                {more(|records| (records.goroutines.len(), records.more_goroutines))}
                <table class="records" data-testid="waits">
                    <caption>{move || words::waits_caption(lang.get())}</caption>
                    <Heads heads=&WAITS />
                    <tbody>
                        <For
                            each=move || records.get().waits
                            key=|row| (row.found.lane, row.found.span, row.to_ns, row.woken_by.clone())
                            children=move |row| view! { <WaitRow row=row unit=unit /> }
                        />
                    </tbody>
                </table>
                {more(|records| (records.waits.len(), records.more_waits))}
                <Notes records=records unit=unit />
                {more(|records| (records.notes.len(), records.more_notes))}
            </div>
        </div>
    }
}

/// The records of the run, as often as anybody reads.
fn news(view: RunView) -> RwSignal<Records> {
    let read = move || view.model.try_with_value(records::of);
    let signal = RwSignal::new(read().unwrap_or_default());
    let track = move || view.version.track();
    at_a_pace(view, track, move || {
        if let Some(records) = read() {
            signal.try_set(records);
        }
    });
    signal
}

#[component]
fn Heads(heads: &'static [Head]) -> impl IntoView {
    let lang = use_lang();
    view! {
        <thead>
            <tr>
                {heads
                    .iter()
                    .map(|head| {
                        let figures = is_figure(*head);
                        view! {
                            <th scope="col" class:figure=figures>
                                {move || head.say(lang.get())}
                            </th>
                        }
                    })
                    .collect_view()}
            </tr>
        </thead>
    }
}

fn is_figure(head: Head) -> bool {
    matches!(
        head,
        Head::From | Head::Lasted | Head::Ran | Head::Waited | Head::Blocked | Head::Waits
    )
}

#[component]
fn WaitRow(row: WaitRecord, unit: Memo<Unit>) -> impl IntoView {
    let lang = use_lang();
    let (reason, ordinal) = (row.reason, row.ordinal);
    let swatch = look::Look::of_reason(reason).token();
    let open = !matches!(row.end, SpanEnd::At(_));
    let (from_ns, to_ns) = (row.from_ns, row.to_ns);
    let lasted = move || {
        let lasted = duration_in(to_ns - from_ns, unit.get());
        if open {
            format!("≥ {lasted}")
        } else {
            lasted
        }
    };
    view! {
        <tr
            data-g=row.g.to_string()
            data-name=row.name.clone()
            data-state="blocked"
            data-reason=records::reason_name(reason)
            data-object=row.object.clone()
            data-ordinal=(ordinal > 0).then(|| ordinal.to_string())
            data-from-ns=from_ns.to_string()
            data-to-ns=(row.end != SpanEnd::Open).then(|| to_ns.to_string())
        >
            <th scope="row">{row.name.clone()}</th>
            <td>
                <span class=format!("swatch swatch-{swatch}") aria-hidden="true"></span>
                {move || records::reason_label(reason, lang.get())}
            </td>
            <td><code>{row.object.clone()}</code></td>
            <td>{move || records::operation(reason, ordinal, lang.get())}</td>
            <td class="figure">{move || duration_in(from_ns, unit.get())}</td>
            <td class="figure">{lasted}</td>
            <td>{row.woken_by.clone()}</td>
            <td><code>{row.place.clone()}</code></td>
        </tr>
    }
}

#[component]
fn GoroutineRow(row: GoroutineRecord, unit: Memo<Unit>) -> impl IntoView {
    let lang = use_lang();
    let state = row.state;
    let times = row.times;
    view! {
        <tr
            data-goroutine=row.g.to_string()
            data-name=row.name.clone()
            data-state=state
            data-running-ns=times.running_ns.to_string()
            data-runnable-ns=times.runnable_ns.to_string()
            data-blocked-ns=times.blocked_ns.to_string()
        >
            <th scope="row">{row.name.clone()}</th>
            <td>{move || records::state_label(state, lang.get())}</td>
            <td class="figure">{move || duration_in(times.running_ns, unit.get())}</td>
            <td class="figure">{move || duration_in(times.runnable_ns, unit.get())}</td>
            <td class="figure">{move || duration_in(times.blocked_ns, unit.get())}</td>
            <td class="figure">{count(times.waits)}</td>
        </tr>
    }
}
