//! Words of others, made harmless: direction controls are shown, and addresses become links that
//! carry nothing else.

use std::borrow::Cow;

/// Whether a character could turn the text round it or hide in it. The three marks of direction
/// (U+061C, U+200E, U+200F) belong to Arabic and Hebrew, and within an isolated element they move
/// no letter; joiners belong to emoji and to Persian.
fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{200B}' | '\u{FEFF}')
        || matches!(c, '\u{AD}' | '\u{180E}')
        || (c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
}

/// The text with what deceives written out, as `[U+202E]`.
pub fn shown(text: &str) -> Cow<'_, str> {
    if !text.contains(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_deceptive(c) {
            shown.push_str(&format!("[U+{:04X}]", u32::from(c)))
        } else {
            shown.push(c)
        }
    }
    Cow::Owned(shown)
}

/// The first words, on one line.
pub fn first_words(text: &str, chars: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(chars) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// A `mailto:` to this address and nobody else; none if it is not one that can be written so.
pub fn mailto(address: &str, subject: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    let is_plain = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || is_deceptive(c))
    };
    (is_plain(local) && is_plain(domain)).then(|| {
        format!("mailto:{}@{}?subject={}", encoded(local), encoded(domain), encoded(subject))
    })
}

/// A `tel:` of digits.
pub fn tel(number: &str) -> Option<String> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let plus = if number.trim_start().starts_with('+') { "+" } else { "" };
    (!digits.is_empty()).then(|| format!("tel:{plus}{digits}"))
}

/// Percent-encoded but for what RFC 3986 calls unreserved.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(byte.into())
        } else {
            encoded.push_str(&format!("%{byte:02X}"))
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_or_hides_text_is_written_out_and_other_scripts_are_left() {
        assert_eq!(shown("\u{202E}gro.knab@nimda"), "[U+202E]gro.knab@nimda");
        assert_eq!(shown("a\u{200B}b\u{0}"), "a[U+200B]b[U+0000]");
        for kept in ["שלום\u{200F}!", "می\u{200C}خواهم", "👩\u{200D}🌾", "line\nbreak", "é"]
        {
            assert_eq!(shown(kept), kept);
        }
    }

    #[test]
    fn an_address_carries_no_header_into_a_mail() {
        assert_eq!(
            mailto("kim+a@example.org", "Your request").as_deref(),
            Some("mailto:kim%2Ba@example.org?subject=Your%20request")
        );
        for (hostile, link) in [
            ("a@b.de?bcc=x%40y.de", Some("mailto:a@b.de%3Fbcc%3Dx%2540y.de?subject=s")),
            ("a?bcc=v%40x.de&x=@b.de", Some("mailto:a%3Fbcc%3Dv%2540x.de%26x%3D@b.de?subject=s")),
            ("a%0d%0aBcc%3A@b.de", Some("mailto:a%250d%250aBcc%253A@b.de?subject=s")),
            ("a#b@c.de", Some("mailto:a%23b@c.de?subject=s")),
            ("a\r\nBcc: x@b.de", None),
            ("a\u{202E}@b.de", None),
            ("nobody", None),
            ("@b.de", None),
        ] {
            assert_eq!(mailto(hostile, "s").as_deref(), link, "{hostile:?}");
        }
        assert_eq!(tel("+49 30 12;ext=1").as_deref(), Some("tel:+4930121"));
        assert_eq!(tel("none"), None);
    }

    #[test]
    fn first_words_are_one_line() {
        assert_eq!(first_words("one\n two  three", 80), "one two three");
        assert_eq!(first_words("äöü äöü", 4), "äöü …");
    }
}
