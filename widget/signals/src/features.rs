//! What of a message the learned models look at: words, pairs of words, letters, concepts and how
//! they meet, loudness, and what the bot said just before. Each is a hash; the models know a weight
//! for each.

use crate::{
    lexicon::{Concept, Lexicon},
    math::{hash, mix},
    words::Words,
};

/// Words looked at; a verdict that 120 words did not settle, more do not.
const WORDS: usize = 120;

/// The bot's latest message, as far as it changes what an answer means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BotSaid {
    pub asked: bool,
    /// It asked whether it helped.
    pub asked_whether_it_helped: bool,
    /// It asked whether there is anything else.
    pub asked_for_more: bool,
    /// It did not understand.
    pub failed: bool,
}

impl BotSaid {
    pub fn of(text: &str) -> Self {
        let words = Words::of(text);
        let has = |phrases: &[&str]| phrases.iter().any(|phrase| words.find(phrase).is_some());
        let asked = text.trim_end().ends_with(['?', '؟', '？']);
        Self {
            asked,
            asked_whether_it_helped: asked
                && has(&[
                    "help",
                    "helped",
                    "helpful",
                    "solve*",
                    "looking for",
                    "answer your",
                    "ayudó",
                    "sirvió",
                    "aidé",
                    "utile",
                    "geholfen",
                    "ajudou",
                    "aiutato",
                    "geholpen",
                    "pomogło",
                    "मदद",
                    "ساعد*",
                    "useful",
                    "resolved",
                ])
                && !has(&[
                    "how can i",
                    "how may i",
                    "can i help",
                    "may i help",
                    "help you with",
                    "else",
                    "what can i",
                ]),
            asked_for_more: has(&[
                "anything else",
                "something else",
                "algo más",
                "autre chose",
                "noch etwas",
                "mais alguma",
                "altro",
                "nog iets",
                "coś jeszcze",
                "और कुछ",
            ]),
            failed: has(&[
                "didnt get",
                "did not get",
                "didnt understand",
                "dont understand",
                "not understand",
                "didnt catch",
                "rephrase",
                "not sure i",
                "no entiendo",
                "pas compris",
                "nicht verstanden",
                "não entendi",
                "non ho capito",
                "niet begrepen",
                "nie rozumiem",
                "sorry i",
            ]),
        }
    }

    fn kind(self) -> u32 {
        match self {
            Self { asked_for_more: true, .. } => 5,
            Self { asked_whether_it_helped: true, .. } => 4,
            Self { failed: true, .. } => 3,
            Self { asked: true, .. } => 2,
            _ => 1,
        }
    }
}

/// A message as the models see it.
#[derive(Default)]
pub struct Features {
    /// In order, each once.
    pub hashes: Vec<u32>,
    /// What each word is.
    pub concepts: Vec<Concept>,
    /// Displeasure summed over the words, in quarters of a valence.
    pub negative: i32,
}

const WORD: u32 = 1;
const PAIR: u32 = 2;
const LETTERS: u32 = 3;
const CONCEPT: u32 = 4;
const NEAR: u32 = 5;
const RUN: u32 = 6;
const TOGETHER: u32 = 7;
const SIGN: u32 = 8;
const BOT: u32 = 9;
const BOT_CONCEPT: u32 = 10;
const BOT_WORD: u32 = 11;
const FIRST: u32 = 12;

