//! What is said, as a key and its arguments; and the words for it, from one file a language. No DOM, no network, no clock.
//!
//! Code says [`Said`]: what was meant, which can be kept, sent and compared. [`Words::say`] makes text of it in the language that was read,
//! and a [`Speaker`] knows how that language writes numbers and times and which plural a number takes: in a browser that is `Intl`.
//!
//! **How a crate gets its words.** `words/en.ftl` in the crate's folder (this crate's own for the widget), and a file a language beside it,
//! hold the messages in Fluent's syntax: texts, `{ $placeholder }`s and selects by a number (`[0]`, `[one]`, `*[other]`). A build script calls
//! `words_compiler::build("words")`, and the crate includes what that wrote:
//!
//! ```ignore
//! mod said {
//!     include!(concat!(env!("OUT_DIR"), "/said.rs"));
//! }
//! said::new_messages(3); // from `new-messages`: a missing key or argument does not compile, and one that nobody says is dead code
//! ```
//!
//! `cargo xtask build` compiles each language to a JSON array of strings for the browser: [`Words::read`] takes its items, and refuses what
//! was made of other English messages than `said::FINGERPRINT` stands for. `OUT_DIR` has the same arrays (`en.json`) for tests. Messages
//! whose name begins with `page-` are put into documents and scripts (`xtask/src/words.rs`), and have no constructor. `cargo xtask test` fails where a language lacks a message, has one too many, or has other placeholders than English.
//!
//! **The compiled form.** The first string is the fingerprint. Each other one is a key of three letters, then its pattern: text in which
//! `{0}` is an argument and `{0|1=…|one=…|*=…}` a choice by one. The compiler refuses braces and bars in texts. A key is 16 bits of a hash
//! of the message's name, so that what was kept is understood by later versions; the compiler refuses two names with one key.

use serde::{Deserialize, Serialize};

/// What was said, in no language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    pub key: u16,
    #[serde(default)]
    pub args: Vec<Arg>,
}

/// What stands in a placeholder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// The file is damaged, or made for another version of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    patterns: Vec<(u16, Box<str>)>,
}

impl Words {
    /// From the items of a compiled file.
    pub fn read(mut items: impl Iterator<Item = String>, fingerprint: &str) -> Result<Self, Damaged> {
        if items.next().is_none_or(|first| first != fingerprint) {
            return Err(Damaged);
        }
        let pattern = |item: String| Some((key(item.get(..KEY)?)?, item.get(KEY..)?.into()));
        let patterns = items.map(pattern).collect::<Option<Vec<_>>>().ok_or(Damaged)?;
        Ok(Self { patterns })
    }

    /// In words; none if this version has no such message, or it lacks an argument.
    pub fn say(&self, said: &Said, speaker: &dyn Speaker) -> Option<String> {
        let (_, pattern) = self.patterns.iter().find(|(key, _)| *key == said.key)?;
        let mut out = String::new();
        self.write(&mut out, pattern, &said.args, speaker)?;
        Some(out)
    }

    fn write(&self, out: &mut String, mut pattern: &str, args: &[Arg], speaker: &dyn Speaker) -> Option<()> {
        while let Some((text, rest)) = pattern.split_once('{') {
            out.push_str(text);
            let end = end(rest)?;
            let (mut choices, place) = match rest[..end].split_once('|') {
                Some((place, choices)) => (Some(choices), place),
                None => (None, &rest[..end]),
            };
            let arg = args.get(place.parse::<usize>().ok()?)?;
            if choices.is_none() {
                match arg {
                    Arg::Text { text } => out.push_str(text),
                    Arg::Number { number } => out.push_str(&speaker.number(*number)),
                    Arg::Time { at, form } => out.push_str(&speaker.time(*at, *form)),
                    Arg::Said { said } => out.push_str(&self.say(said, speaker)?),
                }
            }
            while let Some(choice) = choices {
                let (name, rest) = choice.split_once('=')?;
                let (pattern, others) = part(rest);
                let is_it = match arg {
                    Arg::Number { number } => name.parse() == Ok(*number) || speaker.is_plural(*number, name),
                    _ => false,
                };
                if is_it || name == OTHERWISE {
                    self.write(out, pattern, args, speaker)?;
                    break;
                }
                choices = others;
            }
            pattern = &rest[end + 1..];
        }
        out.push_str(pattern);
        Some(())
    }
}

