//! How a question is worded: what makes it the same question, and what makes it another one however
//! like the words are: a number, a code, a name. No models; the likeness of two texts is not
//! decided here.

use std::collections::BTreeSet;

use signals::Models;

/// Words longer than this are not compared letter by letter.
const MAX_LETTERS: usize = 40;
/// Capitals alone mark no name in a language that writes its nouns with them.
const CAPITAL_NOUNS: &str = "de";
/// Of so many words at least, more than half with a capital: a title, or shouting.
const FEWEST_WORDS: usize = 2;

/// One text, as its words.
#[derive(Clone, Debug, Default)]
pub struct Wording {
    /// Lower case, without any punctuation.
    words: Vec<String>,
    codes: Vec<Code>,
    names: BTreeSet<String>,
}

/// A word with a digit: an amount, an order, a model. `X-200`, `x200` and `X 200` are the same one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Code {
    digits: String,
    letters: String,
}

impl Code {
    /// With or without the letters: "model 100" is asked for by "100".
    fn is_like(&self, other: &Self) -> bool {
        self.digits == other.digits
            && (self.letters == other.letters
                || self.letters.is_empty()
                || other.letters.is_empty())
    }
}

impl Wording {
    pub fn of(text: &str, models: &Models) -> Self {
        let parts: Vec<&str> = text
            .split(char::is_whitespace)
            .map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()))
            .filter(|part| !part.is_empty())
            .collect();
        let bare = |part: &str| -> String {
            part.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        Self {
            words: parts.iter().map(|part| bare(part)).collect(),
            codes: codes(&parts),
            names: names(text, &parts, models).into_iter().map(bare).collect(),
        }
    }

    /// The same words in the same order; case and punctuation aside.
    pub fn is_same(&self, other: &Self) -> bool {
        !self.words.is_empty() && self.words == other.words
    }

    /// What a wording leaves open, the question that it rephrases says.
    pub fn with_codes_of(mut self, question: &Self) -> Self {
        if self.codes.is_empty() {
            self.codes.clone_from(&question.codes);
        }
        self
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// What half of the site's questions name tells none of them apart.
    pub fn forget_names(&mut self, common: &BTreeSet<String>) {
        self.names.retain(|name| !common.contains(name));
    }

    /// Whether this question names something else than what is `asked`: another number, another
    /// code, or another thing in a name's place. `is_alike` says whether two words mean the same.
    pub fn is_about_another(&self, asked: &Self, is_alike: impl Fn(&str, &str) -> bool) -> bool {
        let has = |code: &Code| asked.codes.iter().any(|asked| asked.is_like(code));
        if !asked.codes.is_empty() && !self.codes.iter().all(has) {
            return true;
        }
        let is_in = |word: &str, words: &[String]| {
            words.iter().any(|other| other == word || is_typo(other, word))
        };
        let lacks = |name: &&String| !is_in(name, &asked.words);
        let Some(_) = self.names.iter().find(lacks) else { return false };
        // Without the name the question may still be meant, unless something else is named.
        asked.words.iter().any(|word| {
            !says_nothing(word)
                && !is_in(word, &self.words)
                && !self
                    .words
                    .iter()
                    .any(|known| !self.names.contains(known) && is_alike(known, word))
        })
    }

    /// Whether two questions are told apart by their numbers and codes alone.
    pub fn differs_in_codes(&self, other: &Self) -> bool {
        let lacks = |one: &Self, two: &Self| {
            one.codes.iter().any(|code| !two.codes.iter().any(|other| other.is_like(code)))
        };
        lacks(self, other) || lacks(other, self)
    }
}

/// Words with a digit; a letter or an abbreviation before a number belongs to it.
fn codes(parts: &[&str]) -> Vec<Code> {
    let has_digit = |part: &str| part.contains(|c: char| c.is_ascii_digit());
    parts
        .iter()
        .enumerate()
        .filter(|(_, part)| has_digit(part))
        .map(|(i, part)| {
            let before = i.checked_sub(1).map(|i| parts[i]).filter(|before| {
                let is_short =
                    before.chars().count() <= 4 && before.chars().all(char::is_alphabetic);
                let is_one = before.chars().count() == 1 && !matches!(*before, "a" | "A" | "I");
                is_short && (is_one || before.chars().all(char::is_uppercase))
            });
            let letters = |part: &str| -> String {
                part.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
            };
            Code {
                digits: part.chars().filter(char::is_ascii_digit).collect(),
                letters: letters(before.unwrap_or_default()) + &letters(part),
            }
        })
        .collect()
}

