//! JSON, as far as the page has to do with it: it writes the request of a run,
//! and keeps what a reader has done. What the server says is packed.
//!
//! A reader of JSON in general would weigh more than both.

/// How deep lists and fields may lie in each other: what is kept has two levels,
/// and a text from elsewhere shall not use up the stack.
const MAX_DEPTH: u32 = 16;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Whole(i64),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    /// In the order in which they stand.
    Fields(Vec<(String, Json)>),
}

impl Json {
    /// A text as a value.
    pub fn text(text: &str) -> Json {
        Json::Text(text.to_owned())
    }

    /// The value in a text; `None` if that is no JSON.
    pub fn read(text: &str) -> Option<Json> {
        let mut reader = Reader { rest: text };
        let value = reader.value(MAX_DEPTH)?;
        reader.skip();
        reader.rest.is_empty().then_some(value)
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Json> {
        let Json::Fields(fields) = self else {
            return None;
        };
        let mut found = fields.iter();
        found.find(|field| field.0 == name).map(|field| &field.1)
    }

    /// The text that this is.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// As text.
    pub fn write(&self) -> String {
        let mut out = String::new();
        self.write_to(&mut out);
        out
    }

    fn write_to(&self, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(true) => out.push_str("true"),
            Json::Bool(false) => out.push_str("false"),
            Json::Whole(number) => out.push_str(&number.to_string()),
            // JSON has no word for what is not finite.
            Json::Number(number) if !number.is_finite() => out.push_str("null"),
            Json::Number(number) => out.push_str(&number.to_string()),
            Json::Text(text) => write_text(text, out),
            Json::List(list) => {
                out.push('[');
                for (at, value) in list.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    value.write_to(out);
                }
                out.push(']');
            }
            Json::Fields(fields) => {
                out.push('{');
                for (at, (name, value)) in fields.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    write_text(name, out);
                    out.push(':');
                    value.write_to(out);
                }
                out.push('}');
            }
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' => out.push_str("\\n"),
            '\0'..' ' => {
                out.push_str("\\u00");
                for shift in [4, 0] {
                    let digit = (letter as u32 >> shift) & 15;
                    out.push(char::from_digit(digit, 16).unwrap_or('0'));
                }
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\r', '\t']);
    }

    /// Takes this word, after any space, if it is what comes next.
    fn takes(&mut self, word: &str) -> bool {
        self.skip();
        let rest = self.rest.strip_prefix(word);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self, depth: u32) -> Option<Json> {
        let depth = depth.checked_sub(1)?;
        for (word, value) in [
            ("null", Json::Null),
            ("true", Json::Bool(true)),
            ("false", Json::Bool(false)),
        ] {
            if self.takes(word) {
                return Some(value);
            }
        }
        if self.takes("\"") {
            return self.text().map(Json::Text);
        }
        if self.takes("[") {
            let mut list = Vec::new();
            while !self.takes("]") {
                if !list.is_empty() && !self.takes(",") {
                    return None;
                }
                list.push(self.value(depth)?);
            }
            return Some(Json::List(list));
        }
        if self.takes("{") {
            let mut fields = Vec::new();
            while !self.takes("}") {
                if !fields.is_empty() && !self.takes(",") || !self.takes("\"") {
                    return None;
                }
                let name = self.text()?;
                if !self.takes(":") {
                    return None;
                }
                fields.push((name, self.value(depth)?));
            }
            return Some(Json::Fields(fields));
        }
        self.number()
    }

    fn number(&mut self) -> Option<Json> {
        let is_part = |letter: char| letter.is_ascii_digit() || "+-.eE".contains(letter);
        let end = self.rest.find(|letter| !is_part(letter));
        let (number, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        let whole = number.parse().ok().map(Json::Whole);
        whole.or_else(|| number.parse().ok().map(Json::Number))
    }

    /// What stands up to the quotation mark that ends it.
    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            let mut letters = self.rest.chars();
            let letter = letters.next()?;
            self.rest = letters.as_str();
            text.push(match letter {
                '"' => return Some(text),
                '\\' => self.escaped()?,
                _ => letter,
            });
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let mut letters = self.rest.chars();
        let letter = letters.next()?;
        self.rest = letters.as_str();
        Some(match letter {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => {
                let first = self.unit()?;
                // Beyond 16 bits there are two of them.
                let units = if (0xd800..0xdc00).contains(&first) {
                    self.rest = self.rest.strip_prefix("\\u")?;
                    [first, self.unit()?]
                } else {
                    return char::from_u32(u32::from(first));
                };
                char::decode_utf16(units).next()?.ok()?
            }
            letter => letter,
        })
    }

    fn unit(&mut self) -> Option<u16> {
        let digits = self.rest.get(..4)?;
        self.rest = &self.rest[4..];
        u16::from_str_radix(digits, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// The same value, as a reader of JSON in general has it.
    fn plain(json: &Json) -> Value {
        match json {
            Json::Null => Value::Null,
            Json::Bool(is) => Value::from(*is),
            Json::Whole(number) => Value::from(*number),
            Json::Number(number) => Value::from(*number),
            Json::Text(text) => Value::from(text.as_str()),
            Json::List(list) => Value::Array(list.iter().map(plain).collect()),
            Json::Fields(fields) => {
                let field = |(name, value): &(String, Json)| (name.clone(), plain(value));
                Value::Object(fields.iter().map(field).collect())
            }
        }
    }

    fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            any::<i64>().prop_map(Json::Whole),
            (-1_000i32..1_000).prop_map(|half| Json::Number(f64::from(half) + 0.5)),
            any::<String>().prop_map(Json::Text),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            let named = proptest::collection::btree_map(any::<String>(), inner.clone(), 0..4);
            prop_oneof![
                proptest::collection::vec(inner, 0..4).prop_map(Json::List),
                named.prop_map(|fields| Json::Fields(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_others_read(json in any_json()) {
            let text = json.write();
            prop_assert_eq!(&serde_json::from_str::<Value>(&text).unwrap(), &plain(&json));
            prop_assert_eq!(Json::read(&text), Some(json));
        }

        #[test]
        fn what_others_write_is_read(json in any_json()) {
            let pretty = serde_json::to_string_pretty(&plain(&json)).unwrap();
            prop_assert_eq!(Json::read(&pretty).as_ref().map(plain), Some(plain(&json)));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            if let Ok(value) = serde_json::from_str::<Value>(&text) {
                prop_assert!(Json::read(&text).is_some(), "{}", value);
            }
        }
    }

    #[test]
    fn letters_that_are_escaped_are_read() {
        let text = r#""a\/\u00e9\ud83d\ude00\t\"\\""#;
        assert_eq!(Json::read(text), Some(Json::text("a/é😀\t\"\\")));
        assert_eq!(Json::read(r#""\ud83d""#), None);
        assert_eq!(Json::read(r#""\u12"#), None);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in [
            "",
            "{",
            "[1 2]",
            "{\"a\" 1}",
            "{a: 1}",
            "[,]",
            "1 2",
            "tru",
            "\"a",
        ] {
            assert_eq!(Json::read(text), None, "{text}");
        }
        assert_eq!(Json::read(&"[".repeat(100_000)), None);
    }
}
