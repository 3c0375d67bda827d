//! Schedules: the same run again, to the byte.

use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use csp::run::Outcome;
use csp::sim::{Config, Schedule, ScheduleError, SimReport, Strategy};
use csp::trace::Event;
use csp::{chan, go, select, yield_now};

use super::{name, replay, seed, traced};

/// All that an event says.
fn hash(events: &[Event]) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut text = String::new();
    for event in events {
        text.clear();
        write!(text, "{event:?}").unwrap();
        text.hash(&mut hasher);
    }
    hasher.finish()
}

/// A bit of everything: channels of both kinds, selects with ready cases,
/// timeouts, yields, a panic that is recovered, goroutines that are left.
async fn mixture(rounds: u32) {
    let (numbers, lines) = (chan(2), chan(0));
    let stop = chan::<()>(0);
    let group = csp::sync::WaitGroup::new();
    for worker in 0..3 {
        let (numbers, lines, stop) = (numbers.clone(), lines.clone(), stop.clone());
        group.go(async move {
            for round in 0..rounds {
                select! {
                    _ = numbers.send(worker * 100 + round) => {}
                    _ = stop.recv() => break,
                    _ = csp::time::after(Duration::from_micros(20)).recv() => {
                        csp::println!("{worker} gives up on {round}");
                    }
                }
                if round % 5 == worker {
                    yield_now().await;
                }
                lines.send(worker).await;
            }
        });
    }
    let lines_read = lines.clone();
    go(async move {
        while let Some(line) = lines_read.recv().await {
            csp::counter("line", line.into());
        }
    });
    let read = numbers.clone();
    go(async move {
        let mut sum = 0;
        while let Some(number) = read.recv().await {
            sum += number;
            csp::time::sleep(Duration::from_nanos(u64::from(number) * 300)).await;
        }
        let failed = csp::recover(csp::panic(format!("{sum}"))).await;
        csp::println!("{}", failed.unwrap_err());
        chan::<()>(0).recv().await;
    });
    group.wait().await;
    numbers.close();
    yield_now().await;
}

fn strategy(number: u64) -> Strategy {
    match number % 4 {
        0 => Strategy::Pct { depth: 3 },
        1 => Strategy::Dfs { preemptions: 2 },
        _ => Strategy::Random,
    }
}

fn mixed(config: Config) -> (SimReport<()>, u64) {
    let (report, events) = traced(config, mixture(8));
    let outcome = &report.report.outcome;
    assert!(
        matches!(outcome, Outcome::Completed(())),
        "{}",
        name(outcome)
    );
    (report, hash(&events))
}

/// The same seed, the same events; and so by either form of the schedule, read
/// from its text.
#[test]
fn a_run_is_replayed_to_the_byte() {
    let mut hashes = std::collections::BTreeSet::new();
    for number in 0..1_000 {
        let config = || Config {
            strategy: strategy(number),
            procs: 1 + (number as usize % 3),
            ..seed(number)
        };
        let (report, events) = mixed(config());
        assert_eq!(mixed(config()).1, events);
        for schedule in [&report.schedule, &report.explicit] {
            let text = schedule.to_string();
            let config = Config {
                procs: config().procs,
                ..replay(&text.parse().unwrap())
            };
            let (again, same) = mixed(config);
            assert_eq!(same, events, "{text}");
            assert_eq!(again.steps, report.steps);
            assert_eq!(again.explicit.to_string(), report.explicit.to_string());
        }
        hashes.insert(events);
    }
    assert!(hashes.len() > 700, "{}", hashes.len());
}

/// What a seed means may never change: links and lessons have it. This is the
/// one test that names the numbers of a version.
#[test]
fn a_seed_means_the_same_run_for_ever() {
    let (report, _) = mixed(seed(42));
    assert_eq!(report.schedule.to_string(), "random-42");
    let (steps, choices) = (report.steps, report.choices);
    assert_eq!((steps, choices), (192, 184));
    let text = report.explicit.to_string();
    assert_eq!(
        text,
        "s1-G1-Y554faq2lra365hk660qa2Apc3ac72d1c0aOgpa8Yb21ahfB0Egp0au-D6a-6aB5ge"
    );
    let (report, _) = mixed(Config {
        strategy: Strategy::Pct { depth: 3 },
        ..seed(7)
    });
    assert_eq!(report.schedule.to_string(), "pct3-7");
}

/// More than 100,000 steps, and a text that is still reasonable.
#[test]
fn a_long_run_is_replayed_from_its_text() {
    let config = || seed(3);
    let (report, events) = traced(config(), mixture(6_000));
    assert!(report.steps > 100_000, "{}", report.steps);
    let text = report.explicit.to_string();
    assert!((text.len() as u64) < report.choices / 2);
    let (_, again) = traced(replay(&text.parse().unwrap()), mixture(6_000));
    assert_eq!(hash(&again), hash(&events));
}

#[test]
fn a_schedule_that_does_not_fit_says_where() {
    let (report, _) = mixed(seed(5));
    let schedule = report.explicit;
    let diverges = |rounds| {
        let (report, _) = traced(replay(&schedule), mixture(rounds));
        match report.report.outcome {
            Outcome::Diverged(why) => why,
            other => panic!("{}", name(&other)),
        }
    };
    // Fewer rounds and more: the program has other alternatives, or ends too
    // soon, or goes on.
    for rounds in [1, 7, 9, 20] {
        let why = diverges(rounds);
        assert!(why.contains("choice"), "{why}");
    }
    let (report, _) = traced(replay(&schedule), async {});
    let text = name(&report.report.outcome);
    assert!(text.contains("ended after 0 of the"), "{text}");
}

#[test]
fn garbage_is_no_schedule() {
    let error = |text: &str| text.parse::<Schedule>().unwrap_err();
    assert_eq!(error(""), ScheduleError::Unknown);
    assert_eq!(error("random"), ScheduleError::Unknown);
    assert_eq!(error("sand-1"), ScheduleError::Unknown);
    assert_eq!(error("random-x"), ScheduleError::Number("x".to_owned()));
    assert_eq!(error("random-+1"), ScheduleError::Number("+1".to_owned()));
    assert_eq!(error("pctx-1"), ScheduleError::Number(String::new()));
    assert_eq!(error("s2-abc"), ScheduleError::Version("2".to_owned()));
    assert_eq!(error("s1-"), ScheduleError::Damaged);
    let (report, _) = mixed(seed(5));
    let text = report.explicit.to_string();
    assert_eq!(error(&text[..text.len() - 9]), ScheduleError::Damaged);
    assert_eq!(text.parse::<Schedule>().unwrap().to_string(), text);
    for text in ["random-7", "pct2-9", "pct3x5000-1"] {
        assert_eq!(text.parse::<Schedule>().unwrap().to_string(), text);
    }
}
