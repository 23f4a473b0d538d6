//! Words of a person.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Message text or personal data.
///
/// It does not print itself: `{:?}` hides it, and there is no `Display`, so that it cannot reach a
/// log by accident.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Text(String);

impl Text {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The words themselves, for a screen or for storage.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether it has more characters than that.
    pub fn is_longer_than(&self, chars: usize) -> bool {
        is_longer(&self.0, chars)
    }

    /// Whether nobody would see anything.
    pub fn is_blank(&self) -> bool {
        self.0.chars().all(|c| c.is_whitespace() || is_invisible(c))
    }
}

/// Whether a character takes no room of its own: controls, joiners, marks of direction, fillers.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{180e}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
        )
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a text has more characters than that. Only what has more bytes is counted.
pub fn is_longer(text: &str, chars: usize) -> bool {
    text.len() > chars && text.chars().count() > chars
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn characters_are_counted_not_bytes() {
        let text = Text::new("äöü");
        assert!(!text.is_longer_than(3) && text.is_longer_than(2));
    }

    #[test]
    fn text_does_not_print_itself() {
        assert_eq!(format!("{:?}", Text::new("my card is 4111")), "Text(hidden)");
    }
}
