//! A run that the reader keeps, to compare the next one with it.
//!
//! Pin says that the run at hand is to be kept. When the next one starts, what
//! is known of it moves into a view of its own, which shares the axis of time
//! with the lab's: both zoom and pan together, over the longer of the two. It is
//! moved and never copied, and there is room for one, since a run may fill
//! hundreds of megabytes.

use leptos::prelude::*;
use protocol::lesson::Lesson;

use crate::compare::{self, Side, words};
use crate::phase::Phase;
use crate::picture::{RunView, Timeline};
use crate::preferences::use_lang;
use crate::session::Session;

/// The pinned run; a handle, copied freely.
#[derive(Clone, Copy)]
pub struct Pinned {
    /// The run at hand.
    current: RunView,
    /// The one that is kept.
    kept: RunView,
    /// Whether there is one.
    has: RwSignal<bool>,
    /// Whether the run at hand is to be kept.
    is_asked: RwSignal<bool>,
}

impl Pinned {
    /// No pinned run. To be made in a component: with it the run goes.
    pub fn new(session: Session) -> Pinned {
        let current = session.view;
        let pinned = Pinned {
            current,
            kept: RunView::beside(current),
            has: RwSignal::new(false),
            is_asked: RwSignal::new(false),
        };
        Effect::new(move || {
            let (one, other) = match pinned.has.get() {
                true => (current.shown_ns.get(), pinned.kept.shown_ns.get()),
                false => (0, 0),
            };
            pinned.kept.beside_ns.set(one);
            if current.beside_ns.get_untracked() != other {
                current.beside_ns.set(other);
            }
        });
        pinned
    }

    /// Moves the run at hand away, if it is to be kept, before the next starts.
    pub fn keep_if_asked(self) {
        if !self.is_asked.get_untracked() {
            return;
        }
        self.is_asked.set(false);
        // It may be that nothing of it ever came.
        let ended = self.current.phase.get_untracked() == Phase::Ended;
        if ended && self.current.model.with_value(|model| model.end().is_some()) {
            self.kept.take(self.current);
            self.has.set(true);
        }
    }

    fn let_go(self) {
        self.has.set(false);
        self.kept.model.set_value(Default::default());
    }

    fn can_be_asked(self) -> bool {
        self.current.phase.get() == Phase::Ended
    }
}

/// The button that pins the run at hand, once it has ended.
#[component]
pub fn PinButton(pinned: Pinned) -> impl IntoView {
    let lang = use_lang();
    let hint = move || match pinned.has.get() {
        true => words::replaces(lang.get()),
        false => words::pin_hint(lang.get()),
    };
    view! {
        <button
            type="button"
            class="button"
            data-testid="pin"
            aria-pressed=move || pinned.is_asked.get().to_string()
            disabled=move || !pinned.can_be_asked()
            title=hint
            on:click=move |_| pinned.is_asked.update(|is_asked| *is_asked = !*is_asked)
        >
            {move || words::pin(lang.get())}
        </button>
        <p class="pin-hint" role="status">
            {move || pinned.is_asked.get().then(hint)}
        </p>
    }
}

/// The pinned run, above the one at hand.
#[component]
pub fn PinnedRun(pinned: Pinned) -> impl IntoView {
    let lang = use_lang();
    view! {
        <Show when=move || pinned.has.get()>
            <section
                class="pinned"
                data-testid="pinned"
                aria-label=move || words::pinned_run(lang.get())
            >
                <div class="pinned-head">
                    <h3>{move || words::pinned_run(lang.get())}</h3>
                    <button
                        type="button"
                        class="link-button"
                        data-testid="unpin"
                        on:click=move |_| pinned.let_go()
                    >
                        {move || words::unpin(lang.get())}
                    </button>
                </div>
                <Timeline view=pinned.kept keys_id="pinned-keys" />
            </section>
        </Show>
    }
}

/// The figures of both, once both have ended.
#[component]
pub fn Compared(lesson: RwSignal<Lesson>, pinned: Pinned) -> impl IntoView {
    let lang = use_lang();
    let html = move || {
        if !pinned.has.get() || pinned.current.phase.get() != Phase::Ended {
            return String::new();
        }
        pinned.current.version.track();
        pinned.kept.version.track();
        let one = pinned.kept.model.with_value(Side::of);
        let other = pinned.current.model.with_value(Side::of);
        match (one, other) {
            (Some(one), Some(other)) => compare::table(lang.get(), &lesson.read(), &one, &other),
            _ => String::new(),
        }
    };
    view! { <div class="compared" data-testid="compared" inner_html=html></div> }
}
