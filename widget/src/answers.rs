//! The bot of a site without one: the site's own questions and answers, matched in the browser.

mod wording;

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer};
use signals::{Meaning, Models, Weights};

use crate::thread::Source;
use wording::Wording;

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
    let mut mistakes = Vec::new();
    let entries = all.into_iter().enumerate().filter_map(|(i, written)| {
        let mut tell = |what: &str| mistakes.push(format!("data-faq, entry {}: {what}", i + 1));
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
    if mistakes.len() > MOST_TOLD {
        let more = mistakes.split_off(MOST_TOLD).len();
        mistakes.push(format!("data-faq: {more} more mistakes"));
    }
    (entries, mistakes)
}

/// The best answer, and how sure it is, 0 to 1.
pub struct Match<'a> {
    pub entry: &'a Entry,
    pub confidence: f32,
}

/// Two words that mean the same are at least so alike.
const ALIKE_WORDS: f32 = 0.3;
/// Two entries that fit equally well differ by less than this.
const EQUALLY: f32 = 0.02;
/// A name in at least so many entries may be the site's own.
const FEWEST_COMMON: usize = 3;

pub struct Answers {
    entries: Vec<Known>,
    weights: Weights,
}

/// An entry, with each way in which its question is worded.
struct Known {
    entry: Entry,
    asked: Vec<(Wording, Meaning)>,
}

/// How well an entry fits.
struct Fit<'a> {
    score: f32,
    wording: &'a Wording,
    entry: &'a Entry,
}

impl Answers {
    pub fn new(entries: Vec<Entry>, models: &Models) -> Self {
        let mut entries: Vec<Known> =
            entries.into_iter().map(|entry| Known::new(entry, models)).collect();
        let common = common_names(&entries);
        for (wording, _) in entries.iter_mut().flat_map(|known| &mut known.asked) {
            wording.forget_names(&common);
        }
        let asked = entries.iter().flat_map(|known| &known.asked);
        let weights = Weights::learn(asked.map(|(_, meaning)| meaning));
        Self { entries, weights }
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Compares with other models from now on.
    pub fn learn(&mut self, models: &Models) {
        let entries = std::mem::take(&mut self.entries);
        *self = Self::new(entries.into_iter().map(|known| known.entry).collect(), models);
    }

    /// The entry that is asked for in its own words.
    pub fn exact(&self, text: &str, models: &Models) -> Option<&Entry> {
        let asked = Wording::of(text, models);
        let is_same =
            |known: &&Known| known.asked.iter().any(|(wording, _)| wording.is_same(&asked));
        self.entries.iter().find(is_same).map(|known| &known.entry)
    }

    /// The nearest entry. Its confidence is its likeness, less what a near second takes from it; in
    /// its own words it is sure. None that is about another number or name than what is asked.
    pub fn find(&self, text: &str, models: &Models) -> Option<Match<'_>> {
        if let Some(entry) = self.exact(text, models) {
            return Some(Match { entry, confidence: 1.0 });
        }
        let (wording, meaning) = (Wording::of(text, models), Meaning::of(text, models));
        if meaning.is_empty() {
            return None;
        }
        let is_alike = |one: &str, other: &str| {
            let of = |word| Meaning::of(word, models);
            of(one).likeness(&of(other), &Weights::default()) >= ALIKE_WORDS
        };
        let mut fits: Vec<Fit> = self
            .entries
            .iter()
            .filter_map(|known| {
                let wordings = known.asked.iter();
                wordings
                    .filter(|(other, _)| !other.is_about_another(&wording, is_alike))
                    .map(|(wording, meant)| Fit {
                        score: meaning.likeness(meant, &self.weights),
                        wording,
                        entry: &known.entry,
                    })
                    .max_by(|a, b| a.score.total_cmp(&b.score))
            })
            .collect();
        fits.sort_by(|a, b| b.score.total_cmp(&a.score));
        let best = fits.first()?;
        // It is left open which number is meant: to take the first would be to guess.
        let is_open = fits.iter().skip(1).any(|fit| {
            best.score - fit.score < EQUALLY && best.wording.differs_in_codes(fit.wording)
        });
        let second = fits.get(1).map_or(0.0, |fit| fit.score);
        let confidence = if is_open {
            0.0
        } else {
            (best.score * 1.15 + (best.score - second) * 0.4).clamp(0.0, 1.0)
        };
        Some(Match { entry: best.entry, confidence })
    }
}

impl Known {
    fn new(entry: Entry, models: &Models) -> Self {
        let question = Wording::of(&entry.question, models);
        let also = entry.also.iter().map(|text| {
            let wording = Wording::of(text, models).with_codes_of(&question);
            (wording, Meaning::of(text, models))
        });
        let also: Vec<_> = also.collect();
        let first = (question, Meaning::of(&entry.question, models));
        Self { asked: [first].into_iter().chain(also).collect(), entry }
    }
}