/// Words that are written as names are: with a capital within a sentence, or with one inside.
fn names<'a>(text: &str, parts: &[&'a str], models: &Models) -> Vec<&'a str> {
    let begins_big = |part: &str| part.starts_with(char::is_uppercase);
    let capitals = parts.iter().filter(|part| begins_big(part)).count();
    if parts.len() > FEWEST_WORDS && capitals * 2 > parts.len() {
        return Vec::new();
    }
    // Where the language is not known, a capital alone says nothing either.
    let languages = models.base().map(|base| &base.languages);
    let nouns_are_big = languages.is_none() || signals::language(text, languages) == CAPITAL_NOUNS;
    let mut is_first = true;
    let mut found = Vec::new();
    let mut rest = text;
    for part in parts {
        let (between, after) = rest.split_once(part).unwrap_or(("", rest));
        is_first |= between.contains(['.', '!', '?', ':', '\n', '"', '“', '„', '(']);
        rest = after;
        let has_inner = part.chars().skip(1).any(char::is_uppercase);
        let is_word =
            part.chars().count() > 1 && !part.starts_with("I'") && !part.starts_with("I’");
        if is_word && (has_inner || (begins_big(part) && !is_first && !nouns_are_big)) {
            found.push(*part);
        }
        is_first = false;
    }
    found
}

/// One letter more, less or other, or two changed places, in a word that is long enough.
fn is_typo(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    if short.len() < 4 || long.len() > MAX_LETTERS || long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(long.iter()).take_while(|(a, b)| a == b).count();
    let tail = |from: usize, other: usize| short[from.min(short.len())..] == long[other..];
    match long.len() - short.len() {
        0 if same == long.len() => true,
        0 => {
            tail(same + 1, same + 1)
                || (same + 1 < long.len()
                    && short[same] == long[same + 1]
                    && short[same + 1] == long[same]
                    && tail(same + 2, same + 2))
        }
        // The plural and the genitive are no other name either.
        _ => tail(same, same + 1),
    }
}

/// Words that name nothing: what is short, and numbers, which are compared by themselves.
fn says_nothing(word: &str) -> bool {
    signals::Meaning::of(word, &Models::default()).is_empty()
        || word.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wording(text: &str) -> Wording {
        let base = signals::Base::read(include_bytes!("../../signals/models/base.bin")).ok();
        Wording::of(text, &Models::new(base, None))
    }

    fn is_about_another(question: &str, asked: &str) -> bool {
        let alike = |a: &str, b: &str| [a, b] == ["ship", "deliver"];
        wording(question).is_about_another(&wording(asked), alike)
    }

    #[test]
    fn another_number_or_code_makes_another_question() {
        let question = "Is model 100 in stock?";
        assert!(is_about_another(question, "is model 200 in stock"));
        assert!(is_about_another(question, "Is model 1000 in stock?"));
        assert!(!is_about_another(question, "is the Model100 in stock?"));
        assert!(!is_about_another(question, "is the model in stock?"), "it leaves the number open");
        assert!(!is_about_another("Where is my order?", "where is my order FT-20418"));
        assert!(!is_about_another("Is the X-200 in stock?", "is the x200 in stock"));
        assert!(is_about_another("Is the X 200 in stock?", "is the Y 200 in stock"));
        assert!(is_about_another("Does it fit the FT-9?", "does it fit the GT-9?"));
    }

    #[test]
    fn another_name_makes_another_question_and_a_missing_or_misspelled_one_does_not() {
        let question = "Is the Aurora lamp in stock?";
        assert!(is_about_another(question, "Is the Borealis lamp in stock?"));
        assert!(is_about_another(question, "is the borealis lamp in stock"));
        assert!(!is_about_another(question, "is the aurroa lamp in stock"));
        assert!(!is_about_another(question, "is the lamp in stock"));
        assert!(is_about_another("Do you ship to Austria?", "do you deliver to France?"));
        assert!(!is_about_another("Do you ship to Austria?", "do you deliver to austria?"));
        assert!(is_about_another("How do I pay with PayPal?", "how do i pay with a card"));
        assert!(!is_about_another("How Do I Return An Item?", "how do I return a lamp"));
        let german = "Wie kann ich einen Artikel zurückgeben?";
        assert!(!is_about_another(german, "wie kann ich eine Lampe zurückgeben?"));
    }

    #[test]
    fn the_same_words_are_the_same_question() {
        let is_same = |a, b| wording(a).is_same(&wording(b));
        assert!(is_same("Who are you?", " who are you "));
        assert!(is_same("Where’s the X-200?", "wheres the x200"));
        assert!(!is_same("Is model 100 in stock?", "Is model 200 in stock?"));
        assert!(!is_same("?", "!"));
    }
}
