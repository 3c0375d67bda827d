//! Figures as the page writes them: three significant figures, a thin space
//! before the unit, one unit in one table.

/// Between a figure and its unit.
pub const THIN_SPACE: char = '\u{2009}';

/// A unit of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Nanoseconds.
    #[default]
    Nanos,
    /// Microseconds.
    Micros,
    /// Milliseconds.
    Millis,
    /// Seconds.
    Seconds,
}

impl Unit {
    /// Every unit, the smallest first.
    pub const ALL: [Unit; 4] = [Unit::Nanos, Unit::Micros, Unit::Millis, Unit::Seconds];

    /// The unit in which a time of `ns` has one to three figures before the
    /// point. One for a whole table is that of its largest time.
    pub fn of(ns: u64) -> Unit {
        // The bounds are where three figures would round up to a thousand.
        match ns {
            0..1_000 => Unit::Nanos,
            1_000..999_500 => Unit::Micros,
            999_500..999_500_000 => Unit::Millis,
            _ => Unit::Seconds,
        }
    }

    /// Nanoseconds in one.
    pub fn ns(self) -> u64 {
        match self {
            Unit::Nanos => 1,
            Unit::Micros => 1_000,
            Unit::Millis => 1_000_000,
            Unit::Seconds => 1_000_000_000,
        }
    }

    /// Its symbol.
    pub fn symbol(self) -> &'static str {
        match self {
            Unit::Nanos => "ns",
            Unit::Micros => "µs",
            Unit::Millis => "ms",
            Unit::Seconds => "s",
        }
    }
}

/// A time in the unit that suits it: `1.24 µs`.
pub fn duration(ns: u64) -> String {
    duration_in(ns, Unit::of(ns))
}

/// A time in a unit that was chosen for its neighbours too.
pub fn duration_in(ns: u64, unit: Unit) -> String {
    let figure = significant(ns as f64 / unit.ns() as f64);
    format!("{figure}{THIN_SPACE}{}", unit.symbol())
}

/// A number with three significant figures, or all of those before the point:
/// `1.24`, `12.4`, `1,240`.
pub fn significant(number: f64) -> String {
    if !number.is_finite() {
        return "–".into();
    }
    let size = number.abs();
    // One place less than the size says, where rounding reaches the next ten.
    let decimals = match size {
        _ if size == 0.0 => 0,
        _ if size >= 99.95 => 0,
        _ if size >= 9.995 => 1,
        _ if size >= 0.9995 => 2,
        _ => {
            let zeros = (-size.log10()).floor() as usize;
            (zeros + 3).min(12)
        }
    };
    let text = format!("{number:.decimals$}");
    let text = match text.split_once('.') {
        Some((whole, fraction)) => {
            let fraction = fraction.trim_end_matches('0');
            // Zeros that were measured stay; a whole number has none.
            if fraction.is_empty() && number.fract() == 0.0 {
                whole.to_owned()
            } else {
                text
            }
        }
        None => text,
    };
    grouped(&text)
}

/// A whole number, in groups of three: `1,240,000`.
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// A whole number of either sign, in groups of three.
pub fn whole(number: i64) -> String {
    grouped(&number.to_string())
}

/// Bytes in the unit that suits them: `1.24 MB`.
pub fn bytes(number: u64) -> String {
    let (divisor, symbol) = match number {
        0..1_000 => (1.0, "B"),
        1_000..999_500 => (1e3, "kB"),
        999_500..999_500_000 => (1e6, "MB"),
        _ => (1e9, "GB"),
    };
    format!(
        "{}{THIN_SPACE}{symbol}",
        significant(number as f64 / divisor)
    )
}

/// A ratio as the page says it: `3.2` for 3.2 times.
pub fn ratio(number: f64) -> String {
    if number.is_finite() && number.abs() < 10.0 {
        format!("{number:.1}")
    } else {
        significant(number)
    }
}

fn grouped(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("\u{2212}", digits),
        None => ("", whole),
    };
    let mut grouped = String::with_capacity(text.len() + 4);
    grouped.push_str(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_three_figures_and_a_thin_space() {
        assert_eq!(duration(0), "0\u{2009}ns");
        assert_eq!(duration(7), "7\u{2009}ns");
        assert_eq!(duration(999), "999\u{2009}ns");
        assert_eq!(duration(1_240), "1.24\u{2009}µs");
        assert_eq!(duration(999_499), "999\u{2009}µs");
        assert_eq!(duration(999_500), "1.00\u{2009}ms");
        assert_eq!(duration(84_213_000), "84.2\u{2009}ms");
        assert_eq!(duration(200_000_000), "200\u{2009}ms");
        assert_eq!(duration(999_500_000), "1.00\u{2009}s");
        assert_eq!(duration(12_345_000_000), "12.3\u{2009}s");
        assert_eq!(duration(u64::MAX), "18,446,744,074\u{2009}s");
    }

    #[test]
    fn one_unit_serves_a_table() {
        assert_eq!(duration_in(1_240, Unit::Millis), "0.00124\u{2009}ms");
        assert_eq!(duration_in(0, Unit::Millis), "0\u{2009}ms");
        assert_eq!(duration_in(2_000_000_000, Unit::Millis), "2,000\u{2009}ms");
    }

    #[test]
    fn numbers_round_to_three_figures() {
        for (number, text) in [
            (0.0, "0"),
            (3.0, "3"),
            (3.14559, "3.15"),
            (31.4559, "31.5"),
            (99.96, "100"),
            (9.996, "10.0"),
            (0.12345, "0.123"),
            (0.0012345, "0.00123"),
            (1234.5, "1,234"),
            (-1234567.0, "\u{2212}1,234,567"),
            (f64::NAN, "–"),
            (f64::INFINITY, "–"),
        ] {
            assert_eq!(significant(number), text, "{number}");
        }
    }

    #[test]
    fn whole_numbers_come_in_groups() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(whole(i64::MIN), "\u{2212}9,223,372,036,854,775,808");
    }

    #[test]
    fn bytes_and_ratios() {
        assert_eq!(bytes(275), "275\u{2009}B");
        assert_eq!(bytes(1 << 30), "1.07\u{2009}GB");
        assert_eq!(ratio(3.24), "3.2");
        assert_eq!(ratio(12.34), "12.3");
    }
}
