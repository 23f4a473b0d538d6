//! The bot of a site without one: the site's own questions and answers, matched in the browser.

use serde::{Deserialize, Deserializer};
use signals::{Meaning, Models, Weights};

use crate::thread::Source;

/// One question of the site, as its `data-faq` file has it.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    pub question: String,
    /// The same question in other words.
    #[serde(default)]
    pub also: Vec<String>,
    pub answer: String,
    #[serde(default)]
    pub source: Option<Source>,
    #[serde(default)]
    pub offer: Option<Offer>,
}

/// Something the answer offers to do.
#[derive(Clone, Debug, Deserialize)]
pub struct Offer {
    /// As the agent reads it, for example `exchange`.
    pub what: String,
    pub ask: String,
    pub accepted: String,
    pub declined: String,
}

/// What is written, if it is a `T`; what is not fails alone.
pub struct Lenient<T>(Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(T::deserialize(from).ok()))
    }
}

/// An entry before it is known to be right.
#[derive(Deserialize)]
pub struct Written {
    question: Option<Lenient<String>>,
    also: Option<Lenient<Vec<String>>>,
    answer: Option<Lenient<String>>,
    source: Option<Lenient<Source>>,
    offer: Option<Lenient<Offer>>,
}

/// Mistakes told of one file; more than these have one cause.
const MOST_TOLD: usize = 20;

/// The entries that can answer, and for the site's owner what is wrong with the rest. `resolve`
/// makes an address of one that may be relative to the file; none if it is neither http nor https.
pub fn read(
    file: Lenient<Vec<Lenient<Written>>>,
    resolve: impl Fn(&str) -> Option<String>,
) -> (Vec<Entry>, Vec<String>) {
    let Some(all) = file.0 else {
        return (
            Vec::new(),
            vec![
                "data-faq holds no list: expected [{ \"question\": \"…\", \"answer\": \"…\" }]"
                    .to_owned(),
            ],
        );
    };
    let mut wrong = Vec::new();
    let entries = all.into_iter().enumerate().filter_map(|(i, written)| {
        let mut tell = |what: &str| wrong.push(format!("data-faq, entry {}: {what}", i + 1));
        let Some(written) = written.0 else {
            tell("expected an object with a question and an answer; it is left out");
            return None;
        };
        let mut text = |value: Option<Lenient<String>>, name: &str| {
            let text = value.and_then(|text| text.0).filter(|text| !text.trim().is_empty());
            if text.is_none() {
                tell(&format!("{name} is missing or is no text; the entry is left out"));
            }
            text
        };
        let (question, answer) =
            (text(written.question, "question"), text(written.answer, "answer"));
        let (question, answer) = (question?, answer?);
        let also = written.also.map_or(Some(Vec::new()), |also| also.0).unwrap_or_else(|| {
            tell("also is no list of texts; the entry goes without");
            Vec::new()
        });
        let source = written.source.and_then(|source| {
            let source =
                source.0.and_then(|source| Some(Source { url: resolve(&source.url)?, ..source }));
            if source.is_none() {
                tell("source needs a title and a url of http or https; the answer goes without");
            }
            source
        });
        let offer = written.offer.and_then(|offer| {
            if offer.0.is_none() {
                tell(
                    "offer needs the texts what, ask, accepted and declined; the answer goes \
                     without",
                );
            }
            offer.0
        });
        Some(Entry { question, also, answer, source, offer })
    });
    let entries = entries.collect();
    if wrong.len() > MOST_TOLD {
        let more = wrong.split_off(MOST_TOLD).len();
        wrong.push(format!("data-faq: {more} more mistakes"));
    }
    (entries, wrong)
}

/// The best answer, and how sure it is, 0 to 1.
pub struct Match<'a> {
    pub entry: &'a Entry,
    pub confidence: f32,
}

pub struct Answers {
    entries: Vec<(Entry, Vec<Meaning>)>,
    weights: Weights,
}

