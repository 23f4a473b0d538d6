//! Groups of digits in a text, of which card numbers, security codes and expiry dates are made.

use super::signs::digit;

/// Digits in a row.
pub struct Group {
    pub from: usize,
    pub to: usize,
    pub digits: String,
}

/// All groups of a text.
pub fn of(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (at, c) in text.char_indices() {
        let Some(digit) = digit(c) else { continue };
        match groups.last_mut().filter(|group| group.to == at) {
            Some(group) => {
                group.to = at + c.len_utf8();
                group.digits.push(digit);
            }
            None => {
                groups.push(Group { from: at, to: at + c.len_utf8(), digits: digit.to_string() })
            }
        }
    }
    groups
}
