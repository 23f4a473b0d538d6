//! Single signs of numbers.

/// A digit of any of the scripts that visitors write numbers in, as ASCII.
pub fn digit(c: char) -> Option<char> {
    const ZEROS: [char; 5] = ['0', '０', '٠', '۰', '०'];
    ZEROS.iter().find_map(|zero| {
        (c as u32).checked_sub(*zero as u32).and_then(|value| char::from_digit(value, 10))
    })
}

/// A letter or a digit of a script that parts its words.
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() && c < '\u{2e80}'
}
