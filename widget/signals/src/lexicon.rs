//! What words are: a concept and a valence for each word known, kept as hashes.

use crate::{
    bytes::{Bytes, Damaged},
    math::hash,
};

/// Longest and shortest beginning that may stand for a word.
const STEMS: std::ops::RangeInclusive<usize> = 3..=12;

/// Hashes of words, in order, and a byte for each.
#[derive(Clone, Debug, Default)]
pub struct Table {
    keys: Vec<u32>,
    values: Vec<u8>,
}

/// 24 bits of a word's hash: what a table keeps of it.
fn key(bytes: &[u8]) -> u32 {
    let hash = hash(bytes);
    (hash >> 8) ^ (hash & 0xff)
}

impl Table {
    /// From `(word, value)`; of two that share a key the first stays.
    pub fn of<'a>(entries: impl IntoIterator<Item = (&'a [u8], u8)>) -> Self {
        let mut sorted = std::collections::BTreeMap::new();
        for (word, value) in entries {
            sorted.entry(key(word)).or_insert(value);
        }
        Self { keys: sorted.keys().copied().collect(), values: sorted.values().copied().collect() }
    }

    /// Keys as steps of one, two or three bytes, then the values.
    pub fn read(bytes: &mut Bytes) -> Result<Self, Damaged> {
        let mut table = Self::read_keys(bytes)?;
        table.values = bytes.take(table.keys.len())?.to_vec();
        Ok(table)
    }

    /// Words without values: only their places count.
    pub fn read_keys(bytes: &mut Bytes) -> Result<Self, Damaged> {
        let count = bytes.u32()? as usize;
        let mut table = Self::default();
        let mut last = 0u32;
        for _ in 0..count {
            let mut step = 0;
            let mut shift = 0;
            loop {
                let byte = bytes.u8()?;
                step |= u32::from(byte & 0x7f) << shift;
                shift += 7;
                if byte & 0x80 == 0 || shift > 21 {
                    break;
                }
            }
            last = last.saturating_add(step);
            table.keys.push(last);
        }
        Ok(table)
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        self.write_keys(out);
        out.extend(&self.values);
    }

    pub fn write_keys(&self, out: &mut Vec<u8>) {
        out.extend((self.keys.len() as u32).to_le_bytes());
        let mut last = 0;
        for key in &self.keys {
            let mut step = key - last;
            while step >= 0x80 {
                out.push(step as u8 | 0x80);
                step >>= 7;
            }
            out.push(step as u8);
            last = *key;
        }
    }

    pub fn get(&self, word: &[u8]) -> Option<u8> {
        Some(self.values[self.position(word)?])
    }

    /// Where a word stands in the table.
    pub fn position(&self, word: &[u8]) -> Option<usize> {
        self.keys.binary_search(&key(word)).ok()
    }

    /// A word's value by itself or by its longest beginning that a `*` follows.
    pub fn like(&self, word: &str) -> Option<u8> {
        let bytes = word.as_bytes();
        if let Some(value) = self.get(bytes) {
            return Some(value);
        }
        let mut stem = Vec::with_capacity(bytes.len() + 1);
        let ends: Vec<usize> = word
            .char_indices()
            .map(|(i, _)| i)
            .skip(*STEMS.start())
            .take(STEMS.end() - STEMS.start())
            .chain([bytes.len()])
            .collect();
        ends.into_iter().rev().find_map(|end| {
            stem.clear();
            stem.extend_from_slice(&bytes[..end]);
            stem.push(b'*');
            self.get(&stem)
        })
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

/// Concepts, by their places in the training's lexicon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Concept {
    None,
    Person,
    Vague,
    Reach,
    Want,
    Real,
    Machine,
    You,
    Me,
    Neg,
    Past,
    Thing,
    Team,
    There,
    Stop,
    Please,
    Intense,
    Again,
    Span,
    Wait,
    Problem,
    Thanks,
    Profane,
    Strong,
    Mild,
    Yes,
    NoAnswer,
    Greeting,
    Money,
    Ask,
    Help,
}

