//! A site's file of questions and answers, looked at before visitors' browsers are: which entries
//! the bot would pass over, by number.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path};

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

/// How many entries are fine; or what is wrong with the others.
pub fn check(path: &Path) -> Result<usize> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let entries: Value = serde_json::from_str(without_mark(&text))
        .with_context(|| format!("{} is not JSON", path.display()))?;
    let Value::Array(entries) = entries else {
        bail!(
            "{}: expected a list of entries, [{{\"question\": \"...\", \"answer\": \"...\"}}, ...]",
            path.display()
        )
    };
    let mut wrong = Vec::new();
    let mut asked = BTreeMap::new();
    for (i, entry) in entries.iter().enumerate() {
        let number = i + 1;
        match serde_json::from_value::<Entry>(entry.clone()) {
            Ok(entry) => {
                wrong.extend(odd(&entry).map(|why| format!("entry {number}: {why}")));
                if let Some(first) = asked.insert(entry.question.trim().to_lowercase(), number) {
                    wrong.push(format!("entry {number}: the question of entry {first} again"));
                }
            }
            Err(why) => wrong.push(format!("entry {number}: {why}")),
        }
    }
    match wrong.is_empty() {
        true => Ok(entries.len()),
        false => bail!(
            "{}: {} of {} entries have mistakes\n{}",
            path.display(),
            wrong.len(),
            entries.len(),
            wrong.join("\n")
        ),
    }
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
        super::check(file.path())
            .map_or_else(|wrong| format!("{wrong:#}"), |fine| format!("{fine} fine"))
    }

    #[test]
    fn bad_entries_are_named_by_number_and_what_was_expected() {
        let shop = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/demo/shop/faq.json");
        assert!(super::check(Path::new(shop)).unwrap() > 10);
        assert_eq!(check("\u{feff}[{\"question\":\"q\",\r\n\"answer\":\"a\"}]"), "1 fine");
        let wrong = check(
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
            assert!(wrong.contains(part), "{part}: {wrong}");
        }
        assert!(check(r#"{"faqs":[]}"#).contains("expected a list"));
        assert!(check("[{").contains("is not JSON"));
    }
}