/// How many letters a key has.
pub const KEY: usize = 3;
/// The name of the choice that stands last, where no other fits.
pub const OTHERWISE: &str = "*";

/// 16 bits in three letters of base 64, as they stand in a compiled file.
fn key(letters: &str) -> Option<u16> {
    letters
        .bytes()
        .try_fold(0u32, |key, letter| {
            let digit = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'a'..=b'z' => letter - b'a' + 26,
                b'0'..=b'9' => letter - b'0' + 52,
                b'-' => 62,
                b'_' => 63,
                _ => return None,
            };
            Some(key << 6 | u32::from(digit))
        })?
        .try_into()
        .ok()
}

/// Where the brace ends that was opened before this.
fn end(rest: &str) -> Option<usize> {
    let mut depth = 0;
    rest.bytes().position(|byte| {
        depth += i32::from(byte == b'{') - i32::from(byte == b'}');
        depth < 0
    })
}

/// Up to the next bar that is in no braces, and what follows it.
fn part(text: &str) -> (&str, Option<&str>) {
    let mut depth = 0;
    let bar = text.bytes().position(|byte| {
        depth += i32::from(byte == b'{') - i32::from(byte == b'}');
        byte == b'|' && depth == 0
    });
    bar.map_or((text, None), |bar| (&text[..bar], Some(&text[bar + 1..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct English;

    impl Speaker for English {
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

    fn words(pattern: &str) -> Words {
        Words::read(["f".to_owned(), format!("AAB{pattern}"), "AACagain".to_owned()].into_iter(), "f").expect("whole")
    }

    fn say(pattern: &str, args: Vec<Arg>) -> Option<String> {
        words(pattern).say(&Said { key: 1, args }, &English)
    }

    #[test]
    fn texts_arguments_and_choices_are_said() {
        assert_eq!(say("plain", vec![]).as_deref(), Some("plain"));
        assert_eq!(say("to {1}, from {0}.", vec!["ä{0}|".into(), "b".into()]).as_deref(), Some("to b, from ä{0}|."));
        let pattern = "You have {0|0=none|one=one|*={0} of {1|one=a|*={1} or {0}}} left";
        for (count, of, expected) in [(0, 1, "none"), (1, 1, "one"), (2, 1, "2 of a"), (3, 5, "3 of 5 or 3")] {
            assert_eq!(say(pattern, vec![count.into(), of.into()]), Some(format!("You have {expected} left")));
        }
        let inner = Said { key: 2, args: vec![] };
        assert_eq!(say("{0} {1}", vec![inner.into(), Arg::Time { at: 7, form: 1 }]).as_deref(), Some("again 7/1"));
    }

    #[test]
    fn what_is_damaged_is_refused_and_what_is_unknown_is_not_said() {
        let read = |items: &[&str]| Words::read(items.iter().map(|item| (*item).to_owned()), "f").map(|_| ());
        for items in [&[][..], &["g"], &["f", "AA"], &["f", "A?Bx"], &["f", "___x"], &["f", "Aäx"]] {
            assert_eq!(read(items), Err(Damaged), "{items:?}");
        }
        assert_eq!(read(&["f", "P__x"]), Ok(()));
        assert_eq!(words("x").say(&Said { key: 3, args: vec![] }, &English), None);
        for pattern in ["{0} {1}", "{", "{x}", "{0|", "{0|one}", "{0|one=a{}"] {
            assert_eq!(say(pattern, vec![1.into()]), None, "{pattern}");
        }
    }
}