impl Answers {
    pub fn new(entries: Vec<Entry>, models: &Models) -> Self {
        let entries: Vec<_> = entries
            .into_iter()
            .map(|entry| {
                let terms = [&entry.question]
                    .into_iter()
                    .chain(&entry.also)
                    .map(|text| Meaning::of(text, models))
                    .collect::<Vec<_>>();
                (entry, terms)
            })
            .collect();
        let weights = Weights::learn(entries.iter().flat_map(|(_, terms)| terms));
        Self { entries, weights }
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Compares with other models from now on.
    pub fn learn(&mut self, models: &Models) {
        let entries =
            std::mem::take(&mut self.entries).into_iter().map(|(entry, _)| entry).collect();
        *self = Self::new(entries, models);
    }

    /// The nearest entry. Its confidence is its likeness, less what a near second takes from it.
    pub fn find(&self, text: &str, models: &Models) -> Option<Match<'_>> {
        let asked = Meaning::of(text, models);
        if asked.is_empty() {
            return None;
        }
        let mut scored: Vec<(f32, &Entry)> = self
            .entries
            .iter()
            .map(|(entry, terms)| {
                (
                    terms
                        .iter()
                        .map(|terms| asked.likeness(terms, &self.weights))
                        .fold(0.0, f32::max),
                    entry,
                )
            })
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (best, entry) = *scored.first()?;
        let second = scored.get(1).map_or(0.0, |(score, _)| *score);
        let confidence = (best * 1.15 + (best - second) * 0.4).clamp(0.0, 1.0);
        Some(Match { entry, confidence })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_json(json: serde_json::Value) -> (Vec<Entry>, Vec<String>) {
        let resolve = |url: &str| {
            url.starts_with("http")
                .then(|| url.to_owned())
                .or(url.strip_prefix('/').map(|path| format!("https://shop.example/{path}")))
        };
        read(serde_json::from_value(json).unwrap(), resolve)
    }

    #[test]
    fn a_bad_entry_is_named_by_its_number_and_the_rest_answers() {
        let (entries, wrong) = read_json(serde_json::json!([
            {
                "question": "How do I return it?", "answer": "Within 30 days.",
                "source": { "title": "Returns", "url": "/help#returns" }
            },
            { "question": "no answer here" },
            { "question": 42, "answer": " " },
            "How?",
            {
                "question": "Is it free?", "answer": "Yes.", "source": { "title": "Costs" },
                "also": "costs", "offer": {}
            },
            {
                "question": "Where?", "answer": "There.",
                "source": { "title": "Map", "url": "javascript:alert(1)" }, "offer": null,
                "unknown": 1
            },
        ]));
        let questions: Vec<_> = entries.iter().map(|entry| entry.question.as_str()).collect();
        assert_eq!(questions, ["How do I return it?", "Is it free?", "Where?"]);
        assert_eq!(entries[0].source.as_ref().unwrap().url, "https://shop.example/help#returns");
        assert!(
            entries[1].source.is_none()
                && entries[1].offer.is_none()
                && entries[1].also.is_empty()
                && entries[2].source.is_none()
        );
        let told: Vec<_> =
            wrong.iter().map(|text| text.strip_prefix("data-faq, entry ").unwrap()).collect();
        for (told, expected) in told.iter().zip([
            "2: answer",
            "3: question",
            "3: answer",
            "4: expected an object",
            "5: also",
            "5: source",
            "5: offer",
            "6: source",
        ]) {
            assert!(told.starts_with(expected), "{told}, not {expected}");
        }
        assert_eq!(told.len(), 8);
    }

    #[test]
    fn what_is_no_list_is_said_and_many_mistakes_are_counted() {
        let (entries, wrong) = read_json(serde_json::json!({ "faqs": [] }));
        assert!(
            entries.is_empty() && wrong.len() == 1 && wrong[0].contains("expected [{"),
            "{wrong:?}"
        );
        let (_, wrong) = read_json(serde_json::json!(vec![0; 500]));
        assert_eq!(
            (wrong.len(), wrong.last().unwrap().as_str()),
            (MOST_TOLD + 1, "data-faq: 480 more mistakes")
        );
        assert!(read_json(serde_json::json!([])).1.is_empty());
    }
}
