//! The form's state: a text for each field, in step with the address.

use std::sync::Arc;
use std::time::Duration;

use leptos::leptos_dom::helpers::set_timeout_with_handle;
use leptos::prelude::*;
use protocol::lesson::Lesson;
use protocol::packed::PackedError;
use protocol::run::MAX_PROCS;
use protocol::{Parameter, ParameterKind, Text};

use crate::app::address::use_address;
use crate::form::{self, Fault, Field, PROCS};
use crate::i18n::{Key, Lang};
use crate::link;
use crate::preferences::{query, replace_query};

/// How long the address waits for the last change: a slider that is drawn
/// along would write more often than browsers let it.
const ADDRESS_PAUSE_MILLIS: u64 = 200;

/// One field and its text.
#[derive(Clone)]
pub struct FieldState {
    /// Its schema.
    pub field: Arc<Field>,
    /// What stands in it.
    pub text: RwSignal<String>,
    /// What is wrong with it, in this order: here, or at the server.
    pub fault: Memo<Option<Fault>>,
    /// Whether it differs from its default.
    pub is_changed: Memo<bool>,
    refused: RwSignal<Option<PackedError>>,
}

/// All fields of the form; a handle, copied freely.
#[derive(Clone, Copy)]
pub struct Fields {
    states: StoredValue<Vec<FieldState>>,
    /// Pairs of the address that are no field's, kept as they are.
    pub unknown: RwSignal<Vec<(String, String)>>,
}

impl FieldState {
    fn new(field: Field) -> FieldState {
        let field = Arc::new(field);
        let text = RwSignal::new(field.default_text());
        let refused = RwSignal::new(None::<PackedError>);
        let fault = {
            let field = field.clone();
            Memo::new(move |_| match field.read(&text.read()) {
                Err(fault) => Some(fault),
                Ok(_) => refused.get().map(|error| Fault::Refused(Box::new(error))),
            })
        };
        let is_changed = {
            let field = field.clone();
            Memo::new(move |_| field.is_changed(&text.read()))
        };
        FieldState {
            field,
            text,
            fault,
            is_changed,
            refused,
        }
    }

    /// Its name in links and requests.
    pub fn name(&self) -> &str {
        &self.field.parameter.name
    }

    /// Puts a text in. A refusal was of the earlier one.
    pub fn set(&self, text: &str) {
        self.refused.set(None);
        self.text.set(text.to_owned());
    }

    /// Puts the default back.
    pub fn reset(&self) {
        self.set(&self.field.default_text());
    }
}

impl Fields {
    /// The fields of a lesson's experiment, and the one for processors.
    pub fn of_lesson(lesson: &Lesson) -> Fields {
        let parameters = lesson.experiment.params.iter().cloned();
        let states = parameters
            .map(Field::new)
            .chain([procs_field(lesson.procs)])
            .map(FieldState::new)
            .collect();
        Fields {
            states: StoredValue::new(states),
            unknown: RwSignal::new(Vec::new()),
        }
    }

    /// Every field, in the order of the form.
    pub fn all(self) -> Vec<FieldState> {
        self.states.get_value()
    }

    /// How many differ from their defaults.
    pub fn changed(self) -> usize {
        let changed = |state: &&FieldState| state.is_changed.get();
        self.states
            .with_value(|states| states.iter().filter(changed).count())
    }

    /// Sets fields by their names. What is no field's is left out: the server
    /// has checked the lesson's own buttons.
    pub fn set(self, pairs: &[(String, String)]) {
        self.states.with_value(|states| {
            for (name, text) in pairs {
                if let Some(state) = states.iter().find(|state| state.name() == name) {
                    state.set(text);
                }
            }
        });
    }

