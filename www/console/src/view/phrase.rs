//! What is said, on the page: every text that somebody wrote stands isolated in it, and an element
//! may stand in a placeholder.

use words::{Arg, Said};
use yew::{prelude::*, virtual_dom::VText};

use super::foreign::foreign;
use crate::{
    said,
    speech::{self, BEGIN, END, own, say},
};

/// Stands for the first element, the next one for the next: characters of no script, as
/// [`speech::BEGIN`].
const FIRST: u32 = 0xFDD2;
const LAST: u32 = 0xFDEF;

/// The place of an element, by its number among those that are given to [`with`].
pub fn place(number: u32) -> Arg {
    char::from_u32(FIRST + number).map_or_else(String::new, String::from).into()
}

/// A message without placeholders. Given as a function, since what is said in many places then
/// takes little code in each.
pub type Plain = fn() -> Said;

#[inline(never)]
pub fn plain(said: Plain) -> Html {
    VText::new(say(&said())).into()
}

/// The same for what is read out, and for hints in fields.
#[inline(never)]
pub fn label(said: Plain) -> AttrValue {
    say(&said()).into()
}

/// A visitor's name, or the word for one who has not said it.
pub fn visitor(name: Option<&str>) -> Html {
    name.map_or_else(|| plain(said::visitor), foreign)
}

/// The same for a placeholder.
pub fn visitor_named(name: Option<&str>) -> Arg {
    name.map_or_else(|| said::visitor().into(), own)
}

/// A message with a number.
#[inline(never)]
pub fn counted(said: fn(u64) -> Said, number: u64) -> Html {
    VText::new(say(&said(number))).into()
}

/// A sentence without elements.
#[inline(never)]
pub fn phrase(said: Said) -> Html {
    with(said, Vec::new())
}

/// A sentence with these elements in their places.
pub fn with(said: Said, elements: Vec<Html>) -> Html {
    let piece = |piece| match piece {
        Piece::Text(text) => VText::new(text.to_owned()).into(),
        Piece::Own(words) => foreign(words),
        Piece::Element(number) => elements.get(number as usize).cloned().unwrap_or_default(),
    };
    pieces(&speech::as_it_is(&said)).into_iter().map(piece).collect()
}

#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Text(&'a str),
    /// What somebody wrote.
    Own(&'a str),
    Element(u32),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let before = &text[start..at];
        let (before, mark) = match u32::from(c) {
            _ if c == BEGIN => (Piece::Text(before), None),
            _ if c == END => (Piece::Own(before), None),
            code @ FIRST..=LAST => (Piece::Text(before), Some(Piece::Element(code - FIRST))),
            _ => continue,
        };
        if !matches!(before, Piece::Text("")) {
            pieces.push(before);
        }
        pieces.extend(mark);
        start = at + c.len_utf8();
    }
    if start < text.len() {
        pieces.push(Piece::Text(&text[start..]));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_and_what_somebody_wrote_stand_in_their_places() {
        let text = format!(
            "{BEGIN}Kim{END} hat {} Zeit{BEGIN}!{END}",
            char::from_u32(FIRST + 1).expect("a mark")
        );
        let expected = [
            Piece::Own("Kim"),
            Piece::Text(" hat "),
            Piece::Element(1),
            Piece::Text(" Zeit"),
            Piece::Own("!"),
        ];
        assert_eq!(pieces(&text), expected);
        assert_eq!(pieces("none"), [Piece::Text("none")]);
        assert_eq!(pieces(""), []);
    }
}