impl Concept {
    pub const ALL: [(&'static str, Self); 31] = [
        ("none", Self::None),
        ("person", Self::Person),
        ("vague", Self::Vague),
        ("reach", Self::Reach),
        ("want", Self::Want),
        ("real", Self::Real),
        ("machine", Self::Machine),
        ("you", Self::You),
        ("me", Self::Me),
        ("neg", Self::Neg),
        ("past", Self::Past),
        ("thing", Self::Thing),
        ("team", Self::Team),
        ("there", Self::There),
        ("stop", Self::Stop),
        ("please", Self::Please),
        ("intense", Self::Intense),
        ("again", Self::Again),
        ("span", Self::Span),
        ("wait", Self::Wait),
        ("problem", Self::Problem),
        ("thanks", Self::Thanks),
        ("profane", Self::Profane),
        ("strong", Self::Strong),
        ("mild", Self::Mild),
        ("yes", Self::Yes),
        ("noanswer", Self::NoAnswer),
        ("greeting", Self::Greeting),
        ("money", Self::Money),
        ("ask", Self::Ask),
        ("help", Self::Help),
    ];

    fn of(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).map_or(Self::None, |(_, concept)| *concept)
    }
}

/// Concepts in ten languages, and how good or bad English words are.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    concepts: Table,
    valences: Table,
}

impl Lexicon {
    /// `concepts`: words, a `*` at the end for any ending, with a concept's number; `valences`:
    /// words from -4 to 4 in quarters, as a byte from 0 (-4) to 32.
    pub fn of<'a>(
        concepts: impl IntoIterator<Item = (&'a [u8], u8)> + Clone,
        valences: impl IntoIterator<Item = (&'a [u8], u8)>,
    ) -> Self {
        let bones: Vec<(Vec<u8>, u8)> = concepts
            .clone()
            .into_iter()
            .filter(|(_, concept)| {
                matches!(Concept::of(*concept), Concept::Person | Concept::Reach | Concept::None)
            })
            .filter_map(|(word, concept)| Some((bones(std::str::from_utf8(word).ok()?)?, concept)))
            .collect();
        let words = concepts
            .into_iter()
            .map(|(word, concept)| (word.to_vec(), concept))
            .chain(bones)
            .collect::<Vec<_>>();
        Self {
            concepts: Table::of(words.iter().map(|(word, concept)| (word.as_slice(), *concept))),
            valences: Table::of(valences),
        }
    }

    pub fn read(bytes: &mut Bytes) -> Result<Self, Damaged> {
        Ok(Self { concepts: Table::read(bytes)?, valences: Table::read(bytes)? })
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        self.concepts.write(out);
        self.valences.write(out);
    }

    /// What a word is, by itself, by its beginning, or by its consonants when it is misspelled.
    pub fn concept(&self, word: &str) -> Concept {
        if let Some(number) = self.concepts.like(word) {
            return Concept::of(number);
        }
        bones(word).and_then(|bones| self.concepts.get(&bones)).map_or(Concept::None, Concept::of)
    }

    /// How good (to 4) or bad (to -4) an English word is, in quarters.
    pub fn valence(&self, word: &str) -> i32 {
        self.valences.get(word.as_bytes()).map_or(0, |value| i32::from(value) - 16)
    }
}

/// The consonants of an English word in order, doubles once, after its first letter: `humen` and
/// `human` have the same.
fn bones(word: &str) -> Option<Vec<u8>> {
    if !word.is_ascii() || word.len() < 5 || word.ends_with('*') {
        return None;
    }
    let mut bones = vec![b'~'];
    for (i, byte) in word.bytes().enumerate() {
        if (i == 0 || !matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'))
            && bones.last() != Some(&byte)
        {
            bones.push(byte);
        }
    }
    (bones.len() >= 4).then_some(bones)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_known_by_itself_its_beginning_or_its_consonants() {
        let words: [(&[u8], u8); 3] = [(b"human", 1), (b"annoy*", 24), (b"representative", 1)];
        let lexicon = Lexicon::of(words, []);
        let mut bytes = Vec::new();
        lexicon.write(&mut bytes);
        let lexicon = Lexicon::read(&mut Bytes(&bytes)).expect("what was written");
        for (word, concept) in [
            ("human", Concept::Person),
            ("humen", Concept::Person),
            ("annoying", Concept::Mild),
            ("representitive", Concept::Person),
            ("horse", Concept::None),
        ] {
            assert_eq!(lexicon.concept(word), concept, "{word}");
        }
    }
}
