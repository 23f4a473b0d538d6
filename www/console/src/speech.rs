//! The agent's language: the words of the one that was chosen, and what is said in it. How it
//! writes numbers and times, the browser knows.
//!
//! What is said is kept and compared as a key with its arguments ([`Said`]), and becomes text only
//! here and in `view::phrase`.

use js_sys::{Array, Promise};
use protocol::Millis;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use words::{Arg, Said, Speaker, Words};

use crate::{desk_clock, kept::Shelf, said, text};

/// Under this name the browser keeps which language the agent chose; the page's script reads it as
/// well.
const KEPT_AS: &str = "baton-language";
/// A time of day, with the date where it is not today's.
const WHEN: u8 = 0;
/// How long something lasts.
const LASTING: u8 = 1;

/// A time, for a placeholder.
pub fn when(at: Millis) -> Arg {
    Arg::Time { at, form: WHEN }
}

/// How long something lasts, for a placeholder.
pub fn lasting(ms: Millis) -> Arg {
    Arg::Time { at: ms, form: LASTING }
}

#[wasm_bindgen(module = "/page/speech.js")]
extern "C" {
    fn speak(language: &str);
    fn plural(number: f64) -> String;
    fn number(number: f64) -> String;
    #[wasm_bindgen(js_name = when)]
    fn time(at: f64, now: f64) -> String;
    #[wasm_bindgen(js_name = lasting)]
    fn units(unit: u8, number: f64) -> String;
    #[wasm_bindgen(js_name = nameOf)]
    pub fn name_of(language: &str, in_its_own: bool) -> String;
    fn words(language: &str) -> Promise;
    /// The languages that there are.
    pub fn languages() -> Vec<String>;
    /// The language that the page is in.
    pub fn chosen() -> String;
}

thread_local! {
    static WORDS: RefCell<Option<Words>> = const { RefCell::new(None) };
}

/// Stands before what somebody wrote, in a sentence. Characters of no script, which no text that is
/// kept here has.
pub const BEGIN: char = '\u{FDD0}';
/// Stands behind it.
pub const END: char = '\u{FDD1}';

/// A name, a note, a message: what somebody wrote, for a placeholder. On the page it stands
/// isolated in the sentence.
pub fn own(words: &str) -> Arg {
    let words: String = words.chars().filter(|c| !('\u{FDD0}'..='\u{FDEF}').contains(c)).collect();
    format!("{BEGIN}{words}{END}").into()
}

/// In words, for titles and labels: what others wrote is made harmless.
pub fn say(said: &Said) -> String {
    text::shown(&as_it_is(said).replace([BEGIN, END], "")).into_owned()
}

/// In words, with every argument as it is.
pub fn as_it_is(said: &Said) -> String {
    WORDS.with_borrow(|words| words.as_ref()?.say(said, &Intl)).unwrap_or_default()
}

/// How long something lasts, in words: `5 min`.
pub fn lasted(ms: Millis) -> String {
    let (unit, n) = match ms / 1000 {
        seconds @ ..60 => (0, seconds),
        seconds @ ..7_200 => (1, seconds / 60),
        seconds @ ..172_800 => (2, seconds / 3_600),
        seconds => (3, seconds / 86_400),
    };
    units(unit, n as f64)
}

/// Loads the words of a language, and speaks it from then on. One that cannot be had changes
/// nothing.
pub async fn learn(language: &str) -> Result<(), JsValue> {
    let items: Array = JsFuture::from(words(language)).await?.dyn_into()?;
    let words = Words::read(items.iter().filter_map(|item| item.as_string()), said::FINGERPRINT)
        .map_err(|_| "the words are of another version")?;
    speak(language);
    WORDS.set(Some(words));
    Ok(())
}

/// Keeps the agent's choice for the next time.
pub fn keep(language: &str, shelf: &mut dyn Shelf) {
    shelf.put(KEPT_AS, language);
}

/// The browser.
struct Intl;

impl Speaker for Intl {
    fn is_plural(&self, number: u64, name: &str) -> bool {
        plural(number as f64) == name
    }

    fn number(&self, n: u64) -> String {
        number(n as f64)
    }

    fn time(&self, at: u64, form: u8) -> String {
        if form == WHEN { time(at as f64, desk_clock::now() as f64) } else { lasted(at) }
    }
}
