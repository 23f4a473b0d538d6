//! The pack: what words mean, as vectors distilled from a sentence model and kept as codes of their
//! parts.

use crate::{
    bytes::{Bytes, Damaged},
    features::plain,
    lexicon::Table,
    words::Words,
};

/// Numbers of a vector, and of each part that one code stands for.
pub const SIZE: usize = 64;
pub const PART: usize = 4;
const CODES: usize = 256;

/// A text's direction: its words' vectors together, of length 1.
pub type Direction = [f32; SIZE];

/// Word vectors, product-quantised.
#[derive(Clone, Debug, Default)]
pub struct Vectors {
    /// Each word's place; places are numbered in the order of the words' hashes.
    words: Table,
    /// Part by part, a code for each word.
    codes: Vec<u8>,
    /// Part by part, `CODES` centres of `PART` numbers.
    centres: Vec<f32>,
}

impl Vectors {
    /// `codes[part]` has a code a word, in the order of `words`; `centres` as kept.
    pub fn of(words: Table, codes: Vec<u8>, centres: Vec<f32>) -> Self {
        Self { words, codes, centres }
    }

    pub fn read(bytes: &mut Bytes) -> Result<Self, Damaged> {
        let words = Table::read_keys(bytes)?;
        let codes = bytes.take(words.len() * SIZE / PART)?.to_vec();
        let scale = bytes.f32()?;
        let centres =
            bytes.take(CODES * SIZE)?.iter().map(|byte| f32::from(*byte as i8) * scale).collect();
        Ok(Self { words, codes, centres })
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        self.words.write_keys(out);
        out.extend(&self.codes);
        let scale = self.centres.iter().fold(0f32, |most, number| most.max(number.abs())) / 127.0;
        out.extend(scale.to_le_bytes());
        out.extend(self.centres.iter().map(|number| (number / scale).round() as i8 as u8));
    }

    /// Adds a word's vector, if the word is known.
    fn add(&self, word: &str, sum: &mut Direction) {
        let Some(place) = self.words.position(word.as_bytes()) else { return };
        for (part, numbers) in sum.chunks_exact_mut(PART).enumerate() {
            let code = usize::from(self.codes[part * self.words.len() + place]);
            let centre = (part * CODES + code) * PART;
            for (number, part) in numbers.iter_mut().zip(&self.centres[centre..centre + PART]) {
                *number += part;
            }
        }
    }

    /// Where a text points; nothing when none of its words is known.
    pub fn direction(&self, words: &Words) -> Option<Direction> {
        let mut sum = [0.0; SIZE];
        for word in words.all.iter().take(60) {
            self.add(&plain(word), &mut sum);
        }
        let length = sum.iter().map(|number| number * number).sum::<f32>().sqrt();
        (length > 1e-6).then(|| sum.map(|number| number / length))
    }
}

/// The cosine of two directions.
pub fn along(a: &Direction, b: &Direction) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