/// Names in half of the entries: they tell none of them apart.
fn common_names(entries: &[Known]) -> BTreeSet<String> {
    let named: Vec<BTreeSet<&str>> = entries
        .iter()
        .map(|known| known.asked.iter().flat_map(|(wording, _)| wording.names()).collect())
        .collect();
    let all: BTreeSet<&str> = named.iter().flatten().copied().collect();
    let is_common = |name: &&str| {
        let count = named.iter().filter(|names| names.contains(name)).count();
        count >= FEWEST_COMMON && count * 2 >= entries.len()
    };
    all.into_iter().filter(is_common).map(str::to_owned).collect()
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
        let (entries, mistakes) = read_json(serde_json::json!([
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
            mistakes.iter().map(|text| text.strip_prefix("data-faq, entry ").unwrap()).collect();
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

    fn answers(questions: &[&str]) -> (Answers, Models) {
        let base = signals::Base::read(include_bytes!("../signals/models/base.bin")).ok();
        let models = Models::new(base, None);
        let entries = questions.iter().map(|question| {
            let answer = format!("answer to {question}");
            serde_json::from_value(serde_json::json!({ "question": question, "answer": answer }))
        });
        (Answers::new(entries.map(Result::unwrap).collect(), &models), models)
    }

    /// The question that is answered with some certainty.
    fn answered(questions: &[&str], asked: &str) -> Option<String> {
        let (answers, models) = answers(questions);
        let found = answers.find(asked, &models).filter(|found| found.confidence >= 0.5);
        found.map(|found| found.entry.question.clone())
    }

    #[test]
    fn an_entry_asked_for_in_its_own_words_is_the_answer() {
        let questions = [
            "Is model 100 in stock?",
            "Is model 200 in stock?",
            "Who are you?",
            "How do I return an item?",
            "How do I return an item that I did not order?",
            "Kann ich Modell 7 umtauschen?",
            "Kann ich Modell 8 umtauschen?",
        ];
        for question in questions {
            for asked in [question.to_owned(), format!(" {} ", question.to_lowercase())] {
                let (answers, models) = answers(&questions);
                let found = answers.find(&asked, &models).unwrap();
                assert_eq!((found.entry.question.as_str(), found.confidence), (question, 1.0));
            }
        }
    }

    #[test]
    fn an_answer_about_another_number_or_name_is_none() {
        let questions =
            ["Is model 100 in stock?", "Do you ship to Austria?", "What does shipping cost?"];
        for asked in [
            "Is model 200 in stock?",
            "is model 200 in stock",
            "do you have model 200 in stock?",
            "Is model 100A5 in stock?",
            "do you ship to France?",
            "do you ship to france",
        ] {
            assert_eq!(answered(&questions, asked), None, "{asked}");
        }
        for (asked, question) in [
            ("have you got model 100 in stock", questions[0]),
            ("is the model in stock?", questions[0]),
            ("do you ship to austria too?", questions[1]),
            ("what does shipping cost for order 1234", questions[2]),
        ] {
            assert_eq!(answered(&questions, asked).as_deref(), Some(question), "{asked}");
        }
        // Which one is meant is left open.
        let two = ["Is model 100 in stock?", "Is model 200 in stock?"];
        assert_eq!(answered(&two, "is the model in stock?"), None);
        assert_eq!(answered(&two, "do you have model 200 in stock").as_deref(), Some(two[1]));
    }

    #[test]
    fn the_sites_own_name_in_every_question_tells_none_apart() {
        let questions = [
            "Does Fernwood ship abroad?",
            "How do I return an item to Fernwood?",
            "Does a Fernwood voucher expire?",
            "Where is my Fernwood order?",
        ];
        assert_eq!(answered(&questions, "where is my parcel order").as_deref(), Some(questions[3]));
    }

    #[test]
    fn what_is_no_list_is_said_and_many_mistakes_are_counted() {
        let (entries, mistakes) = read_json(serde_json::json!({ "faqs": [] }));
        assert!(
            entries.is_empty() && mistakes.len() == 1 && mistakes[0].contains("expected [{"),
            "{mistakes:?}"
        );
        let (_, mistakes) = read_json(serde_json::json!(vec![0; 500]));
        assert_eq!(
            (mistakes.len(), mistakes.last().unwrap().as_str()),
            (MOST_TOLD + 1, "data-faq: 480 more mistakes")
        );
        assert!(read_json(serde_json::json!([])).1.is_empty());
    }
}
