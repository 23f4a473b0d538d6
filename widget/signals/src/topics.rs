//! The topics that always go to a person.

use vocabulary::{LEARNED, Topic};

use crate::{
    models::head,
    words::{Words, is_any},
};

/// Words that make a matter of money a refund.
pub(crate) const REFUND: &str = "refund* reimburs* rebate* rebating repay restitution \
                                 compensation deposit reembolso* devolución devuelvan devuélvanme \
                                 remboursement rembours* rückerstattung erstattung rimborso* \
                                 zwrot* retour रिफंड वापस استرداد";
const MONEY_BACK: [&str; 7] = [
    "money back",
    "geld zurück",
    "geld terug",
    "dinheiro de volta",
    "pay back",
    "give back",
    "refund",
];

/// The evidence from which on a topic is there: a missed one costs more than a card that a person
/// closes.
const SURE_ENOUGH: f32 = -0.3;

/// Every topic in the message, from the evidence of the heads, with the head that shows it.
pub fn read(words: &Words, evidence: &[f32]) -> Vec<(Topic, usize)> {
    let mut topics = Vec::new();
    for (at, (_, learned)) in LEARNED.iter().enumerate() {
        let head = head::TOPICS + at;
        if evidence[head] <= SURE_ENOUGH {
            continue;
        }
        // A dispute and a refund have their examples in common.
        let topic = match learned {
            Topic::BillingDispute if is_refund(words) => Topic::Refund,
            topic => *topic,
        };
        if !topics.iter().any(|(had, _)| *had == topic) {
            topics.push((topic, head));
        }
    }
    topics.sort_unstable_by_key(|(topic, _)| *topic);
    topics
}

fn is_refund(words: &Words) -> bool {
    words.all.iter().any(|word| is_any(word, REFUND))
        || MONEY_BACK.iter().any(|phrase| words.find(phrase).is_some())
}

/// Whether the message speaks of something that does not work.
pub fn is_technical(words: &Words) -> bool {
    const SIGNS: [&str; 26] = [
        "error",
        "crash*",
        "not working",
        "doesnt work",
        "does not work",
        "isnt working",
        "wont *",
        "cant log",
        "cannot log",
        "cant sign",
        "freez*",
        "frozen",
        "blank page",
        "bug",
        "stuck",
        "fails",
        "failed to",
        "not show*",
        "not load*",
        "disconnect*",
        "keeps *",
        "no sound",
        "no signal",
        "no internet",
        "issue",
        "problem",
    ];
    SIGNS.iter().any(|phrase| words.find(phrase).is_some())
}

/// Whether the message says that something tried did not help.
pub fn is_failed_try(words: &Words) -> bool {
    const SIGNS: [&str; 26] = [
        "still",
        "tried that",
        "already tried",
        "same issue",
        "same problem",
        "same error",
        "same thing",
        "same result",
        "the same",
        "fails again",
        "again fails",
        "didnt work",
        "did not work",
        "doesnt work",
        "does not work",
        "didnt help",
        "did not help",
        "no luck",
        "no change",
        "not fixed",
        "no difference",
        "nothing changed",
        "no effect",
        "not working",
        "not help*",
        "failed again",
    ];
    SIGNS.iter().any(|phrase| words.find(phrase).is_some())
}

/// Tries that one message tells of: "I tried twice to pair it and it does not show up".
pub fn tries_told(words: &Words) -> u8 {
    const TWICE: [&str; 12] = [
        "tried twice",
        "tried * twice",
        "tried everything",
        "tried several",
        "tried many",
        "tried three",
        "times",
        "tried both",
        "twice",
        "tried all",
        "tried it all",
        "over and over",
    ];
    let tried = words.all.iter().any(|word| {
        is_any(word, "tried trying reinstalled restarted rebooted reset attempted did")
    });
    let failed = is_failed_try(words) || is_technical(words) || words.find("nothing").is_some();
    if tried && failed && TWICE.iter().any(|phrase| words.find(phrase).is_some()) { 2 } else { 0 }
}

/// Whether the message says no more than that something was done as told.
pub fn is_done(words: &Words) -> bool {
    words.all.len() <= 4
        && words
            .all
            .iter()
            .any(|word| is_any(word, "done did restarted reset rebooted reinstalled tried checked"))
        && !words.asks()
        && !words
            .all
            .iter()
            .any(|word| is_any(word, "thank* works worked solved fixed great perfect"))
}
