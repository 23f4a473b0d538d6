//! What a text is about, for comparing two of them: stems of its content words, groups of words
//! that mean the same, letters against typos, and, with the pack, a direction.

use crate::{
    features::plain,
    math::{hash, mix},
    models::Models,
    regression::LIKENESSES,
    vectors::{Direction, along},
    words::{Words, is_any},
};

/// Words that say nothing of the matter.
pub(crate) const EMPTY: &str = "a an the i me my we our you your u ur he she it its they them is \
     are am was were be been being do does did done doing have has had can could would should will \
     shall may might must to of in on at for from by with about as into and or but if so that this \
     these those what which who whom how when where why there here please pls want wanna need like \
     get got just im ive id ill dont not no yes ok okay hi hello hey thanks thank now then than \
     too some any all more most up out one also really very give let know tell say said make made \
     go going am pm still";

/// A text as what it is about. Digits are masked: another order number is the same need.
#[derive(Clone, Debug, Default)]
pub struct Meaning {
    /// Hashes in order, with how much each weighs.
    stems: Vec<(u32, f32)>,
    groups: Vec<(u32, f32)>,
    letters: Vec<(u32, f32)>,
    direction: Option<Box<Direction>>,
    /// How much the text is of each category, -1 to 1.
    categories: Vec<f32>,
    asks: bool,
}

/// How much each stem tells texts apart, learned from a collection.
#[derive(Clone, Default)]
pub struct Weights {
    seen: Vec<(u32, f32)>,
    texts: f32,
}

impl Weights {
    pub fn learn<'a>(texts: impl IntoIterator<Item = &'a Meaning>) -> Self {
        let mut all = Vec::new();
        let mut count = 0.0;
        for text in texts {
            count += 1.0;
            all.extend(text.stems.iter().map(|(stem, _)| (*stem, 1.0)));
        }
        Self { seen: summed(all), texts: count }
    }

    /// Rational, so that it is the same on every machine to the bit: 1 for a stem in every text,
    /// towards 4 for a rare one.
    fn of(&self, stem: u32) -> f32 {
        if self.texts == 0.0 {
            return 1.0;
        }
        let share = self
            .seen
            .binary_search_by_key(&stem, |(known, _)| *known)
            .map_or(0.0, |at| self.seen[at].1)
            / self.texts;
        1.0 + 3.0 / (1.0 + 12.0 * share)
    }
}

impl Meaning {
    pub fn of(text: &str, models: &Models) -> Self {
        Self::of_words(&Words::of(text), &[], models)
    }

    /// `categories`: how much the text is of each, where that is known.
    pub fn of_words(words: &Words, categories: &[f32], models: &Models) -> Self {
        let mut meaning =
            Self { asks: words.asks(), categories: categories.to_vec(), ..Self::default() };
        for word in words.all.iter().take(60) {
            let word = plain(word);
            if word.chars().all(|c| c.is_ascii_digit()) || is_any(&word, EMPTY) {
                continue;
            }
            let stem = stem(&word);
            // A longer word is a rarer one.
            let weight = 0.4 + stem.chars().count().min(8) as f32 * 0.1;
            meaning.stems.push((hash(stem.as_bytes()), weight));
            let group = models.base().and_then(|base| base.synonyms.like(&word));
            meaning.groups.push((
                group.map_or_else(|| hash(stem.as_bytes()), |group| mix(20, u32::from(group), 0)),
                weight,
            ));
            let letters: Vec<u32> =
                [1].into_iter().chain(stem.chars().map(u32::from)).chain([1]).collect();
            meaning
                .letters
                .extend(letters.windows(3).map(|three| (mix(three[0], three[1], three[2]), 1.0)));
        }
        meaning.stems = summed(meaning.stems);
        meaning.groups = summed(meaning.groups);
        meaning.letters = summed(meaning.letters);
        meaning.direction =
            models.pack().and_then(|pack| pack.vectors.direction(words)).map(Box::new);
        meaning
    }

    pub fn is_empty(&self) -> bool {
        self.stems.is_empty()
    }

    /// How many different stems it has.
    pub fn len(&self) -> usize {
        self.stems.len()
    }

    /// How alike two texts are, 0 to 1: the words, their groups and their letters, and, where both
    /// have one, the direction.
    pub fn likeness(&self, other: &Self, weights: &Weights) -> f32 {
        let by_word = cosine(&self.stems, &other.stems, |stem| weights.of(stem));
        let by_group = cosine(&self.groups, &other.groups, |_| 1.0);
        let by_letter = cosine(&self.letters, &other.letters, |_| 1.0);
        let lexical = 0.4 * by_word + 0.3 * by_group + 0.3 * by_letter;
        match self.along(other) {
            Some(along) => 0.5 * lexical + 0.5 * along.max(0.0),
            None => lexical,
        }
    }

