//! A long text as several messages, each within the limit of one, parted where a reader would part
//! it.

/// Messages that one text may become.
pub const MOST: usize = 10;

/// The pieces, in order, without the white space between them. Nothing else is left out.
pub fn of(text: &str, most_chars: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while let Some((end, _)) = rest.char_indices().nth(most_chars) {
        let head = &rest[..end];
        // Not so early that a long line makes many small pieces.
        let early = head.char_indices().nth(most_chars / 2).map_or(0, |(at, _)| at);
        let at = head
            .rfind('\n')
            .filter(|at| *at > early)
            .or_else(|| head.rfind(char::is_whitespace).filter(|at| *at > early))
            .unwrap_or(end);
        pieces.push(rest[..at].trim_end());
        rest = rest[at..].trim_start();
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_parted_at_lines_then_at_words_and_loses_nothing() {
        assert_eq!(of("short", 10), ["short"]);
        assert_eq!(of("one two\nthree four", 10), ["one two", "three four"]);
        assert_eq!(of("aaaaaaaaaaaabbb", 10), ["aaaaaaaaaa", "aabbb"]);
        assert_eq!(of("one two three four five", 10), ["one two", "three four", "five"]);
        let long: String = (0..3_000).map(|n| format!("wörd{n} ")).collect();
        let pieces = of(&long, 4_000);
        assert!(pieces.iter().all(|piece| piece.chars().count() <= 4_000));
        assert_eq!(pieces.join(" "), long.trim());
    }
}
