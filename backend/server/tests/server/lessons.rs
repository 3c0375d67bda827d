//! Lesson files: what is right is served, what is wrong is told with its place.

use protocol::ParameterKind;
use protocol::lesson::{Lesson, LessonIndex, LessonProblem};

use crate::folder::{Folder, repository};
use crate::program::{PATIENCE, run};
use crate::server::{server, with_lessons};

const BUFFERED: &str = "01-foundations/06-channel-buffered";

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
    let button = "<button type=\"button\" class=\"step-run\" data-params=\"capacity=";
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
    lessons.write(
        &format!("{BUFFERED}/lesson.toml"),
        "format_version = 1\nid \"x\"\n",
    );
    let (problems, count) = problems(&lessons).await;
    let [problem] = problems.as_slice() else {
        panic!("{problems:?}");
    };
    assert_eq!(problem.file, format!("{BUFFERED}/lesson.toml"));
    assert_eq!((problem.line, problem.column), (Some(2), Some(4)));
    assert_eq!(count, all - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_in_a_lesson_is_told_with_its_place_and_its_mend() {
    // The place of a problem is that of the last word.
    for (from, to, words, word) in [
        ("format_version = 1", "format_version = 9", "not 9", "9"),
        (
            "experiment = \"channel-buffered\"",
            "experiment = \"channel-bufferd\"",
            "did you mean `channel-buffered`",
            "\"channel-bufferd\"",
        ),
        (
            "id = \"channel-buffered\"",
            "id = \"scheduler\"",
            "01-foundations/01-scheduler/lesson.toml",
            "\"scheduler\"",
        ),
        (
            "id = \"channel-buffered\"",
            "id = \"Channel\"",
            "small letters",
            "\"Channel\"",
        ),
        ("section = \"1.", "section = \"2.", "chapter 1", "\"2."),
        ("view = ", "procs = 99\nview = ", "1 to 64", "99"),
        (
            "highlights = [",
            "highlights = [\"first_blocked\", ",
            "did you mean `first_blocked_send`",
            "\"first_blocked\"",
        ),
    ] {
        let (line, column, message) = problem("lesson.toml", from, to).await;
        assert!(message.contains(words), "{to}: {message}");
        let text = std::fs::read_to_string(
            repository()
                .join("lessons")
                .join(BUFFERED)
                .join("lesson.toml"),
        );
        let text = text.unwrap().replacen(from, to, 1);
        assert_eq!((line, column), place(&text, to, word), "{to}: {message}");
    }
}

/// The line and the column of a word within what was changed.
fn place(text: &str, changed: &str, word: &str) -> (Option<usize>, Option<usize>) {
    let start = text.find(changed).unwrap();
    let before = &text[..start + changed.find(word).unwrap()];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    (Some(line), Some(column))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_button_is_told_with_its_place_and_its_mend() {
    for (file, link, words) in [
        ("en.md", "run:capacty=0", "did you mean `capacity`"),
        ("zh.md", "run:capacity=9999", "outside"),
        ("en.md", "run:capacity", "NAME=VALUE"),
        ("en.md", "run:capacity=x", "must be a whole number"),
        ("en.md", "run:procs=0", "1 to 64"),
    ] {
        let lessons = Folder::of_lessons();
        let text = format!("## 一\n\n二三 [go]({link})\n");
        lessons.write(&format!("{BUFFERED}/{file}"), text);
        let (problems, _) = problems(&lessons).await;
        let [problem] = problems.as_slice() else {
            panic!("{problems:?}");
        };
        assert!(
            problem.message.contains(words),
            "{link}: {}",
            problem.message
        );
        assert_eq!(problem.file, format!("{BUFFERED}/{file}"));
        assert_eq!((problem.line, problem.column), (Some(3), Some(4)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_and_listings_are_checked() {
    for (from, to, words) in [
        (
            "[params]",
            "[params]\ntime_scal = {}",
            "did you mean `time_scale`",
        ),
        (
            "[params]",
            "[params]\ntime_scale = { default = 30 }",
            "30 is not allowed here",
        ),
        (
            "[params]",
            "[params]\ntime_scale = { min = -1 }",
            "-1 is not allowed here",
        ),
        (
            "[params]",
            "[params]\ntime_scale = { default = \"3\" }",
            "is not allowed here",
        ),
        (
            "[params]",
            "[params]\ntime_scale = { options = [\"a\"] }",
            "is no choice",
        ),
        (
            "[params]",
            "[params]\ntime_scale = { most = 1 }",
            "unknown field `most`",
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
    let (code, stdout, _) = run(&["lessons", "check", "--no-run", folder]);
    assert_eq!(code, 0);
    assert!(stdout.contains("No problems"), "{stdout}");
    change(&lessons, "lesson.toml", "experiment = ", "experimnt = ");
    let (code, _, stderr) = run(&["lessons", "check", "--no-run", folder]);
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
    let (code, stdout, stderr) = run(&["lessons", "check", "--no-run"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
}

#[test]
fn a_new_lesson_is_whole() {
    let lessons = Folder::of_lessons();
    let folder = lessons.path().to_str().unwrap();
    let dir = format!("{folder}/02-patterns/98-of-a-test");
    let (code, stdout, stderr) = run(&["lessons", "new", &dir]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let (code, stdout, stderr) = run(&["lessons", "check", folder, "--lesson", "of-a-test"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(stdout.contains("of-a-test: holds; asked 2"), "{stdout}");
    // Nothing is written over.
    let (code, _, stderr) = run(&["lessons", "new", &dir]);
    assert_eq!(code, 1);
    assert!(stderr.contains("not empty"), "{stderr}");
}

#[test]
fn the_schema_for_editors_is_that_of_the_reader() {
    let (code, schema, _) = run(&["lessons", "schema"]);
    assert_eq!(code, 0);
    let kept = std::fs::read_to_string(repository().join("lessons/lesson.schema.json"));
    assert_eq!(
        kept.unwrap(),
        schema,
        "`cargo run -- lessons schema > lessons/lesson.schema.json` writes it anew"
    );
}
