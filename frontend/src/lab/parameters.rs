//! The parameters, in one compact bar: name, control, unit. A changed one is
//! marked, and the mark resets it. One line below explains the field that is
//! pointed at, so that nothing moves.

pub mod control;

use leptos::prelude::*;
use protocol::ParameterKind;
use wasm_bindgen::JsCast;

use super::fields::{FieldState, Fields};
use crate::form::Field;
use crate::i18n::{Key, Lang};
use crate::preferences::use_lang;
use crate::trouble::bound_text;
use control::control;

/// The bar of parameters.
#[component]
pub fn Parameters(fields: Fields) -> impl IntoView {
    let lang = use_lang();
    // Folded on a narrow screen until it is asked for.
    let is_open = RwSignal::new(false);
    let pointed_at = RwSignal::new(None::<usize>);
    let states = StoredValue::new(fields.all());
    let help = move || match pointed_at.get() {
        None => lang.get().say(Key::HelpIdle).to_owned(),
        Some(at) => states.with_value(|states| help_text(lang, &states[at])),
    };
    let changed = Memo::new(move |_| fields.changed());
    let changed_words = move || match changed.get() {
        0 => String::new(),
        n => lang
            .get()
            .fill(Key::ParametersChanged, &[("n", &n.to_string())]),
    };
    let cells = fields
        .all()
        .into_iter()
        .enumerate()
        .map(|(at, state)| view! { <Cell state at pointed_at /> })
        .collect_view();
    let unknown = move || {
        let names: Vec<String> = fields
            .unknown
            .get()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        (!names.is_empty()).then(|| {
            let names = names.join(lang.get().comma());
            let words = lang.get().fill(Key::UnknownInLink, &[("names", &names)]);
            view! { <p class="parameters-unknown" role="status">{words}</p> }
        })
    };

    view! {
        <div class="parameters" class:parameters--open=move || is_open.get()>
            <button
                type="button"
                class="parameters-fold"
                aria-expanded=move || is_open.get().to_string()
                aria-controls="parameters"
                on:click=move |_| is_open.update(|open| *open = !*open)
            >
                <span>{move || lang.get().say(Key::Parameters)}</span>
                <span class="parameters-changed">{changed_words}</span>
            </button>
            <div
                id="parameters"
                class="parameters-body"
                role="group"
                aria-label=move || lang.get().say(Key::Parameters)
                on:pointerleave=move |_| pointed_at.set(None)
            >
                <div class="parameters-cells">{cells}</div>
                <p class="parameters-help" aria-hidden="true">
                    <span class="parameters-help-text">{help}</span>
                    <button
                        type="button"
                        class="link-button"
                        class:is-absent=move || changed.get() == 0
                        tabindex="-1"
                        on:click=move |_| states.with_value(|all| all.iter().for_each(FieldState::reset))
                    >
                        {move || lang.get().say(Key::ResetAll)}
                    </button>
                </p>
            </div>
            {unknown}
        </div>
    }
}

/// One parameter.
#[component]
fn Cell(state: FieldState, at: usize, pointed_at: RwSignal<Option<usize>>) -> impl IntoView {
    let lang = use_lang();
    let name = state.name().to_owned();
    let (input_id, fault_id) = (format!("field-{name}"), format!("fault-{name}"));
    let help_id = format!("help-{name}");
    let parameter = StoredValue::new(state.field.parameter.clone());
    let label =
        move || parameter.with_value(|parameter| lang.get().pick(&parameter.label).to_owned());
    let unit = move || {
        parameter.with_value(|parameter| {
            let unit = parameter.unit.as_ref()?;
            Some(lang.get().pick(unit).to_owned())
        })
    };
    let help = {
        let state = state.clone();
        move || help_text(lang, &state)
    };
    let (fault, is_changed) = (state.fault, state.is_changed);
    let default_words = {
        let field = state.field.clone();
        move || default_words(lang.get(), &field)
    };
    let reset_label = {
        let default_words = default_words.clone();
        move || {
            let gaps = [("name", &*label()), ("value", &*default_words())];
            lang.get().fill(Key::ResetTo, &gaps)
        }
    };
    let described_by = format!("{help_id} {fault_id}");
    let control = control(state.clone(), input_id.clone(), described_by);
    let field_id = input_id.clone();

    view! {
        <div
            class="field"
            class:field--changed=is_changed
            class:field--wrong=move || fault.read().is_some()
            on:pointerenter=move |_| pointed_at.set(Some(at))
            on:focusin=move |_| pointed_at.set(Some(at))
        >
            <div class="field-head">
                <label for=input_id>{label}</label>
                <button
                    type="button"
                    class="field-reset figure"
                    class:is-absent=move || !is_changed.get()
                    aria-label=reset_label.clone()
                    title=reset_label
                    on:click=move |_| {
                        state.reset();
                        focus_on(&field_id);
                    }
                >
                    {default_words}
                </button>
            </div>
            <div class="field-control">
                {control}
                <span class="field-unit">{unit}</span>
            </div>
            <p class="field-fault" id=fault_id>
                {move || fault.get().map(|fault| fault.words(lang.get()))}
            </p>
            <span class="visually-hidden" id=help_id>{help}</span>
        </div>
    }
}

/// The default as the control shows it.
fn default_words(lang: Lang, field: &Field) -> String {
    let text = field.default_text();
    match &field.parameter.kind {
        _ if field.optional => lang.say(Key::ProcsAuto).into(),
        ParameterKind::Integer { .. } | ParameterKind::Number { .. } => text,
        ParameterKind::Toggle { default: true } => lang.say(Key::On).into(),
        ParameterKind::Toggle { default: false } => lang.say(Key::Off).into(),
        ParameterKind::Choice { options, .. } => options
            .iter()
            .find(|option| option.value == text)
            .map_or(text, |option| lang.pick(&option.label).to_owned()),
    }
}

/// The mark goes away with the change that it marks: the focus moves on.
fn focus_on(id: &str) {
    let field = document()
        .get_element_by_id(id)
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(field) = field {
        // It fails only for an element that cannot have the focus.
        let _ = field.focus();
    }
}

/// What a parameter means, and its bounds.
fn help_text(lang: Signal<Lang>, state: &FieldState) -> String {
    let lang = lang.get();
    let help = lang.pick(&state.field.parameter.help);
    let (min, max) = match state.field.parameter.kind {
        ParameterKind::Integer { min, max, .. } => (min as f64, max as f64),
        ParameterKind::Number { min, max, .. } => (min, max),
        ParameterKind::Toggle { .. } | ParameterKind::Choice { .. } => return help.to_owned(),
    };
    let bounds = [("min", &*bound_text(min)), ("max", &*bound_text(max))];
    format!("{help} · {}", lang.fill(Key::Between, &bounds))
}
