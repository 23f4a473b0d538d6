//! Written examples: a line is a template, `{a|b}` one of several, and the seed draws from it.

use anyhow::{Context, Result};
use fastrand::Rng;
use std::{collections::BTreeSet, fs, path::Path};

/// The lines of a file of examples, without comments.
pub fn lines(path: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    Ok(text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect())
}

/// At most `most` different texts of a template.
pub fn draw(template: &str, most: usize, rng: &mut Rng) -> Vec<String> {
    let mut texts = BTreeSet::new();
    let mut drawn = Vec::new();
    for _ in 0..most * 6 {
        let mut text = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (choices, after) = after.split_once('}').unwrap_or((after, ""));
            let choices: Vec<&str> = choices.split('|').collect();
            text.push_str(before);
            text.push_str(choices[rng.usize(..choices.len())]);
            rest = after;
        }
        text.push_str(rest);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() && texts.insert(text.clone()) {
            drawn.push(text);
        }
        if drawn.len() >= most {
            break;
        }
    }
    drawn
}

/// How many different texts a template has.
pub fn size(template: &str) -> usize {
    template
        .split('{')
        .skip(1)
        .map(|part| part.split('}').next().unwrap_or_default().split('|').count())
        .product()
}

/// A slip of the fingers in one longer word: two letters changed places, one lost, one twice, one
/// beside it on the keyboard.
pub fn slip(text: &str, rng: &mut Rng) -> String {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let long: Vec<usize> = (0..words.len())
        .filter(|i| words[*i].chars().count() >= 5 && words[*i].is_ascii())
        .collect();
    if long.is_empty() {
        return text.to_owned();
    }
    let word = &mut words[long[rng.usize(..long.len())]];
    let mut letters: Vec<char> = word.chars().collect();
    let at = rng.usize(1..letters.len() - 1);
    match rng.u8(..4) {
        0 => letters.swap(at, at + 1),
        1 => drop(letters.remove(at)),
        2 => letters.insert(at, letters[at]),
        _ => letters[at] = *rng.choice(b"aeiourtnslm").unwrap_or(&b'e') as char,
    }
    *word = letters.into_iter().collect();
    words.join(" ")
}
