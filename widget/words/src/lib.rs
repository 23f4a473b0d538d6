//! What is said, as a key and its arguments; and the words for it, from one file a language. No
//! DOM, no network, no clock.
//!
//! Code says [`Said`]: what was meant, which can be kept, sent and compared. [`Words::say`] makes
//! text of it in the language that was read, and a [`Speaker`] knows how that language writes
//! numbers and times and which plural a number takes: in a browser that is `Intl`.
//!
//! **How a crate gets its words.** `words/en.ftl` in the crate's folder (this crate's own for the
//! widget), and a file a language beside it, hold the messages in Fluent's syntax: texts, `{
//! $placeholder }`s and selects by a number (`[0]`, `[one]`, `*[other]`) or by a code (`[refund]`,
//! `*[legal]`). A build script calls
//! `words_compiler::build("words")`, and the crate includes what that wrote:
//!
//! ```ignore
//! mod said {
//!     include!(concat!(env!("OUT_DIR"), "/said.rs"));
//! }
//! // From `new-messages`: a missing key or argument does not compile, and one that nobody says is
//! // dead code.
//! said::new_messages(3);
//! ```
//!
//! `cargo xtask build` compiles each language to a JSON array of strings for the browser:
//! [`Words::read`] takes its items, and refuses what was made of other English messages than
//! `said::FINGERPRINT` stands for. `OUT_DIR` has the same arrays (`en.json`) for tests. Messages
//! whose name begins with `page-` are put into documents and scripts (`xtask/src/words.rs`), and
//! have no constructor. `cargo xtask test` fails where a language lacks a message, has one too
//! many, or has other placeholders than English.
//!
//! **The compiled form.** The first string is the fingerprint. Each other one is a key of three
//! letters, then its pattern: text in which `{0}` is an argument and `{0|1=…|one=…|*=…}` a choice
//! by one. The compiler refuses braces and bars in texts, and an eleventh placeholder. A key is 16
//! bits of a hash of the message's name, so that what was kept is understood by later versions; the
//! compiler refuses two names with one key.

use serde::{Deserialize, Serialize};

/// What was said, in no language: its key, and what stands in each placeholder between [`OPEN`] and
/// [`CLOSE`]. One text, since code that keeps anything richer weighs more than the words do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Said(String);

/// What stands in a placeholder.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// A name, an address: the same in all languages.
    Text {
        text: String,
    },
    Number {
        number: u64,
    },
    /// A time in ms since 1970, in one of the forms that the speaker has.
    Time {
        at: u64,
        form: u8,
    },
    /// Something that is said within something.
    Said {
        said: Said,
    },
}

const OPEN: char = '\u{2}';
const CLOSE: char = '\u{3}';

impl Said {
    /// What a constructor calls.
    pub fn new(key: &str, args: &[Arg]) -> Self {
        let mut said = key.to_owned();
        for arg in args {
            said.push(OPEN);
            match arg {
                Arg::Text { text } => {
                    said.push('t');
                    said.extend(text.chars().filter(|c| !matches!(*c, OPEN | CLOSE)));
                }
                Arg::Number { number } => {
                    said.push('n');
                    said.push_str(&number.to_string());
                }
                Arg::Time { at, form } => {
                    said.push(char::from(b'0' + form));
                    said.push_str(&at.to_string());
                }
                Arg::Said { said: inner } => {
                    said.push('s');
                    said.push_str(&inner.0);
                }
            }
            said.push(CLOSE);
        }
        Self(said)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text { text: text.to_owned() }
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text { text }
    }
}

impl From<u64> for Arg {
    fn from(number: u64) -> Self {
        Self::Number { number }
    }
}

impl From<Said> for Arg {
    fn from(said: Said) -> Self {
        Self::Said { said }
    }
}

/// How a language writes what is no words. In a browser `Intl` knows.
pub trait Speaker {
    /// Whether a number takes this plural, by its name in CLDR: `one`, `few`.
    fn is_plural(&self, number: u64, name: &str) -> bool;
    fn number(&self, number: u64) -> String;
    fn time(&self, at: u64, form: u8) -> String;
}

/// Speaks English and German without a browser, for tests: times are `at/form`.
pub struct Plain;

impl Speaker for Plain {
    fn is_plural(&self, number: u64, name: &str) -> bool {
        name == if number == 1 { "one" } else { "other" }
    }

    fn number(&self, number: u64) -> String {
        number.to_string()
    }

    fn time(&self, at: u64, form: u8) -> String {
        format!("{at}/{form}")
    }
}

/// The file is damaged, or made for another version of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

/// The words of one language: each a key and its pattern.
#[derive(Debug)]
pub struct Words(Vec<String>);

impl Words {
    /// From the items of a compiled file.
    pub fn read(
        mut items: impl Iterator<Item = String>,
        fingerprint: &str,
    ) -> Result<Self, Damaged> {
        let is_whole = items.next().is_some_and(|first| first == fingerprint);
        let items: Vec<_> = items.collect();
        if is_whole && items.iter().all(|item| item.is_char_boundary(KEY)) {
            Ok(Self(items))
        } else {
            Err(Damaged)
        }
    }

    /// In words; none if this version has no such message, or it lacks an argument.
    pub fn say(&self, said: &Said, speaker: &dyn Speaker) -> Option<String> {
        let mut out = String::new();
        self.put(&mut out, &said.0, speaker)?;
        Some(out)
    }

