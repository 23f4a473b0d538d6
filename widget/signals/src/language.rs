//! Which language a text is in: by its script where that settles it, else by the letters and words
//! that learned weights know.

use crate::{
    bytes::{Bytes, Damaged},
    features::plain,
    math::{hash, mix},
    words::Words,
};

/// Languages told apart by their words, for each script that several of them share.
pub const LATIN: [&str; 23] = [
    "en", "de", "fr", "es", "it", "pt", "nl", "da", "nb", "sv", "fi", "hu", "cs", "sk", "pl", "hr",
    "ro", "ca", "lt", "tr", "id", "vi", // Hindi as it is typed on an English keyboard.
    "hi",
];
pub const CYRILLIC: [&str; 4] = ["ru", "uk", "bg", "kk"];
pub const ARABIC: [&str; 2] = ["ar", "fa"];

/// Letters read of a text: more do not change the answer.
const LETTERS: usize = 300;

/// What is known of one script's languages: for each hashed piece of a word, how much it speaks for
/// each language.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    bits: u32,
    languages: usize,
    /// Two weights a byte, from -8 to 7.
    weights: Vec<u8>,
}

impl Rows {
    pub fn of(bits: u32, languages: usize, weights: impl Iterator<Item = i8>) -> Self {
        let mut rows = Self { bits, languages, weights: vec![0; (languages << bits).div_ceil(2)] };
        for (at, weight) in weights.enumerate() {
            rows.weights[at / 2] |= (weight.clamp(-8, 7) as u8 & 0xf) << (at % 2 * 4);
        }
        rows
    }

    fn read(bytes: &mut Bytes) -> Result<Self, Damaged> {
        let bits = bytes.u32()?;
        let languages = bytes.u32()? as usize;
        if !(1..=16).contains(&bits) || languages > 64 {
            return Err(Damaged("languages of a strange number"));
        }
        Ok(Self { bits, languages, weights: bytes.take((languages << bits).div_ceil(2))?.to_vec() })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.bits.to_le_bytes());
        out.extend((self.languages as u32).to_le_bytes());
        out.extend(&self.weights);
    }

    fn add(&self, piece: u32, sums: &mut [i32]) {
        let row = ((piece >> (32 - self.bits)) as usize) * self.languages;
        for (i, sum) in sums.iter_mut().enumerate() {
            let at = row + i;
            *sum += i32::from(((self.weights[at / 2] >> (at % 2 * 4)) << 4) as i8 >> 4);
        }
    }

    /// How much the pieces speak for each language.
    fn sums(&self, pieces: &[u32]) -> Vec<i32> {
        let mut sums = vec![0; self.languages];
        for piece in pieces {
            self.add(*piece, &mut sums);
        }
        sums
    }
}

/// The languages that share a script, and their weights.
#[derive(Clone, Debug, Default)]
pub struct Languages {
    pub latin: Rows,
    pub cyrillic: Rows,
    pub arabic: Rows,
}

impl Languages {
    pub fn read(bytes: &mut Bytes) -> Result<Self, Damaged> {
        Ok(Self {
            latin: Rows::read(bytes)?,
            cyrillic: Rows::read(bytes)?,
            arabic: Rows::read(bytes)?,
        })
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        self.latin.write(out);
        self.cyrillic.write(out);
        self.arabic.write(out);
    }
}

/// What messages so far say of their language: all of them together decide.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    scores: Vec<(&'static str, i32)>,
}

impl Heard {
    /// Adds a message; earlier ones count on, at three quarters each time, so that a visitor may
    /// change language.
    pub fn add(&mut self, text: &str, languages: Option<&Languages>) {
        for (_, score) in &mut self.scores {
            *score = *score * 3 / 4;
        }
        for (tag, score) in scores(text, languages) {
            match self.scores.iter_mut().find(|(scored, _)| *scored == tag) {
                Some((_, sum)) => *sum += score,
                None => self.scores.push((tag, score)),
            }
        }
    }

    /// The likeliest language so far: a BCP 47 tag. English when nothing was told.
    pub fn language(&self) -> &'static str {
        best(&self.scores)
    }
}

