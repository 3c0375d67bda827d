//! Which page an address leads to.
//!
//! Four pages need no library: leptos_router weighs a thirtieth of the whole
//! page, and most of what it can do (routes in routes, data for them, forms)
//! has no use here.

use crate::link::decode;

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`
    Contents,
    /// `/lessons/ID`
    Lesson {
        /// The lesson's id, with its escapes resolved.
        id: String,
    },
    /// `/guides`
    Guides,
    /// `/glossary`
    Glossary,
    /// Nothing of ours.
    Unknown,
}

impl Route {
    /// The page of a path, with or without a slash at its end.
    pub fn of(path: &str) -> Route {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        match (parts.next(), parts.next(), parts.next()) {
            (None, _, _) => Route::Contents,
            (Some("lessons"), Some(id), None) => Route::Lesson { id: decode(id) },
            (Some("guides"), None, _) => Route::Guides,
            (Some("glossary"), None, _) => Route::Glossary,
            _ => Route::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_its_page() {
        let lesson = |id: &str| Route::Lesson { id: id.into() };
        for (path, route) in [
            ("/", Route::Contents),
            ("", Route::Contents),
            ("/lessons/mutex", lesson("mutex")),
            ("/lessons/a%20b/", lesson("a b")),
            ("/guides", Route::Guides),
            ("/glossary/", Route::Glossary),
            ("/lessons", Route::Unknown),
            ("/lessons/a/b", Route::Unknown),
            ("/guides/channel", Route::Unknown),
            ("/nowhere", Route::Unknown),
        ] {
            assert_eq!(Route::of(path), route, "{path}");
        }
    }
}
