//! Every text of the interface, in both languages: a key for each, and one
//! exhaustive match a language, so that a text that is missing does not build.

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

    /// One of two texts.
    pub fn pick<'a>(self, text: &'a protocol::Text) -> &'a str {
        match self {
            Lang::En => &text.en,
            Lang::Zh => &text.zh,
        }
    }
}
