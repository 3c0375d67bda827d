//! Lessons are whole: both languages, and the listing in Go. What they say is
//! looked at by `interleave lessons check`.

use crate::repository::{entries, none, relative, root};

#[test]
fn every_lesson_has_both_languages_and_its_go() {
    let mut findings = Vec::new();
    let mut lessons = 0;
    for chapter in entries(&root().join("lessons"))
        .iter()
        .filter(|path| path.is_dir())
    {
        for lesson in entries(chapter).iter().filter(|path| path.is_dir()) {
            lessons += 1;
            for file in ["lesson.toml", "en.md", "zh.md", "go.go"] {
                let path = lesson.join(file);
                let empty = std::fs::read_to_string(&path)
                    .unwrap_or_default()
                    .trim()
                    .is_empty();
                if empty {
                    findings.push(relative(&path));
                }
            }
        }
    }
    assert!(lessons > 0, "lessons/ holds no lesson");
    none("these are missing or empty:", findings);
}
