//! What an experiment is, and which there are.

use std::pin::Pin;
use std::sync::LazyLock;

use crate::lab::Lab;
use crate::parameters::{Given, ParamError, ParamSpec, ParameterSet, Value};
use crate::{atomics, contexts, foundations, locks, patterns, performance, production, telemetry};

/// The same words in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: &'static str,
    /// Chinese.
    pub zh: &'static str,
}

/// The same words in both languages.
pub(crate) const fn text(en: &'static str, zh: &'static str) -> Text {
    Text { en, zh }
}

/// An experiment of the catalogue.
pub struct Entry {
    /// The name that commands, lessons and links use.
    pub id: &'static str,
    /// The chapter of the book, from 1.
    pub chapter: u8,
    /// Its title.
    pub title: Text,
    /// One sentence about what it shows.
    pub summary: Text,
    /// Whether it runs alone on the machine, for its timings.
    pub timed: bool,
    /// The schedulers that it runs on.
    pub schedulers: Schedulers,
    /// Its parameters, in the order of the form, as their type declares them.
    pub params: fn() -> Vec<ParamSpec>,
    /// The figures that it reports.
    pub metrics: &'static [MetricSpec],
    /// How it may end beside well: what it is there to show. Whatever is not
    /// among these is a fault, with any parameters.
    pub breaks: &'static [Break],
    /// Whether its tasks may be those of whoever asks for the run
    /// ([`Lab::with_task_body`](crate::Lab::with_task_body)).
    pub takes_task_body: bool,
    /// Its file, as the compiler names it in places of the code.
    pub file: &'static str,
    /// The text of that file: what runs is what the reader is shown.
    pub source: &'static str,
    /// Checks what was given and makes a program of it.
    pub prepare: fn(&Given) -> Result<Program, Vec<ParamError>>,
}

/// The schedulers that an experiment runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedulers {
    /// The native one, and the simulated one.
    Both,
    /// The native one alone: the sentence says why, and has no stop.
    NativeOnly(Text),
}

/// An end that an experiment is there to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// All goroutines wait.
    Deadlock,
    /// Goroutines are left that nobody will ever wake.
    Leak,
    /// A panic that nobody recovers.
    Panic,
    /// A fatal error, which nothing recovers.
    Fatal,
}

/// A figure that an experiment reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricSpec {
    /// The name in the outcome.
    pub name: &'static str,
    /// What a page calls it.
    pub label: Text,
    /// The unit, where it has one.
    pub unit: Option<Text>,
    /// Whether it is a median of several rounds, with the least and the most
    /// of them beside it in the outcome, as `NAME_low` and `NAME_high`.
    pub spread: bool,
}

/// Units of figures that come from a clock: times, rates, and ratios of times.
const TIME_UNITS: [&str; 5] = ["ns", "µs", "ms", "s", "times"];

impl MetricSpec {
    /// A figure: its name, what a page calls it, and its unit.
    pub(crate) const fn new(name: &'static str, label: Text, unit: Option<Text>) -> MetricSpec {
        MetricSpec {
            name,
            label,
            unit,
            spread: false,
        }
    }

    /// The same as a median of several rounds, shown with its spread.
    #[cfg(feature = "os")]
    pub(crate) const fn with_spread(self) -> MetricSpec {
        MetricSpec {
            spread: true,
            ..self
        }
    }

    /// Whether it comes from a clock. All others are decided by who goes on
    /// when.
    pub fn is_time(&self) -> bool {
        self.unit
            .is_some_and(|unit| TIME_UNITS.contains(&unit.en) || unit.en.ends_with("/s"))
    }
}

/// The future of a run's main goroutine.
pub type Main = Pin<Box<dyn Future<Output = ()> + Send>>;

/// An experiment with its parameters, ready to run.
pub struct Program {
    /// Every parameter, defaults filled in, in the order of the form.
    pub params: Vec<(&'static str, Value)>,
    /// The main goroutine.
    pub main: Box<dyn FnOnce(Lab) -> Main + Send>,
}

impl Program {
    /// The program of `main` with what was given.
    pub(crate) fn new<P, F>(
        given: &Given,
        main: impl FnOnce(P, Lab) -> F + Send + 'static,
    ) -> Result<Program, Vec<ParamError>>
    where
        P: ParameterSet + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let params = P::from_given(given)?;
        Ok(Program {
            params: params.values(),
            main: Box::new(move |lab| Box::pin(main(params, lab))),
        })
    }
}

/// The chapters of the book.
static CHAPTERS: [&[Entry]; 8] = [
    foundations::ENTRIES,
    patterns::ENTRIES,
    locks::ENTRIES,
    atomics::ENTRIES,
    contexts::ENTRIES,
    telemetry::ENTRIES,
    performance::ENTRIES,
    production::ENTRIES,
];

/// Every experiment, in the order of the book.
static ALL: LazyLock<Vec<&'static Entry>> =
    LazyLock::new(|| CHAPTERS.iter().copied().flatten().collect());

/// Every experiment, in the order of the book.
pub fn all() -> &'static [&'static Entry] {
    &ALL
}

/// The experiment with this id.
pub fn find(id: &str) -> Option<&'static Entry> {
    all().iter().copied().find(|entry| entry.id == id)
}
