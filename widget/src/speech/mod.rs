//! The language that this page speaks: what was said, in its words. Numbers, plurals and times are
//! the browser's business (`Intl`).
//!
//! A page speaks one language, from before anything is said; which one, the frame's script has
//! decided.

mod intl;
pub mod time;

use std::cell::RefCell;

use words::{Arg, Said, Speaker, Words};

use crate::said;

pub use intl::here;

/// A language: its words, and the tag by which `Intl` knows it.
pub struct Language {
    words: Words,
    tag: String,
}

thread_local! {
    static SPOKEN: RefCell<Option<Language>> = const { RefCell::new(None) };
}

impl Language {
    /// From the items of a compiled file; none if it is damaged, or was made for another version of
    /// this code.
    pub fn read(tag: &str, items: impl Iterator<Item = String>) -> Option<Self> {
        Some(Self { words: Words::read(items, said::FINGERPRINT).ok()?, tag: tag.to_owned() })
    }
}

/// Where there is no browser, in tests: a language as the build script compiled it. English is
/// spoken by itself.
pub fn native(tag: &str) -> Option<Language> {
    #[cfg(not(target_arch = "wasm32"))]
    {
        let text = match tag {
            "en" => include_str!(concat!(env!("OUT_DIR"), "/en.json")),
            "de" => include_str!(concat!(env!("OUT_DIR"), "/de.json")),
            _ => return None,
        };
        let items: Vec<String> = serde_json::from_str(text).ok()?;
        Language::read(tag, items.into_iter())
    }
    #[cfg(target_arch = "wasm32")]
    {
        let _ = tag;
        None
    }
}

/// From now on this is spoken.
pub fn speak(language: Language) {
    SPOKEN.set(Some(language));
}

/// In words, one after the other. None where something was said that this version cannot say.
pub fn try_say(said: &[Said]) -> Option<String> {
    if cfg!(not(target_arch = "wasm32")) && SPOKEN.with_borrow(Option::is_none) {
        SPOKEN.set(native("en"));
    }
    SPOKEN.with_borrow(|spoken| {
        let language = spoken.as_ref()?;
        let mut all = String::new();
        for said in said {
            if !all.is_empty() {
                all.push(' ');
            }
            all.push_str(&language.words.say(said, language)?);
        }
        Some(all)
    })
}

/// The same for what this version says.
pub fn say(said: Said) -> String {
    say_all(&[said])
}

pub fn say_all(said: &[Said]) -> String {
    try_say(said).unwrap_or_default()
}

/// What a line says: something that is kept without its words, or words that are somebody's own.
pub enum Content {
    Said(Vec<Said>),
    Words(String),
}

impl From<Said> for Content {
    fn from(said: Said) -> Self {
        Self::Said(vec![said])
    }
}

impl From<Vec<Said>> for Content {
    fn from(said: Vec<Said>) -> Self {
        Self::Said(said)
    }
}

impl From<&str> for Content {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

/// A time as in "we are back …".
pub fn when(at: u64) -> Arg {
    Arg::Time { at, form: time::WHEN }
}

/// A time as after "by".
pub fn by(at: u64) -> Arg {
    Arg::Time { at, form: time::BY }
}

impl Speaker for Language {
    fn is_plural(&self, number: u64, name: &str) -> bool {
        intl::plural(&self.tag, number) == name
    }

    fn number(&self, number: u64) -> String {
        intl::number(&self.tag, number)
    }

    fn time(&self, at: u64, form: u8) -> String {
        self.words
            .say(&time::said(&self.tag, at, browser::clock::now(), form), self)
            .unwrap_or_default()
    }
}
