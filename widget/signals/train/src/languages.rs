//! The language model: softmax regression over pieces of words, on sentences and on windows of a
//! few words of them.

use anyhow::{Context, Result};
use fastrand::Rng;
use signals::learn::language::{self, ARABIC, CYRILLIC, LATIN, Languages, Rows};
use std::{collections::BTreeSet, fs, path::Path};

use crate::{SEED, grammar};

/// Windows drawn of each language.
const WINDOWS: usize = 14_000;

pub fn learn(folder: &Path, sets: &Path, corpora: &Path) -> Result<Languages> {
    #[derive(serde::Deserialize)]
    struct Row {
        text: String,
    }
    let path = sets.join("language.jsonl");
    let measured: BTreeSet<String> = fs::read_to_string(&path)
        .with_context(|| format!("reading {}", path.display()))?
        .lines()
        .map(|line| Ok(serde_json::from_str::<Row>(line)?.text))
        .collect::<Result<_>>()?;
    let sentences = |tag: &str| -> Result<Vec<String>> {
        let mut all = Vec::new();
        if tag == "hi" {
            all = grammar::lines(&folder.join("examples/hinglish.txt"))?;
        } else {
            let path = corpora.join(format!("language/{tag}.txt"));
            let text = fs::read_to_string(&path)
                .with_context(|| format!("the corpus {}", path.display()))?;
            all.extend(
                text.lines()
                    .filter_map(|line| line.split_once('\t'))
                    .map(|(_, text)| text.to_owned()),
            );
            all.extend(informal(folder, corpora, tag)?);
        }
        all.retain(|text| !measured.contains(text));
        Ok(all)
    };
    let script = |tags: &[&str], bits: u32| -> Result<Rows> {
        let all = tags.iter().map(|tag| sentences(tag)).collect::<Result<Vec<_>>>()?;
        Ok(fit(&all, bits))
    };
    Ok(Languages {
        latin: script(&LATIN, 12)?,
        cyrillic: script(&CYRILLIC, 10)?,
        arabic: script(&ARABIC, 9)?,
    })
}

/// How people write to each other, where there is some: the written examples, and for English also
/// comments and chats.
fn informal(folder: &Path, corpora: &Path, tag: &str) -> Result<Vec<String>> {
    let mut rng = Rng::with_seed(SEED);
    let mut all = Vec::new();
    for file in ["explicit.txt", "frustration.txt"] {
        for line in grammar::lines(&folder.join("examples").join(file))? {
            let mut parts = line.splitn(3, ' ');
            let (language, template) = (parts.next(), parts.nth(1).unwrap_or_default());
            if language == Some(tag) {
                let template = template.rsplit_once("] ").map_or(template, |(_, rest)| rest);
                all.extend(grammar::draw(template, 12, &mut rng).into_iter().filter(|text| {
                    text.chars().filter(|c| c.is_alphabetic()).all(|c| tag != "hi" || !c.is_ascii())
                }));
            }
        }
    }
    let colloquial = grammar::lines(&folder.join("examples/colloquial.txt"))?;
    all.extend(
        colloquial
            .iter()
            .filter_map(|line| line.split_once(' '))
            .filter(|(language, _)| *language == tag)
            .flat_map(|(_, texts)| texts.split('|').map(|text| text.trim().to_owned()))
            .flat_map(|text| std::iter::repeat_n(text, 4)),
    );
    if tag == "en" {
        let text = fs::read_to_string(corpora.join("goemotions/data/original/dev.tsv"))
            .context("the corpus goemotions")?;
        all.extend(text.lines().filter_map(|line| line.split('\t').next()).map(str::to_owned));
        let text = fs::read_to_string(corpora.join("banking77/banking_data/train.csv"))
            .context("the corpus banking77")?;
        all.extend(
            text.lines()
                .filter_map(|line| line.rsplit_once(','))
                .map(|(text, _)| text.to_owned())
                .step_by(4),
        );
    }
    Ok(all)
}

fn fit(languages: &[Vec<String>], bits: u32) -> Rows {
    let mut rng = Rng::with_seed(SEED);
    let mut windows: Vec<(usize, Vec<u32>)> = Vec::new();
    for (language, sentences) in languages.iter().enumerate() {
        for _ in 0..WINDOWS {
            let words: Vec<&str> =
                sentences[rng.usize(..sentences.len())].split_whitespace().collect();
            if words.is_empty() {
                continue;
            }
            let size = match rng.u8(..10) {
                0 => 1,
                1..=2 => 2,
                3..=4 => 3,
                5..=6 => 5,
                _ => 12,
            }
            .min(words.len());
            let from = rng.usize(..=words.len() - size);
            let mut window = words[from..from + size].join(" ");
            // Titles and names stay English in any language.
            if size >= 2 && languages.len() > 10 && rng.u8(..8) == 0 {
                let title: Vec<&str> = languages[0][rng.usize(..languages[0].len())]
                    .split_whitespace()
                    .take(rng.usize(1..5).min(size + 1))
                    .collect();
                window = if rng.bool() {
                    format!("{window} {}", title.join(" "))
                } else {
                    format!("{} {} {window}", words[from], title.join(" "))
                };
            }
            let pieces = language::pieces(&window);
            if !pieces.is_empty() {
                windows.push((language, pieces));
            }
        }
    }
    let count = languages.len();
    let rows = 1usize << bits;
    let mut weights = vec![0f32; rows * count];
    let mut moved = vec![1e-2f32; rows * count];
    let mut order: Vec<usize> = (0..windows.len()).collect();
    let rounds = 5;
    for round in 0..rounds {
        rng.shuffle(&mut order);
        let mut right = 0;
        for i in &order {
            let (language, pieces) = &windows[*i];
            let mut sums = vec![0f32; count];
            let at: Vec<usize> =
                pieces.iter().map(|piece| (piece >> (32 - bits)) as usize * count).collect();
            for row in &at {
                for (sum, weight) in sums.iter_mut().zip(&weights[*row..row + count]) {
                    *sum += weight;
                }
            }
            let most = sums.iter().copied().fold(f32::MIN, f32::max);
            let powers: Vec<f32> = sums.iter().map(|sum| (sum - most).exp()).collect();
            let total: f32 = powers.iter().sum();
            right += usize::from(sums[*language] >= most);
            let slopes: Vec<f32> = powers
                .iter()
                .enumerate()
                .map(|(i, power)| power / total - f32::from(u8::from(i == *language)))
                .collect();
            for row in &at {
                for (i, slope) in slopes.iter().enumerate().filter(|(_, slope)| slope.abs() > 1e-3)
                {
                    let moved = &mut moved[row + i];
                    *moved += slope * slope;
                    let weight = &mut weights[row + i];
                    *weight -= 0.08 * slope / moved.sqrt() + 2e-5 * *weight;
                }
            }
        }
        eprint!(
            "\r  languages, round {} of {rounds}: {:.4} right ",
            round + 1,
            right as f64 / order.len() as f64
        );
    }
    eprintln!();
    let mut sizes: Vec<f32> = weights.iter().map(|weight| weight.abs()).collect();
    sizes.sort_by(f32::total_cmp);
    let step = sizes[sizes.len() - 1 - sizes.len() / 300] / 7.0;
    Rows::of(
        bits,
        count,
        weights.into_iter().map(|weight| (weight / step).round().clamp(-8.0, 7.0) as i8),
    )
}
