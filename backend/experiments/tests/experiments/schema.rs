//! Every experiment describes itself fully, and in both languages.

use std::collections::BTreeSet;
use std::path::Path;

use experiments::{Entry, Given, ParamKind, ParamSpec, Text, Value, all, find};

/// Every id of the book, in its order.
const BOOK: [&str; 58] = [
    "scheduler",
    "goroutine-creation",
    "goroutine-memory",
    "goroutine-switch",
    "channel-unbuffered",
    "channel-buffered",
    "channel-directional",
    "channel-inside",
    "channel-close",
    "channel-capacity",
    "channel-rules",
    "select-basic",
    "select-timeout",
    "select-default",
    "select-priority",
    "select-fairness",
    "select-timer",
    "worker-pool",
    "dynamic-pool",
    "fan-out-fan-in",
    "pipeline",
    "pub-sub",
    "semaphore",
    "errgroup",
    "rate-limiter",
    "mutex",
    "rwmutex",
    "mutex-vs-rwmutex",
    "once",
    "sync-map",
    "wait-group",
    "wait-group-mistake",
    "cond",
    "atomic-vs-mutex",
    "atomic-operations",
    "lock-free-stack",
    "aba",
    "context-cancel",
    "context-timeout",
    "context-deadline",
    "context-values",
    "context-budget",
    "trace-goroutine",
    "trace-worker-pool",
    "tracked-channel",
    "goroutine-metrics",
    "block-profile",
    "sharded-cache",
    "goroutine-pool",
    "object-pool",
    "false-sharing",
    "api-server",
    "goroutine-leak",
    "deadlock",
    "loop-variable",
    "concurrent-map",
    "stream-processing",
    "task-scheduling",
];

#[test]
fn ids_are_those_of_the_book_and_found() {
    let ids: Vec<_> = all().iter().map(|entry| entry.id).collect();
    let in_order: Vec<_> = BOOK.into_iter().filter(|id| ids.contains(id)).collect();
    assert_eq!(ids, in_order, "in the order of the book, and no others");
    for entry in all() {
        assert_eq!(find(entry.id).map(|found| found.id), Some(entry.id));
        let file = Path::new(entry.file).file_stem().unwrap().to_str().unwrap();
        assert_eq!(file.replace('_', "-"), entry.id);
    }
    assert!(find("channel_buffered").is_none());
}

#[test]
fn words_are_there_in_both_languages() {
    for entry in all() {
        words(entry.id, entry.title);
        words(entry.id, entry.summary);
        for metric in entry.metrics {
            words(metric.name, metric.label);
            unit(metric.name, metric.unit);
        }
        for spec in (entry.params)() {
            words(spec.name, spec.label);
            words(spec.name, spec.help);
            unit(spec.name, spec.unit);
            if let ParamKind::Choice { options, .. } = spec.kind {
                for option in options {
                    words(option.value, option.label);
                }
            }
        }
    }
}

#[test]
fn names_are_distinct_and_plain() {
    for entry in all() {
        let params = (entry.params)();
        let params: Vec<_> = params.iter().map(|spec| spec.name).collect();
        let metrics: Vec<_> = entry.metrics.iter().map(|metric| metric.name).collect();
        for names in [params, metrics] {
            let distinct: BTreeSet<_> = names.iter().collect();
            assert_eq!(distinct.len(), names.len(), "{}: {names:?}", entry.id);
            let plain = |name: &&str| {
                name.chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            };
            assert!(names.iter().all(plain), "{}: {names:?}", entry.id);
        }
    }
}

#[test]
fn defaults_are_within_their_bounds() {
    for entry in all() {
        for spec in (entry.params)() {
            let within = match spec.kind {
                ParamKind::Integer { min, max, default } => (min..=max).contains(&default),
                ParamKind::Number { min, max, default } => (min..=max).contains(&default),
                ParamKind::Toggle { .. } => true,
                ParamKind::Choice { options, default } => {
                    options.iter().any(|option| option.value == default)
                }
            };
            assert!(within, "{}: {spec:?}", entry.id);
        }
    }
}

#[test]
fn programs_report_every_parameter_with_its_default() {
    for entry in all() {
        let program = (entry.prepare)(&Given::new()).unwrap();
        let expected: Vec<_> = (entry.params)()
            .iter()
            .map(|spec| (spec.name, default(spec)))
            .collect();
        assert_eq!(program.params, expected, "{}", entry.id);
    }
}

#[test]
fn the_source_is_the_file_and_holds_the_lesson() {
    for entry in all() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .join(entry.file);
        let file = std::fs::read_to_string(&path).unwrap();
        assert_eq!(file, entry.source, "{}", entry.file);

        let listing = listing(entry);
        assert!(!listing.trim().is_empty(), "{}", entry.file);
        assert!(listing.lines().count() <= 90, "{}", entry.file);
        assert!(
            listing.lines().all(|line| line.len() <= 100),
            "{}",
            entry.file
        );
    }
}

/// What a lesson shows of the file.
fn listing(entry: &Entry) -> &str {
    let only = |marker: &str| {
        let mut found = entry.source.match_indices(marker);
        let (at, _) = found
            .next()
            .unwrap_or_else(|| panic!("{}: no `{marker}`", entry.file));
        assert_eq!(found.next(), None, "{}: `{marker}` twice", entry.file);
        at
    };
    let begin = only("// lesson:begin main\n");
    let end = only("// lesson:end main\n");
    assert!(begin < end, "{}", entry.file);
    let from = begin + entry.source[begin..].find('\n').unwrap();
    &entry.source[from..end]
}

fn default(spec: &ParamSpec) -> Value {
    match &spec.kind {
        ParamKind::Integer { default, .. } => Value::Integer(*default),
        ParamKind::Number { default, .. } => Value::Number(*default),
        ParamKind::Toggle { default } => Value::Toggle(*default),
        ParamKind::Choice { default, .. } => Value::Text((*default).to_owned()),
    }
}

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn words(name: &str, text: Text) {
    assert!(!text.en.trim().is_empty(), "{name}: {text:?}");
    assert!(!text.en.chars().any(is_chinese), "{name}: {text:?}");
    assert!(text.zh.chars().any(is_chinese), "{name}: {text:?}");
}

/// A unit may be a symbol, the same in both languages.
fn unit(name: &str, unit: Option<Text>) {
    let Some(text) = unit else { return };
    assert!(!text.zh.trim().is_empty(), "{name}: {text:?}");
    if text.en != text.zh {
        words(name, text);
    }
}
