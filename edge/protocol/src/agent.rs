//! The agent's side.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    AgentId, Category, Commitment, ContextPackage, ConversationId, Message, MessageId, Millis, Outcome, Priority, Rejection, Sentiment, Staffing,
    Text, Token,
};

/// What an agent's console asks of the desk. A `claim` is the number of the agent's hold on a conversation; a write with
/// an older number is refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AgentCommand {
    /// Once, by POST, with the token of a one-time link; the host's cookie then stands for the agent.
    SignIn { link: Token },
    /// Ends this cookie.
    SignOut {},
    /// First on every socket: from here on it gets the board, the offers, and what the agent holds.
    Watch {},
    /// Whether new offers may come.
    SetAvailable { available: bool },
    /// Takes an offer. Answered with `accepted`, which carries the card.
    Accept { conversation: ConversationId, claim: u64 },
    /// Passes an offer on.
    Decline { conversation: ConversationId, claim: u64 },
    /// The card is read: the visitor is told who they talk to.
    Connect { conversation: ConversationId, claim: u64 },
    /// A message. Answered with `said`, in every tab.
    Say { conversation: ConversationId, claim: u64, message: MessageId, text: Text },
    /// While keys are pressed, at most every few seconds.
    Type { conversation: ConversationId, claim: u64 },
    /// The console shows every message up to this number.
    MarkReceived { conversation: ConversationId, claim: u64, seq: u64 },
    /// Ends the conversation. The outcome is `resolved`, `unresolved` or `follow_up`.
    Resolve { conversation: ConversationId, claim: u64, outcome: Outcome, reason: Text },
    /// A callback or a ticket was kept.
    Fulfil { conversation: ConversationId },
    /// The card of a promise, to keep it.
    Open { conversation: ConversationId },
    /// Keeps the socket alive and shows that it is.
    Ping {},
}

/// What the desk tells an agent's console.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgentEvent {
    /// The answer to `sign_in` and `watch`.
    SignedIn { agent: AgentId, name: String, available: bool },
    /// The cookie is ended, or was never good.
    SignedOut {},
    /// After `watch`, and when the desk changed: at most one a second.
    Board { board: Board },
    /// A conversation is presented, in every tab, until then.
    Offered { conversation: ConversationId, claim: u64, until: Millis, summary: Text, priority: Priority, category: Category },
    /// The offer or the hold is over.
    Withdrawn { conversation: ConversationId, claim: u64, because: WithdrawnBecause },
    /// The agent holds it: the card, and what was said since. Sent to every tab, and again after `watch`.
    Accepted {
        conversation: ConversationId,
        claim: u64,
        card: Box<ContextPackage>,
        messages: Vec<Message>,
        /// Set while the review runs; absent once connected.
        review_until: Option<Millis>,
        visitor_present: bool,
        /// The visitor's screen shows every message up to this number.
        visitor_received: u64,
    },
    /// The visitor knows who they talk to.
    Connected { conversation: ConversationId },
    /// A message is at the desk.
    Said { conversation: ConversationId, message: Message },
    /// The visitor's screen shows every message up to this number.
    Received { conversation: ConversationId, seq: u64 },
    /// The visitor is pressing keys.
    VisitorTyping { conversation: ConversationId },
    /// The visitor's page came or went.
    VisitorPresent { conversation: ConversationId, present: bool },
    /// It is over.
    Closed { conversation: ConversationId, outcome: Outcome },
    /// The answer to `open`.
    Opened { conversation: ConversationId, card: Box<ContextPackage>, messages: Vec<Message> },
    /// Something was not taken; nothing of it was kept.
    Rejected { rejection: Rejection },
    /// The answer to `ping`.
    Pong {},
}

/// The desk at a glance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Board {
    /// In order; the first is next.
    pub queue: Vec<QueueRow>,
    pub agents: Vec<AgentStatus>,
    /// Due first.
    pub promises: Vec<PromiseRow>,
    pub staffing: Option<Staffing>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QueueRow {
    pub conversation: ConversationId,
    pub summary: Text,
    pub category: Category,
    pub priority: Priority,
    pub sentiment: Sentiment,
    pub since: Millis,
    /// Gave up its agent, who vanished.
    pub returned: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentStatus {
    pub agent: AgentId,
    pub name: String,
    /// A console is open.
    pub here: bool,
    pub available: bool,
    pub load: u32,
    pub capacity: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PromiseRow {
    pub conversation: ConversationId,
    pub summary: Text,
    pub name: Option<Text>,
    pub commitment: Commitment,
}

/// Why an offer or a hold is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawnBecause {
    /// Nobody answered in time; the agent is set away.
    Expired,
    Declined,
    /// The visitor left or chose something else.
    VisitorLeft,
    /// Every console of the agent was gone for too long.
    AgentGone,
}
