//! Schedules: what a run is replayed by, as a short text.
//!
//! Two forms. By seed, `random-42` or `pct3-42`, which the strategy turns into
//! the same choices again; and explicit, with each choice written out
//! ([`text`]). Both replay a run to the byte, given the same program and
//! [`Config`](super::Config).

mod text;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::strategy::Point;
use super::strategy::pct::PCT_CHOICES;

/// Choices from one fit mark to the next: a mark is a letter, so an explicit
/// schedule grows by one in this many choices, and one that does not fit is
/// found out at most this late.
pub(super) const MARK_CHOICES: usize = 64;
/// The values of a fit mark: one letter or digit.
const MARKS: u64 = 62;

/// What a run is replayed by, as [`Strategy::Replay`](super::Strategy::Replay).
///
/// It is written as text by `Display` and read by `FromStr`.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    form: Form,
}

#[derive(Clone, Debug, PartialEq)]
enum Form {
    Seeded(Seeded),
    Explicit { seed: u64, choices: Arc<Choices> },
}

/// A strategy with its seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seeded {
    Random { seed: u64 },
    Pct { depth: u32, choices: u32, seed: u64 },
}

impl Seeded {
    pub(super) fn seed(self) -> u64 {
        match self {
            Seeded::Random { seed } | Seeded::Pct { seed, .. } => seed,
        }
    }
}

/// Choices that were made, with marks by which a run is known that was offered
/// others.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Choices {
    chosen: Vec<u32>,
    /// One after each [`MARK_CHOICES`].
    marks: Vec<u8>,
    /// Of all alternatives offered so far.
    hash: u64,
    /// The mark at the end, of choices that were read.
    end: Option<u8>,
}

impl Choices {
    pub(super) fn len(&self) -> usize {
        self.chosen.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<usize> {
        self.chosen.get(index).map(|&chosen| chosen as usize)
    }

    /// Adds a choice.
    pub(super) fn push(&mut self, point: &Point<'_>, chosen: usize) {
        let offered = (point.bound as u64) << 4 | (point.choosing as u64) << 1;
        self.hash = (self.hash ^ (offered | u64::from(point.time)))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29);
        self.chosen.push(u32::try_from(chosen).unwrap_or(u32::MAX));
        if self.len().is_multiple_of(MARK_CHOICES) {
            self.marks.push(self.mark());
        }
    }

    /// The mark of what was offered so far.
    fn mark(&self) -> u8 {
        ((self.hash >> 20) % MARKS) as u8
    }

    fn end_mark(&self) -> u8 {
        self.end.unwrap_or_else(|| self.mark())
    }

    /// Whether these are the first of `recorded`, as far as the last mark tells.
    pub(super) fn compare(&self, recorded: &Choices) -> Result<(), String> {
        if !self.len().is_multiple_of(MARK_CHOICES) {
            return Ok(());
        }
        let index = self.marks.len() - 1;
        if self.marks[index] == recorded.marks[index] {
            return Ok(());
        }
        Err(self.differs(index * MARK_CHOICES))
    }

    /// Whether these are all of `recorded`, which are as many.
    pub(super) fn compare_end(&self, recorded: &Choices) -> Result<(), String> {
        if self.mark() == recorded.end_mark() {
            return Ok(());
        }
        Err(self.differs(self.marks.len() * MARK_CHOICES))
    }

    fn differs(&self, from: usize) -> String {
        format!(
            "between choice {} and choice {} the program had other alternatives than those that \
             the schedule chose among",
            from + 1,
            self.len()
        )
    }
}

static NONE: Choices = Choices {
    chosen: Vec::new(),
    marks: Vec::new(),
    hash: 0,
    end: None,
};

impl Schedule {
    pub(super) fn by_seed(seeded: Seeded) -> Self {
        Schedule {
            form: Form::Seeded(seeded),
        }
    }

    pub(super) fn explicit(seed: u64, choices: Choices) -> Self {
        let choices = Arc::new(choices);
        Schedule {
            form: Form::Explicit { seed, choices },
        }
    }

    pub(super) fn seeded(&self) -> Option<Seeded> {
        match self.form {
            Form::Seeded(seeded) => Some(seeded),
            Form::Explicit { .. } => None,
        }
    }

    /// The choices; none of a schedule by seed.
    pub(super) fn choices(&self) -> &Choices {
        match &self.form {
            Form::Seeded(_) => &NONE,
            Form::Explicit { choices, .. } => choices,
        }
    }

    /// The seed of the strategy, or of an explicit schedule the seed of what is
    /// not chosen.
    pub fn seed(&self) -> u64 {
        match &self.form {
            Form::Seeded(seeded) => seeded.seed(),
            Form::Explicit { seed, .. } => *seed,
        }
    }

    /// Whether each choice is written out.
    pub fn is_explicit(&self) -> bool {
        matches!(self.form, Form::Explicit { .. })
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.form {
            Form::Seeded(Seeded::Random { seed }) => write!(f, "random-{seed}"),
            Form::Seeded(Seeded::Pct {
                depth,
                choices,
                seed,
            }) if *choices == PCT_CHOICES => write!(f, "pct{depth}-{seed}"),
            Form::Seeded(Seeded::Pct {
                depth,
                choices,
                seed,
            }) => write!(f, "pct{depth}x{choices}-{seed}"),
            Form::Explicit { seed, choices } => f.write_str(&text::write(*seed, choices)),
        }
    }
}

/// Why a text is no schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScheduleError {
    /// It begins like none: `random-`, `pct3-` or `s1-`.
    Unknown,
    /// What stands for the seed, or for the numbers of the strategy, is no
    /// number.
    Number(String),
    /// It is explicit, of a version that is not read here.
    Version(String),
    /// It is explicit, and damaged: not all of it is there, or a letter is
    /// another.
    Damaged,
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScheduleError::Unknown => {
                f.write_str("not a schedule: they begin with `random-`, `pct3-` or `s1-`")
            }
            ScheduleError::Number(text) => write!(f, "not a schedule: `{text}` is no number"),
            ScheduleError::Version(version) => {
                write!(
                    f,
                    "a schedule of version {version}, and only 1 is read here"
                )
            }
            ScheduleError::Damaged => {
                f.write_str("a damaged schedule: letters are missing, or others")
            }
        }
    }
}

impl std::error::Error for ScheduleError {}

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let text = text.trim();
        let (head, rest) = text.split_once('-').ok_or(ScheduleError::Unknown)?;
        if head == "random" {
            let seed = number(rest)?;
            return Ok(Schedule::by_seed(Seeded::Random { seed }));
        }
        if let Some(numbers) = head.strip_prefix("pct") {
            let (depth, choices) = match numbers.split_once('x') {
                Some((depth, choices)) => (number(depth)?, number(choices)?),
                None => (number(numbers)?, PCT_CHOICES),
            };
            let seed = number(rest)?;
            return Ok(Schedule::by_seed(Seeded::Pct {
                depth,
                choices,
                seed,
            }));
        }
        match head.strip_prefix('s') {
            Some("1") => {
                let (seed, choices) = text::read(text).ok_or(ScheduleError::Damaged)?;
                Ok(Schedule::explicit(seed, choices))
            }
            Some(version) if version.parse::<u32>().is_ok() => {
                Err(ScheduleError::Version(version.to_owned()))
            }
            _ => Err(ScheduleError::Unknown),
        }
    }
}

fn number<N: FromStr>(text: &str) -> Result<N, ScheduleError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number.ok_or_else(|| ScheduleError::Number(text.to_owned()))
}
