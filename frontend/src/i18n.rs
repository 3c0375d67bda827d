//! Every text of the interface, in both languages: a key for each, and one
//! exhaustive match a language, so that a text that is missing does not build.
//!
//! A text may have gaps, `{name}`, that [`fill`] fills. `{s}` is the English
//! plural ending that belongs to the gap `{n}`.

mod en;
mod zh;

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese, simplified.
    Zh,
}

impl Lang {
    /// Both, in the order of the switch.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Zh];

    /// The word for it in links and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh",
        }
    }

    /// The language of a word in a link, or of a browser's preference such as
    /// `zh-Hans-CN`.
    pub fn parse(word: &str) -> Option<Lang> {
        let primary = word.split('-').next().unwrap_or_default();
        Lang::ALL
            .into_iter()
            .find(|lang| primary.eq_ignore_ascii_case(lang.as_str()))
    }

    /// What `<html lang>` says.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh-Hans",
        }
    }

    /// The other one.
    pub fn other(self) -> Lang {
        match self {
            Lang::En => Lang::Zh,
            Lang::Zh => Lang::En,
        }
    }

    /// One of two texts.
    pub fn pick(self, text: &protocol::Text) -> &str {
        match self {
            Lang::En => &text.en,
            Lang::Zh => &text.zh,
        }
    }

    /// The text of a key.
    pub fn say(self, key: Key) -> &'static str {
        match self {
            Lang::En => en::text(key),
            Lang::Zh => zh::text(key),
        }
    }

    /// The text of a key with its gaps filled.
    pub fn fill(self, key: Key, gaps: &[(&str, &str)]) -> String {
        fill(self.say(key), gaps)
    }

    /// What stands between the parts of an enumeration.
    pub fn comma(self) -> &'static str {
        match self {
            Lang::En => ", ",
            Lang::Zh => "、",
        }
    }
}

/// Fills the gaps of a text. A gap without a filling stays, for a test to find.
fn fill(text: &str, gaps: &[(&str, &str)]) -> String {
    let mut filled = text.to_owned();
    for (name, filling) in gaps {
        filled = filled.replace(&format!("{{{name}}}"), filling);
        if *name == "n" {
            filled = filled.replace("{s}", if *filling == "1" { "" } else { "s" });
        }
    }
    filled
}

/// Makes the keys, and the list of them that the tests go through.
macro_rules! keys {
    ($($key:ident)*) => {
        /// A text of the interface.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Key { $(#[allow(missing_docs)] $key,)* }

        impl Key {
            /// Every key.
            pub const ALL: &[Key] = &[$(Key::$key,)*];
        }
    };
}