impl Features {
    pub fn of(words: &Words, bot: Option<BotSaid>, lexicon: &Lexicon) -> Self {
        let mut features = Self::default();
        let all = &words.all[..words.all.len().min(WORDS)];
        let plain: Vec<String> = all.iter().map(|word| plain(word)).collect();
        let hashes: Vec<u32> = plain.iter().map(|word| hash(word.as_bytes())).collect();
        features.concepts = plain.iter().map(|word| lexicon.concept(word)).collect();
        let out = &mut features.hashes;
        for (i, word) in plain.iter().enumerate() {
            out.push(mix(WORD, hashes[i], 0));
            out.push(mix(PAIR, hashes[i], if i == 0 { 0 } else { hashes[i - 1] }));
            letters(word, |fragment| out.push(mix(LETTERS, fragment, 0)));
        }
        let concepts: Vec<u32> = features.concepts.iter().map(|concept| *concept as u32).collect();
        for (i, concept) in concepts.iter().enumerate().filter(|(_, concept)| **concept > 0) {
            out.push(mix(CONCEPT, *concept, 0));
            for (step, other) in
                concepts[i + 1..].iter().take(4).enumerate().filter(|(_, other)| **other > 0)
            {
                out.push(mix(NEAR, concept * 32 + other, u32::from(step == 0)));
            }
        }
        let known: Vec<u32> = concepts.iter().copied().filter(|concept| *concept > 0).collect();
        for run in known.windows(3) {
            out.push(mix(RUN, run[0] * 32 + run[1], run[2]));
        }
        if let Some(first) = known.first() {
            out.push(mix(FIRST, *first, u32::from(known.len() == concepts.len())));
        }
        let mut kinds = known;
        kinds.sort_unstable();
        kinds.dedup();
        for (i, a) in kinds.iter().enumerate() {
            for b in &kinds[i + 1..] {
                out.push(mix(TOGETHER, *a, *b));
            }
        }
        let (negative, positive, worst) = valences(&plain, &features.concepts, lexicon);
        features.negative = negative;
        let signs = [
            (0, negative / 4),
            (1, positive / 4),
            (2, worst / 2),
            (3, words.exclamations.min(4) as i32),
            (4, words.questions.min(4) as i32),
            (5, i32::from(words.shouts()) * 2),
            (6, words.loud.min(4) as i32),
            (7, i32::from(words.trails)),
            (
                8,
                all.iter()
                    .zip(&plain)
                    .filter(|(word, plain)| word.len() > plain.len())
                    .count()
                    .min(2) as i32,
            ),
            (9, length(all.len())),
            (10, (negative - positive).max(0) / 4),
            (11, if words.exclamations > 0 { negative / 4 } else { 0 }),
            (12, if words.shouts() { negative / 4 } else { 0 }),
        ];
        for (sign, size) in signs {
            out.extend((1..=size.min(8)).map(|step| mix(SIGN, sign, step as u32)));
        }
        let bot = bot.map_or(0, BotSaid::kind);
        out.push(mix(BOT, bot, length(all.len()) as u32));
        if all.len() <= 6 {
            out.extend(kinds.iter().map(|concept| mix(BOT_CONCEPT, bot, *concept)));
            out.extend(hashes.iter().map(|word| mix(BOT_WORD, *word, bot)));
        }
        out.extend((1..=(negative / 4).min(4)).map(|step| mix(BOT, bot + 100, step as u32)));
        out.sort_unstable();
        out.dedup();
        features
    }

    /// What the word's concept says.
    pub fn concept_of_word(word: &str, lexicon: &Lexicon) -> Option<u32> {
        match lexicon.concept(&plain(word)) {
            Concept::None => None,
            concept => Some(mix(CONCEPT, concept as u32, 0)),
        }
    }

    /// What a word by itself says, for showing which words decided.
    pub fn of_word(word: &str) -> u32 {
        mix(WORD, hash(plain(word).as_bytes()), 0)
    }
}

/// `sooooo` is `so`, and numbers are all one number.
pub fn plain(word: &str) -> String {
    if word.bytes().any(|byte| byte.is_ascii_digit()) {
        return word.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect::<String>();
    }
    let mut out = String::with_capacity(word.len());
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        let mut run = 1;
        while chars.next_if_eq(&c).is_some() {
            run += 1;
        }
        out.push(c);
        if run == 2 {
            out.push(c);
        }
    }
    out
}

/// Four letters after each other, the edges of the word among them.
fn letters(word: &str, mut found: impl FnMut(u32)) {
    let edged: Vec<u32> = [0].into_iter().chain(word.chars().map(u32::from)).chain([0]).collect();
    if edged.len() >= 6 {
        for four in edged.windows(4) {
            found(mix(four[0] << 16 ^ four[1], four[2], four[3]));
        }
    }
}

/// Displeasure, pleasure and the worst word, in quarters of a valence: negation turns a word,
/// intensity lifts it.
fn valences(words: &[String], concepts: &[Concept], lexicon: &Lexicon) -> (i32, i32, i32) {
    let (mut negative, mut positive, mut worst) = (0, 0, 0);
    for (i, (word, concept)) in words.iter().zip(concepts).enumerate() {
        let valence = match concept {
            Concept::Strong | Concept::Profane => -12,
            Concept::Mild => -7,
            Concept::Thanks => 8,
            Concept::Neg | Concept::Problem => 0,
            _ => lexicon.valence(word),
        };
        if valence == 0 {
            continue;
        }
        let before = &concepts[i.saturating_sub(3)..i];
        let intense = before.last() == Some(&Concept::Intense);
        let valence = if intense { valence * 5 / 4 } else { valence };
        let valence = if before.contains(&Concept::Neg) { -valence * 3 / 4 } else { valence };
        negative -= valence.min(0);
        positive += valence.max(0);
        worst = worst.max(-valence);
    }
    (negative, positive, worst)
}

/// How long a message is, in steps.
fn length(words: usize) -> i32 {
    match words {
        0..=1 => 1,
        2 => 2,
        3..=4 => 3,
        5..=8 => 4,
        9..=16 => 5,
        17..=32 => 6,
        _ => 7,
    }
}
