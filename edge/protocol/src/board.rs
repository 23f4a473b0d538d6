//! What every console shows of the desk: who waits, who is there, and what is promised.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    AgentId, Category, Commitment, ConversationId, Millis, Outcome, Priority, Sentiment, Staffing,
    Text,
};

/// The desk at a glance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Board {
    /// In order, the first is next: as many as a person looks at.
    pub queue: Vec<QueueRow>,
    /// How many conversations wait.
    pub waiting: u32,
    /// Every agent of the site.
    pub agents: Vec<AgentStatus>,
    /// Due first: as many as a person looks at.
    pub promises: Vec<PromiseRow>,
    /// What others hold, longest first; for supervisors.
    pub held: Vec<HeldRow>,
    /// Visitors whom nobody answered, latest first, until an agent has dealt with them: as many as
    /// a person looks at.
    #[serde(default)]
    pub missed: Vec<MissedRow>,
    /// Who could answer now.
    pub staffing: Option<Staffing>,
}

/// A conversation that waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QueueRow {
    pub conversation: ConversationId,
    /// One sentence from the context package.
    pub summary: Text,
    /// The key of the issue category.
    pub category: Category,
    pub priority: Priority,
    pub sentiment: Sentiment,
    /// When the visitor asked.
    pub since: Millis,
    /// It came back to the queue, since its agent vanished.
    pub returned: bool,
}

/// A conversation that another agent holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeldRow {
    pub conversation: ConversationId,
    /// One sentence from the context package.
    pub summary: Text,
    pub agent: AgentId,
    /// Since when it is with an agent.
    pub since: Millis,
}

/// One agent, as the board shows them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentStatus {
    pub agent: AgentId,
    /// As visitors see it.
    pub name: String,
    /// The skills of the site's settings.
    pub skills: Vec<String>,
    /// At least one console of theirs is open.
    pub here: bool,
    /// They take new offers.
    pub available: bool,
    /// Conversations that they hold.
    pub load: u32,
    /// Conversations that they may hold at once.
    pub capacity: u32,
}

/// A callback or a ticket that is promised and not yet kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PromiseRow {
    pub conversation: ConversationId,
    /// One sentence from the context package.
    pub summary: Text,
    /// The visitor's name, if they said it.
    pub name: Option<Text>,
    pub commitment: Commitment,
    /// The agent who keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<AgentId>,
}

/// A visitor whom nobody answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MissedRow {
    pub conversation: ConversationId,
    /// One sentence from the context package.
    pub summary: Text,
    /// The visitor's name, if they said it.
    pub name: Option<Text>,
    /// Where they can be reached: an e-mail address, else a telephone number.
    pub contact: Option<Text>,
    /// `abandoned` or `unanswered`.
    pub outcome: Outcome,
    /// When it ended.
    pub at: Millis,
}
