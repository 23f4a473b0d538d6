//! The lexicon and the groups of synonyms, as they are written in `train/lexicon.txt`,
//! `valences.txt` and `synonyms.txt`.

use anyhow::{Context, Result};
use signals::learn::{Concept, Lexicon, Table};
use std::path::Path;

use crate::grammar;

pub fn read(folder: &Path) -> Result<Lexicon> {
    let mut concepts = Vec::new();
    for line in grammar::lines(&folder.join("lexicon.txt"))? {
        let (name, words) =
            line.split_once(':').with_context(|| format!("no concept in `{line}`"))?;
        let number = Concept::ALL
            .iter()
            .position(|(known, _)| *known == name)
            .with_context(|| format!("no such concept: {name}"))?;
        concepts.extend(words.split_whitespace().map(|word| (word.to_owned(), number as u8)));
    }
    let valences: Vec<(String, u8)> = grammar::lines(&folder.join("valences.txt"))?
        .iter()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(word, valence)| {
            Some((word.to_owned(), (valence.parse::<i32>().ok()? + 16) as u8))
        })
        .collect();
    Ok(Lexicon::of(
        concepts.iter().map(|(word, n)| (word.as_bytes(), *n)),
        valences.iter().map(|(word, n)| (word.as_bytes(), *n)),
    ))
}

/// Groups of words that mean the same, numbered by their lines.
pub fn synonyms(folder: &Path) -> Result<Table> {
    let lines = grammar::lines(&folder.join("synonyms.txt"))?;
    anyhow::ensure!(lines.len() < 256, "more groups than a byte can number");
    Ok(Table::of(lines.iter().enumerate().flat_map(|(number, line)| {
        line.split_whitespace().map(move |word| (word.as_bytes(), number as u8))
    })))
}
