//! A run as text for a person.

use experiments::Entry;
use protocol::run::{Access, ObjectTotal, Starvation, Waiting};
use protocol::{Frame, Kind, ObjectKind, Outcome, RunEnd, RunRequest};

use super::figures::{duration, figure};
use crate::catalogue::replay;

/// The output lines in a frame, each with its end.
pub(super) fn output_lines(frame: &[u8]) -> String {
    let Ok(Frame::Events { events, .. }) = Frame::decode(frame) else {
        return String::new();
    };
    let mut lines = String::new();
    for event in events {
        if let Kind::Line { text } = event.kind {
            lines.push_str(&text);
            lines.push('\n');
        }
    }
    lines
}

/// What is printed after a run.
pub(super) fn summary(entry: &Entry, request: &RunRequest, end: &RunEnd) -> String {
    let mut rows = Rows::default();
    rows.title(&format!(
        "{} after {}",
        how(&end.outcome),
        duration(end.elapsed_ns)
    ));
    let mut metrics = end.metrics.clone();
    for spec in entry.metrics {
        let Some(value) = metrics.remove(spec.name) else {
            continue;
        };
        let unit = spec
            .unit
            .map_or(String::new(), |unit| format!(" {}", unit.en));
        rows.row(spec.label.en, &format!("{}{unit}", figure(value)));
    }
    for (name, value) in &metrics {
        rows.row(name, &figure(*value));
    }
    if !end.totals.blocked.is_empty() {
        rows.title("Blocked, over all goroutines");
    }
    for blocked in &end.totals.blocked {
        let times = plural(blocked.count, "time");
        rows.row(
            blocked.reason.as_go(),
            &format!("{} ({times})", duration(blocked.ns)),
        );
    }
    let named = end.totals.objects.iter();
    let objects: Vec<&ObjectTotal> = named.filter(|one| one.name.is_some()).collect();
    if !objects.is_empty() {
        rows.title("Objects");
    }
    for object in objects {
        rows.row(object.name.as_deref().unwrap_or_default(), &seen(object));
    }
    rows.title("Scheduler");
    rows.row("goroutines", &goroutines(end));
    rows.row("stolen", &plural(end.totals.steals, "time"));
    rows.row("preempted", &plural(end.totals.preemptions, "time"));
    if end.totals.handoffs > 0 {
        rows.row("handed off", &plural(end.totals.handoffs, "time"));
    }
    if let Outcome::Completed { leaked } = &end.outcome
        && !leaked.is_empty()
    {
        rows.title("Leaked goroutines");
        for one in leaked {
            rows.row(&who(one), &left(one));
        }
    }
    findings(end, &mut rows);
    not_kept(end, &mut rows);
    if let Some(schedule) = &end.schedule {
        rows.title("Simulated, in virtual time");
        rows.row("schedule", schedule);
        rows.row("replay", &replay(entry, request, schedule));
    }
    rows.text()
}

/// What a goroutine that was left waits for.
fn left(waiting: &Waiting) -> String {
    let reason = waiting.reason.map_or("runnable", protocol::Reason::as_go);
    let stuck = if waiting.stuck {
        ", and nobody can ever wake it"
    } else {
        ""
    };
    format!("{reason}, at {}{stuck}", waiting.at)
}

fn findings(end: &RunEnd, rows: &mut Rows) {
    if let Outcome::Livelock { left: all } = &end.outcome {
        rows.title("Goroutines that got nowhere");
        for one in all {
            rows.row(&who(one), &left(one));
        }
    }
    let findings = &end.findings;
    if !findings.races.is_empty() {
        rows.title("Data races");
    }
    for race in &findings.races {
        let object = match &race.object_name {
            Some(name) => name.clone(),
            None => format!("cell {}", race.object),
        };
        let access = |access: &Access| {
            let did = if access.writes { "writes" } else { "reads" };
            format!("goroutine {} {did} at {}", access.g, access.at)
        };
        rows.row(
            &object,
            &format!(
                "{}; {}; nothing orders them",
                access(&race.first),
                access(&race.second)
            ),
        );
    }
    if !findings.starved.is_empty() {
        rows.title("Starved");
    }
    for starved in &findings.starved {
        let name = match &starved.name {
            Some(name) => name.clone(),
            None => format!("goroutine {}", starved.g),
        };
        let how = match starved.how {
            Starvation::NotRun { steps } => {
                format!("could have run, and others did for {steps} steps")
            }
            Starvation::Overtaken { object, times } => {
                format!("waited for lock {object}, which others took {times} times")
            }
        };
        rows.row(&name, &format!("{how}, at {}", starved.at));
    }
    if !findings.cycle.is_empty() {
        let named = findings
            .cycle
            .iter()
            .map(|g| match end.outcome.name_of(*g) {
                Some(name) => format!("{name} ({g})"),
                None => g.to_string(),
            });
        let ring: Vec<String> = named.collect();
        rows.title("In a ring, each waits for the next");
        rows.row("goroutines", &ring.join(", "));
    }
}

fn goroutines(end: &RunEnd) -> String {
    format!(
        "{}, at most {} at once",
        end.totals.goroutines, end.totals.peak_goroutines
    )
}

