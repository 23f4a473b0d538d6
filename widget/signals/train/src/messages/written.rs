//! Texts from the examples that were written for this reader (`train/examples`): templates, each
//! with its label.

use anyhow::{Context, Result};
use fastrand::Rng;
use signals::learn::head;
use std::path::Path;

use super::text::Text;
use crate::grammar;

/// How many texts of a template.
fn share(template: &str, most: usize) -> usize {
    let size = grammar::size(template);
    if size <= 60 { size } else { size.div_ceil(2).clamp(1, most) }
}

pub fn explicit(examples: &Path, rng: &mut Rng, texts: &mut Vec<Text>) -> Result<()> {
    for line in grammar::lines(&examples.join("explicit.txt"))? {
        let mut parts = line.splitn(3, ' ');
        let (language, label, template) = (
            parts.next().unwrap_or_default(),
            parts.next() == Some("1"),
            parts.next().unwrap_or_default(),
        );
        let most = if language == "en" { 60 } else { 40 };
        for text in grammar::draw(
            template,
            share(template, most).max(if language == "en" { 0 } else { 12 }),
            rng,
        ) {
            if label && language == "en" && rng.u8(..4) == 0 {
                texts.push(Text::new(grammar::slip(&text, rng)).knows(head::EXPLICIT, label, 1.0));
            }
            let mut known =
                Text::new(text).knows(head::EXPLICIT, label, if label { 1.0 } else { 2.0 });
            // A request is calm unless it complains of the machine.
            if !label
                || !["bot", "robot", "machin", "maszyn", "usel", "بوت", "बॉट"]
                    .iter()
                    .any(|word| known.text.to_lowercase().contains(word))
            {
                known = known.level(0, 0.3);
            }
            if label {
                known = known.one_of(head::TOPICS, &head::TOPIC_NAMES, "none", 0.5);
            }
            texts.push(known);
        }
    }
    Ok(())
}

pub fn frustration(examples: &Path, rng: &mut Rng, texts: &mut Vec<Text>) -> Result<()> {
    for line in grammar::lines(&examples.join("frustration.txt"))? {
        let mut parts = line.splitn(3, ' ');
        let (_, level, mut template) =
            (parts.next(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let level: usize = level.parse().with_context(|| format!("no level in `{line}`"))?;
        let mut bot = None;
        if let Some((said, rest)) = template.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        {
            (bot, template) = (Some(said.to_owned()), rest.trim());
        }
        for text in grammar::draw(template, share(template, 40).max(10), rng) {
            if bot.is_none() && rng.u8(..3) == 0 {
                let bots = [
                    "How can I help?",
                    "Please check the FAQ.",
                    "I didn't get that.",
                    "Your order is on its way.",
                ];
                let mut known = Text::new(text.clone()).level(level, 0.7);
                known.bot = rng.choice(bots).map(str::to_owned);
                texts.push(known);
            }
            let mut known = Text::new(text)
                .level(level, if bot.is_some() { 1.5 } else { 1.0 })
                .knows(head::EXPLICIT, false, 0.3);
            known.bot.clone_from(&bot);
            texts.push(known);
        }
    }
    Ok(())
}

pub fn named(
    path: &Path,
    first: usize,
    names: &[&str],
    rng: &mut Rng,
    texts: &mut Vec<Text>,
) -> Result<()> {
    for line in grammar::lines(path)? {
        let (name, template) =
            line.split_once(' ').with_context(|| format!("no text in `{line}`"))?;
        anyhow::ensure!(name == "none" || names.contains(&name), "no such name: {name}");
        for text in grammar::draw(template, share(template, 40).max(12), rng) {
            // A plain list is rare words, each once: other languages above all.
            let worth = if grammar::size(template) <= 60 { 2.0 } else { 1.0 };
            let known = Text::new(text).one_of(
                first,
                names,
                name,
                if name == "none" { 0.8 } else { 1.3 } * worth,
            );
            let known = if first == head::CATEGORIES {
                known.knows(head::ISSUE, name != "chitchat", 1.0)
            } else {
                known
            };
            // What is plainly of another kind is of no topic that goes to a person.
            let known = match name {
                "account_change" | "booking" | "chitchat" | "information" | "order_delivery"
                | "technical_problem" | "human" => {
                    known.one_of(head::TOPICS, &head::TOPIC_NAMES, "none", 0.7)
                }
                _ => known,
            };
            texts.push(if name == "human" {
                known
            } else {
                known.knows(head::EXPLICIT, false, 0.3)
            });
        }
    }
    Ok(())
}
