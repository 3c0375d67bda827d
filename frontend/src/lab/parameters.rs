//! The parameters, in one compact bar: name, control, unit. A changed one is
//! marked, and the mark resets it. One line below explains the field that is
//! pointed at, so that nothing moves.

use leptos::prelude::*;
use protocol::ParameterKind;
use wasm_bindgen::JsCast;

use super::fields::{FieldState, Fields};
use crate::i18n::Key;
use crate::preferences::use_lang;
use crate::trouble::bound_text;

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
    let default = match state.field.optional {
        true => None,
        false => Some(state.field.default_text()),
    };
    let default_words = move || {
        let say = |key| lang.get().say(key).to_owned();
        match default.as_deref() {
            None => say(Key::ProcsAuto),
            Some("true") => say(Key::On),
            Some("false") => say(Key::Off),
            Some(text) => text.to_owned(),
        }
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

/// The control of a field, by its type.
fn control(state: FieldState, id: String, described_by: String) -> AnyView {
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
        if let Some(next) = stepping.field.stepped(&text.read_untracked(), steps) {
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
fn help_text(lang: Signal<crate::i18n::Lang>, state: &FieldState) -> String {
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
