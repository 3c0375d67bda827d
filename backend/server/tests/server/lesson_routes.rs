//! What the lessons share, over HTTP: the glossary, the guides, search, and
//! challenges that check themselves.

use protocol::ApiError;
use protocol::lesson::{ChallengesMet, Found, Glossary, Guides, Lesson};
use protocol::packed::{MEDIA_TYPE, unpack};
use reqwest::StatusCode;
use serde_json::json;

use crate::lesson_parts::{FOLDER, GLOSSARY, LESSON, everything};
use crate::server::{Server, long, server, with_lessons};

#[tokio::test(flavor = "multi_thread")]
async fn the_glossary_is_in_the_order_of_its_language() {
    let lessons = everything();
    let more = GLOSSARY
        .replace("\"test-room\"", "\"anchor-of-a-test\"")
        .replace("\"room\"", "\"Anchor\"")
        .replace("空位", "锚");
    let text = std::fs::read_to_string(lessons.path().join("glossary.toml")).unwrap();
    lessons.write("glossary.toml", text + &more);
    let server = with_lessons(&lessons).await;
    for lang in ["en", "zh"] {
        let glossary: Glossary = server
            .get(&format!("/api/glossary?lang={lang}"))
            .await
            .json()
            .await
            .unwrap();
        let names: Vec<String> = glossary
            .terms
            .iter()
            .map(|one| one.term.to_lowercase())
            .collect();
        assert!(names.is_sorted(), "{names:?}");
        let term = |id: &str| glossary.terms.iter().find(|term| term.id == id).unwrap();
        assert_eq!(term("test-room").lesson.as_deref(), Some("everything"));
        assert_eq!(term("anchor-of-a-test").lesson, None);
        let room = if lang == "en" { "room" } else { "空位" };
        assert_eq!(term("test-room").term, room);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guides_lead_to_lessons_with_their_parameters() {
    let server = with_lessons(&everything()).await;
    let guides: Guides = server
        .get("/api/guides?lang=zh")
        .await
        .json()
        .await
        .unwrap();
    let [guide] = guides.guides.as_slice() else {
        panic!("{guides:?}");
    };
    assert_eq!(
        (guide.id.as_str(), guide.title.as_str()),
        ("which", "选哪种通道")
    );
    let row = &guide.rows[0];
    assert_eq!(
        (row.lesson.as_str(), row.query.as_str()),
        ("everything", "capacity=5")
    );
    let refused = server.get("/api/guides?lang=fr").await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
}

async fn search(server: &Server, query: &str) -> Vec<Found> {
    server
        .get(&format!("/api/search?{query}"))
        .await
        .json()
        .await
        .unwrap()
}

fn ids(found: &[Found]) -> Vec<&str> {
    found.iter().map(|one| one.line.id.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn search_finds_words_and_chinese_and_ranks_titles_first() {
    let server = with_lessons(&everything()).await;
    // A title counts more than prose.
    let found = search(&server, "q=EVERYTHING").await;
    assert_eq!(ids(&found)[0], "everything");
    // Every word has to be there, in whatever place: the last is of a term.
    assert_eq!(
        ids(&search(&server, "q=everything+tarry").await),
        ["everything"]
    );
    assert_eq!(
        ids(&search(&server, "q=everything%20nowhere-at-all").await),
        [""; 0]
    );
    // 样样都有, in the title; 这条线 is in the prose.
    let encoded = "%E6%A0%B7%E6%A0%B7";
    assert_eq!(
        ids(&search(&server, &format!("lang=zh&q={encoded}")).await),
        ["everything"]
    );
    let found = search(
        &server,
        "lang=zh&q=%E7%9C%8B%E7%9C%8B%E8%BF%99%E6%9D%A1%E7%BA%BF",
    )
    .await;
    let here = found
        .iter()
        .find(|one| one.line.id == "everything")
        .unwrap();
    assert!(here.excerpt.contains("先看缓冲"), "{}", here.excerpt);
    assert!(!here.excerpt.contains(['<', '[']), "{}", here.excerpt);
    // The prose of one language is not searched for the other.
    assert!(
        search(
            &server,
            "lang=en&q=%E7%9C%8B%E7%9C%8B%E8%BF%99%E6%9D%A1%E7%BA%BF"
        )
        .await
        .is_empty()
    );
    assert!(search(&server, "q=").await.is_empty());
    assert!(search(&server, "lang=en").await.is_empty());
    assert!(search(&server, "q=e").await.len() <= 20);
    let long = server
        .get(&format!("/api/search?q={}", "x".repeat(101)))
        .await;
    assert_eq!(long.status(), StatusCode::BAD_REQUEST);
    let error: ApiError = long.json().await.unwrap();
    assert_eq!(error.field.as_deref(), Some("q"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_meets_the_challenges_that_it_meets() {
    let lessons = everything();
    let second = "[[challenges]]\nid = \"leak\"\ntext = { en = \"a\", zh = \"b\" }\n\
                  when = \"metrics.peak_len > 1000 || leaked > 0\"\nsolution = {}\n[[checks]]";
    lessons.write(
        &format!("{FOLDER}/lesson.toml"),
        LESSON.replacen("[[checks]]", second, 1),
    );
    for name in ["en.md", "zh.md"] {
        let path = format!("{FOLDER}/{name}");
        let text = std::fs::read_to_string(lessons.path().join(&path)).unwrap();
        lessons.write(&path, text + "\n[x](challenge:leak)\n");
    }
    let server = with_lessons(&lessons).await;
    for (capacity, met) in [(3, vec![]), (5, vec!["never"]), (6, vec![])] {
        let params = json!({"capacity": capacity});
        let id = server
            .run(json!({"experiment": "channel-buffered", "params": params}))
            .await;
        server.end(&id).await;
        let path = format!("/api/runs/{id}/challenges?lesson=everything");
        let answer: ChallengesMet = server.get(&path).await.json().await.unwrap();
        assert_eq!(
            (answer.met, answer.unknown),
            (met.iter().map(|id| (*id).to_owned()).collect(), vec![])
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_told_of_a_run_is_said() {
    let server = with_lessons(&everything()).await;
    let id = server.run(long()).await;
    let path = format!("/api/runs/{id}/challenges");
    let refused = server.get(&path).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let unknown = server.get(&format!("{path}?lesson=everythin")).await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    let error: ApiError = unknown.json().await.unwrap();
    assert_eq!(error.options[0], "everything");
    let none = server
        .get("/api/runs/none/challenges?lesson=everything")
        .await;
    assert_eq!(none.status(), StatusCode::NOT_FOUND);
    let of_another = server.get(&format!("{path}?lesson=select-basic")).await;
    assert_eq!(of_another.status(), StatusCode::BAD_REQUEST);
    let path = format!("{path}?lesson=everything");
    let going: ChallengesMet = server.get(&path).await.json().await.unwrap();
    assert!(going.met.is_empty());
    assert!(going.unknown[0].1.contains("not ended"), "{going:?}");
    server.delete(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_gets_the_same_packed() {
    let server = server().await;
    for path in [
        "/api/lessons/channel-buffered",
        "/api/lessons/select-fairness?lang=zh",
    ] {
        let plain: Lesson = server.get(path).await.json().await.unwrap();
        let question = reqwest::Client::new()
            .get(server.url(path))
            .header("accept", MEDIA_TYPE);
        let answer = question.send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], MEDIA_TYPE);
        let packed: Lesson = unpack(&answer.bytes().await.unwrap()).unwrap();
        assert_eq!(packed, plain);
    }
}
