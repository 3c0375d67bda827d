//! `interleave lessons check` runs what lessons claim, and tells what does not
//! hold so that it can be run again.

use std::os::unix::fs::PermissionsExt;

use crate::folder::Folder;
use crate::lesson_parts::{FOLDER, GUIDES, LESSON, everything};
use crate::program::run;

/// The lesson, with one text in place of another: exit code, standard output,
/// standard error of the check.
fn check(from: &str, to: &str) -> (i32, String, String) {
    let lessons = everything();
    assert!(LESSON.contains(from), "{from}");
    lessons.write(
        &format!("{FOLDER}/lesson.toml"),
        LESSON.replacen(from, to, 1),
    );
    let folder = lessons.path().to_str().unwrap();
    run(&["lessons", "check", folder, "--lesson", "everything"])
}

/// Runs the command that a failure ends with.
fn again(stderr: &str) -> (i32, String, String) {
    let line = stderr.lines().find(|line| line.trim().starts_with("again"));
    let command = line.unwrap().split_once("interleave ").unwrap().1;
    run(&command.split(' ').collect::<Vec<_>>())
}

#[test]
fn what_holds_is_said_with_what_was_run() {
    let (code, stdout, stderr) = check("runs = 2", "runs = 2");
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    // Two runs of the check, one of the defaults, one of the solution.
    let line = "everything: holds; asked 3, runs 4, schedules 20: ";
    assert!(stdout.contains(line), "{stdout}");
    assert!(stdout.contains("No problems"), "{stdout}");
}

#[test]
fn a_native_run_that_speaks_against_a_check_is_told_whole() {
    let (code, _, stderr) = check("first_blocked_send == 1", "first_blocked_send == 2");
    assert_eq!(code, 1);
    let line = LESSON
        .lines()
        .position(|line| line.starts_with("what = \"without"));
    let place = format!("{FOLDER}/lesson.toml:{}:8: ", line.unwrap() + 1);
    for part in [
        place.as_str(),
        "\"without a buffer the first send blocks\" does not hold",
        "`metrics.first_blocked_send == 2` is false in run 1 of 2",
        "params   capacity=0",
        "first_blocked_send=1",
        "outcome  completed",
        "again    interleave run channel-buffered --set capacity=0 --procs 1",
    ] {
        assert!(stderr.contains(part), "{part}: {stderr}");
    }
    let (code, stdout, _) = again(&stderr);
    assert_eq!(code, 0, "{stdout}");
}

#[test]
fn a_schedule_that_speaks_against_a_check_is_replayed_by_what_is_told() {
    let (code, _, stderr) = check("'deadlock'", "'completed'");
    assert_eq!(code, 1);
    assert!(
        stderr.contains("`outcome == 'completed'` holds in run 1 of 20"),
        "{stderr}"
    );
    assert!(stderr.contains("--schedule random-"), "{stderr}");
    let (code, stdout, _) = again(&stderr);
    assert_eq!(code, 0, "{stdout}");
}

#[test]
fn what_no_run_shows_is_told() {
    let (code, _, stderr) = check(
        "metrics.blocked_sends > 0\"]",
        "metrics.blocked_sends > 90\"]",
    );
    assert_eq!(code, 1);
    let words = "`metrics.blocked_sends > 90` is true in no run (runs: 20;";
    assert!(stderr.contains(words), "{stderr}");
}

#[test]
fn depth_first_ends_when_all_have_run() {
    let (code, stdout, stderr) = check("strategy = \"random\"", "strategy = \"dfs\"");
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
}

#[test]
fn a_challenge_is_met_by_its_solution_and_not_by_the_defaults() {
    let (code, _, stderr) = check("solution = { capacity = 5 }", "solution = { capacity = 2 }");
    assert_eq!(code, 1);
    assert!(
        stderr.contains("the solution does not meet the challenge `never`"),
        "{stderr}"
    );
    let (code, _, stderr) = check(" && metrics.blocked_sends == 0", "");
    assert_eq!(code, 1);
    assert!(
        stderr.contains("is met before anything is changed"),
        "{stderr}"
    );
}

