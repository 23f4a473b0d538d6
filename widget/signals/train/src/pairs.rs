//! When two messages say the same need: pairs of a bank's questions, of the written examples, and
//! of real turns that follow each other, and a regression over how they compare.

use anyhow::{Context, Result};
use fastrand::Rng;
use signals::{
    Models, Reader,
    learn::{Meaning, Regression, TERMS, logistic, terms},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::{SEED, grammar};

const ROUNDS: usize = 30;

pub struct Pairs {
    /// Two texts, whether they say the same need, and how much that counts.
    pairs: Vec<(String, String, bool, f32)>,
}

impl Pairs {
    pub fn of(folder: &Path, sets: &Path, corpora: &Path) -> Result<Self> {
        let mut rng = Rng::with_seed(SEED);
        let mut pairs = Vec::new();
        let measured = measured(sets)?;
        banking(corpora, &measured, &mut rng, &mut pairs)?;
        written(folder, &mut rng, &mut pairs)?;
        turns(corpora, &mut rng, &mut pairs)?;
        eprintln!("{} pairs", pairs.len());
        Ok(Self { pairs })
    }

    /// The regression that tells them apart with what the models know.
    pub fn learn(&self, models: &Models) -> Regression {
        let compared: Vec<([f32; TERMS], bool, f32)> = self
            .pairs
            .iter()
            .map(|(a, b, same, worth)| {
                (terms(&meaning(b, models).compare(&meaning(a, models))), *same, *worth)
            })
            .collect();
        let mut rng = Rng::with_seed(SEED);
        let mut order: Vec<usize> = (0..compared.len()).collect();
        let (mut bias, mut weights) = (0f32, vec![0f32; TERMS]);
        for round in 0..ROUNDS {
            rng.shuffle(&mut order);
            let rate = 0.05 * (1.0 - round as f32 / ROUNDS as f32);
            for i in &order {
                let (terms, same, worth) = &compared[*i];
                let likely = logistic(
                    bias + terms
                        .iter()
                        .zip(&weights)
                        .map(|(term, weight)| term * weight)
                        .sum::<f32>(),
                );
                let slope = (likely - f32::from(u8::from(*same))) * worth;
                bias -= rate * slope;
                for (weight, term) in weights.iter_mut().zip(terms) {
                    *weight -= rate * (slope * term + 1e-5 * *weight);
                }
            }
        }
        // Far more turns of a conversation say something new than these pairs do.
        Regression { bias: bias - 0.5, weights }
    }
}

fn meaning(text: &str, models: &Models) -> Meaning {
    Reader::meaning(text, models)
}

/// Texts that measure rephrasing.
fn measured(sets: &Path) -> Result<BTreeSet<String>> {
    #[derive(serde::Deserialize)]
    struct Row {
        turns: Vec<String>,
    }
    let path = sets.join("rephrase.jsonl");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let rows: Vec<Row> =
        text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect::<Result<_>>()?;
    Ok(rows.into_iter().flat_map(|row| row.turns).collect())
}

/// The same intent said twice, against another intent of the same bank.
fn banking(
    corpora: &Path,
    measured: &BTreeSet<String>,
    rng: &mut Rng,
    pairs: &mut Vec<(String, String, bool, f32)>,
) -> Result<()> {
    let text = fs::read_to_string(corpora.join("banking77/banking_data/train.csv"))
        .context("the corpus banking77")?;
    let mut by_intent: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (text, intent) in text.lines().skip(1).filter_map(|line| line.rsplit_once(',')) {
        let text = text.trim_matches('"');
        if !measured.contains(text) {
            by_intent.entry(intent).or_default().push(text);
        }
    }
    let intents: Vec<&Vec<&str>> = by_intent.values().filter(|texts| texts.len() > 5).collect();
    for _ in 0..6000 {
        let intent = intents[rng.usize(..intents.len())];
        let (a, b) = (intent[rng.usize(..intent.len())], intent[rng.usize(..intent.len())]);
        if a != b {
            pairs.push((a.to_owned(), b.to_owned(), true, 1.0));
        }
        for _ in 0..2 {
            let other = intents[rng.usize(..intents.len())];
            if !std::ptr::eq(intent, other) {
                pairs.push((a.to_owned(), other[rng.usize(..other.len())].to_owned(), false, 1.0));
            }
        }
    }
    Ok(())
}

/// Lines of needs, each said in several ways, and those of other lines.
fn written(
    folder: &Path,
    rng: &mut Rng,
    pairs: &mut Vec<(String, String, bool, f32)>,
) -> Result<()> {
    let lines = grammar::lines(&folder.join("examples/needs.txt"))?;
    let needs: Vec<Vec<&str>> =
        lines.iter().map(|line| line.split('|').map(str::trim).collect()).collect();
    for (i, need) in needs.iter().enumerate() {
        for (j, a) in need.iter().enumerate() {
            for b in &need[j + 1..] {
                pairs.push(((*a).to_owned(), (*b).to_owned(), true, 4.0));
            }
            for _ in 0..4 {
                // A neighbour in the file is of the same domain.
                let other = if rng.bool() {
                    rng.usize(..needs.len())
                } else {
                    (i + 1 + rng.usize(..3)) % needs.len()
                };
                if other != i {
                    let other = &needs[other];
                    pairs.push((
                        (*a).to_owned(),
                        other[rng.usize(..other.len())].to_owned(),
                        false,
                        3.0,
                    ));
                }
            }
        }
    }
    Ok(())
}

/// Real turns that follow each other: details, answers, thanks, the next thing.
fn turns(
    corpora: &Path,
    rng: &mut Rng,
    pairs: &mut Vec<(String, String, bool, f32)>,
) -> Result<()> {
    for domain in ["airline", "fastfood", "insurance"] {
        let path = corpora.join(format!(
            "multidogo/data/paper_splits/splits_annotated_at_turn_level/{domain}/train.tsv"
        ));
        let text =
            fs::read_to_string(&path).with_context(|| format!("the corpus {}", path.display()))?;
        let mut earlier: Vec<(String, String)> = Vec::new();
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split('\t').collect();
            let [conversation, _, _, text, _, _] = fields[..] else { continue };
            earlier.retain(|(spoken_in, _)| spoken_in == conversation);
            if rng.u8(..4) == 0 {
                let same = |a: &str, b: &str| a.split_whitespace().eq(b.split_whitespace());
                for (_, before) in earlier.iter().filter(|(_, before)| !same(before, text)) {
                    pairs.push((before.clone(), text.to_owned(), false, 0.25));
                }
            }
            earlier.push((conversation.to_owned(), text.to_owned()));
        }
    }
    Ok(())
}