keys! {
    // The frame of the page.
    SiteTitle Tagline SkipToContent SkipToLab NavLabel Contents OtherLanguage OtherLanguageLabel
    ThemeDark ThemeLight ThemeLabel VersionMismatch Crashed Reload
    // The contents.
    ContentsTitle ContentsLead GoOn Chapter Minutes StateNew StateTried StateUnderstood ChapterCount ChapterUnderstood NoLessonsYet
    ProblemsTitle ProblemsLead
    // Loading and what may go wrong with it.
    Loading NotFoundTitle NotFoundPage NotFoundLesson NearestNames BackToContents TryAgain
    LoadFailed
    // The lesson.
    Previous Next LessonNavLabel ProseLabel
    // The parts of the prose.
    Check AnswerRight AnswerWrong AnswerPredicted AnswerFirst
    TheBook MeasuredHere InWords RunIt AboutTheSame TimesFaster TimesSlower TimesMore TimesLess
    Challenge ChallengeMet ChallengeNotMet ChallengeUnknown ChallengeUnchecked Hint
    Measure MeasureAgain MeasureProgress MeasureWaits MeasureStopped MeasureMissing MeasureEmpty
    MeasureHint ChartLabel AsTable AsCsv TableLeast TableMedian TableMost
    PracticesTitle Do Dont TermLesson Close ShowNoRun ShowNoGoroutine ShowNoChannel
    // The pages beside the lessons.
    Glossary GlossaryLead Guides GuidesLead GuideWhen GuideTake GuideWhy GuideLesson
    Search SearchHint SearchNone SearchFound
    // The lab's form.
    LabLabel Parameters ParametersChanged ResetTo ResetAll Procs ProcsHelp ProcsAuto Between On Off
    HelpIdle Run RunHint Stop UnknownInLink SliderOf
    // What is wrong with a field.
    FaultNotWhole FaultNotNumber FaultOutOfRange FaultNotToggle FaultNotAnOption FaultFields
    // Where the run is.
    PhaseIdle PhaseStarting PhaseQueued PhaseRunning PhaseLost PhaseLostFor PhaseFailed
    ReconnectNow EventsSoFar DebugBuild DebugBuildShort EmptyTitle EmptyLead
    // How it went.
    OutcomeLabel Completed CompletedAfter Panicked Deadlock Fatal Stopped LimitEnded Fault
    RunnerLost Livelock Diverged DivergedWhy LivelockTitle InTime LeakedTitle DeadlockTitle PanicWhere FatalWhere LimitsTitle DroppedEvents
    DroppedLines FaultLead AllFigures NotMeasured TotalGoroutines TotalPeak TotalSteals
    TotalPreemptions TotalHandoffs TotalBlockedTimes
    BlockedSend BlockedReceive BlockedSendNil BlockedReceiveNil BlockedSelect BlockedSelectNoCases BlockedWaitGroup BlockedSleep BlockedForeign
    BlockedMutex BlockedRwMutexRead BlockedRwMutexWrite BlockedCond BlockedOnce BlockedSemaphore
    BlockedSyscall
    WaitingAt WaitingSend WaitingReceive WaitingSendNil WaitingReceiveNil WaitingSelect
    WaitingSelectNoCases WaitingWaitGroup WaitingSleep WaitingForeign WaitingNothing MoreWaiting
    WaitingMutex WaitingRwMutexRead WaitingRwMutexWrite WaitingCond WaitingOnce WaitingSemaphore
    WaitingSyscall
    // Limits.
    LimitTime LimitMemory LimitGoroutines LimitEvents LimitOutput
    LimitEndedTime LimitEndedMemory LimitEndedGoroutines LimitEndedSteps LimitMetEvents LimitMetOutput
    LimitsOfRun RanOn SeedOf ScheduleOf
    // What was found out.
    FindingRace FindingNotRun FindingOvertaken FindingCycle
    // The views.
    TabsLabel TabObjects TabCode TabCharts TabSpans TabOutput TabTable TimelineLabel
    OutputEmpty OutputNone
    OutputEarlier OutputTime OutputGoroutine OutputText CodeNone CodeSwitch CodeBoth CodeFrom
    // What went wrong.
    TroubleRun TroubleUnreachable TroubleUnreachableMend TroubleUnreadable TroubleUnreadableMend
    TroubleVersion TroubleVersionMend TroubleGone TroubleGoneMend TroubleLost TroubleLostMend
    ErrorUnknownParameter ErrorWrongType ErrorOutOfRange ErrorNotAnOption ErrorUnknownExperiment
    ErrorUnknownLesson ErrorUnknownRun ErrorUnknownRoute ErrorTooLarge ErrorTooManyRuns
    ErrorNotAvailable ErrorQueueFull ErrorInternal ErrorMalformed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The gaps of a text, in the order of the alphabet.
    fn gaps(text: &str) -> Vec<&str> {
        let mut gaps: Vec<&str> = text
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name)
            .filter(|name| *name != "s")
            .collect();
        gaps.sort_unstable();
        gaps
    }

    #[test]
    fn both_languages_fill_the_same_gaps() {
        for &key in Key::ALL {
            let (en, zh) = (Lang::En.say(key), Lang::Zh.say(key));
            assert_eq!(gaps(en), gaps(zh), "{key:?}");
        }
    }

    #[test]
    fn no_text_is_empty_or_shouts() {
        for &key in Key::ALL {
            for lang in Lang::ALL {
                let text = lang.say(key);
                assert!(!text.trim().is_empty(), "{key:?} in {lang:?}");
                assert!(!text.contains(['!', '！']), "{key:?} in {lang:?}");
            }
        }
    }

    #[test]
    fn chinese_is_chinese() {
        let same: Vec<Key> = Key::ALL
            .iter()
            .copied()
            .filter(|&key| Lang::En.say(key) == Lang::Zh.say(key))
            .collect();
        // The name of the site is the same in both.
        assert_eq!(same, [Key::SiteTitle]);
    }

    #[test]
    fn gaps_are_filled_and_plurals_agree() {
        let queued = |n| Lang::En.fill(Key::PhaseQueued, &[("n", n)]);
        assert_eq!(queued("1"), "Queued behind 1 run");
        assert_eq!(queued("2"), "Queued behind 2 runs");
    }

    #[test]
    fn a_language_is_known_by_its_primary_tag() {
        assert_eq!(Lang::parse("zh-Hans-CN"), Some(Lang::Zh));
        assert_eq!(Lang::parse("EN"), Some(Lang::En));
        assert_eq!(Lang::parse("fr"), None);
        assert_eq!(Lang::parse(""), None);
    }
}
