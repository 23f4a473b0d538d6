//! Texts from permissively licensed corpora, with what their labels say in the reader's terms.

use anyhow::{Context, Result};
use fastrand::Rng;
use signals::learn::head;
use std::{collections::BTreeMap, fs, path::Path};

use super::text::Text;
use crate::SEED;

/// Questions to a bank, of 77 intents.
pub fn banking(corpora: &Path, texts: &mut Vec<Text>) -> Result<()> {
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
        let intent_topics = topics.get(intent).copied().unwrap_or_default();
        let mut known = Text::new(text.trim_matches('"'))
            .knows(head::EXPLICIT, false, 0.7)
            .knows(head::ISSUE, true, 0.3)
            .level(0, 0.35);
        // A bank's texts are many: a third of those without a topic is enough.
        if !intent_topics.is_empty() || rng.u8(..3) == 0 {
            for (i, name) in head::TOPIC_NAMES.iter().enumerate() {
                known = known.knows(head::TOPICS + i, intent_topics.contains(name), 0.5);
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
pub fn multidogo(corpora: &Path, rng: &mut Rng, texts: &mut Vec<Text>) -> Result<()> {
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
pub fn goemotions(corpora: &Path, rng: &mut Rng, texts: &mut Vec<Text>) -> Result<()> {
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