    /// What the run is asked to be.
    ///
    /// # Errors
    /// The labels of the fields that are wrong.
    pub fn request(self, experiment: &str) -> Result<form::Request, Vec<Text>> {
        self.states.with_value(|states| {
            let texts: Vec<(&Field, String)> = states
                .iter()
                .map(|state| (&*state.field, state.text.get_untracked()))
                .collect();
            form::request(experiment, &texts).map_err(|faults| {
                let label = |(at, _): (usize, Fault)| states[at].field.parameter.label.clone();
                faults.into_iter().map(label).collect()
            })
        })
    }

    /// Shows a refusal of the server beside the field that it names.
    pub fn refuse(self, error: &PackedError) {
        let Some(name) = error.field.as_deref() else {
            return;
        };
        self.states.with_value(|states| {
            // A refusal may name the field by its path: `params.capacity`.
            let name = name.rsplit('.').next().unwrap_or(name);
            if let Some(state) = states.iter().find(|state| state.name() == name) {
                state.refused.set(Some(error.clone()));
            }
        });
    }

    /// Takes the texts from the address, and keeps the two in step from then
    /// on. `moved` hears each query, without the language.
    pub fn follow_the_address(self, moved: impl Fn(&str) + Copy + 'static) {
        self.read_address(&query());
        let search = use_address().search;
        Effect::new(move |earlier: Option<String>| {
            let search = search.get();
            if earlier.is_some_and(|earlier| earlier != search) {
                self.read_address(&query());
            }
            search
        });
        let waiting = StoredValue::new(None::<TimeoutHandle>);
        let stop = move || {
            if let Some(Some(timeout)) = waiting.try_update_value(Option::take) {
                timeout.clear();
            }
        };
        Effect::new(move || {
            let pairs = self.address_pairs();
            let write = move || {
                let own = pairs.iter().map(|(name, text)| (&**name, &**text));
                moved(&link::query(own.clone()));
                let address = query();
                let lang = link::parse(&address)
                    .into_iter()
                    .find(|(name, _)| name == link::LANG);
                let lang = lang.iter().map(|(name, text)| (&**name, &**text));
                let next = link::query(own.chain(lang));
                if next != address {
                    replace_query(&next);
                }
            };
            stop();
            let timeout =
                set_timeout_with_handle(write, Duration::from_millis(ADDRESS_PAUSE_MILLIS)).ok();
            waiting.set_value(timeout);
        });
        on_cleanup(stop);
    }

    fn read_address(self, address: &str) {
        let pairs = link::parse(address);
        self.states.with_value(|states| {
            for state in states {
                match pairs.iter().find(|(name, _)| name == state.name()) {
                    Some((_, text)) => state.set(text),
                    None => state.reset(),
                }
            }
            let is_unknown = |(name, _): &(String, String)| {
                name != link::LANG && !states.iter().any(|state| state.name() == name)
            };
            self.unknown.set(
                pairs
                    .iter()
                    .filter(|pair| is_unknown(pair))
                    .cloned()
                    .collect(),
            );
        });
    }

    fn address_pairs(self) -> Vec<(String, String)> {
        let mut pairs: Vec<(String, String)> = self.states.with_value(|states| {
            let changed = states.iter().filter(|state| state.is_changed.get());
            changed
                .map(|state| (state.name().to_owned(), state.text.get()))
                .collect()
        });
        pairs.extend(self.unknown.get());
        pairs
    }
}

/// The field for the number of processors. Where the lesson names none, it may
/// be empty, and the server takes what its machine has.
pub fn procs_field(default: Option<u16>) -> Field {
    let both = |key: Key| Text {
        en: Lang::En.say(key).into(),
        zh: Lang::Zh.say(key).into(),
    };
    let parameter = Parameter {
        name: PROCS.into(),
        label: both(Key::Procs),
        help: both(Key::ProcsHelp),
        unit: None,
        kind: ParameterKind::Integer {
            min: 1,
            max: MAX_PROCS.into(),
            default: default.unwrap_or(1).into(),
        },
    };
    Field {
        parameter,
        optional: default.is_none(),
    }
}
