//! The table of what happened to locks, atomics, contexts and threads. A run
//! without any has none.

use leptos::prelude::*;

use super::Heads;
use crate::figures::{Unit, duration_in};
use crate::i18n::Lang;
use crate::picture::records::{NoteRecord, Records};
use crate::picture::words::{self, Head};
use crate::preferences::use_lang;

/// Its columns.
const NOTES: [Head; 4] = [Head::Goroutine, Head::From, Head::Event, Head::Place];

/// The table of the notes.
#[component]
pub fn Notes(records: RwSignal<Records>, unit: Memo<Unit>) -> impl IntoView {
    let lang = use_lang();
    let is_empty = Memo::new(move |_| records.with(|records| records.notes.is_empty()));
    view! {
        <table class="records" data-testid="notes" hidden=move || is_empty.get()>
            <caption>{move || words::notes_caption(lang.get())}</caption>
            <Heads heads=&NOTES />
            <tbody>
                <For
                    each=move || records.get().notes
                    key=|row| (row.index, row.en.clone())
                    children=move |row| view! { <NoteRow row=row unit=unit /> }
                />
            </tbody>
        </table>
    }
}

#[component]
fn NoteRow(row: NoteRecord, unit: Memo<Unit>) -> impl IntoView {
    let lang = use_lang();
    let t_ns = row.t_ns;
    let (en, zh) = (row.en.clone(), row.zh.clone());
    let said = move || match lang.get() {
        Lang::En => words::with_code(&en),
        Lang::Zh => words::with_code(&zh),
    };
    view! {
        <tr
            data-g=row.g.to_string()
            data-name=row.name.clone()
            data-kind=row.kind
            data-t-ns=t_ns.to_string()
        >
            <th scope="row">{row.name.clone()}</th>
            <td class="figure">{move || duration_in(t_ns, unit.get())}</td>
            <td>{said}</td>
            <td><code>{row.place.clone()}</code></td>
        </tr>
    }
}
