//! The text of an explicit schedule: `s1-SEED-CHOICES-MARKS-CHECK`, each part
//! letters and digits.
//!
//! Most choices are the first alternative, so only the others are written, each
//! with the number of first ones before it:
//!
//! | digit | means |
//! |---|---|
//! | 0–49 | 0–9 first alternatives, then alternative 1–5, counted from 0 |
//! | 50–59 | the pair before, 2–11 times more |
//! | 60 | two numbers follow: how many first ones, and the alternative |
//! | 61 | a number follows: the pair before, so many times more |
//!
//! A number is written in base 31, the least digit first; 31 is added to each
//! but the last. The choices begin with how many they are, so first ones at the
//! end need no digit. `MARKS` has a digit after each
//! [`MARK_CHOICES`](super::MARK_CHOICES) and one at the end; `CHECK` is a sum
//! over all that stands before.

use super::{Choices, MARK_CHOICES};

const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const BASE: u64 = 31;
/// First alternatives that a digit of a pair can count.
const GAPS: u64 = 10;
/// Alternatives that it can name.
const NAMED: u64 = 5;
const SHORT_REPEAT: u8 = 50;
const LONG_PAIR: u8 = 60;
const LONG_REPEAT: u8 = 61;
/// The most times that a short repeat stands for, and the least.
const REPEATS: std::ops::RangeInclusive<u64> = 2..=11;
/// Digits of the check.
const CHECK: usize = 6;
/// The most choices that a text may say it has: it could otherwise name a
/// number that no memory holds.
const MAX_CHOICES: u64 = 100_000_000;

/// The text.
pub(super) fn write(seed: u64, choices: &Choices) -> String {
    let mut text = String::from("s1-");
    push_number(&mut text, seed);
    text.push('-');
    push_number(&mut text, choices.len() as u64);
    let mut repeated = 0;
    let mut last = None;
    let mut gap = 0;
    for &chosen in &choices.chosen {
        if chosen == 0 {
            gap += 1;
            continue;
        }
        let pair = (gap, u64::from(chosen));
        gap = 0;
        if last == Some(pair) {
            repeated += 1;
            continue;
        }
        push_repeats(&mut text, last, repeated);
        push_pair(&mut text, pair);
        last = Some(pair);
        repeated = 0;
    }
    push_repeats(&mut text, last, repeated);
    text.push('-');
    let marks = choices.marks.iter().copied();
    for mark in marks.chain([choices.end_mark()]) {
        push_digit(&mut text, mark);
    }
    text.push('-');
    let check = check(&text);
    text.push_str(&check);
    text
}

fn push_digit(text: &mut String, digit: u8) {
    text.push(char::from(DIGITS[usize::from(digit)]));
}

fn push_number(text: &mut String, mut number: u64) {
    while number >= BASE {
        push_digit(text, (BASE + number % BASE) as u8);
        number /= BASE;
    }
    push_digit(text, number as u8);
}

fn push_pair(text: &mut String, (gap, chosen): (u64, u64)) {
    if gap < GAPS && chosen <= NAMED {
        push_digit(text, (gap * NAMED + chosen - 1) as u8);
        return;
    }
    push_digit(text, LONG_PAIR);
    push_number(text, gap);
    push_number(text, chosen);
}

/// Writes that `pair` came `times` more, in the shorter way.
fn push_repeats(text: &mut String, pair: Option<(u64, u64)>, times: u64) {
    let Some(pair) = pair else { return };
    match times {
        0 => {}
        1 => push_pair(text, pair),
        times if REPEATS.contains(&times) => {
            push_digit(text, SHORT_REPEAT + (times - REPEATS.start()) as u8);
        }
        times => {
            push_digit(text, LONG_REPEAT);
            push_number(text, times);
        }
    }
}

/// FNV-1a, as digits.
fn check(text: &str) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 32;
    let mut digits = String::new();
    for _ in 0..CHECK {
        push_digit(&mut digits, (hash % 62) as u8);
        hash /= 62;
    }
    digits
}