/// The likeliest language of a text: a BCP 47 tag. English when it has no letters.
pub fn language(text: &str, languages: Option<&Languages>) -> &'static str {
    best(&scores(text, languages))
}

fn best(scores: &[(&'static str, i32)]) -> &'static str {
    scores.iter().fold(("en", i32::MIN), |best, one| if one.1 > best.1 { *one } else { best }).0
}

/// How much a text speaks for each language its script allows.
fn scores(text: &str, languages: Option<&Languages>) -> Vec<(&'static str, i32)> {
    // Latin, Cyrillic, Arabic, then scripts of one language.
    let mut counts = [0usize; 10];
    for c in text.chars().filter(|c| c.is_alphabetic()).take(LETTERS) {
        let script = match c {
            '\u{0400}'..='\u{052f}' => 1,
            '\u{0600}'..='\u{06ff}'
            | '\u{0750}'..='\u{077f}'
            | '\u{fb50}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}' => 2,
            '\u{0370}'..='\u{03ff}' | '\u{1f00}'..='\u{1fff}' => 3,
            '\u{0590}'..='\u{05ff}' => 4,
            '\u{0e00}'..='\u{0e7f}' => 5,
            '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}' => 6,
            '\u{3040}'..='\u{30ff}' => 7,
            '\u{3400}'..='\u{9fff}' => 8,
            '\u{0900}'..='\u{097f}' => 9,
            _ => 0,
        };
        counts[script] += 1;
    }
    // Kana decides for Japanese, whose text is also full of Han; a foreign name in Latin letters
    // decides nothing.
    if counts[7] > 0 {
        counts[7] += counts[8] * 4;
        counts[8] = 0;
    }
    let dense = |script: usize| counts[script] * 4;
    let latin = counts[0];
    let other = (1..counts.len())
        .max_by_key(|script| (dense(*script), std::cmp::Reverse(*script)))
        .unwrap_or(1);
    let script = if dense(other) > latin { other } else { 0 };
    if counts[script] == 0 {
        return Vec::new();
    }
    let single = |tag| vec![(tag, 20 * counts[script].min(20) as i32)];
    let (tags, rows): (&[&'static str], _) = match script {
        0 => (&LATIN, languages.map(|language| &language.latin)),
        1 => (&CYRILLIC, languages.map(|language| &language.cyrillic)),
        2 => (&ARABIC, languages.map(|language| &language.arabic)),
        3 => return single("el"),
        4 => return single("he"),
        5 => return single("th"),
        6 => return single("ko"),
        7 => return single("ja"),
        8 => return single("zh"),
        _ => return single("hi"),
    };
    match rows {
        Some(rows) => tags.iter().copied().zip(rows.sums(&pieces(text))).collect(),
        None => single(tags[0]),
    }
}

/// Whole words, pairs of words, and one to four letters after each other with the words' edges
/// among them, each hashed.
pub fn pieces(text: &str) -> Vec<u32> {
    let mut pieces = Vec::new();
    let mut before = 0;
    for word in Words::of(text)
        .all
        .iter()
        .take(60)
        .filter(|word| word.chars().all(|c| c.is_alphabetic() || !c.is_ascii()))
    {
        let word = plain(word);
        let this = hash(word.as_bytes());
        pieces.push(mix(1, this, 0));
        pieces.push(mix(2, this, before));
        before = this;
        let letters: Vec<u32> =
            [1].into_iter().chain(word.chars().map(u32::from)).chain([1]).collect();
        for size in 1..=4usize {
            for run in letters.windows(size) {
                if size > 1 || run[0] > 127 {
                    pieces.push(run.iter().fold(size as u32, |all, letter| mix(3, all, *letter)));
                }
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_of_one_language_needs_no_model() {
        for (text, tag) in [
            ("Πού είναι;", "el"),
            ("איפה ההזמנה שלי", "he"),
            ("สวัสดี", "th"),
            ("주문은 어디에", "ko"),
            ("注文はどこ", "ja"),
            ("我的订单", "zh"),
            ("मेरा ऑर्डर", "hi"),
            ("42", "en"),
        ] {
            assert_eq!(language(text, None), tag, "{text}");
        }
    }
}
