//! What the browser knows of a language. Where there is no browser, in tests, what they need of it.

use super::Language;

/// Parts of a time.
pub const TIME: u8 = 0;
pub const WEEKDAY: u8 = 1;
/// With its weekday.
pub const DATE: u8 = 2;

#[cfg(target_arch = "wasm32")]
mod js {
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen(inline_js = "
const FORMS = [{ hour: 'numeric', minute: '2-digit' }, { weekday: 'long' }, { weekday: 'long', \
                                day: 'numeric', month: 'long' }];
export const plural_of = (tag, number) => new Intl.PluralRules(tag).select(number);
export const number_of = (tag, number) => number.toLocaleString(tag);
export const time_of = (tag, at, part) => new Date(at).toLocaleString(tag, FORMS[part]);
")]
    extern "C" {
        pub fn plural_of(tag: &str, number: f64) -> String;
        pub fn number_of(tag: &str, number: f64) -> String;
        pub fn time_of(tag: &str, at: f64, part: u8) -> String;
    }
}

#[cfg(target_arch = "wasm32")]
pub fn plural(tag: &str, number: u64) -> String {
    js::plural_of(tag, number as f64)
}

#[cfg(target_arch = "wasm32")]
pub fn number(tag: &str, number: u64) -> String {
    js::number_of(tag, number as f64)
}

#[cfg(target_arch = "wasm32")]
pub fn time(tag: &str, at: u64, part: u8) -> String {
    js::time_of(tag, at as f64, part)
}

/// What the frame's script has fetched: the language's tag stands at the document's root.
pub fn here() -> Option<Language> {
    let items: js_sys::Array =
        js_sys::Reflect::get(&js_sys::global(), &"batonWords".into()).ok()?.into();
    let tag = web_sys::window()?.document()?.document_element()?.get_attribute("lang")?;
    Language::read(&tag, items.iter().filter_map(|item| item.as_string()))
}

#[cfg(not(target_arch = "wasm32"))]
pub use native::{number, plural, time};

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use super::{DATE, TIME};

    const DAY_MS: u64 = 24 * 60 * 60 * 1000;
    const DAYS: [[&str; 7]; 2] = [
        ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"],
        ["Donnerstag", "Freitag", "Samstag", "Sonntag", "Montag", "Dienstag", "Mittwoch"],
    ];

    /// Of English and German.
    pub fn plural(_: &str, number: u64) -> &'static str {
        if number == 1 { "one" } else { "other" }
    }

    pub fn number(_: &str, number: u64) -> String {
        number.to_string()
    }

    /// In UTC; a date without its name of the month.
    pub fn time(tag: &str, at: u64, part: u8) -> String {
        let day = DAYS[usize::from(tag == "de")][(at / DAY_MS % 7) as usize];
        match part {
            TIME => format!("{}:{:02}", at % DAY_MS / 3_600_000, at % 3_600_000 / 60_000),
            DATE => format!("{day} ({})", at / DAY_MS),
            _ => day.to_owned(),
        }
    }
}