#[test]
fn a_lesson_that_is_not_there_is_told() {
    let lessons = everything();
    let folder = lessons.path().to_str().unwrap();
    let (code, _, stderr) = run(&["lessons", "check", folder, "--lesson", "everythin"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("did you mean `everything`"), "{stderr}");
}

#[test]
fn what_is_missing_is_no_problem_unless_it_is_asked_for() {
    let lessons = everything();
    // A term that is explained in a later lesson.
    for name in ["en.md", "zh.md"] {
        let path = format!("01-foundations/01-scheduler/{name}");
        let text = std::fs::read_to_string(lessons.path().join(&path)).unwrap();
        lessons.write(
            &path,
            text + "\nSee [room](term:test-room) and [that](/lessons/nowhere).\n",
        );
    }
    // A row of a guide whose lesson is not there.
    lessons.write("guides.toml", GUIDES.replace("everything", "everythin"));
    let folder = lessons.path().to_str().unwrap();
    let (code, stdout, stderr) = run(&["lessons", "check", "--no-run", folder]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    for words in [
        "explained later, in `everything`",
        "no lesson `nowhere`",
        "guides.toml:10:10: there is no lesson `everythin`; did you mean `everything`",
    ] {
        assert!(stdout.contains(words), "{stdout}");
    }
    let (code, _, _) = run(&["lessons", "check", "--no-run", "--strict", folder]);
    assert_eq!(code, 1);
}

/// Something in Go's place: it compiles the lines after `//sh ` into a script.
fn go(lessons: &Folder) -> String {
    let go = "#!/bin/sh\n\
              case $1 in\n\
              vet) ! grep -h '^//vet ' *.go >&2;;\n\
              build) ! grep -h '^//no ' *.go >&2 && { echo '#!/bin/sh'; \
              sed -n 's/^.*sh //p' *.go; } > listing && chmod +x listing;;\n\
              esac\n";
    let path = lessons.write(".go/go", go);
    let gofmt = lessons.write(".go/gofmt", "#!/bin/sh\ngrep -l '^ugly' \"$2\" || true\n");
    for path in [&path, &gofmt] {
        let mut mode = path.metadata().unwrap().permissions();
        mode.set_mode(0o755);
        std::fs::set_permissions(path, mode).unwrap();
    }
    path.to_str().unwrap().to_owned()
}

const SOUND: &str = "//sh echo well; echo done\n";
const BROKEN: &str = "//sh echo 'fatal: all goroutines are asleep' >&2; exit 2\n";

/// What Go makes of two listings.
fn compiled(sound: &str, broken: &str, from: &str, to: &str) -> (i32, String, String) {
    let lessons = everything();
    lessons.write(&format!("{FOLDER}/go.go"), sound);
    lessons.write(&format!("{FOLDER}/broken.go"), broken);
    lessons.write(
        &format!("{FOLDER}/lesson.toml"),
        LESSON.replacen(from, to, 1),
    );
    let go = go(&lessons);
    let folder = lessons.path().to_str().unwrap();
    let lesson = ["--lesson", "everything"];
    run(&[
        &["lessons", "check", "--no-run", "--go", &go, folder][..],
        &lesson[..],
    ]
    .concat())
}

#[test]
fn listings_in_go_are_as_the_lesson_says() {
    let (code, stdout, stderr) = compiled(SOUND, BROKEN, "", "");
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(
        stdout.contains("everything, go.go: as the lesson says"),
        "{stdout}"
    );
    assert!(
        stdout.contains("everything, broken.go: as the lesson says"),
        "{stdout}"
    );
    for (verdict, broken) in [
        ("vet_error = \"copies lock\"", "//vet copies lock\n"),
        ("compile_error = \"not used\"", "//no not used\n"),
    ] {
        let said = "run_error = \"all goroutines are asleep\", exit = 2";
        let (code, _, stderr) = compiled(SOUND, broken, said, verdict);
        assert_eq!((code, stderr.as_str()), (0, ""), "{verdict}");
    }
}

#[test]
fn a_listing_in_go_that_is_not_as_the_lesson_says_is_told() {
    let said = "run_error = \"all goroutines are asleep\", exit = 2";
    for (sound, broken, to, words) in [
        (
            "//sh echo nothing\n",
            BROKEN,
            said,
            "go.go: the line `done` is not printed",
        ),
        (
            "//sh echo done; exit 3\n",
            BROKEN,
            said,
            "exit status: 3, not with 0",
        ),
        (
            "ugly\n//sh echo done\n",
            BROKEN,
            said,
            "go.go: gofmt writes it differently",
        ),
        (
            "//vet x\n//sh echo done\n",
            BROKEN,
            said,
            "go.go: go vet fails",
        ),
        (
            "//no x\n//sh echo done\n",
            BROKEN,
            said,
            "go.go: go build fails",
        ),
        (
            SOUND,
            "//sh exit 2\n",
            said,
            "broken.go: its standard error has no",
        ),
        (
            SOUND,
            SOUND,
            "vet_error = \"x\"",
            "broken.go: go vet has nothing against it",
        ),
        (
            SOUND,
            "//no y\n",
            "compile_error = \"x\"",
            "broken.go: go build does not say `x`",
        ),
    ] {
        let (code, _, stderr) = compiled(sound, broken, said, to);
        assert_eq!(code, 1, "{words}");
        let place = format!("{FOLDER}/lesson.toml:");
        assert!(
            stderr.contains(&place) && stderr.contains(words),
            "{words}: {stderr}"
        );
    }
}
