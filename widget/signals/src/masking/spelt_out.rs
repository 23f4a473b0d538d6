//! Secrets that are spelt out: single letters and digits one after the other, "a b c", or digits in
//! words, "one two three four".

/// Digits and numbers below a hundred, in the languages that are spoken most here; and how often a
/// digit comes.
const NUMBERS: &str = "zero oh one two three four five six seven eight nine ten eleven twelve \
     thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty \
     seventy eighty ninety double triple null eins zwei zwo drei vier fünf sechs sieben acht neun \
     zéro un deux trois quatre cinq sept huit neuf cero uno dos tres cuatro cinco seis siete ocho \
     nueve due tre quattro cinque sei sette otto nove um dois três quatro sete oito nul een twee \
     vijf zes zeven negen jeden dwa trzy cztery pięć sześć siedem osiem dziewięć";

/// How many signs make a secret: three behind a word that says that one follows.
const FEW: usize = 3;
/// Digits in a row that stand for themselves.
const MANY: usize = 4;

/// Where a secret ends that is spelt out from here, letters among it or not.
pub fn end(text: &str, from: usize) -> Option<usize> {
    run(text, from, |word| is_single(word) || is_number(word))
        .filter(|run| run.count >= FEW)
        .map(|run| run.to)
}

/// Where digits end that are spelt out from here.
pub fn end_of_digits(text: &str, from: usize) -> Option<usize> {
    let is_digit =
        |word: &str| is_number(word) || (is_single(word) && word.chars().all(char::is_numeric));
    run(text, from, is_digit).filter(|run| run.count >= MANY).map(|run| run.to)
}

/// Where digits are spelt out.
pub fn digits(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut done = 0;
    let mut is_inside = false;
    for (at, c) in text.char_indices() {
        let begins = c.is_alphanumeric() && !is_inside;
        is_inside = c.is_alphanumeric();
        if begins
            && at >= done
            && let Some(to) = end_of_digits(text, at)
        {
            found.push((at, to));
            done = to;
        }
    }
    found
}

struct Run {
    to: usize,
    count: usize,
}

/// Words of that kind, with a blank, a comma or a hyphen between them.
fn run(text: &str, from: usize, is_part: impl Fn(&str) -> bool) -> Option<Run> {
    let (mut at, mut found) = (from, None::<Run>);
    loop {
        let rest = &text[at..];
        let word = &rest[..rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len())];
        if word.is_empty() || !is_part(word) {
            return found;
        }
        let to = at + word.len();
        found = Some(Run { to, count: found.map_or(0, |run| run.count) + 1 });
        let between = &text[to..];
        let gap = between.find(|c: char| !(c == ' ' || c == ',' || c == '-')).unwrap_or(0);
        if !(1..=3).contains(&gap) {
            return found;
        }
        at = to + gap;
    }
}

fn is_single(word: &str) -> bool {
    word.chars().count() == 1 && word.chars().all(|c| c < '\u{2e80}')
}

fn is_number(word: &str) -> bool {
    let word = word.to_lowercase();
    NUMBERS.split_whitespace().any(|number| number == word)
}
