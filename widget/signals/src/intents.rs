//! A site's own intents or categories, learned in the browser from a few examples each.

use crate::{
    math::exp,
    meaning::{Meaning, summed},
    models::Models,
    vectors::{Direction, SIZE, along},
};

/// What a text is most like, and how sure that is.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent<'a> {
    pub name: &'a str,
    /// 0 to 1; below about a half it is likely none of them.
    pub score: f32,
}

/// Examples of each intent, weighed by what tells them apart.
#[derive(Default)]
pub struct Intents {
    names: Vec<String>,
    /// Terms in order, with how rare each is among the examples.
    rarity: Vec<(u32, f32)>,
    examples: Vec<Example>,
    centres: Vec<Vec<(u32, f32)>>,
    directions: Vec<Option<Direction>>,
    /// What was learned from the examples against each other: a weight a known term and intent.
    weights: Vec<f32>,
    /// The same for each number of a direction.
    turns: Vec<f32>,
}

/// How much what was learned counts beside how near the examples are.
const LEARNED: f32 = 0.6;
/// Times that the examples are gone through, and how far each step goes.
const ROUNDS: usize = 12;
const RATE: f32 = 1.5;

struct Example {
    intent: usize,
    terms: Vec<(u32, f32)>,
    direction: Option<Direction>,
}

impl Intents {
    /// From `(intent, text)`: ten of each do.
    pub fn learn<'a>(
        examples: impl IntoIterator<Item = (&'a str, &'a str)>,
        models: &Models,
    ) -> Self {
        let mut intents = Self::default();
        let mut read: Vec<(usize, Meaning)> = Vec::new();
        for (name, text) in examples {
            let intent =
                intents.names.iter().position(|known| known == name).unwrap_or_else(|| {
                    intents.names.push(name.to_owned());
                    intents.names.len() - 1
                });
            read.push((intent, Meaning::of(text, models)));
        }
        // How many intents know a term: one that many know says little.
        let mut known: Vec<(u32, usize)> = read
            .iter()
            .flat_map(|(intent, meaning)| meaning.terms().map(|(term, _)| (term, *intent)))
            .collect();
        known.sort_unstable();
        known.dedup();
        for (term, _) in known {
            match intents.rarity.last_mut() {
                Some((last, count)) if *last == term => *count += 1.0,
                _ => intents.rarity.push((term, 1.0)),
            }
        }
        let all = intents.names.len() as f32;
        for (_, count) in &mut intents.rarity {
            *count = 0.15 + 3.0 / (1.0 + 8.0 * *count / all.max(4.0));
        }
        for (intent, meaning) in read {
            let terms = intents.weighed(&meaning);
            intents.examples.push(Example {
                intent,
                terms,
                direction: meaning.direction().copied(),
            });
        }
        for intent in 0..intents.names.len() {
            let examples =
                || intents.examples.iter().filter(move |example| example.intent == intent);
            let mut terms =
                summed(examples().flat_map(|example| example.terms.iter().copied()).collect());
            normalise(&mut terms);
            intents.centres.push(terms);
            let mut sum = [0.0; SIZE];
            for direction in examples().filter_map(|example| example.direction.as_ref()) {
                sum.iter_mut().zip(direction).for_each(|(sum, number)| *sum += number);
            }
            let length = sum.iter().map(|number| number * number).sum::<f32>().sqrt();
            intents.directions.push((length > 0.0).then(|| sum.map(|number| number / length)));
        }
        intents.tell_apart();
        intents
    }

    /// Learns what tells the intents apart: softmax regression, the examples in their order each
    /// time.
    fn tell_apart(&mut self) {
        let count = self.names.len();
        self.weights = vec![0.0; self.rarity.len() * count];
        self.turns = vec![0.0; SIZE * count];
        // Taken in strides, so that examples of one intent do not follow each other.
        let stride = (1..)
            .map(|step| self.examples.len() / 2 + step)
            .find(|stride| gcd(*stride, self.examples.len().max(1)) == 1)
            .unwrap_or(1);
        for round in 0..ROUNDS {
            let rate = RATE * (1.0 - round as f32 / ROUNDS as f32);
            for i in 0..self.examples.len() {
                let example = &self.examples[i * stride % self.examples.len()];
                let mut slopes = self.sums(&example.terms, example.direction.as_ref());
                softmax(&mut slopes);
                slopes[example.intent] -= 1.0;
                for (term, weight) in &example.terms {
                    let Ok(at) = self.rarity.binary_search_by_key(term, |(known, _)| *known) else {
                        continue;
                    };
                    step(&mut self.weights[at * count..(at + 1) * count], &slopes, rate * weight);
                }
                for (at, number) in example.direction.iter().flatten().enumerate() {
                    step(&mut self.turns[at * count..(at + 1) * count], &slopes, rate * number);
                }
            }
        }
    }

    /// How much a text speaks for each intent, by what was learned.
    fn sums(&self, terms: &[(u32, f32)], direction: Option<&Direction>) -> Vec<f32> {
        let count = self.names.len();
        let mut sums = vec![0.0; count];
        let mut add = |row: &[f32], size: f32| {
            sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight * size)
        };
        for (term, weight) in terms {
            if let Ok(at) = self.rarity.binary_search_by_key(term, |(known, _)| *known) {
                add(&self.weights[at * count..(at + 1) * count], *weight);
            }
        }
        for (at, number) in direction.into_iter().flatten().enumerate() {
            add(&self.turns[at * count..(at + 1) * count], *number);
        }
        sums
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The intent nearest to a text. Nothing when the text has no content, or there are no intents.
    pub fn find(&self, text: &str, models: &Models) -> Option<Intent<'_>> {
        let meaning = Meaning::of(text, models);
        if meaning.is_empty() {
            return None;
        }
        let terms = self.weighed(&meaning);
        let mut scores = vec![0.0; self.names.len()];
        for (score, centre) in scores.iter_mut().zip(&self.centres) {
            *score = dot(&terms, centre);
        }
        let mut nearest = vec![0f32; self.names.len()];
        for example in &self.examples {
            let lexical = dot(&terms, &example.terms);
            let like = match (meaning.direction(), &example.direction) {
                (Some(a), Some(b)) => 0.5 * lexical + 0.5 * along(a, b).max(0.0),
                _ => lexical,
            };
            nearest[example.intent] = nearest[example.intent].max(like);
        }
        for (intent, score) in scores.iter_mut().enumerate() {
            let centre = match (meaning.direction(), &self.directions[intent]) {
                (Some(a), Some(b)) => 0.45 * *score + 0.55 * along(a, b).max(0.0),
                _ => *score,
            };
            *score = 0.6 * centre + 0.4 * nearest[intent];
        }
        let mut learned = self.sums(&terms, meaning.direction());
        softmax(&mut learned);
        let both: Vec<f32> =
            scores.iter().zip(&learned).map(|(score, learned)| score + LEARNED * learned).collect();
        let best = (0..both.len()).max_by(|a, b| both[*a].total_cmp(&both[*b]))?;
        Some(Intent { name: &self.names[best], score: scores[best].clamp(0.0, 1.0) })
    }

    /// A text's terms, each by how rare it is, together of length 1. A term that no example has
    /// counts as a rare one.
    fn weighed(&self, meaning: &Meaning) -> Vec<(u32, f32)> {
        let terms = meaning
            .terms()
            .map(|(term, weight)| {
                let rarity = self
                    .rarity
                    .binary_search_by_key(&term, |(known, _)| *known)
                    .map_or(2.0, |at| self.rarity[at].1);
                (term, weight * rarity)
            })
            .collect();
        let mut terms = summed(terms);
        normalise(&mut terms);
        terms
    }
}