    /// The cosine of the two directions.
    pub fn along(&self, other: &Self) -> Option<f32> {
        Some(along(self.direction.as_ref()?, other.direction.as_ref()?))
    }

    pub fn direction(&self) -> Option<&Direction> {
        self.direction.as_deref()
    }

    /// Stems, groups and letters as one sparse vector, for learning a site's intents.
    pub fn terms(&self) -> impl Iterator<Item = (u32, f32)> + '_ {
        let groups = self.groups.iter().map(|(group, weight)| (group ^ 0x5555_5555, 0.7 * weight));
        self.stems
            .iter()
            .copied()
            .chain(groups)
            .chain(self.letters.iter().map(|(three, weight)| (three ^ 0x3333_3333, 0.25 * weight)))
    }

    /// How this text compares with an earlier one.
    pub fn compare(&self, earlier: &Self) -> [f32; LIKENESSES] {
        let flat = |_| 1.0;
        let shared = |a: &[(u32, f32)], b: &[(u32, f32)]| {
            let fewer = total(a).min(total(b));
            if fewer > 0.0 { overlap(a, b) / fewer } else { 0.0 }
        };
        let (few, many) =
            (self.len().min(earlier.len()) as f32, self.len().max(earlier.len()) as f32);
        [
            cosine(&self.stems, &earlier.stems, flat),
            cosine(&self.groups, &earlier.groups, flat),
            cosine(&self.letters, &earlier.letters, flat),
            shared(&self.groups, &earlier.groups),
            self.along(earlier).unwrap_or(0.0),
            angle(&self.categories, &earlier.categories),
            few.min(6.0) / 6.0,
            if many > 0.0 { few / many } else { 0.0 },
            if self.asks == earlier.asks { 1.0 } else { 0.0 },
        ]
    }
}

/// The same keys together, in order.
pub fn summed(mut terms: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    terms.sort_unstable_by_key(|(key, _)| *key);
    terms.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    terms
}

fn total(terms: &[(u32, f32)]) -> f32 {
    terms.iter().map(|(_, weight)| weight).sum()
}

/// What two lists in order have in common.
pub fn both<'a>(
    a: &'a [(u32, f32)],
    b: &'a [(u32, f32)],
) -> impl Iterator<Item = (u32, f32, f32)> + 'a {
    let mut at = 0;
    a.iter().filter_map(move |(key, weight)| {
        while at < b.len() && b[at].0 < *key {
            at += 1;
        }
        (at < b.len() && b[at].0 == *key).then(|| (*key, *weight, b[at].1))
    })
}

fn overlap(a: &[(u32, f32)], b: &[(u32, f32)]) -> f32 {
    both(a, b).map(|(_, a, b)| a.min(b)).sum()
}

fn cosine(a: &[(u32, f32)], b: &[(u32, f32)], weight: impl Fn(u32) -> f32) -> f32 {
    let length = |terms: &[(u32, f32)]| {
        terms.iter().map(|(key, n)| (n * weight(*key)) * (n * weight(*key))).sum::<f32>()
    };
    let shared: f32 = both(a, b).map(|(key, a, b)| a * weight(key) * b * weight(key)).sum();
    let size = length(a) * length(b);
    if size > 0.0 { shared / size.sqrt() } else { 0.0 }
}

fn angle(a: &[f32], b: &[f32]) -> f32 {
    let size = a.iter().map(|n| n * n).sum::<f32>() * b.iter().map(|n| n * n).sum::<f32>();
    if size > 0.0 { a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>() / size.sqrt() } else { 0.0 }
}

/// A short English stem: `deliveries`, `delivered` and `delivery` are `deliver`.
fn stem(word: &str) -> String {
    for (ending, least) in [
        ("ies", 6),
        ("ied", 6),
        ("ing", 6),
        ("ed", 5),
        ("es", 5),
        ("ly", 6),
        ("y", 6),
        ("s", 4),
        ("e", 5),
    ] {
        if word.len() >= least
            && word.is_ascii()
            && let Some(start) = word.strip_suffix(ending)
        {
            return start.to_owned();
        }
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(a: &str, b: &str) -> f32 {
        let models = Models::default();
        Meaning::of(a, &models).likeness(&Meaning::of(b, &models), &Weights::default())
    }

    #[test]
    fn the_same_need_in_other_words_is_more_alike_than_another_need() {
        let same = likeness("where is my order 1234", "can you track my order 99?");
        assert!(same > likeness("where is my order 1234", "how do I reset my password"), "{same}");
        assert!(likeness("my package", "my packge") > likeness("my package", "my invoice") + 0.1);
    }
}
