//! The control of a field, by its type: a number with a slider, a toggle, a
//! choice. Each shows the text that stands in the field, also when that is no
//! value of its type.

use leptos::prelude::*;
use protocol::ParameterKind;

use super::super::fields::FieldState;
use crate::i18n::Key;
use crate::preferences::use_lang;

/// The control of a field, by its type.
pub fn control(state: FieldState, id: String, described_by: String) -> AnyView {
    match &state.field.parameter.kind {
        ParameterKind::Integer { .. } | ParameterKind::Number { .. } => {
            view! { <NumberControl state id described_by /> }.into_any()
        }
        ParameterKind::Toggle { .. } => {
            view! { <ToggleControl state id described_by /> }.into_any()
        }
        ParameterKind::Choice { .. } => {
            view! { <ChoiceControl state id described_by /> }.into_any()
        }
    }
}

/// A number, as text: what is no number stays, and is said to be none. The
/// arrow keys step it, and a slider where one helps.
#[component]
fn NumberControl(state: FieldState, id: String, described_by: String) -> impl IntoView {
    let lang = use_lang();
    let testid = format!("field-{}", state.name());
    let (text, fault) = (state.text, state.fault);
    let bounds = match state.field.parameter.kind {
        ParameterKind::Integer { min, max, .. } => (min as f64, max as f64),
        ParameterKind::Number { min, max, .. } => (min, max),
        ParameterKind::Toggle { .. } | ParameterKind::Choice { .. } => (0.0, 0.0),
    };
    let input_mode = match state.field.parameter.kind {
        ParameterKind::Integer { .. } => "numeric",
        _ => "decimal",
    };
    let is_optional = state.field.optional;
    let placeholder = move || is_optional.then(|| lang.get().say(Key::ProcsAuto));
    let number = move || {
        let number: f64 = text.read().trim().parse().ok()?;
        Some(number.to_string())
    };
    let stepping = state.clone();
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let steps = match event.key().as_str() {
            "ArrowUp" => 1,
            "ArrowDown" => -1,
            "PageUp" => 10,
            "PageDown" => -10,
            _ => return,
        };
        // The text is written below: nothing may still be reading it there.
        let next = stepping.field.stepped(&text.get_untracked(), steps);
        if let Some(next) = next {
            event.prevent_default();
            stepping.set(&next);
        }
    };
    let slider = state.field.slider().map(|slider| {
        let state = state.clone();
        let label = state.field.parameter.label.clone();
        let name = move || {
            let label = lang.get().pick(&label).to_owned();
            lang.get().fill(Key::SliderOf, &[("name", &label)])
        };
        view! {
            <input
                type="range"
                class="field-slider"
                min=slider.min.to_string()
                max=slider.max.to_string()
                step="any"
                tabindex="-1"
                aria-label=name
                prop:value=move || text.get()
                on:input=move |event| {
                    let at = event_target_value(&event).parse::<f64>().unwrap_or(slider.min);
                    state.set(&state.field.on_slider(at).unwrap_or_default());
                }
            />
        }
    });
    view! {
        <input
            id=id
            class="field-input figure"
            type="text"
            inputmode=input_mode
            autocomplete="off"
            spellcheck="false"
            role="spinbutton"
            data-testid=testid
            aria-valuemin=bounds.0.to_string()
            aria-valuemax=bounds.1.to_string()
            aria-valuenow=number
            aria-invalid=move || fault.read().is_some().to_string()
            aria-describedby=described_by
            placeholder=placeholder
            prop:value=move || text.get()
            on:input=move |event| state.set(&event_target_value(&event))
            on:keydown=on_key
        />
        {slider}
    }
}

/// On or off.
#[component]
fn ToggleControl(state: FieldState, id: String, described_by: String) -> impl IntoView {
    let lang = use_lang();
    let testid = format!("field-{}", state.name());
    let (text, fault) = (state.text, state.fault);
    let is_on = move || text.read().trim() == "true";
    view! {
        <span class="field-toggle">
            <input
                id=id
                type="checkbox"
                data-testid=testid
                aria-invalid=move || fault.read().is_some().to_string()
                aria-describedby=described_by
                prop:checked=is_on
                on:change=move |event| {
                    state.set(if event_target_checked(&event) { "true" } else { "false" });
                }
            />
            <span aria-hidden="true">
                {move || lang.get().say(if is_on() { Key::On } else { Key::Off })}
            </span>
        </span>
    }
}

/// One of a few.
#[component]
fn ChoiceControl(state: FieldState, id: String, described_by: String) -> impl IntoView {
    let lang = use_lang();
    let testid = format!("field-{}", state.name());
    let (text, fault) = (state.text, state.fault);
    let ParameterKind::Choice { options, .. } = state.field.parameter.kind.clone() else {
        return ().into_any();
    };
    let known: Vec<String> = options.iter().map(|option| option.value.clone()).collect();
    let options = options
        .into_iter()
        .map(|option| {
            let value = option.value.clone();
            let chosen = move || *text.read() == value;
            view! {
                <option value=option.value prop:selected=chosen>
                    {move || lang.get().pick(&option.label).to_owned()}
                </option>
            }
        })
        .collect_view();
    // A value of a link that is none of the options stays in sight.
    let stranger = move || {
        let text = text.get();
        (!known.contains(&text)).then(|| {
            let value = text.clone();
            view! { <option value=value prop:selected=true>{text}</option> }
        })
    };
    view! {
        <select
            id=id
            class="field-select"
            data-testid=testid
            aria-invalid=move || fault.read().is_some().to_string()
            aria-describedby=described_by
            on:change=move |event| state.set(&event_target_value(&event))
        >
            {stranger}
            {options}
        </select>
    }
    .into_any()
}