fn step(weights: &mut [f32], slopes: &[f32], size: f32) {
    weights.iter_mut().zip(slopes).for_each(|(weight, slope)| *weight -= size * slope);
}

fn softmax(sums: &mut [f32]) {
    let most = sums.iter().copied().fold(f32::MIN, f32::max);
    sums.iter_mut().for_each(|sum| *sum = exp(*sum - most));
    let total: f32 = sums.iter().sum();
    sums.iter_mut().for_each(|sum| *sum /= total);
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn normalise(terms: &mut [(u32, f32)]) {
    let length = terms.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
    if length > 0.0 {
        terms.iter_mut().for_each(|(_, weight)| *weight /= length);
    }
}

fn dot(a: &[(u32, f32)], b: &[(u32, f32)]) -> f32 {
    crate::meaning::both(a, b).map(|(_, a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_of_the_intent_whose_examples_are_nearest() {
        let models = Models::default();
        let examples = [
            ("track", "where is my order"),
            ("track", "track my parcel"),
            ("password", "I forgot my password"),
            ("password", "reset the password"),
        ];
        let intents = Intents::learn(examples, &models);
        let found =
            intents.find("can you reset my password", &models).map(|intent| intent.name.to_owned());
        assert_eq!(found.as_deref(), Some("password"));
        let sure = |text| intents.find(text, &models).map_or(0.0, |intent| intent.score);
        assert!(sure("track the parcel") > sure("do you sell bicycles"));
    }
}
