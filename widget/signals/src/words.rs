//! From text to words: lower case, with the accents kept, emoji and punctuation apart.

/// Words read of one message; the rest cannot change a verdict that 400 words did not settle, and
/// bounds the time.
const MAX_WORDS: usize = 400;

/// One message, cut into words.
#[derive(Default)]
pub struct Words {
    /// Lower case, apostrophes dropped: `don't` is `dont`.
    pub all: Vec<String>,
    /// For each word, the number of the sentence it stands in.
    pub sentence: Vec<u16>,
    /// For each word, the bytes of the text where it begins and ends.
    spans: Vec<(usize, usize)>,
    pub exclamations: u32,
    pub questions: u32,
    /// It trails off: "...".
    pub trails: bool,
    /// Words of three letters or more that are all capitals.
    pub loud: u32,
    /// Letters in capitals, and letters.
    capitals: u32,
    letters: u32,
}

impl Words {
    pub fn of(text: &str) -> Self {
        let mut words = Self::default();
        let mut word = String::new();
        let mut span = (0, 0);
        let mut sentence = 0;
        let (mut dots, mut capitals) = (0, 0);
        for (at, c) in text.char_indices() {
            if words.all.len() >= MAX_WORDS {
                break;
            }
            if is_own_word(c) {
                words.end(&mut word, sentence, span);
                words.end(&mut c.to_string(), sentence, (at, at + c.len_utf8()));
                continue;
            }
            if c.is_alphanumeric() || is_mark(c) {
                words.letters += u32::from(c.is_alphabetic());
                words.capitals += u32::from(c.is_uppercase());
                capitals = if word.is_empty() { 0 } else { capitals } + u32::from(c.is_uppercase());
                span = (if word.is_empty() { at } else { span.0 }, at + c.len_utf8());
                word.extend(c.to_lowercase());
                continue;
            }
            if matches!(c, '\'' | '’' | '`') {
                continue;
            }
            words.loud += u32::from(capitals >= 3 && capitals as usize == word.chars().count());
            capitals = 0;
            words.end(&mut word, sentence, span);
            dots = if matches!(c, '.') { dots + 1 } else { u32::from(c == '…') * 3 };
            words.trails |= dots >= 3;
            match c {
                '!' => words.exclamations += 1,
                '?' | '؟' | '？' => words.questions += 1,
                _ => {}
            }
            if matches!(c, '.' | '!' | '?' | '\n' | ';' | '।' | '؟' | '。' | '！' | '？') {
                sentence += 1;
            } else if is_emoji(c) {
                words.end(&mut c.to_string(), sentence, (at, at + c.len_utf8()));
            }
        }
        words.loud += u32::from(capitals >= 3 && capitals as usize == word.chars().count());
        words.end(&mut word, sentence, span);
        words
    }

    pub fn asks(&self) -> bool {
        self.questions > 0
    }

    fn end(&mut self, word: &mut String, sentence: u16, span: (usize, usize)) {
        if !word.is_empty() {
            self.all.push(std::mem::take(word));
            self.sentence.push(sentence);
            self.spans.push(span);
        }
    }

    /// Mostly capitals, and long enough that it is no abbreviation.
    pub fn shouts(&self) -> bool {
        self.letters >= 8 && self.capitals * 10 >= self.letters * 7 && self.all.len() >= 2
    }

    /// Where a phrase stands, its words one after the other; a `*` at the end of one stands for any
    /// ending.
    pub fn find(&self, phrase: &str) -> Option<usize> {
        (0..self.all.len()).find(|start| self.is_at(*start, phrase))
    }

    /// Whether a phrase stands there.
    pub fn is_at(&self, start: usize, phrase: &str) -> bool {
        parts(phrase)
            .zip(start..)
            .all(|(part, at)| self.all.get(at).is_some_and(|word| is_like(word.as_bytes(), part)))
    }

    /// Everywhere that a phrase stands, where a `_` in it stands for a word or none: "want to _
    /// die". Where each begins and ends.
    pub fn find_loosely(&self, phrase: &str) -> impl Iterator<Item = (usize, usize)> {
        (0..self.all.len()).filter_map(move |start| {
            let (mut last, mut next) = (start, start..start + 1);
            for part in parts(phrase) {
                if part == b"_" {
                    next.end += 1;
                    continue;
                }
                let is_it = |at: &usize| {
                    self.all.get(*at).is_some_and(|word| is_like(word.as_bytes(), part))
                        && self.sentence[*at] == self.sentence[start]
                };
                last = next.find(is_it)?;
                next = last + 1..last + 2;
            }
            Some((start, last))
        })
    }

    /// The text from one word to another, both in it, as it was written: `text` is what the words
    /// were cut from. Of a very long word only the beginning.
    pub fn quote<'a>(&self, text: &'a str, from: usize, to: usize) -> &'a str {
        const CHARS: usize = 200;
        let (Some((start, _)), Some((_, end))) = (self.spans.get(from), self.spans.get(to)) else {
            return "";
        };
        let quote = text.get(*start..*end).unwrap_or_default();
        quote.char_indices().nth(CHARS).map_or(quote, |(cut, _)| &quote[..cut])
    }
}

