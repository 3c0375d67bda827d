//! The parts of a lesson: read, served in one language, and told where they are
//! wrong.

use protocol::lesson::{Lesson, LessonIndex, LessonProblem};

use crate::folder::Folder;
use crate::server::with_lessons;

const BUFFERED: &str = "01-foundations/06-channel-buffered";

/// A lesson of its own that has every part.
pub(crate) const LESSON: &str = r#"
format_version = 1
id = "everything"
section = "1.9"
experiment = "channel-buffered"
minutes = 7
view = "charts"
highlights = ["first_blocked_send"]
procs = 2
explains = ["test-room"]
practices = ["test-bound"]

[title]
en = "Everything"
zh = "样样都有"
[summary]
en = "A lesson with every part."
zh = "每个部分都有的一课。"

[params]
capacity = { default = 3, min = 0, max = 16 }

[[predictions]]
id = "first"
question = { en = "Which send blocks?", zh = "哪一次发送会阻塞？" }
[[predictions.answers]]
text = { en = "The 4th", zh = "第 4 次" }
correct = true
why = { en = "Three fit.", zh = "能放三个。" }
[[predictions.answers]]
text = { en = "None", zh = "都不会" }
why = { en = "The room has an end.", zh = "地方总有用完的时候。" }

[[claims]]
id = "blocked"
what = { en = "Time blocked", zh = "阻塞的时间" }
book = 1000
metric = "blocked_ms"
why = { en = "Waits are shorter here.", zh = "这里的等待更短。" }

[[sweeps]]
id = "curve"
label = { en = "Sends blocked over capacity", zh = "阻塞次数随容量的变化" }
parameter = "capacity"
values = [1, 2, 4]
metrics = ["blocked_sends"]
rounds = 1
params = { sends = 8 }
log = true

[[challenges]]
id = "never"
text = { en = "Let no send block.", zh = "让发送都不阻塞。" }
hint = { en = "Count the sends.", zh = "数一数发送的次数。" }
when = "params.capacity < 6 && metrics.blocked_sends == 0"
solution = { capacity = 5 }

[[checks]]
what = "without a buffer the first send blocks"
params = { capacity = 0, procs = 1 }
each = "metrics.first_blocked_send == 1"
runs = 2
[[checks]]
what = "the fourth send may block"
schedules = 20
strategy = "random"
some = ["metrics.blocked_sends > 0"]
never = ["outcome == 'deadlock'"]

[[listings]]
lang = "go"
file = "go.go"
name = { en = "Sound", zh = "正确的写法" }
go = { version = "1.25", prints = ["done"] }
[[listings]]
lang = "go"
file = "broken.go"
name = { en = "Broken", zh = "有错的写法" }
go = { run_error = "all goroutines are asleep", exit = 2 }
[[listings]]
lang = "rust"
section = "main"
"#;
const EN: &str = "\
## One

A [room](term:test-room), a [button](run:capacity=0&procs=2) and [a lane](show:goroutine=sender).

[Which send blocks?](predict:first)

## Two

[The curve](sweep:curve)

[The figures](claims:)

[The task](challenge:never)
";
const ZH: &str = "\
## 一

先看[缓冲](term:test-room)，再按[按钮](run:capacity=0&procs=2)，看看[这条线](show:goroutine=sender)。

[哪一次发送会阻塞？](predict:first)

## 二

[曲线](sweep:curve)

[数字](claims:)

[任务](challenge:never)
";
const PRACTICES: &str = r#"
[[practice]]
id = "test-bound"
kind = "do"
text = { en = "Bound every queue.", zh = "给每个队列设上限。" }
experiment = "channel-buffered"
"#;
pub(crate) const GLOSSARY: &str = r#"
[[term]]
id = "test-room"
term = { en = "room", zh = "空位" }
text = { en = "Where a value may tarry.", zh = "值可以等待的地方。" }
"#;
pub(crate) const GUIDES: &str = r#"
[[guide]]
id = "which"
title = { en = "Which channel", zh = "选哪种通道" }
lead = { en = "It depends.", zh = "看情况。" }
[[guide.rows]]
when = { en = "Bursts", zh = "突发" }
take = { en = "a buffer", zh = "缓冲" }
why = { en = "It evens them out.", zh = "能把突发抹平。" }
lesson = "everything"
query = "capacity=5"
"#;
pub(crate) const FOLDER: &str = "01-foundations/99-everything";

