//! What a text is about, for comparing two of them: stems of its content words, and letter triples against typos.

use std::collections::BTreeMap;

use crate::words::Words;

/// Words that say nothing of the matter.
const EMPTY: &str = " a an the i me my we our you your he she it its they them is are am was were be been do does did have has had can could \
    would should will shall may might to of in on at for from by with about as into and or but if so that this these those what which who how when where why \
    there here please want need like get got help tell know just im ive id dont not no yes ok okay hi hello hey thanks thank now then than too \
    some any all more most up out one ";
/// Words that mean the same in a help desk.
const SAME: [&str; 22] = [
    "refund reimburse* moneyback repay",
    "cancel* terminat* stop end",
    "order purchase bought buy",
    "deliver* ship* arriv* dispatch* courier parcel package",
    "track* locat* whereabouts status",
    "password passcode pin login signin",
    "broken damag* defect* faulty crack*",
    "return* sendback exchange swap",
    "card debit credit",
    "account profile",
    "pay* payment charg* bill* invoice*",
    "address street",
    "chang* updat* edit* modif* alter*",
    "delete* remov* eras* clos*",
    "phone mobile telephone",
    "transfer* send sent",
    "wrong incorrect mistake* error*",
    "late delay* slow",
    "size fit*",
    "coupon voucher discount promo*",
    "email mail",
    "lost missing disappear*",
];

/// A text as what it is about. Digits are masked: another order number is the same need.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    stems: BTreeMap<String, f32>,
    triples: BTreeMap<[char; 3], f32>,
}

/// How much each stem tells texts apart, learned from a collection.
#[derive(Default)]
pub struct Weights {
    seen: BTreeMap<String, f32>,
    texts: f32,
}

impl Weights {
    pub fn learn<'a>(texts: impl IntoIterator<Item = &'a Terms>) -> Self {
        let mut weights = Self::default();
        for terms in texts {
            weights.texts += 1.0;
            for stem in terms.stems.keys() {
                *weights.seen.entry(stem.clone()).or_insert(0.0) += 1.0;
            }
        }
        weights
    }

    /// Rational, so that it is the same on every machine to the bit: 1 for a stem in every text, towards 4 for a rare one.
    fn of(&self, stem: &str) -> f32 {
        if self.texts == 0.0 {
            return 1.0;
        }
        let share = self.seen.get(stem).copied().unwrap_or(0.0) / self.texts;
        1.0 + 3.0 / (1.0 + 12.0 * share)
    }
}

impl Terms {
    pub fn of(text: &str) -> Self {
        let mut terms = Self::default();
        for word in &Words::of(text).all {
            let masked: String = word.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
            if masked.chars().all(|c| c == '0') || EMPTY.contains(&format!(" {masked} ")) {
                continue;
            }
            let stem = stem(&masked);
            let class = SAME.iter().position(|class| crate::words::is_any(&stem, class) || crate::words::is_any(&masked, class));
            if let Some(class) = class {
                *terms.stems.entry(format!("={class}")).or_insert(0.0) += 0.7;
            }
            *terms.stems.entry(stem.clone()).or_insert(0.0) += if class.is_some() { 0.5 } else { 1.0 };
            let letters: Vec<char> = [' '].into_iter().chain(stem.chars()).chain([' ']).collect();
            for triple in letters.windows(3) {
                *terms.triples.entry([triple[0], triple[1], triple[2]]).or_insert(0.0) += 1.0;
            }
        }
        terms
    }

    pub fn is_empty(&self) -> bool {
        self.stems.is_empty()
    }

    /// How many different stems it has.
    pub fn len(&self) -> usize {
        self.stems.len()
    }

    /// How alike two texts are, 0 to 1.
    pub fn likeness(&self, other: &Self, weights: &Weights) -> f32 {
        let by_stem = cosine(&self.stems, &other.stems, |stem| weights.of(stem));
        let by_triple = cosine(&self.triples, &other.triples, |_| 1.0);
        0.65 * by_stem + 0.35 * by_triple
    }
}

fn cosine<K: Ord>(a: &BTreeMap<K, f32>, b: &BTreeMap<K, f32>, weight: impl Fn(&K) -> f32) -> f32 {
    let length = |map: &BTreeMap<K, f32>| map.iter().map(|(k, n)| (n * weight(k)) * (n * weight(k))).sum::<f32>();
    let shared: f32 = a.iter().filter_map(|(k, n)| Some(n * weight(k) * b.get(k)? * weight(k))).sum();
    let size = length(a) * length(b);
    if size > 0.0 { shared / size.sqrt() } else { 0.0 }
}

/// A short English stem: `deliveries`, `delivered` and `delivery` are `deliver`.
fn stem(word: &str) -> String {
    for (ending, least, replacement) in
        [("ies", 6, ""), ("ied", 6, ""), ("ing", 6, ""), ("ed", 5, ""), ("es", 5, ""), ("ly", 6, ""), ("y", 6, ""), ("s", 4, ""), ("e", 5, "")]
    {
        if word.len() >= least
            && word.is_ascii()
            && let Some(start) = word.strip_suffix(ending)
        {
            return format!("{start}{replacement}");
        }
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(a: &str, b: &str) -> f32 {
        Terms::of(a).likeness(&Terms::of(b), &Weights::default())
    }

    #[test]
    fn the_same_need_in_other_words_is_more_alike_than_another_need() {
        let same = likeness("where is my order 1234", "can you track my purchase 99?");
        assert!(same > likeness("where is my order 1234", "how do I reset my password"), "{same}");
        assert!(likeness("my package", "my packge") > likeness("my package", "my invoice") + 0.1);
    }
}