fn not_kept(end: &RunEnd, rows: &mut Rows) {
    if !end.limits.is_empty() {
        rows.title("Limits met");
    }
    for met in &end.limits {
        let unit = met.limit.unit();
        rows.row(met.limit.as_str(), &format!("{} {unit}", met.value));
    }
    if end.dropped > 0 {
        rows.row("events not kept", &end.dropped.to_string());
    }
    if end.dropped_lines > 0 {
        rows.row("lines not kept", &end.dropped_lines.to_string());
    }
}

pub(super) fn how(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Completed { .. } => "Completed",
        Outcome::Panicked { .. } => "Panicked",
        Outcome::Deadlock { .. } => "Deadlock",
        Outcome::Fatal { .. } => "Fatal error",
        Outcome::Stopped => "Stopped",
        Outcome::Limit => "Ended by a limit",
        Outcome::Fault { .. } => "A fault of ours",
        Outcome::RunnerLost { .. } => "Runner lost",
        Outcome::Livelock { .. } => "Livelock",
        Outcome::Diverged { .. } => "Diverged from its schedule",
    }
}

fn seen(object: &ObjectTotal) -> String {
    match object.kind {
        ObjectKind::Channel => format!(
            "{} sent, {} received, {} and {} blocked, at most {} held, {} blocked",
            object.sends,
            object.receives,
            plural(object.blocked_sends, "send"),
            plural(object.blocked_receives, "receive"),
            object.peak_len,
            duration(object.blocked_ns)
        ),
        ObjectKind::WaitGroup => format!(
            "{} blocked for {}",
            plural(object.blocked_receives, "wait"),
            duration(object.blocked_ns)
        ),
        ObjectKind::Mutex | ObjectKind::RwMutex | ObjectKind::Semaphore => format!(
            "taken {}, of which {} had to wait, {} blocked",
            plural(object.acquisitions, "time"),
            object.contended,
            duration(object.blocked_ns)
        ),
        ObjectKind::Timer
        | ObjectKind::Cond
        | ObjectKind::Once
        | ObjectKind::Atomic
        | ObjectKind::Cell
        | ObjectKind::Context
        | ObjectKind::Map
        | ObjectKind::Pool => format!("{} blocked", duration(object.blocked_ns)),
    }
}

fn plural(count: u64, word: &str) -> String {
    if count == 1 {
        format!("1 {word}")
    } else {
        format!("{count} {word}s")
    }
}

fn who(waiting: &Waiting) -> String {
    match &waiting.name {
        Some(name) => name.clone(),
        None => format!("goroutine {}", waiting.g),
    }
}

/// What Go writes to standard error when a program ends like this.
pub(super) fn go_text(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Panicked {
            message,
            goroutine,
            name,
            at,
        } => {
            let name = name.as_deref().unwrap_or("func");
            format!("{message}\n\ngoroutine {goroutine} [running]:\n{name}\n\t{at}\n")
        }
        Outcome::Deadlock { waiting } => {
            let mut text = "fatal error: all goroutines are asleep - deadlock!\n".to_owned();
            for one in waiting {
                let reason = one.reason.map_or("runnable", protocol::Reason::as_go);
                let name = one.name.as_deref().unwrap_or("func");
                let (g, at) = (one.g, &one.at);
                text.push_str(&format!("\ngoroutine {g} [{reason}]:\n{name}\n\t{at}\n"));
            }
            text
        }
        Outcome::Fatal { message, at } => format!("{message}\n\n\t{at}\n"),
        _ => String::new(),
    }
}

/// Titles, and rows of a name and what is said of it.
#[derive(Default)]
struct Rows {
    /// A title, or a row's two parts.
    rows: Vec<(String, Option<String>)>,
}

impl Rows {
    fn title(&mut self, title: &str) {
        self.rows.push((title.to_owned(), None));
    }

    fn row(&mut self, name: &str, what: &str) {
        self.rows.push((name.to_owned(), Some(what.to_owned())));
    }

    /// With the second column where the longest name ends.
    fn text(&self) -> String {
        let names = self.rows.iter().filter(|(_, what)| what.is_some());
        let width = names.map(|(name, _)| name.chars().count()).max();
        let width = width.unwrap_or(0);
        let mut text = String::new();
        for (name, what) in &self.rows {
            match what {
                Some(what) => text.push_str(&format!("  {name:<width$}  {what}\n")),
                None => text.push_str(&format!("\n{name}\n")),
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use csp::run::Config;

    use super::go_text;
    use crate::wire;

    fn ended(main: impl Future<Output = ()> + Send + 'static) -> String {
        let report = csp::native::run(Config::default(), main);
        go_text(&wire::outcome(&report.outcome, &report.left, None))
    }

    #[test]
    fn a_deadlock_is_told_as_go_tells_it() {
        let text = ended(async {
            csp::chan::<i64>(0).recv().await;
        });
        let start = "fatal error: all goroutines are asleep - deadlock!\n\n\
                     goroutine 1 [chan receive]:\nmain\n\tbackend/server/src/cli/table.rs:";
        assert!(text.starts_with(start), "{text}");
    }

    #[test]
    fn a_panic_is_told_as_go_tells_it() {
        let text = ended(async {
            let values = csp::chan::<i64>(1);
            values.close();
            values.send(1).await;
        });
        let start = "panic: send on closed channel\n\n\
                     goroutine 1 [running]:\nmain\n\tbackend/server/src/cli/table.rs:";
        assert!(text.starts_with(start), "{text}");
    }
}