/// Whether any pattern of a blank-separated list is like the word.
pub fn is_any(word: &str, patterns: &str) -> bool {
    parts(patterns).any(|pattern| is_like(word.as_bytes(), pattern))
}

/// What blanks part. By bytes: messages meet hundreds of patterns, and most differ in the first
/// byte.
fn parts(patterns: &str) -> impl Iterator<Item = &[u8]> + Clone {
    patterns.as_bytes().split(|byte| *byte == b' ')
}

/// Whether a word is a pattern, or begins with it where the pattern ends in `*`.
fn is_like(word: &[u8], pattern: &[u8]) -> bool {
    match pattern {
        [start @ .., b'*'] => word.starts_with(start),
        _ => word.first() == pattern.first() && word == pattern,
    }
}

/// Scripts without blanks: each sign stands for itself.
fn is_own_word(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

/// Vowel signs and the like of Indic and Arabic script belong to the word.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{064b}'..='\u{065f}')
        || matches!(c, '\u{0900}'..='\u{0903}' | '\u{093a}'..='\u{094f}')
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1f300}'..='\u{1faff}' | '\u{2639}' | '\u{263a}')
}

/// Signs that are written for letters, and those of them that may begin a word. An asterisk hides a
/// letter, mostly an "i": "k*ll".
const SIGNS: &[char] = &['!', '|', '*', '$', '@'];
const FIRST_SIGNS: &[char] = &['$', '@'];

/// A text with letters for the digits and signs within its words: "k1ll", "su!cide", "$uicide" and
/// "@gent" are "kill", "suicide", "suicide" and "agent". Signs that end a word are punctuation and
/// stay. It has the same number of bytes, so that its words can quote the text. None where that
/// changes nothing.
pub fn respelt(text: &str) -> Option<String> {
    let is_part = |c: char| {
        c.is_alphanumeric() || is_mark(c) || matches!(c, '\'' | '’' | '`') || SIGNS.contains(&c)
    };
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(|c| !is_part(c)) {
        let word = piece.trim_end_matches(|c| !is_part(c)).trim_end_matches(SIGNS);
        let word = word.trim_start_matches(|c| SIGNS.contains(&c) && !FIRST_SIGNS.contains(&c));
        let begins = word.strip_prefix(FIRST_SIGNS).unwrap_or(word);
        if begins.starts_with(char::is_alphabetic) && word.ends_with(char::is_alphabetic) {
            let start = piece.find(word).unwrap_or_default();
            out.push_str(&piece[..start]);
            out.extend(word.chars().map(letter));
            out.push_str(&piece[start + word.len()..]);
        } else {
            out.push_str(piece);
        }
    }
    (out != text).then_some(out)
}

/// The letter that a digit or a sign is written for; anything else is itself.
fn letter(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' | '|' | '*' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Words, respelt};

    #[test]
    fn words_lose_case_and_apostrophes_and_keep_accents() {
        let words = Words::of("Don't you SEE? Où est l’agent!!");
        assert_eq!(words.all, ["dont", "you", "see", "où", "est", "lagent"]);
        assert_eq!((words.exclamations, words.asks()), (2, true));
    }

    #[test]
    fn a_phrase_is_found_by_its_words_and_stems() {
        let words = Words::of("I was charged twice for it");
        assert_eq!(words.find("charge* twice"), Some(2));
        assert_eq!(words.find("twice charge*"), None);
    }

    #[test]
    fn a_quote_is_what_was_written() {
        let text = "Don’t you SEE? It's 注文 done";
        let words = Words::of(text);
        assert_eq!(words.quote(text, 0, 2), "Don’t you SEE");
        assert_eq!(words.quote(text, 3, 5), "It's 注文");
        assert_eq!(words.quote(text, 3, 99), "");
    }

    #[test]
    fn an_abbreviation_does_not_shout() {
        assert!(Words::of("WHERE IS MY ORDER").shouts());
        assert!(!Words::of("my SSN and my DHL number").shouts());
        assert!(!Words::of("OK").shouts());
    }

    #[test]
    fn signs_and_digits_within_words_are_read_as_letters_and_places_stay() {
        for (text, spelt) in [
            ("I'll k!ll myself!", "I'll kill myself!"),
            ("su1c!de, $uicide", "suicide, suicide"),
            ("@gent please!!", "agent please!!"),
            ("k*ll (d|e) *wow*", "kill (die) *wow*"),
            ("für m!ch", "für mich"),
        ] {
            assert_eq!(respelt(text).as_deref(), Some(spelt));
            assert_eq!(text.len(), spelt.len(), "{text}");
        }
        for text in [
            "kill! I'll kill the tab!",
            "it costs $100 or 5$ @ home",
            "¡hola! !important",
            "FT20 A4711 4you",
            "*kill* | a | b",
            "",
        ] {
            assert_eq!(respelt(text), None, "{text}");
        }
    }

    #[test]
    fn a_quote_of_another_spelling_is_what_was_written() {
        let text = "now I k!ll my$elf!";
        assert_eq!(Words::of(&respelt(text).unwrap()).quote(text, 2, 3), "k!ll my$elf");
    }
}