/// The seed and the choices of a text that [`write`] wrote.
pub(super) fn read(text: &str) -> Option<(u64, Choices)> {
    let at = text.len().checked_sub(CHECK)?;
    let (body, sum) = (text.get(..at)?, text.get(at..)?);
    if check(body) != sum {
        return None;
    }
    let mut parts = body.split('-').skip(1);
    let mut seed = Digits::of(parts.next()?);
    let mut digits = Digits::of(parts.next()?);
    let marks = parts.next()?;
    let seed = seed.number()?;
    let len = digits.number().filter(|&len| len <= MAX_CHOICES)?;
    let mut choices = Choices {
        chosen: read_choices(&mut digits, usize::try_from(len).ok()?)?,
        ..Choices::default()
    };
    let mut marks = marks.bytes().map(digit).collect::<Option<Vec<u8>>>()?;
    choices.end = Some(marks.pop()?);
    choices.marks = marks;
    (choices.marks.len() == choices.len() / MARK_CHOICES).then_some((seed, choices))
}

fn read_choices(digits: &mut Digits<'_>, len: usize) -> Option<Vec<u32>> {
    let mut chosen = Vec::new();
    let mut last = None;
    while let Some(digit) = digits.next() {
        let (pair, times) = match digit {
            LONG_PAIR => ((digits.number()?, digits.number()?), 1),
            LONG_REPEAT => (last?, digits.number()?),
            digit if digit >= SHORT_REPEAT => {
                (last?, u64::from(digit - SHORT_REPEAT) + REPEATS.start())
            }
            digit => {
                let digit = u64::from(digit);
                ((digit / NAMED, digit % NAMED + 1), 1)
            }
        };
        last = Some(pair);
        let (gap, value) = (usize::try_from(pair.0).ok()?, u32::try_from(pair.1).ok()?);
        for _ in 0..times {
            let end = chosen.len().checked_add(gap)?;
            if end >= len {
                return None;
            }
            chosen.resize(end, 0);
            chosen.push(value);
        }
    }
    chosen.resize(len, 0);
    Some(chosen)
}

fn digit(byte: u8) -> Option<u8> {
    let place = DIGITS.iter().position(|&digit| digit == byte)?;
    u8::try_from(place).ok()
}

/// The digits of a part that are still to be read.
struct Digits<'a>(std::str::Bytes<'a>);

impl<'a> Digits<'a> {
    fn of(part: &'a str) -> Self {
        Digits(part.bytes())
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        let mut place = 1_u64;
        loop {
            let digit = u64::from(self.next()?);
            number = number.checked_add((digit % BASE).checked_mul(place)?)?;
            if digit < BASE {
                return Some(number);
            }
            // The last place of the greatest number is beyond it; then no
            // digit but 0 fits there.
            place = place.saturating_mul(BASE);
        }
    }
}

impl Iterator for Digits<'_> {
    type Item = u8;

    /// The next; none also where there is no digit, which the check excludes.
    fn next(&mut self) -> Option<u8> {
        digit(self.0.next()?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{check, read, write};
    use crate::sim::schedule::{Choices, MARK_CHOICES};

    fn choices(chosen: Vec<u32>) -> Choices {
        let marks = chosen.chunks_exact(MARK_CHOICES).enumerate();
        Choices {
            marks: marks.map(|(place, _)| (place % 62) as u8).collect(),
            hash: 0,
            end: Some(61),
            chosen,
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            seed in any::<u64>(),
            runs in prop::collection::vec(
                (0..40_usize, prop_oneof![0..7_u32, Just(u32::MAX)], 1..40_usize),
                0..20,
            ),
        ) {
            let mut chosen = Vec::new();
            for (gap, value, times) in runs {
                for _ in 0..times {
                    chosen.extend(std::iter::repeat_n(0, gap));
                    chosen.push(value);
                }
            }
            let choices = choices(chosen);
            let text = write(seed, &choices);
            prop_assert_eq!(read(&text), Some((seed, choices)));
        }

        /// A letter that is another is found out; so is any that is missing.
        #[test]
        fn damage_is_found(place in 3..40_usize, letter in 0..62_usize) {
            let text = write(7, &choices((0..60).map(|n| n % 4).collect()));
            let mut bytes = text.clone().into_bytes();
            let other = super::DIGITS[letter];
            prop_assume!(bytes[place] != other);
            bytes[place] = other;
            prop_assert_eq!(read(std::str::from_utf8(&bytes).unwrap()), None);
            prop_assert_eq!(read(&text[..text.len() - 1]), None);
        }

        /// Whatever stands before a right check, reading it ends.
        #[test]
        fn garbage_with_a_right_check_is_no_harm(body in "s1-[0-9a-zA-Z]{0,30}-[0-9a-zA-Z]{0,30}-[0-9a-zA-Z]{0,3}-") {
            let _ = read(&format!("{body}{}", check(&body)));
        }
    }
}
