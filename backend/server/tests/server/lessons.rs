//! Lesson files: what is right is served, what is wrong is told with its place.

use protocol::ParameterKind;
use protocol::lesson::{Lesson, LessonIndex, LessonProblem};

use crate::folder::Folder;
use crate::program::{PATIENCE, run};
use crate::server::{server, with_lessons};

const BUFFERED: &str = "01-foundations/03-channel-buffered";

/// Changes a file of the buffered-channel lesson.
fn change(lessons: &Folder, file: &str, from: &str, to: &str) {
    let name = format!("{BUFFERED}/{file}");
    let text = std::fs::read_to_string(lessons.path().join(&name)).unwrap();
    assert!(text.contains(from), "{name} has no {from:?}");
    lessons.write(&name, text.replacen(from, to, 1));
}

async fn problems(lessons: &Folder) -> (Vec<LessonProblem>, usize) {
    let server = with_lessons(lessons).await;
    let index: LessonIndex = server.get("/api/lessons").await.json().await.unwrap();
    let count = index
        .chapters
        .iter()
        .map(|chapter| chapter.lessons.len())
        .sum();
    (index.problems, count)
}

/// The one problem that a change makes, its line, its column and its message.
async fn problem(file: &str, from: &str, to: &str) -> (Option<usize>, Option<usize>, String) {
    let lessons = Folder::of_lessons();
    change(&lessons, file, from, to);
    let (problems, _) = problems(&lessons).await;
    let [problem] = problems.as_slice() else {
        panic!("{problems:?}");
    };
    assert_eq!(problem.file, format!("{BUFFERED}/{file}"));
    (problem.line, problem.column, problem.message.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contents_are_in_order_and_in_both_languages() {
    let server = server().await;
    let en: LessonIndex = server
        .get("/api/lessons?lang=en")
        .await
        .json()
        .await
        .unwrap();
    let zh: LessonIndex = server
        .get("/api/lessons?lang=zh")
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(en.problems, []);
    assert_eq!(en.chapters.len(), 8);
    let ids = |index: &LessonIndex| -> Vec<String> {
        let lessons = index.chapters.iter().flat_map(|chapter| &chapter.lessons);
        lessons.map(|lesson| lesson.id.clone()).collect()
    };
    assert_eq!(ids(&en), ids(&zh));
    assert!(ids(&en).contains(&"channel-buffered".to_owned()));
    assert_ne!(en.chapters[0].title, zh.chapters[0].title);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lesson_has_prose_buttons_a_form_and_listings() {
    let server = server().await;
    let path = "/api/lessons/channel-buffered";
    let lesson: Lesson = server.get(path).await.json().await.unwrap();
    let zh: Lesson = server
        .get(&format!("{path}?lang=zh"))
        .await
        .json()
        .await
        .unwrap();
    assert!(lesson.html.contains("<h2 id=\"step-1\">"));
    let button = "<button type=\"button\" class=\"step-run\" data-params=\"capacity=0\">";
    assert!(lesson.html.contains(button) && zh.html.contains(button));
    assert_ne!(lesson.html, zh.html);

    let capacity = &lesson.experiment.params[0];
    let own = server::catalogue::all();
    let own = own.iter().find(|one| one.id == "channel-buffered").unwrap();
    let (ParameterKind::Integer { max, .. }, ParameterKind::Integer { max: own, .. }) =
        (&capacity.kind, &own.params[0].kind)
    else {
        panic!("the capacity is a whole number");
    };
    assert!(max < own, "the lesson narrows the range");

    let rust = lesson
        .listings
        .iter()
        .find(|one| one.lang == "rust")
        .unwrap();
    let entry = experiments::find("channel-buffered").unwrap();
    assert_eq!(rust.file, entry.file);
    let before: Vec<&str> = entry
        .source
        .lines()
        .take(rust.first_line as usize - 1)
        .collect();
    assert!(before.last().unwrap().contains("lesson:begin main"));
    assert!(rust.html.starts_with("<span class=\"line\">"));
    assert!(!rust.html.contains("lesson:"));
    let go = lesson.listings.iter().find(|one| one.lang == "go").unwrap();
    assert!(
        go.html.contains("<span class=\"hl-keyword\">func</span>"),
        "{}",
        go.html
    );
    assert!(lesson.previous.is_some() && lesson.next.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_does_not_parse_is_told_and_the_others_are_there() {
    let lessons = Folder::of_lessons();
    let (none, all) = problems(&lessons).await;
    assert_eq!(none, []);
    change(&lessons, "lesson.toml", "minutes = ", "minutes ");
    let (problems, count) = problems(&lessons).await;
    let [problem] = problems.as_slice() else {
        panic!("{problems:?}");
    };
    assert_eq!(problem.file, format!("{BUFFERED}/lesson.toml"));
    assert_eq!((problem.line, problem.column), (Some(5), Some(9)));
    assert_eq!(count, all - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_in_a_lesson_is_told_with_its_place_and_its_mend() {
    let toml = "lesson.toml";
    let at = |line, column| (Some(line), Some(column));
    for (file, from, to, place, words) in [
        (
            toml,
            "format_version = 1",
            "format_version = 9",
            at(1, 18),
            "not 9",
        ),
        (
            toml,
            "experiment = \"channel-buffered\"",
            "experiment = \"channel-bufferd\"",
            at(4, 14),
            "did you mean `channel-buffered`",
        ),
        (
            toml,
            "id = \"channel-buffered\"",
            "id = \"scheduler\"",
            at(2, 6),
            "01-foundations/01-scheduler/lesson.toml",
        ),
        (
            toml,
            "id = \"channel-buffered\"",
            "id = \"Channel\"",
            at(2, 6),
            "small letters",
        ),
        (
            toml,
            "section = \"1.2\"",
            "section = \"2.2\"",
            at(3, 11),
            "chapter 1",
        ),
        (
            toml,
            "minutes = 7",
            "minutes = 7\nprocs = 99",
            at(6, 9),
            "1 to 64",
        ),
        (
            toml,
            "\"first_blocked_send\"",
            "\"first_blocked\"",
            at(7, 15),
            "did you mean `first_blocked_send`",
        ),
        (
            "en.md",
            "run:capacity=0",
            "run:capacty=0",
            (Some(27), Some(21)),
            "did you mean `capacity`",
        ),
        (
            "zh.md",
            "run:capacity=0",
            "run:capacity=9999",
            (Some(27), Some(8)),
            "outside",
        ),
        (
            "en.md",
            "run:capacity=0",
            "run:capacity",
            (Some(27), Some(21)),
            "NAME=VALUE",
        ),
    ] {
        let (line, column, message) = problem(file, from, to).await;
        assert!(message.contains(words), "{to}: {message}");
        assert_eq!((line, column), place, "{to}: {message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_and_listings_are_checked() {
    for (from, to, words) in [
        ("capacity = {", "capcity = {", "did you mean `capacity`"),
        (
            "capacity = { default = 3",
            "capacity = { default = 3000",
            "3000 is not allowed here",
        ),
        (
            "capacity = { default = 3, min = 0",
            "capacity = { default = 3, min = -1",
            "-1 is not allowed",
        ),
        (
            "capacity = { default = 3",
            "capacity = { default = \"3\"",
            "is not allowed here",
        ),
        ("file = \"go.go\"", "file = \"gone.go\"", "missing"),
        (
            "file = \"go.go\"",
            "file = \"../../chapters.toml\"",
            "not in the lesson's folder",
        ),
        ("section = \"main\"", "section = \"mian\"", "there is main"),
        ("lang = \"go\"", "lang = \"java\"", "\"go\" or \"rust\""),
    ] {
        let (line, column, message) = problem("lesson.toml", from, to).await;
        assert!(message.contains(words), "{to}: {message}");
        assert!(line.is_some() && column.is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_language_is_told_and_the_other_stands_in() {
    let lessons = Folder::of_lessons();
    std::fs::remove_file(lessons.path().join(BUFFERED).join("zh.md")).unwrap();
    let server = with_lessons(&lessons).await;
    let index: LessonIndex = server.get("/api/lessons").await.json().await.unwrap();
    let [problem] = index.problems.as_slice() else {
        panic!("{:?}", index.problems);
    };
    assert_eq!(problem.file, format!("{BUFFERED}/zh.md"));
    let path = "/api/lessons/channel-buffered";
    let en: Lesson = server.get(path).await.json().await.unwrap();
    let zh: Lesson = server
        .get(&format!("{path}?lang=zh"))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(en.html, zh.html);
    assert_ne!(en.line.title, zh.line.title);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_shows_without_a_restart() {
    let lessons = Folder::of_lessons();
    let server = with_lessons(&lessons).await;
    lessons.write(
        &format!("{BUFFERED}/en.md"),
        "## Edited\n\nJust now, by the instructor.\n",
    );
    let start = std::time::Instant::now();
    loop {
        let path = "/api/lessons/channel-buffered";
        let lesson: Lesson = server.get(path).await.json().await.unwrap();
        if lesson.html.contains("Edited") {
            break;
        }
        assert!(start.elapsed() < PATIENCE, "the edit never showed");
    }
}

#[test]
fn the_checker_prints_places_and_fails() {
    let lessons = Folder::of_lessons();
    let folder = lessons.path().to_str().unwrap();
    let (code, stdout, _) = run(&["lessons", "check", folder]);
    assert_eq!(code, 0);
    assert!(stdout.contains("No problems"), "{stdout}");
    change(&lessons, "lesson.toml", "experiment = ", "experimnt = ");
    let (code, _, stderr) = run(&["lessons", "check", folder]);
    assert_eq!(code, 1);
    let line = format!("{folder}/{BUFFERED}/lesson.toml:4:1: ");
    assert!(
        stderr.contains(&line) && stderr.contains("experimnt"),
        "{stderr}"
    );
    let (code, _, stderr) = run(&["lessons", "check", "/no/such/folder"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("/no/such/folder"), "{stderr}");
}

#[test]
fn the_lessons_of_the_repository_have_no_problems() {
    let (code, stdout, stderr) = run(&["lessons", "check"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
}
