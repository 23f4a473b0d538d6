//! When the bot hands over: a site's rules, with their defaults.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Priority, Topic, Trigger};

/// What a site may set about handing over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// The numbers behind the triggers.
    pub thresholds: Thresholds,
    /// One rule for each trigger; a trigger without a rule does nothing.
    pub rule: Vec<Rule>,
    /// Topics that always go to a person, each with its priority.
    pub topics: Vec<(Topic, Priority)>,
}

/// What happens when a trigger fires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What fires.
    pub trigger: Trigger,
    /// What happens then.
    pub act: Act,
    /// The priority of the handoff.
    pub priority: Priority,
    /// What must be known before the handoff: its question has no "Skip". What it is about and the
    /// name are asked for in any case, an address only where it stands here.
    #[serde(default)]
    pub require: Vec<Field>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// The bot asks whether a person should take over.
    Offer,
    /// The handoff starts.
    Handoff,
}

/// A field that a site may require before a handoff.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// What the visitor is called.
    Name,
    /// What it is about.
    Category,
    /// An e-mail address.
    Email,
}

/// The numbers behind the triggers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// How sure the reader must be of an explicit request.
    #[schemars(range(min = 0, max = 1))]
    pub asked_for_human: f32,
    /// The running frustration from which on the sentiment trigger fires.
    #[schemars(range(min = 0, max = 1))]
    pub frustration: f32,
    /// How alike two messages must be to count as the same need.
    #[schemars(range(min = 0, max = 1))]
    pub rephrasing: f32,
    /// How often the same need must have been said.
    #[schemars(range(min = 1))]
    pub rephrasings: u8,
    /// The bot's confidence below which it offers a person instead of its answer.
    #[schemars(range(min = 0, max = 1))]
    pub confidence: f32,
    /// How often the bot may try one technical issue.
    pub attempts: u8,
    /// Refunds above this amount always go to a person.
    #[schemars(range(min = 0))]
    pub refund_amount: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            asked_for_human: 0.5,
            frustration: 0.5,
            rephrasing: 0.5,
            rephrasings: 3,
            confidence: 0.65,
            attempts: 2,
            refund_amount: 100.0,
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        let rule = |trigger, act, priority| Rule { trigger, act, priority, require: Vec::new() };
        Self {
            thresholds: Thresholds::default(),
            rule: vec![
                rule(Trigger::Explicit, Act::Handoff, Priority::Standard),
                rule(Trigger::Topic, Act::Handoff, Priority::Medium),
                rule(Trigger::Sentiment, Act::Offer, Priority::Medium),
                rule(Trigger::Rephrasing, Act::Offer, Priority::Standard),
                rule(Trigger::FailedAttempts, Act::Handoff, Priority::Medium),
                rule(Trigger::Confidence, Act::Offer, Priority::Standard),
            ],
            topics: Topic::ALL.iter().map(|topic| (*topic, topic.priority())).collect(),
        }
    }
}

impl Rules {
    /// The rule of a trigger, if the site has one.
    pub fn of(&self, trigger: Trigger) -> Option<&Rule> {
        self.rule.iter().find(|rule| rule.trigger == trigger)
    }
}
