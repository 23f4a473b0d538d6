//! The message model: asking for a person, frustration, topics and categories, from written
//! examples and permissive sets.

mod corpora;
mod joined;
mod text;
mod written;

use anyhow::{Context, Result};
use fastrand::Rng;
use serde::Deserialize;
use signals::learn::{Base, BotSaid, Features, Words, head};
use std::{collections::BTreeSet, fs, path::Path};

use crate::{
    SEED,
    fit::{Example, Fitting, fit},
    lexicon,
};

/// Found by trying: more weights a head than this, or more steps, hardly help and make the file
/// larger.
fn fitting() -> Fitting {
    let shrink = |head| match head {
        head::EXPLICIT => 0.013,
        1 => 0.006,
        2 | 3 => 0.035,
        head if head < head::CATEGORIES => 0.013,
        head::ISSUE => 0.16,
        _ => 0.07,
    };
    Fitting {
        bits: 14,
        epochs: 4,
        rate: 0.15,
        shrink: (0..head::COUNT).map(shrink).collect(),
        steps: 15.0,
        seed: SEED,
    }
}

/// Texts of the labelled sets: they measure, so nothing is learned from them.
fn measured(sets: &Path) -> Result<BTreeSet<String>> {
    #[derive(Deserialize)]
    struct Row {
        #[serde(default)]
        text: String,
    }
    let mut texts = BTreeSet::new();
    for set in ["explicit", "frustration", "topics", "category"] {
        let path = sets.join(format!("{set}.jsonl"));
        for line in fs::read_to_string(&path)
            .with_context(|| format!("reading {}", path.display()))?
            .lines()
        {
            texts.insert(same(&serde_json::from_str::<Row>(line)?.text));
        }
    }
    Ok(texts)
}

fn same(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

pub fn learn(folder: &Path, sets: &Path, corpora: &Path) -> Result<Base> {
    let mut rng = Rng::with_seed(SEED);
    let lexicon = lexicon::read(folder)?;
    let mut texts = Vec::new();
    let examples = folder.join("examples");
    written::explicit(&examples, &mut rng, &mut texts)?;
    written::frustration(&examples, &mut rng, &mut texts)?;
    written::named(
        &examples.join("topics.txt"),
        head::TOPICS,
        &head::TOPIC_NAMES,
        &mut rng,
        &mut texts,
    )?;
    written::named(
        &examples.join("categories.txt"),
        head::CATEGORIES,
        &head::CATEGORY_NAMES,
        &mut rng,
        &mut texts,
    )?;
    corpora::banking(corpora, &mut texts)?;
    corpora::multidogo(corpora, &mut rng, &mut texts)?;
    corpora::goemotions(corpora, &mut rng, &mut texts)?;
    joined::joined(&mut rng, &mut texts);
    let measured = measured(sets)?;
    let all = texts.len();
    texts.retain(|text| {
        same(&text.text).len() < 8 || text.bot.is_some() || !measured.contains(&same(&text.text))
    });
    eprintln!("{} texts, {} left out because they measure", texts.len(), all - texts.len());
    let examples: Vec<Example> = texts
        .into_iter()
        .map(|text| Example {
            features: Features::of(
                &Words::of(&text.text),
                text.bot.as_deref().map(BotSaid::of),
                &lexicon,
            )
            .hashes,
            answers: text.answers,
        })
        .collect();
    let message = fit(&examples, head::COUNT, &fitting());
    Ok(Base { lexicon, synonyms: lexicon::synonyms(folder)?, message, ..Base::default() })
}