    fn put(&self, out: &mut String, said: &str, speaker: &dyn Speaker) -> Option<()> {
        let (key, args) = said.split_at_checked(KEY)?;
        let pattern = self.0.iter().find_map(|item| item.strip_prefix(key))?;
        self.write(out, pattern, args, speaker)
    }

    fn write(
        &self,
        out: &mut String,
        mut pattern: &str,
        args: &str,
        speaker: &dyn Speaker,
    ) -> Option<()> {
        while let Some((text, rest)) = pattern.split_once('{') {
            out.push_str(text);
            let (inside, rest) = closed(rest, '{', '}')?;
            let place = inside.bytes().next()?.wrapping_sub(b'0');
            let arg = argument(args, place)?;
            let (kind, value) = arg.split_at_checked(1)?;
            let mut choices = inside.get(1..)?;
            if choices.is_empty() {
                match kind {
                    "t" => out.push_str(value),
                    "n" => out.push_str(&speaker.number(value.parse().ok()?)),
                    "s" => self.put(out, value, speaker)?,
                    form => out.push_str(
                        &speaker.time(value.parse().ok()?, form.as_bytes()[0].wrapping_sub(b'0')),
                    ),
                }
            }
            while let Some(choice) = choices.strip_prefix('|') {
                let (name, rest) = choice.split_once('=')?;
                let (chosen, others) = part(rest);
                let is_it = name == OTHERWISE
                    || name == value
                    || kind == "n" && speaker.is_plural(value.parse().ok()?, name);
                if is_it {
                    self.write(out, chosen, args, speaker)?;
                    break;
                }
                choices = others;
            }
            pattern = rest;
        }
        out.push_str(pattern);
        Some(())
    }
}

/// How many letters a key has.
pub const KEY: usize = 3;
/// The name of the choice that stands last, where no other fits.
pub const OTHERWISE: &str = "*";

/// The argument at a place.
fn argument(mut args: &str, place: u8) -> Option<&str> {
    for _ in 0..place {
        args = closed(args.strip_prefix(OPEN)?, OPEN, CLOSE)?.1;
    }
    Some(closed(args.strip_prefix(OPEN)?, OPEN, CLOSE)?.0)
}

/// What stands before the bracket that closes the one before this, and what stands behind it.
fn closed(text: &str, open: char, close: char) -> Option<(&str, &str)> {
    let mut depth = 1;
    let end = text.find(|c| {
        depth += i32::from(c == open) - i32::from(c == close);
        depth == 0
    })?;
    Some((&text[..end], &text[end + 1..]))
}

/// Up to the next bar that is in no braces, and the rest from there.
fn part(text: &str) -> (&str, &str) {
    let mut depth = 0;
    let bar = text.find(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == '|' && depth == 0
    });
    text.split_at(bar.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(pattern: &str) -> Words {
        Words::read(
            ["f".to_owned(), format!("AAB{pattern}"), "AACagain {0}".to_owned()].into_iter(),
            "f",
        )
        .expect("whole")
    }

    fn say(pattern: &str, args: Vec<Arg>) -> Option<String> {
        words(pattern).say(&Said::new("AAB", &args), &Plain)
    }

    #[test]
    fn texts_arguments_and_choices_are_said() {
        assert_eq!(say("plain", vec![]).as_deref(), Some("plain"));
        assert_eq!(
            say("to {1}, from {0}.", vec!["ä{0}|".into(), "b".into()]).as_deref(),
            Some("to b, from ä{0}|.")
        );
        let pattern = "You have {0|0=none|one=one|*={0} of {1|one=a|*={1} or {0}}} left";
        for (count, of, expected) in
            [(0, 1, "none"), (1, 1, "one"), (2, 1, "2 of a"), (3, 5, "3 of 5 or 3")]
        {
            assert_eq!(
                say(pattern, vec![count.into(), of.into()]),
                Some(format!("You have {expected} left"))
            );
        }
        let inner = Said::new("AAC", &["x\u{3}".into()]);
        assert_eq!(
            say("{0} {1}", vec![inner.into(), Arg::Time { at: 7, form: 1 }]).as_deref(),
            Some("again x 7/1")
        );
    }

    #[test]
    fn what_is_damaged_is_refused_and_what_is_unknown_is_not_said() {
        let read = |items: &[&str]| {
            Words::read(items.iter().map(|item| (*item).to_owned()), "f").map(|_| ())
        };
        for items in [&[][..], &["g"], &["f", "AA"], &["f", "AAä"]] {
            assert_eq!(read(items), Err(Damaged), "{items:?}");
        }
        assert_eq!(read(&["f", "AAB"]), Ok(()));
        for said in [
            "AAD",
            "",
            "AA",
            "AAB\u{2}",
            "AAB\u{2}t",
            "AAB\u{2}\u{3}",
            "AAB\u{2}nx\u{3}",
            "AAB\u{2}sAAC\u{3}",
            "AAB\u{2}é\u{3}",
        ] {
            assert_eq!(words("{0}").say(&Said(said.to_owned()), &Plain), None, "{said:?}");
        }
        for pattern in ["{0} {1}", "{", "{}", "{x}", "{0|", "{0|one}", "{0|one=a{}"] {
            assert_eq!(say(pattern, vec![1.into()]), None, "{pattern}");
        }
    }
}
