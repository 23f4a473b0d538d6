//! The message model: asking for a person, frustration, topics and categories, from written
//! examples and permissive sets.

use anyhow::{Context, Result};
use fastrand::Rng;
use serde::Deserialize;
use signals::learn::{Base, BotSaid, Concept, Features, Lexicon, Table, Words, head};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::{
    SEED,
    fit::{Example, Fitting, fit},
    grammar,
};

/// Found by trying: more weights a head than this, or more steps, hardly help and make the file
/// larger.
fn fitting() -> Fitting {
    let shrink = |head| match head {
        head::EXPLICIT => 0.013,
        1 => 0.006,
        2 | 3 => 0.035,
        own if own < head::CATEGORIES => 0.013,
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

/// A text with what is known of it.
struct Text {
    bot: Option<String>,
    text: String,
    answers: Vec<Option<(f32, f32)>>,
}

impl Text {
    fn new(text: impl Into<String>) -> Self {
        Self { bot: None, text: text.into(), answers: vec![None; head::COUNT] }
    }

    fn knows(mut self, head: usize, answer: bool, worth: f32) -> Self {
        self.answers[head] = Some((f32::from(u8::from(answer)), worth));
        self
    }

    fn level(self, level: usize, worth: f32) -> Self {
        head::FRUSTRATION
            .iter()
            .enumerate()
            .fold(self, |text, (i, head)| text.knows(*head, level > i, worth))
    }

    fn one_of(self, first: usize, names: &[&str], name: &str, worth: f32) -> Self {
        names
            .iter()
            .enumerate()
            .fold(self, |text, (i, own)| text.knows(first + i, *own == name, worth))
    }
}

pub fn lexicon(own: &Path) -> Result<Lexicon> {
    let mut concepts = Vec::new();
    for line in grammar::lines(&own.join("lexicon.txt"))? {
        let (name, words) =
            line.split_once(':').with_context(|| format!("no concept in `{line}`"))?;
        let number = Concept::ALL
            .iter()
            .position(|(own, _)| *own == name)
            .with_context(|| format!("no such concept: {name}"))?;
        concepts.extend(words.split_whitespace().map(|word| (word.to_owned(), number as u8)));
    }
    let valences: Vec<(String, u8)> = grammar::lines(&own.join("valences.txt"))?
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
pub fn synonyms(own: &Path) -> Result<Table> {
    let lines = grammar::lines(&own.join("synonyms.txt"))?;
    anyhow::ensure!(lines.len() < 256, "more groups than a byte can number");
    Ok(Table::of(lines.iter().enumerate().flat_map(|(number, line)| {
        line.split_whitespace().map(move |word| (word.as_bytes(), number as u8))
    })))
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

pub fn learn(own: &Path, sets: &Path, corpora: &Path) -> Result<Base> {
    let mut rng = Rng::with_seed(SEED);
    let lexicon = lexicon(own)?;
    let mut texts = Vec::new();
    let examples = own.join("examples");
    explicit(&examples, &mut rng, &mut texts)?;
    frustration(&examples, &mut rng, &mut texts)?;
    named(&examples.join("topics.txt"), head::TOPICS, &head::TOPIC_NAMES, &mut rng, &mut texts)?;
    named(
        &examples.join("categories.txt"),
        head::CATEGORIES,
        &head::CATEGORY_NAMES,
        &mut rng,
        &mut texts,
    )?;
    banking(corpora, &mut texts)?;
    multidogo(corpora, &mut rng, &mut texts)?;
    goemotions(corpora, &mut rng, &mut texts)?;
    joined(&mut rng, &mut texts);
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
    Ok(Base { lexicon, synonyms: synonyms(own)?, message, ..Base::default() })
}

/// Two messages sent as one say what either says: so that length and matter alone say nothing.
fn joined(rng: &mut Rng, texts: &mut Vec<Text>) {
    let known = |text: &Text, head: usize| {
        text.answers[head].filter(|(_, worth)| *worth > 0.25).map(|(answer, _)| answer > 0.5)
    };
    let pool = |wanted: &dyn Fn(&Text) -> bool| {
        (0..texts.len())
            .filter(|i| wanted(&texts[*i]) && texts[*i].bot.is_none())
            .collect::<Vec<_>>()
    };
    let requests = pool(&|text| known(text, head::EXPLICIT) == Some(true));
    let lookalikes = pool(&|text| {
        known(text, head::EXPLICIT) == Some(false)
            && text.answers[head::EXPLICIT].is_some_and(|(_, worth)| worth > 1.0)
    });
    let calm = pool(&|text| known(text, head::FRUSTRATION[0]) == Some(false));
    let upset = pool(&|text| {
        known(text, head::FRUSTRATION[0]) == Some(true)
            && known(text, head::FRUSTRATION[1]).is_some()
    });
    let kinds = [
        (&calm, &upset, 6000),
        (&calm, &calm, 3000),
        (&upset, &upset, 1500),
        (&calm, &requests, 2000),
        (&upset, &requests, 1500),
        (&calm, &lookalikes, 1500),
        (&upset, &lookalikes, 800),
    ];
    let mut made = Vec::new();
    for (some, others, count) in kinds {
        for _ in 0..count {
            let (mut a, mut b) =
                (&texts[some[rng.usize(..some.len())]], &texts[others[rng.usize(..others.len())]]);
            if rng.u8(..3) == 0 {
                (a, b) = (b, a);
            }
            let glue = [" ", ", ", ". ", " and ", "! "][rng.usize(..5)];
            let mut text =
                Text::new(format!("{}{glue}{}", a.text.trim_end_matches(['.', '!']), b.text));
            for head in 0..head::CATEGORIES {
                // What is true of one is true of both together; that nothing is said must be known
                // of both.
                let is_request = |text: &Text| {
                    head == head::EXPLICIT
                        && known(text, head).is_none()
                        && text.answers[head::FRUSTRATION[0]].is_some()
                };
                let (of_a, of_b) = (
                    known(a, head).or(is_request(a).then_some(false)),
                    known(b, head).or(is_request(b).then_some(false)),
                );
                text.answers[head] = match (of_a, of_b) {
                    (Some(true), _) | (_, Some(true)) => Some((1.0, 0.7)),
                    (Some(false), Some(false)) => Some((0.0, 0.7)),
                    _ => None,
                };
            }
            made.push(text);
        }
    }
    texts.extend(made);
}

/// How many texts of a template.
fn share(template: &str, most: usize) -> usize {
    let size = grammar::size(template);
    if size <= 60 { size } else { size.div_ceil(2).clamp(1, most) }
}

fn explicit(examples: &Path, rng: &mut Rng, texts: &mut Vec<Text>) -> Result<()> {
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

fn frustration(examples: &Path, rng: &mut Rng, texts: &mut Vec<Text>) -> Result<()> {
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

fn named(
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

/// Questions to a bank, of 77 intents.
fn banking(corpora: &Path, texts: &mut Vec<Text>) -> Result<()> {
    let topics: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("compromised_card", &["security"][..]),
        ("lost_or_stolen_phone", &["security"]),
        ("lost_or_stolen_card", &["security"]),
        ("wrong_amount_of_cash_received", &["billing"]),
        ("extra_charge_on_statement", &["billing"]),
        ("transaction_charged_twice", &["billing"]),
        ("request_refund", &["billing"]),
        ("Refund_not_showing_up", &["billing"]),
        ("cash_withdrawal_not_recognised", &["billing", "security"]),
        ("direct_debit_payment_not_recognised", &["billing", "security"]),
        ("card_payment_not_recognised", &["billing", "security"]),
    ]);
    let categories: BTreeMap<&str, &str> = BTreeMap::from([
        ("change_pin", "account_access"),
        ("pin_blocked", "account_access"),
        ("passcode_forgotten", "account_access"),
        ("edit_personal_details", "account_change"),
        ("extra_charge_on_statement", "billing_payment"),
        ("transfer_fee_charged", "billing_payment"),
        ("transaction_charged_twice", "billing_payment"),
        ("card_payment_fee_charged", "billing_payment"),
        ("cancel_transfer", "cancellation"),
        ("terminate_account", "cancellation"),
        ("exchange_rate", "information"),
        ("age_limit", "information"),
        ("country_support", "information"),
        ("top_up_limits", "information"),
        ("supported_cards_and_currencies", "information"),
        ("disposable_card_limits", "information"),
        ("card_delivery_estimate", "order_delivery"),
        ("card_arrival", "order_delivery"),
        ("request_refund", "refund_return"),
        ("Refund_not_showing_up", "refund_return"),
        ("compromised_card", "security_fraud"),
        ("lost_or_stolen_phone", "security_fraud"),
        ("lost_or_stolen_card", "security_fraud"),
        ("contactless_not_working", "technical_problem"),
        ("card_not_working", "technical_problem"),
        ("virtual_card_not_working", "technical_problem"),
    ]);
    let text = fs::read_to_string(corpora.join("banking77/banking_data/train.csv"))
        .context("the corpus banking77")?;
    let mut rng = Rng::with_seed(SEED + 1);
    for line in text.lines().skip(1) {
        let Some((text, intent)) = line.rsplit_once(',') else { continue };
        let own = topics.get(intent).copied().unwrap_or_default();
        let mut known = Text::new(text.trim_matches('"'))
            .knows(head::EXPLICIT, false, 0.7)
            .knows(head::ISSUE, true, 0.3)
            .level(0, 0.35);
        // A bank's texts are many: a third of those without a topic is enough.
        if !own.is_empty() || rng.u8(..3) == 0 {
            for (i, name) in head::TOPIC_NAMES.iter().enumerate() {
                known = known.knows(head::TOPICS + i, own.contains(name), 0.5);
            }
        }
        if let Some(category) = categories.get(intent) {
            known = known.one_of(head::CATEGORIES, &head::CATEGORY_NAMES, category, 0.5);
        }
        texts.push(known);
    }
    Ok(())
}

/// What customers wrote to an airline, a snack bar and an insurance: slot filling, thanks, orders;
/// all calm.
fn multidogo(corpora: &Path, rng: &mut Rng, texts: &mut Vec<Text>) -> Result<()> {
    let categories: BTreeMap<&str, &str> = BTreeMap::from([
        ("bookflight", "booking"),
        ("thankyou", "chitchat"),
        ("openinggreeting", "chitchat"),
        ("closinggreeting", "chitchat"),
        ("checkclaimstatus", "information"),
        ("orderpizzaintent", "order_delivery"),
        ("orderburgerintent", "order_delivery"),
        ("orderdrinkintent", "order_delivery"),
        ("reportbrokenphone", "technical_problem"),
    ]);
    for domain in ["airline", "fastfood", "insurance"] {
        let path = corpora.join(format!(
            "multidogo/data/paper_splits/splits_annotated_at_turn_level/{domain}/train.tsv"
        ));
        let text =
            fs::read_to_string(&path).with_context(|| format!("the corpus {}", path.display()))?;
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split('\t').collect();
            let [_, _, _, text, _, intent] = fields[..] else { continue };
            let states = !matches!(
                intent,
                "contentonly"
                    | "thankyou"
                    | "openinggreeting"
                    | "closinggreeting"
                    | "confirmation"
                    | "rejection"
                    | "outofdomain"
                    | ""
            );
            if rng.u8(..4) > 0 {
                texts.push(Text::new(text).knows(head::ISSUE, states, 0.5));
                continue;
            }
            let mut known = Text::new(text)
                .knows(head::EXPLICIT, false, 0.7)
                .knows(head::ISSUE, states, 0.5)
                .level(0, 0.25);
            for i in 0..head::TOPIC_NAMES.len() {
                known = known.knows(head::TOPICS + i, false, 0.3);
            }
            if let Some(category) = categories.get(intent) {
                known = known.one_of(head::CATEGORIES, &head::CATEGORY_NAMES, category, 0.2);
            }
            texts.push(known);
        }
    }
    Ok(())
}

/// Comments with emotions: what displeasure sounds like beyond a shop.
fn goemotions(corpora: &Path, rng: &mut Rng, texts: &mut Vec<Text>) -> Result<()> {
    let folder = corpora.join("goemotions/data/original");
    let names: Vec<String> = fs::read_to_string(folder.join("labels.txt"))
        .context("the corpus goemotions")?
        .lines()
        .map(str::to_owned)
        .collect();
    for line in fs::read_to_string(folder.join("train.tsv"))?.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [text, labels, _] = fields[..] else { continue };
        let has = |emotions: &[&str]| {
            labels
                .split(',')
                .filter_map(|label| names.get(label.parse::<usize>().ok()?))
                .any(|name| emotions.contains(&name.as_str()))
        };
        let displeased = has(&["anger", "annoyance", "disappointment", "disgust"]);
        let doubtful = has(&[
            "disapproval",
            "sadness",
            "embarrassment",
            "remorse",
            "grief",
            "fear",
            "confusion",
            "nervousness",
            "realization",
            "surprise",
        ]);
        if !displeased && (rng.u8(..3) > 0 || doubtful) {
            continue;
        }
        let text = text.replace("[NAME]", "you").replace("[RELIGION]", "them");
        let mut known = Text::new(text).knows(head::FRUSTRATION[0], displeased, 0.3).knows(
            head::FRUSTRATION[2],
            has(&["anger"]),
            0.1,
        );
        if rng.u8(..3) == 0 {
            known = known.knows(head::EXPLICIT, false, 0.2);
            for i in 0..head::TOPIC_NAMES.len() {
                known = known.knows(head::TOPICS + i, false, 0.1);
            }
        }
        texts.push(known);
    }
    Ok(())
}
