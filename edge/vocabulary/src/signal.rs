//! What a visitor's words showed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Topic;

/// What a visitor's words showed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SignalKind {
    /// The visitor asked for a person.
    AskedForHuman,
    /// Frustration.
    NegativeSentiment,
    /// A short "no" to what the bot said.
    ShortNegative,
    /// The same need, said again.
    Rephrasing,
    /// Swearing.
    Profanity,
    /// Capitals or exclamation marks throughout.
    Shouting,
    /// A topic that always goes to a person.
    Topic(Topic),
    /// The bot was not sure of its answer.
    LowConfidence,
    /// One technical problem, tried again and again.
    FailedAttempts,
}

impl SignalKind {
    /// As it stands in word files; of a topic, the topic's own.
    pub fn code(self) -> &'static str {
        match self {
            Self::AskedForHuman => "asked_for_human",
            Self::NegativeSentiment => "negative_sentiment",
            Self::ShortNegative => "short_negative",
            Self::Rephrasing => "rephrasing",
            Self::Profanity => "profanity",
            Self::Shouting => "shouting",
            Self::Topic(topic) => topic.code(),
            Self::LowConfidence => "low_confidence",
            Self::FailedAttempts => "failed_attempts",
        }
    }

    /// Every one, with every topic.
    pub fn all() -> impl Iterator<Item = Self> {
        let plain = [
            Self::AskedForHuman,
            Self::NegativeSentiment,
            Self::ShortNegative,
            Self::Rephrasing,
            Self::Profanity,
            Self::Shouting,
            Self::LowConfidence,
            Self::FailedAttempts,
        ];
        plain.into_iter().chain(Topic::ALL.iter().map(|topic| Self::Topic(*topic)))
    }
}
