//! A site's file of questions and answers, looked at before visitors' browsers are: which entries
//! the bot would pass over, by number.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::mistakes::without_mark;

/// As the widget reads it: `widget/src/answers.rs`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    question: String,
    #[serde(default)]
    also: Vec<String>,
    answer: String,
    source: Option<Source>,
    offer: Option<Offer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    title: String,
    url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offer {
    what: String,
    ask: String,
    accepted: String,
    declined: String,
}

/// A file whose entries are all fine.
#[derive(Debug)]
pub struct Checked {
    pub entries: usize,
    /// What may not be what its owner meant.
    pub oddities: Vec<String>,
}

/// How many entries are fine; or what is wrong with the others.
pub fn check(path: &Path) -> Result<Checked> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let entries: Value = serde_json::from_str(without_mark(&text))
        .with_context(|| format!("{} is not JSON", path.display()))?;
    let Value::Array(entries) = entries else {
        bail!(
            "{}: expected a list of entries, [{{\"question\": \"...\", \"answer\": \"...\"}}, ...]",
            path.display()
        )
    };
    let mut mistakes = Vec::new();
    let mut asked = BTreeMap::new();
    let mut wordings = Vec::new();
    for (i, entry) in entries.iter().enumerate() {
        let number = i + 1;
        match serde_json::from_value::<Entry>(entry.clone()) {
            Ok(entry) => {
                mistakes.extend(odd(&entry).map(|why| format!("entry {number}: {why}")));
                if let Some(first) = asked.insert(entry.question.trim().to_lowercase(), number) {
                    mistakes.push(format!("entry {number}: the question of entry {first} again"));
                }
                wordings.extend(
                    [&entry.question]
                        .into_iter()
                        .chain(&entry.also)
                        .map(|text| (number, words(text))),
                );
            }
            Err(why) => mistakes.push(format!("entry {number}: {why}")),
        }
    }
    match mistakes.is_empty() {
        true => Ok(Checked { entries: entries.len(), oddities: near(&wordings) }),
        false => bail!(
            "{}: {} of {} entries have mistakes\n{}",
            path.display(),
            mistakes.len(),
            entries.len(),
            mistakes.join("\n")
        ),
    }
}

/// Words of this length say what a question is about, as far as its letters tell.
const LONG: usize = 4;

/// The words of a question, in lower case.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Entries that only a number, or nothing that matters, tells apart. Each pair is named once.
fn near(wordings: &[(usize, Vec<String>)]) -> Vec<String> {
    let has_digit = |word: &String| word.contains(|c: char| c.is_ascii_digit());
    let (mut without_numbers, mut matters) = (BTreeMap::new(), BTreeMap::new());
    let mut told = BTreeSet::new();
    let mut odd = Vec::new();
    for (number, words) in wordings {
        let frame: Vec<&str> =
            words.iter().map(|word| if has_digit(word) { "#" } else { word }).collect();
        let matter: BTreeSet<&String> =
            words.iter().filter(|word| has_digit(word) || word.chars().count() >= LONG).collect();
        let (is_numbered, is_long) = (words.iter().any(has_digit), matter.len() > 1);
        let by_number = *without_numbers.entry(frame).or_insert(*number);
        let by_matter = *matters.entry(matter).or_insert(*number);
        if is_long && by_matter != *number && told.insert((by_matter, *number)) {
            odd.push(format!(
                "entry {number} asks nearly the same as entry {by_matter}: who asks in other words \
                 gets either of them, or is offered a person"
            ));
        } else if is_numbered && by_number != *number && told.insert((by_number, *number)) {
            odd.push(format!(
                "entry {number} differs from entry {by_number} in a number only: the answer is \
                 given to who names that number, and who names none or another is offered a person"
            ));
        }
    }
    odd
}

/// What fits and still says nothing to anybody.
fn odd(entry: &Entry) -> Option<String> {
    let is_blank = |text: &String| text.trim().is_empty();
    let source = entry.source.as_ref();
    let offer = entry.offer.as_ref();
    let offered = offer
        .into_iter()
        .flat_map(|offer| [&offer.what, &offer.ask, &offer.accepted, &offer.declined]);
    let texts = [&entry.question, &entry.answer]
        .into_iter()
        .chain(&entry.also)
        .chain(source.map(|source| &source.title))
        .chain(offered);
    if texts.into_iter().any(is_blank) {
        return Some("a text in it is empty".to_owned());
    }
    let scheme = source
        .and_then(|source| source.url.split_once(':'))
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    let is_scheme = |scheme: &String| {
        !scheme.is_empty()
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    scheme
        .filter(|scheme| is_scheme(scheme) && !["http", "https"].contains(&scheme.as_str()))
        .map(|scheme| format!("its source is {scheme}:, and only http and https become links"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, text).unwrap();
        super::check(file.path()).map_or_else(
            |mistakes| format!("{mistakes:#}"),
            |fine| format!("{} fine", fine.entries),
        )
    }

    #[test]
    fn bad_entries_are_named_by_number_and_what_was_expected() {
        let shop = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/demo/shop/faq.json");
        let shop = super::check(Path::new(shop)).unwrap();
        assert!(shop.entries > 10 && shop.oddities.is_empty(), "{shop:?}");
        assert_eq!(check("\u{feff}[{\"question\":\"q\",\r\n\"answer\":\"a\"}]"), "1 fine");
        let mistakes = check(
            r#"[{"question":"q","answer":"a"},
                {"question":"no answer"},
                {"question":"Q ","answer":"b"},
                {"question":"r","answer":"a","source":{"title":"t"}},
                {"question":"s","answer":" "},
                {"question":"t","answer":"a","source":{"title":"t","url":"javascript:alert(1)"}},
                7]"#,
        );
        for part in [
            "6 of 7 entries have mistakes",
            "entry 2: missing field `answer`",
            "entry 3: the question of entry 1 again",
            "entry 4: missing field `url`",
            "entry 5: a text in it is empty",
            "entry 6: its source is javascript:",
            "entry 7: invalid type",
        ] {
            assert!(mistakes.contains(part), "{part}: {mistakes}");
        }
        assert!(check(r#"{"faqs":[]}"#).contains("expected a list"));
        assert!(check("[{").contains("is not JSON"));
    }

    #[test]
    fn entries_that_a_number_or_nothing_tells_apart_are_named_and_are_no_mistake() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = r#"[{"question":"Is model 100 in stock?","answer":"a"},
                       {"question":"Is model 200 in stock?","answer":"b"},
                       {"question":"Why was my order cancelled?","answer":"c"},
                       {"question":"Where is it?","also":["was my order cancelled"],"answer":"d"},
                       {"question":"How do I return an item?","answer":"e"},
                       {"question":"How do I exchange an item?","answer":"f"}]"#;
        fs::write(&file, text).unwrap();
        let oddities = super::check(file.path()).unwrap().oddities;
        let begins: Vec<_> =
            oddities.iter().map(|odd| odd.split(" in a number").next().unwrap()).collect();
        assert_eq!(begins[0], "entry 2 differs from entry 1");
        assert!(begins[1].starts_with("entry 4 asks nearly the same as entry 3"), "{begins:?}");
        assert_eq!(begins.len(), 2, "{begins:?}");
    }
}
