//! Figures for a person: three significant digits and a unit.

/// A figure with three significant digits. A count stays whole.
pub(super) fn figure(value: f64) -> String {
    if !value.is_finite() || value.fract() == 0.0 {
        return value.to_string();
    }
    let magnitude = value.abs().log10().floor() as i32;
    if magnitude >= 2 {
        return format!("{value:.0}");
    }
    let decimals = usize::try_from(2 - magnitude).unwrap_or(0);
    format!("{value:.decimals$}")
}

/// A duration, in the unit that leaves one to three digits before the point.
pub(super) fn duration(ns: u64) -> String {
    let ns = ns as f64;
    let (value, unit) = match ns {
        _ if ns < 1e3 => (ns, "ns"),
        _ if ns < 1e6 => (ns / 1e3, "µs"),
        _ if ns < 1e9 => (ns / 1e6, "ms"),
        _ => (ns / 1e9, "s"),
    };
    format!("{} {unit}", figure(value))
}

#[cfg(test)]
mod tests {
    use super::{duration, figure};

    #[test]
    fn three_digits_count() {
        assert_eq!(figure(0.0), "0");
        assert_eq!(figure(1234567.0), "1234567");
        assert_eq!(figure(1234.56), "1235");
        assert_eq!(figure(123.456), "123");
        assert_eq!(figure(12.3456), "12.3");
        assert_eq!(figure(-0.001_234_5), "-0.00123");
    }

    #[test]
    fn durations_have_a_fitting_unit() {
        assert_eq!(duration(999), "999 ns");
        assert_eq!(duration(1_240), "1.24 µs");
        assert_eq!(duration(50_123_456), "50.1 ms");
        assert_eq!(duration(2_000_000_000), "2 s");
    }
}
