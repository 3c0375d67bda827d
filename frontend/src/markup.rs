//! Pieces of the page as HTML, written as text.
//!
//! What only shows what the server sent needs no component: text is a fraction
//! of the code that builds the same nodes one by one, and can be tested without
//! a browser. Whatever does not come from this program goes through [`text`],
//! [`words`] or [`attribute`], which leave no markup in it.
//!
//! Buttons and links in it are heard by whoever holds the element: see
//! `lesson/prose.rs`.

pub mod book;
pub mod contents;
pub mod curve;
pub mod found;
pub mod lane;
pub mod outcome;
pub mod parts;
pub mod ring;

/// A text, for the inside of an element.
pub fn text(text: &str) -> String {
    attribute(text)
}

/// A text, for an attribute in quotation marks.
pub fn attribute(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// A text whose words between backticks are set as code.
pub fn words(text: &str) -> String {
    let mut html = String::new();
    for (at, piece) in attribute(text).split('`').enumerate() {
        match at % 2 {
            1 if !piece.is_empty() => {
                html.push_str("<code>");
                html.push_str(piece);
                html.push_str("</code>");
            }
            _ => html.push_str(piece),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_markup_is_left_in_a_text() {
        assert_eq!(
            text("a < b && \"c\" > d"),
            "a &lt; b &amp;&amp; &quot;c&quot; &gt; d"
        );
        assert_eq!(
            words("<b>`x<y`</b>"),
            "&lt;b&gt;<code>x&lt;y</code>&lt;/b&gt;"
        );
    }

    #[test]
    fn what_stands_between_backticks_is_code() {
        assert_eq!(words("the `buffer`, ``"), "the <code>buffer</code>, ");
        assert_eq!(words(""), "");
    }
}
