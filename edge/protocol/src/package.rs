//! The context package: what travels with a handoff, so that nothing need be repeated.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use vocabulary::{ActionOutcome, Priority, Sentiment, SignalKind};

use crate::{Millis, Text, TranscriptLine};

/// Everything the agent is told. Made in the visitor's browser at the moment of the handoff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContextPackage<T = Text> {
    /// One generated sentence: issue, intent and urgency. Never the visitor's raw message.
    pub summary: Text,
    /// What the visitor wants, in plain words.
    pub intent: Text,
    /// The issue category; one of the site's own.
    pub category: Category,
    /// The visitor's language, a BCP 47 tag.
    pub language: String,
    pub profile: Profile,
    pub sentiment: Sentiment,
    /// All of it, oldest first.
    pub transcript: Vec<TranscriptLine<T>>,
    /// Indexes into `transcript`: the lines that matter most.
    pub highlights: Vec<u32>,
    /// What the bot tried.
    pub actions: Vec<ActionTried>,
    /// Specific suggestions for the agent.
    pub next_steps: Vec<Text>,
    pub escalation: Escalation,
    /// The page the visitor was on, without its query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Text>,
}

/// The key of one of the site's issue categories, for example `billing`.
pub type Category = String;

/// Who the visitor is, as far as they or the page said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// As they said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// An e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Text>,
    /// A telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Text>,
    /// The account's id at the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Text>,
    /// For example `business`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_type: Option<Text>,
    /// For example `gold`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loyalty_tier: Option<Text>,
    /// Money spent so far, as the page words it, for example `€ 1,240`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime_value: Option<Text>,
    /// How often they asked support before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier_contacts: Option<u32>,
    /// Newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<Order>,
}

/// One purchase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The number of the order at the site.
    pub id: Text,
    /// What was bought.
    pub what: Text,
    /// For example `shipped on 12 Nov`.
    pub status: Text,
}

/// Something the bot did for the visitor, and how that ended: "offered exchange: declined".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionTried {
    /// When the bot tried it.
    pub at: Millis,
    /// For example `offered exchange`.
    pub what: Text,
    pub outcome: ActionOutcome,
}

/// The decision that a person is needed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    pub trigger: Trigger,
    /// One plain sentence for the agent.
    pub reason: Text,
    pub priority: Priority,
    /// The evidence, strongest first.
    pub signals: Vec<Signal>,
}

/// What decided that a person is needed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The visitor pressed the button or asked in words.
    Explicit,
    /// The visitor's frustration passed the site's threshold.
    Sentiment,
    /// The visitor said the same need again and again.
    Rephrasing,
    /// The bot was not sure of its answer.
    Confidence,
    /// A topic that always goes to a person.
    Topic,
    /// One technical problem was tried as often as the site allows.
    FailedAttempts,
}

/// One piece of evidence in the visitor's words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    pub kind: SignalKind,
    /// 0 to 1.
    pub strength: f32,
    /// Index into the transcript of the message it came from; absent for the button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The words that show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Text>,
}
