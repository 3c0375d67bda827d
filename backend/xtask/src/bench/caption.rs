//! What stands under a table: how many aims are met, when and on what it was
//! measured.

use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::options::Options;
use super::report::Row;

/// Lines of text, for a reader of the README too.
pub(super) fn caption(rows: &[Row], options: &Options, versions: &str) -> String {
    let met = rows.iter().filter(|row| row.met()).count();
    let busy = rows.iter().filter(|row| row.busy.is_some()).count();
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let mut text = format!(
        "{met} of {} aims met. {}; {versions}, GOMAXPROCS = procs = {}, medians of {} rounds{}; \
         {}.",
        rows.len(),
        date(since.unwrap_or_default()),
        options.procs,
        options.rounds,
        if options.quick { " (quick)" } else { "" },
        machine(),
    );
    if busy > 0 {
        text.push_str(&format!(
            "\nThe machine was busy with other work during {busy} of the rows: their figures \
             are doubtful."
        ));
    }
    text
}

/// The processor and how many of it.
fn machine() -> String {
    let count = std::thread::available_parallelism().map_or(0, usize::from);
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or(std::env::consts::ARCH, |(_, model)| model);
    format!("{count} processors, {model}")
}

/// The day in UTC, as 2026-01-31: days since 1970 taken apart into eras of 400
/// years, of which each has as many days.
fn date(since_1970: Duration) -> String {
    const ERA_DAYS: u64 = 146_097;
    // From the first of March of the year 0, so that a leap day is the last.
    let days = since_1970.as_secs() / 86_400 + 719_468;
    let (era, day) = (days / ERA_DAYS, days % ERA_DAYS);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let from_march = (5 * day + 2) / 153;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    format!(
        "{}-{month:02}-{:02}",
        era * 400 + year + u64::from(month <= 2),
        day - (153 * from_march + 2) / 5 + 1
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let day = |days: u64| date(Duration::from_secs(days * 86_400 + 86_399));
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(11_016), "2000-02-29");
        assert_eq!(day(11_017), "2000-03-01");
        assert_eq!(day(20_453), "2025-12-31");
        assert_eq!(day(20_454), "2026-01-01");
    }
}