/// The lessons of the repository, and one that has everything.
pub(crate) fn everything() -> Folder {
    let lessons = Folder::of_lessons();
    lessons.write(&format!("{FOLDER}/lesson.toml"), LESSON);
    lessons.write(&format!("{FOLDER}/en.md"), EN);
    lessons.write(&format!("{FOLDER}/zh.md"), ZH);
    lessons.write(&format!("{FOLDER}/go.go"), "package main\n");
    lessons.write(&format!("{FOLDER}/broken.go"), "package main\n");
    for (file, more) in [("practices.toml", PRACTICES), ("glossary.toml", GLOSSARY)] {
        let before = std::fs::read_to_string(lessons.path().join(file));
        lessons.write(file, before.unwrap_or_default() + more);
    }
    lessons.write("guides.toml", GUIDES);
    lessons
}

async fn problems(lessons: &Folder) -> Vec<LessonProblem> {
    let server = with_lessons(lessons).await;
    let index: LessonIndex = server.get("/api/lessons").await.json().await.unwrap();
    index.problems
}

#[tokio::test(flavor = "multi_thread")]
async fn every_part_is_served_in_the_language_asked_for() {
    let lessons = everything();
    let server = with_lessons(&lessons).await;
    let index: LessonIndex = server.get("/api/lessons").await.json().await.unwrap();
    assert_eq!(index.problems, []);
    let path = "/api/lessons/everything?lang=";
    let en: Lesson = server.get(&format!("{path}en")).await.json().await.unwrap();
    let zh: Lesson = server.get(&format!("{path}zh")).await.json().await.unwrap();

    let [question] = en.predictions.as_slice() else {
        panic!("{:?}", en.predictions);
    };
    assert_eq!(question.question, "Which send blocks?");
    let correct: Vec<bool> = question.answers.iter().map(|one| one.correct).collect();
    assert_eq!(correct, [true, false]);
    assert_eq!(zh.predictions[0].answers[0].why, "能放三个。");
    assert_eq!(
        (en.claims[0].book, en.claims[0].metric.as_str()),
        (1000.0, "blocked_ms")
    );
    let sweep = &en.sweeps[0];
    assert_eq!(sweep.values, ["1", "2", "4"]);
    assert_eq!(sweep.params, [("sends".to_owned(), "8".to_owned())]);
    assert!(sweep.log && sweep.rounds == 1);
    assert_eq!(zh.challenges[0].hint.as_deref(), Some("数一数发送的次数。"));
    assert_eq!(
        (en.practices[0].id.as_str(), en.practices[0].do_it),
        ("test-bound", true)
    );
    assert_eq!(en.terms.len(), 1);
    assert_eq!(zh.terms[0].term, "空位");
    assert_eq!(en.terms[0].lesson.as_deref(), Some("everything"));
    let names: Vec<_> = zh.listings.iter().map(|one| one.name.as_deref()).collect();
    assert_eq!(names, [Some("正确的写法"), Some("有错的写法"), None]);
    for html in [&en.html, &zh.html] {
        for part in [
            "<div class=\"lesson-part\" data-part=\"predict\" data-id=\"first\"></div>",
            "<div class=\"lesson-part\" data-part=\"sweep\" data-id=\"curve\"></div>",
            "<div class=\"lesson-part\" data-part=\"challenge\" data-id=\"never\"></div>",
            "<div class=\"lesson-part\" data-part=\"claims\" data-id=\"\"></div>",
            "<button type=\"button\" class=\"term\" data-term=\"test-room\">",
            "<button type=\"button\" class=\"step-show\" data-show=\"goroutine=sender\">",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_in_a_part_is_told_with_its_place_and_its_mend() {
    for (from, to, words) in [
        ("correct = true", "correct = false", "no answer is correct"),
        (
            "why = { en = \"The room has an end.\"",
            "correct = true\nwhy = { en = \"The\"",
            "every answer",
        ),
        ("en = \"Which send blocks?\"", "en = \" \"", "`en` is empty"),
        (
            "metric = \"blocked_ms\"",
            "metric = \"blocked_m\"",
            "did you mean `blocked_ms`",
        ),
        ("book = 1000", "book = nan", "finite"),
        (
            "parameter = \"capacity\"",
            "parameter = \"capacty\"",
            "did you mean `capacity`",
        ),
        ("values = [1, 2, 4]", "values = [1, 2, 99]", "from 0 to 16"),
        ("values = [1, 2, 4]", "values = [0, 2, 4]", "logarithmic"),
        ("values = [1, 2, 4]", "values = [1, 2, 2]", "already"),
        (
            "values = [1, 2, 4]",
            "values = [1]",
            "2 to 12 values, not 1",
        ),
        (
            "values = [1, 2, 4]",
            "values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]",
            "2 to 12 values, not 13",
        ),
        (
            "metrics = [\"blocked_sends\"]",
            "metrics = [\"blocked_sends\", \"blocked_ms\"]",
            "another unit",
        ),
        ("rounds = 1", "rounds = 10", "1 to 9"),
        (
            "params = { sends = 8 }",
            "params = { capacity = 8 }",
            "along its axis",
        ),
        (
            "params = { sends = 8 }",
            "params = { send = 8 }",
            "did you mean `sends`",
        ),
        (
            "metrics.blocked_sends == 0\"",
            "metrics.blocked == 0\"",
            "no metric `blocked`",
        ),
        ("metrics.blocked_sends == 0\"", "\"", "does not parse"),
        (
            "solution = { capacity = 5 }",
            "solution = { capacity = 50 }",
            "from 0 to 16",
        ),
        ("procs = 1 }", "procs = 100 }", "1 to 64"),
        ("runs = 2", "runs = 21", "1 to 20"),
        (
            "runs = 2",
            "runs = 2\nstrategy = \"dfs\"",
            "only `schedules`",
        ),
        ("schedules = 20", "schedules = 9999", "1 to 5000"),
        ("schedules = 20", "schedules = 20\nruns = 1", "one of both"),
        (
            "strategy = \"random\"",
            "strategy = \"rando\"",
            "did you mean `random`",
        ),
        ("'deadlock'", "'deadlok'", "did you mean `deadlock`"),
        (
            "each = \"metrics.first_blocked_send == 1\"",
            "",
            "asks nothing",
        ),
        (
            "name = { en = \"Broken\", zh = \"有错的写法\" }",
            "",
            "give each a `name`",
        ),
        ("version = \"1.25\"", "version = \"2\"", "go directive"),
        ("exit = 2", "exit = 0", "does not exit with 0"),
        (
            "prints = [\"done\"]",
            "prints = [\"done\"], vet_error = \"x\"",
            "prints nothing",
        ),
        (
            "prints = [\"done\"]",
            "compile_error = \"a\", vet_error = \"x\"",
            "fails in one place",
        ),
        (
            "section = \"main\"",
            "section = \"main\"\ngo = {}",
            "only a listing in Go",
        ),
        (
            "practices = [\"test-bound\"]",
            "practices = [\"test-bind\"]",
            "did you mean `test-bound`",
        ),
        (
            "explains = [\"test-room\"]",
            "explains = [\"test-rom\"]",
            "did you mean `test-room`",
        ),
    ] {
        let lessons = everything();
        assert!(LESSON.contains(from), "{from}");
        let file = format!("{FOLDER}/lesson.toml");
        lessons.write(&file, LESSON.replacen(from, to, 1));
        let problems = problems(&lessons).await;
        let mut told = problems.iter().filter(|one| one.file == file);
        let found = told.find(|one| one.message.contains(words));
        let found = found.unwrap_or_else(|| panic!("{to}: {problems:?}"));
        assert!(found.line.is_some() && found.column.is_some(), "{found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_taken_is_told() {
    let lessons = everything();
    let (_, challenge) = LESSON.split_once("[[challenges]]").unwrap();
    let (challenge, _) = challenge.split_once("[[checks]]").unwrap();
    let text = format!("{LESSON}\n[[challenges]]{challenge}");
    lessons.write(&format!("{FOLDER}/lesson.toml"), text);
    let problems = problems(&lessons).await;
    let taken = |one: &LessonProblem| one.message.contains("a challenge `never` already");
    assert!(problems.iter().any(taken), "{problems:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn prose_and_parts_fit_in_both_languages() {
    let gone = "\n[任务](challenge:never)\n";
    for (en, zh, file, words) in [
        (
            EN.to_owned(),
            ZH.replace(gone, ""),
            "lesson.toml",
            "none in zh.md",
        ),
        (
            EN.replace("(predict:first)", "(predict:frist)"),
            ZH.into(),
            "en.md",
            "did you mean `first`",
        ),
        (
            EN.into(),
            ZH.replace("capacity=0", "capacity=1"),
            "en.md",
            "zh.md has no button `run:capacity=0",
        ),
        (
            EN.into(),
            ZH.replace("capacity=0", "capacity=1"),
            "zh.md",
            "en.md has no button `run:capacity=1",
        ),
        (
            EN.into(),
            ZH.replace("## 二", "二"),
            "zh.md",
            "it has 1 steps",
        ),
        (
            format!("{EN}\n[x](claims:)\n"),
            ZH.into(),
            "lesson.toml",
            "more than one place",
        ),
        (
            EN.replace("(term:test-room)", "(term:test-rom)"),
            ZH.into(),
            "en.md",
            "did you mean `test-room`",
        ),
        (
            EN.replace("A [room]", "[x](sweep:curve)\n\nA [room]")
                .replace(
                    "\n[The curve](sweep:curve)\n",
                    "\nThe [curve](sweep:curve)\n",
                ),
            ZH.into(),
            "en.md",
            "stands alone",
        ),
    ] {
        let lessons = everything();
        lessons.write(&format!("{FOLDER}/en.md"), &en);
        lessons.write(&format!("{FOLDER}/zh.md"), &zh);
        let problems = problems(&lessons).await;
        let is_it = |one: &&LessonProblem| {
            one.file == format!("{FOLDER}/{file}") && one.message.contains(words)
        };
        assert!(
            problems.iter().any(|one| is_it(&one)),
            "{words}: {problems:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_lessons_share_is_checked() {
    for (file, text, words) in [
        (
            "practices.toml",
            PRACTICES.replace("\"do\"", "\"must\""),
            "\"do\" or \"dont\"",
        ),
        (
            "practices.toml",
            PRACTICES.replace("channel-buffered", "channel-bufered"),
            "did you mean `channel-buffered`",
        ),
        ("practices.toml", PRACTICES.repeat(2), "is taken"),
        (
            "glossary.toml",
            GLOSSARY.replace("空位", ""),
            "`zh` is empty",
        ),
        (
            "glossary.toml",
            GLOSSARY.replace("text =", "txt ="),
            "unknown field `txt`",
        ),
        (
            "guides.toml",
            GUIDES.replace("capacity=5", "capacity=50"),
            "from 0 to 16",
        ),
    ] {
        let lessons = everything();
        lessons.write(file, text);
        let problems = problems(&lessons).await;
        let is_it = |one: &&LessonProblem| one.file == file && one.message.contains(words);
        let found = problems.iter().find(is_it);
        assert!(
            found.is_some_and(|one| one.line.is_some()),
            "{words}: {problems:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_lessons_share_may_lie_by_chapter() {
    let lessons = everything();
    let terms = lessons.path().join("glossary.toml");
    let all = std::fs::read_to_string(&terms).unwrap();
    lessons.write("glossary.toml", all.replace(GLOSSARY, ""));
    let add = |file: &str| {
        let before = std::fs::read_to_string(lessons.path().join(file));
        lessons.write(file, before.unwrap_or_default() + GLOSSARY);
    };
    add("01-foundations/glossary.toml");
    assert_eq!(problems(&lessons).await, []);
    // An id is one over all files.
    add("02-patterns/glossary.toml");
    let problems = problems(&lessons).await;
    let [problem] = problems.as_slice() else {
        panic!("{problems:?}");
    };
    assert_eq!(problem.file, "02-patterns/glossary.toml");
    assert!(problem.message.contains("is taken"), "{problem:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lesson_without_parts_is_served_without() {
    let lessons = Folder::of_lessons();
    let file = format!("{BUFFERED}/lesson.toml");
    let text = std::fs::read_to_string(lessons.path().join(&file)).unwrap();
    // The head and the listings of the lesson alone.
    let (head, _) = text.split_once("[params]").unwrap();
    let head: Vec<&str> = head
        .lines()
        .filter(|line| !line.starts_with("practices"))
        .collect();
    lessons.write(&file, head.join("\n"));
    for prose in ["en.md", "zh.md"] {
        lessons.write(&format!("{BUFFERED}/{prose}"), "## One\n\nWords.\n");
    }
    assert_eq!(problems(&lessons).await, []);
    let server = with_lessons(&lessons).await;
    let path = "/api/lessons/channel-buffered";
    let lesson: Lesson = server.get(path).await.json().await.unwrap();
    assert!(lesson.predictions.is_empty() && lesson.challenges.is_empty());
    assert!(lesson.practices.is_empty() && lesson.terms.is_empty());
}
