//! The bot of a site without one: the site's own questions and answers, matched in the browser.

use serde::Deserialize;
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
                let terms = [&entry.question].into_iter().chain(&entry.also).map(|text| Meaning::of(text, models)).collect::<Vec<_>>();
                (entry, terms)
            })
            .collect();
        let weights = Weights::learn(entries.iter().flat_map(|(_, terms)| terms));
        Self { entries, weights }
    }

    /// Compares with other models from now on.
    pub fn learn(&mut self, models: &Models) {
        let entries = std::mem::take(&mut self.entries).into_iter().map(|(entry, _)| entry).collect();
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
            .map(|(entry, terms)| (terms.iter().map(|terms| asked.likeness(terms, &self.weights)).fold(0.0, f32::max), entry))
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (best, entry) = *scored.first()?;
        let second = scored.get(1).map_or(0.0, |(score, _)| *score);
        let confidence = (best * 1.15 + (best - second) * 0.4).clamp(0.0, 1.0);
        Some(Match { entry, confidence })
    }
}
