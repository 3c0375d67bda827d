//! The interface in English: sentence case, no full stop after one sentence.

use super::Key;

/// The English text of a key.
pub(super) fn text(key: Key) -> &'static str {
    match key {
        Key::SiteTitle => "Interleave",
        Key::Tagline => "Go-style concurrency, run and seen",
        Key::SkipToContent => "Skip to the content",
        Key::SkipToLab => "Skip to the lab",
        Key::NavLabel => "Site",
        Key::Contents => "Contents",
        Key::OtherLanguage => "中文",
        Key::OtherLanguageLabel => "切换到中文",
        Key::ThemeDark => "Dark",
        Key::ThemeLight => "Light",
        Key::ThemeLabel => "Switch to the {theme} theme",
        Key::VersionMismatch => {
            "This page speaks version {page} of the protocol, the server version {server}"
        }
        Key::Crashed => {
            "A mistake in this page has stopped it. What the server runs is not touched: reload the page to go on."
        }
        Key::Reload => "Reload the page",

        Key::ContentsTitle => "Contents",
        Key::ContentsLead => {
            "Eight chapters of Go's concurrency. Each lesson runs a real program on the server and \
             draws what its goroutines did."
        }
        Key::GoOn => "Go on where you were",
        Key::Chapter => "Chapter {n}",
        Key::Minutes => "{n} min",
        Key::StateNew => "New",
        Key::StateTried => "Tried",
        Key::StateUnderstood => "Understood",
        Key::ChapterCount => "{n} lesson{s}",
        Key::ChapterUnderstood => "{n} understood",
        Key::NoLessonsYet => "No lessons yet",
        Key::ProblemsTitle => "{n} lesson file{s} could not be read",
        Key::ProblemsLead => "The other lessons are all here",

        Key::Loading => "Loading",
        Key::NotFoundTitle => "Not found",
        Key::NotFoundPage => "There is no page at this address",
        Key::NotFoundLesson => "There is no lesson “{name}”",
        Key::NearestNames => "Lessons with a name like it",
        Key::BackToContents => "To the contents",
        Key::TryAgain => "Try again",
        Key::LoadFailed => "This could not be loaded",

        Key::Previous => "Previous",
        Key::Next => "Next",
        Key::LessonNavLabel => "Neighbouring lessons",
        Key::ProseLabel => "Lesson",

        Key::Check => "Check",
        Key::AnswerRight => "Right",
        Key::AnswerWrong => "Not so",
        Key::AnswerPredicted => "Predicted before the first run",
        Key::AnswerFirst => "Before the first run you said: {answer}",
        Key::TheBook => "The book",
        Key::MeasuredHere => "Measured here",
        Key::InWords => "In words",
        Key::RunIt => "run it",
        Key::AboutTheSame => "about the same",
        Key::TimesFaster => "{n} times faster",
        Key::TimesSlower => "{n} times slower",
        Key::TimesMore => "{n} times as much",
        Key::TimesLess => "{n} times less",
        Key::Challenge => "Challenge",
        Key::ChallengeMet => "Met",
        Key::ChallengeNotMet => "Not met yet",
        Key::ChallengeUnknown => "The last run does not tell: {reason}",
        Key::ChallengeUnchecked => "The last run could not be checked",
        Key::Hint => "Hint",
        Key::Measure => "Measure",
        Key::MeasureAgain => "Measure again",
        Key::MeasureProgress => "{n} of {total}",
        Key::MeasureWaits => "The server is busy, waiting for a place",
        Key::MeasureStopped => "Stopped: the curve shows what was measured until then",
        Key::MeasureMissing => "{n} run{s} came to no figure",
        Key::MeasureEmpty => "{n} run{s}, one after the other, draw the curve here",
        Key::MeasureHint => "Point at the curve, or use the arrow keys, to read a figure",
        Key::ChartLabel => "Curve, {name}",
        Key::AsTable => "As a table",
        Key::AsCsv => "As CSV",
        Key::TableLeast => "least",
        Key::TableMedian => "median",
        Key::TableMost => "most",
        Key::PracticesTitle => "What this showed",
        Key::Do => "Do",
        Key::Dont => "Don’t",
        Key::TermLesson => "The lesson that explains it",
        Key::Close => "Close",
        Key::ShowNoRun => "Nothing has run yet: press Run first",
        Key::ShowNoGoroutine => "This run has no goroutine {name}",
        Key::ShowNoChannel => "This run has no channel {name}",

        Key::Glossary => "Glossary",
        Key::GlossaryLead => "Every term, in a sentence or two, with the lesson that explains it",
        Key::Guides => "Guides",
        Key::GuidesLead => {
            "What to take when. Each row leads to the lesson that shows it, with its parameters set."
        }
        Key::GuideWhen => "When",
        Key::GuideTake => "Take",
        Key::GuideWhy => "Why",
        Key::GuideLesson => "See it run",
        Key::Search => "Search the lessons",
        Key::SearchHint => "Search",
        Key::SearchNone => "No lesson has this",
        Key::SearchFound => "{n} lesson{s}",

        Key::LabLabel => "Lab",
        Key::Parameters => "Parameters",
        Key::ParametersChanged => "{n} changed",
        Key::ResetTo => "Reset {name} to {value}",
        Key::ResetAll => "Reset all",
        Key::Procs => "Processors",
        Key::ProcsHelp => {
            "How many goroutines can run at the same moment: GOMAXPROCS. Empty: as many as the \
             server's machine has."
        }
        Key::ProcsAuto => "auto",
        Key::Between => "{min} to {max}",
        Key::On => "On",
        Key::Off => "Off",
        Key::HelpIdle => "Each parameter is explained here when you point at it",
        Key::Run => "Run",
        Key::RunHint => "Run with Ctrl or Cmd and Enter",
        Key::Stop => "Stop",
        Key::UnknownInLink => "The link also sets {names}, which this lesson does not have",
        Key::SliderOf => "{name}, slider",

        Key::FaultNotWhole => "A whole number from {min} to {max}",
        Key::FaultNotNumber => "A number from {min} to {max}",
        Key::FaultOutOfRange => "From {min} to {max}",
        Key::FaultNotToggle => "Either true or false",
        Key::FaultNotAnOption => "One of {options}",
        Key::FaultFields => "Not run: mend {names} first",

        Key::PhaseIdle => "Ready",
        Key::PhaseStarting => "Starting",
        Key::PhaseQueued => "Queued behind {n} run{s}",
        Key::PhaseRunning => "Running",
        Key::PhaseLost => "Connection lost, reconnecting",
        Key::PhaseLostFor => "next try in {n} s",
        Key::PhaseFailed => "Not run",
        Key::ReconnectNow => "Try now",
        Key::EventsSoFar => "{n} event{s}",
        Key::DebugBuild => {
            "The server is a debug build: the order of events is real, the times are too long"
        }
        Key::DebugBuildShort => "Debug build",
        Key::EmptyTitle => "Nothing has run yet",
        Key::EmptyLead => {
            "Press Run. Every goroutine gets a lane here that shows when it runs, when it waits, \
             and for what."
        }

        Key::OutcomeLabel => "Outcome",
        Key::Completed => "Completed",
        Key::CompletedAfter => "Completed after {time}, {n} goroutine{s} leaked",
        Key::Panicked => "Panicked",
        Key::Deadlock => "Deadlock",
        Key::Fatal => "Fatal error",
        Key::Stopped => "Stopped",
        Key::LimitEnded => "Ended by a limit",
        Key::Fault => "A fault of ours",
        Key::RunnerLost => "The run was lost",
        Key::Livelock => "Livelock",
        Key::Diverged => "The schedule does not fit",
        Key::DivergedWhy => {
            "The schedule is of another experiment, of other parameters, or of another version"
        }
        Key::LivelockTitle => "They ran, and nothing moved forward",
        Key::InTime => "after {time}",
        Key::LeakedTitle => "Still there when main returned",
        Key::DeadlockTitle => "Everybody waits, and nobody is left to wake them",
        Key::PanicWhere => "{name}, goroutine {g}, at {at}",
        Key::FatalWhere => "at {at}",
        Key::LimitsTitle => "Limits met",
        Key::DroppedEvents => {
            "{n} event{s} could not be kept; the picture is hatched where they are missing, the \
             figures are exact"
        }
        Key::DroppedLines => "{n} line{s} of output could not be kept",
        Key::FaultLead => {
            "This is not the experiment's doing but a mistake in Interleave. What was recorded until \
             then is kept. Its message:"
        }
        Key::AllFigures => "All figures",
        Key::NotMeasured => "not measured",
        Key::TotalGoroutines => "Goroutines made",
        Key::TotalPeak => "Most alive at once",
        Key::TotalSteals => "Steals",
        Key::TotalPreemptions => "Preemptions",
        Key::TotalHandoffs => "Hand-offs",
        Key::TotalBlockedTimes => "{time}, {n} time{s}",
        Key::BlockedSend => "Blocked sending",
        Key::BlockedReceive => "Blocked receiving",
        Key::BlockedSendNil => "Blocked sending on nil",
        Key::BlockedReceiveNil => "Blocked receiving from nil",
        Key::BlockedSelect => "Blocked in select",
        Key::BlockedSelectNoCases => "Blocked in an empty select",
        Key::BlockedWaitGroup => "Waited for a WaitGroup",
        Key::BlockedSleep => "Slept",
        Key::BlockedForeign => "Waited outside the core",
        Key::BlockedMutex => "Blocked on a Mutex",
        Key::BlockedRwMutexRead => "Blocked on an RWMutex, to read",
        Key::BlockedRwMutexWrite => "Blocked on an RWMutex, to write",
        Key::BlockedCond => "Waited for a Cond",
        Key::BlockedOnce => "Waited for a Once",
        Key::BlockedSemaphore => "Blocked on a semaphore",
        Key::BlockedSyscall => "In system calls",
        Key::WaitingAt => "{who} {what}, at {at}",
        Key::WaitingSend => "waits to send on {object}",
        Key::WaitingReceive => "waits to receive from {object}",
        Key::WaitingSendNil => "sends on a nil channel, for ever",
        Key::WaitingReceiveNil => "receives from a nil channel, for ever",
        Key::WaitingSelect => "waits in a select",
        Key::WaitingSelectNoCases => "waits in a select without cases, for ever",
        Key::WaitingWaitGroup => "waits for {object} to reach zero",
        Key::WaitingSleep => "sleeps",
        Key::WaitingForeign => "waits for something outside the core",
        Key::WaitingMutex => "waits to lock {object}",
        Key::WaitingRwMutexRead => "waits to lock {object} for reading",
        Key::WaitingRwMutexWrite => "waits to lock {object} for writing",
        Key::WaitingCond => "waits for a signal of {object}",
        Key::WaitingOnce => "waits for the initialisation of {object}",
        Key::WaitingSemaphore => "waits to acquire {object}",
        Key::WaitingSyscall => "is in a system call",
        Key::WaitingNothing => "could have run",
        Key::MoreWaiting => "and {n} more",

        Key::LimitTime => "time",
        Key::LimitMemory => "memory",
        Key::LimitGoroutines => "goroutines",
        Key::LimitEvents => "events",
        Key::LimitOutput => "output",
        Key::LimitEndedTime => {
            "It ran for {value}, the most a run may take. What it did until then is kept."
        }
        Key::LimitEndedMemory => {
            "It held {value} of memory, the most a run may hold. What it did until then is kept."
        }
        Key::LimitEndedGoroutines => {
            "{value} goroutines were alive, the most a run may have. What it did until then is kept."
        }
        Key::LimitEndedSteps => {
            "It took {value} steps, the most a simulated run may take. What it did until then is kept."
        }
        Key::LimitMetEvents => {
            "{value} events were recorded, the most a run may have; later ones are only counted"
        }
        Key::LimitMetOutput => {
            "{value} of output were kept, the most a run may have; later lines are only counted"
        }
        Key::LimitsOfRun => {
            "Limits of a run: {time}, {memory} of memory, {goroutines} goroutines, {events} events, {output} of output"
        }
        Key::RanOn => "{procs} of the machine's {machine} processors",
        Key::SeedOf => "seed {seed}",
        Key::ScheduleOf => "simulated, schedule {schedule}",

        Key::FindingRace => "Data race on {object}: nothing orders {first} and {second}",
        Key::FindingNotRun => "{who} starved: it could have run, and others did for {n} step{s}",
        Key::FindingOvertaken => "{who} starved: others took its lock {n} time{s} while it waited",
        Key::FindingCycle => "In a ring, each waits for the next: {ring}",

        Key::TabsLabel => "Views of the run",
        Key::TabObjects => "Objects",
        Key::TabCharts => "Charts",
        Key::TabSpans => "Spans",
        Key::TabOutput => "Output",
        Key::TabCode => "Code",
        Key::TabTable => "Table",
        Key::TimelineLabel => "Timeline",
        Key::OutputEmpty => "What the program prints appears here",
        Key::OutputNone => "The program printed nothing",
        Key::OutputEarlier => "{n} earlier line{s} not shown",
        Key::OutputTime => "Time",
        Key::OutputGoroutine => "Goroutine",
        Key::OutputText => "Line",
        Key::CodeNone => "This lesson shows no listing",
        Key::CodeSwitch => "Listing",
        Key::CodeBoth => "Side by side",
        Key::CodeFrom => "{file}, from line {line}",

        Key::TroubleRun => "The run did not start",
        Key::TroubleUnreachable => "The server does not answer",
        Key::TroubleUnreachableMend => {
            "Check that it is running (cargo xtask serve), then run again."
        }
        Key::TroubleUnreadable => "What the server sent cannot be read",
        Key::TroubleUnreadableMend => {
            "The page may be older than the server: reload it, then run again."
        }
        Key::TroubleVersion => {
            "The page speaks version {page} of the protocol, the run version {server}"
        }
        Key::TroubleVersionMend => {
            "Reload the page; if that does not help, build it again (trunk build --release)."
        }
        Key::TroubleGone => "The server no longer knows this run",
        Key::TroubleGoneMend => {
            "It was started again, or has forgotten the run by now. What was received stays; run again for the rest."
        }
        Key::TroubleLost => "The connection did not come back",
        Key::TroubleLostMend => {
            "What was received stays. Check that the server is running, then run again."
        }
        Key::ErrorUnknownParameter => "The experiment has no parameter {field}; it has {options}",
        Key::ErrorWrongType => "{field}: {given} is of the wrong type",
        Key::ErrorOutOfRange => "{field}: {given} is not from {min} to {max}",
        Key::ErrorNotAnOption => "{field}: {given} is none of {options}",
        Key::ErrorUnknownExperiment => {
            "The server does not have this experiment; nearest are {options}"
        }
        Key::ErrorUnknownLesson => "The server does not have this lesson; nearest are {options}",
        Key::ErrorUnknownRun => "The server does not know this run, or has forgotten it",
        Key::ErrorUnknownRoute => {
            "The server has no such address: page and server may be of different versions"
        }
        Key::ErrorTooLarge => "The request is larger than the server takes",
        Key::ErrorTooManyRuns => {
            "Too many runs at once from this browser: wait for one to end, or stop it"
        }
        Key::ErrorNotAvailable => "The server does not have this yet",
        Key::ErrorQueueFull => "The server is busy and its queue is full: try again in a moment",
        Key::ErrorInternal => "A fault of ours on the server: {message}",
        Key::ErrorMalformed => "The server refused the request: {message}",
    }
}
