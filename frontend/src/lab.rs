//! The lab: the instrument beside the prose. From top to bottom the parameters,
//! Run and the state, the outcome's figures, the timeline, and one of the views.

pub mod code;
pub mod controls;
pub mod fields;
pub mod foot;
pub mod handle;
pub mod outcome;
pub mod output;
pub mod parameters;
pub mod pinned;
pub mod views;

use leptos::prelude::*;
use protocol::lesson::Lesson;

use crate::i18n::Key;
use crate::lesson::visits::use_reader;
use crate::not_found::TroubleBox;
use crate::phase::Phase;
use crate::picture::Timeline;
use crate::preferences::use_lang;
use crate::trouble::Trouble;
use controls::Controls;
use fields::Fields;
use foot::Foot;
use handle::LabHandle;
use outcome::OutcomePanel;
use parameters::Parameters;
use pinned::{Compared, Pinned, PinnedRun};
use views::Views;

/// The lab of a lesson.
#[component]
pub fn Lab(lesson: RwSignal<Lesson>, handle: LabHandle) -> impl IntoView {
    let lang = use_lang();
    let session = handle.session;
    let reader = use_reader();
    let id = StoredValue::new(lesson.read_untracked().line.id.clone());
    let fields = Fields::of_lesson(&lesson.read_untracked());
    fields.follow_the_address(move |query| {
        id.with_value(|id| reader.note_visit(id, query));
    });
    let lab = NodeRef::<leptos::html::Section>::new();
    let pinned = Pinned::new(session);
    let is_idle = Memo::new(move |_| session.view.phase.get() == Phase::Idle);

    let run = move || {
        let experiment = lesson.read_untracked().experiment.id.clone();
        match fields.request(&experiment) {
            Ok(mut request) => {
                request.task_body = lesson.read_untracked().task_body.clone();
                reader.note_run(&lesson.read_untracked(), &[]);
                pinned.keep_if_asked();
                session.start(request);
            }
            Err(labels) => session.trouble.set(Some(Trouble::Fields { labels })),
        }
    };
    Effect::new(move || {
        if let Some(pairs) = handle.asked() {
            fields.set(&pairs);
            run();
            bring_into_view(lab);
        }
    });
    Effect::new(move || {
        if let Some(Trouble::Refused(error)) = session.trouble.get() {
            fields.refuse(&error);
        }
    });
    let shortcut = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            run();
        }
    });
    on_cleanup(move || shortcut.remove());

    view! {
        <section
            class="lab"
            id="lab"
            tabindex="-1"
            aria-label=move || lang.get().say(Key::LabLabel)
            node_ref=lab
        >
            <Parameters fields />
            <Controls session run pinned />
            {move || session.trouble.get().map(|trouble| view! { <TroubleBox trouble /> })}
            <OutcomePanel lesson session />
            <PinnedRun pinned />
            <section
                class="lab-timeline"
                aria-label=move || lang.get().say(Key::TimelineLabel)
            >
                <div class="lab-picture" inert=move || is_idle.get()>
                    <Timeline view=session.view keys_id="timeline-keys" />
                </div>
                <Show when=move || is_idle.get()>
                    <Empty />
                </Show>
            </section>
            <Compared lesson pinned />
            <Views lesson handle />
            <Foot lesson session />
        </section>
    }
}

/// Over the timeline before the first run: what will appear, and how to start.
#[component]
fn Empty() -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="empty">
            <p class="empty-title">{move || lang.get().say(Key::EmptyTitle)}</p>
            <p>{move || lang.get().say(Key::EmptyLead)}</p>
        </div>
    }
}

/// On a narrow screen the lab may be far from the step that runs it.
fn bring_into_view(lab: NodeRef<leptos::html::Section>) {
    let Some(lab) = lab.get_untracked() else {
        return;
    };
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    let bounds = lab.get_bounding_client_rect();
    let height = window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64())
        .unwrap_or_default();
    if bounds.top() < 0.0 || bounds.top() > height / 2.0 {
        options.set_block(web_sys::ScrollLogicalPosition::Start);
        lab.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
