//! How frustrated a message is: what the learned model makes of its words, and what an answer of a
//! word or two means.

use crate::{
    features::{BotSaid, Features},
    lexicon::Concept,
    math::logistic,
    models::head,
    words::{Words, is_any},
};

/// Four levels, as an agent reads them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    #[default]
    Neutral,
    MildlyFrustrated,
    VeryFrustrated,
    Angry,
}

impl Level {
    pub fn of(score: f32) -> Self {
        match score {
            s if s < 0.3 => Self::Neutral,
            s if s < 0.5 => Self::MildlyFrustrated,
            s if s < 0.72 => Self::VeryFrustrated,
            _ => Self::Angry,
        }
    }
}

/// One-word answers of displeasure.
const SHORT: &str = "no nope nah wrong ugh useless incorrect false bad terrible argh stop meh \
                     whatever seriously nein falsch non faux não errado sbagliato nee fout nie \
                     źle नहीं गलत لا خطأ incorrecto mal";

/// The score of a message, 0 to 1, from the evidence of the three heads: dissatisfied, very, angry.
/// Half sure of the first is the border of `Level::MildlyFrustrated`; the others lift it over the
/// next ones.
pub fn score(evidence: &[f32]) -> f32 {
    let [any, very, angry] = head::FRUSTRATION.map(|head| evidence[head]);
    let sure = 0.5 + 0.5 * any / (3.0 + any.abs());
    0.6 * sure + logistic(any) * (0.22 * logistic(very) + 0.18 * logistic(angry))
}

/// Whether a few words, said right after a bot's statement, refuse it; a `No` that answers a
/// question does not.
pub fn is_short_negative(words: &Words, bot: BotSaid) -> bool {
    let few = !words.all.is_empty() && words.all.len() <= 3;
    let answers = bot.asked && !bot.asked_whether_it_helped;
    few && !answers
        && !bot.asked_for_more
        && is_any(&crate::features::plain(&words.all[0]), SHORT)
        && !words
            .all
            .iter()
            .any(|word| is_any(word, "thank thanks problem worries gracias merci danke"))
}

/// The place of the first profane word.
pub fn profanity(features: &Features) -> Option<usize> {
    features.concepts.iter().position(|concept| *concept == Concept::Profane)
}
