//! The page's address: the parameters, the processors and the language stand in
//! its query, so that a link lands in exactly this lesson with exactly these.
//!
//! Values are kept as they were written, also those that the form refuses: the
//! form says what is wrong with them, and reloading loses nothing.

/// The name in a query that sets the language.
pub const LANG: &str = "lang";

/// The pairs of a query, decoded, with or without its question mark. Of a name
/// that stands there twice the last counts.
pub fn parse(query: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let query = query.strip_prefix('?').unwrap_or(query);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name), decode(value));
        pairs.retain(|(earlier, _)| *earlier != name);
        pairs.push((name, value));
    }
    pairs
}

/// The query of some pairs, with its question mark; empty without pairs.
pub fn query<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        query.push(if query.is_empty() { '?' } else { '&' });
        encode(name, &mut query);
        query.push('=');
        encode(value, &mut query);
    }
    query
}

/// The address of a lesson, from the site's root.
pub fn lesson(id: &str, query: &str) -> String {
    let mut address = String::from("/lessons/");
    encode(id, &mut address);
    address.push_str(query);
    address
}

/// Writes `text` with everything escaped that means something in an address.
pub fn encode(text: &str, into: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                into.push(byte as char);
            }
            _ => {
                into.push('%');
                into.push(HEX[usize::from(byte >> 4)] as char);
                into.push(HEX[usize::from(byte & 15)] as char);
            }
        }
    }
}

/// Reads what [`encode`] wrote, and `+` as a space. What is not an escape
/// stands for itself.
/// Resolves the escapes of a part of an address.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let escaped = text
            .get(index + 1..index + 3)
            .filter(|_| bytes[index] == b'%')
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[index], escaped) {
            (_, Some(byte)) => {
                decoded.push(byte);
                index += 3;
                continue;
            }
            (b'+', None) => decoded.push(b' '),
            (byte, None) => decoded.push(byte),
        }
        index += 1;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(query: &str) -> Vec<(String, String)> {
        parse(query)
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.into(), value.into())
    }

    #[test]
    fn a_query_is_read_in_order_and_the_last_of_a_name_counts() {
        assert_eq!(
            pairs("?capacity=0&lang=zh"),
            [pair("capacity", "0"), pair("lang", "zh")]
        );
        assert_eq!(
            pairs("capacity=1&work=2&capacity=3"),
            [pair("work", "2"), pair("capacity", "3")]
        );
        assert_eq!(pairs(""), []);
        assert_eq!(pairs("?&&hog"), [pair("hog", "")]);
    }

    #[test]
    fn what_was_written_is_read_again() {
        for value in [
            "0",
            "a b",
            "1+1=2",
            "50%",
            "缓冲区",
            "a&b#c/?",
            "%zz",
            "%",
            "%e",
        ] {
            let written = query([("name", value)]);
            assert_eq!(pairs(&written), [pair("name", value)], "{written}");
        }
        assert_eq!(query([]), "");
    }

    #[test]
    fn broken_escapes_stand_for_themselves() {
        assert_eq!(pairs("a=%zz+%4"), [pair("a", "%zz %4")]);
        assert_eq!(pairs("a=%é1"), [pair("a", "%é1")]);
    }

    #[test]
    fn a_lesson_has_an_address() {
        assert_eq!(
            lesson("channel-buffered", &query([("capacity", "0")])),
            "/lessons/channel-buffered?capacity=0"
        );
    }
}
