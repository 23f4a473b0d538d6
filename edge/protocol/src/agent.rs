//! The agent's side.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    AgentId, Category, Commitment, ContextPackage, ConversationId, Message, MessageId, Millis, Outcome, Priority, Receipt, Rejection, Sentiment,
    Staffing, Text, Token,
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
    /// Once: more time for reading the card.
    ExtendReview { conversation: ConversationId, claim: u64 },
    /// The card is read: the visitor is told who they talk to.
    Connect { conversation: ConversationId, claim: u64 },
    /// Offers the live conversation to another agent, who may decline. It stays with this one until it is accepted.
    Transfer { conversation: ConversationId, claim: u64, to: TransferTarget, note: Text },
    /// A supervisor takes a conversation that waits or that another agent holds.
    TakeOver { conversation: ConversationId },
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
    /// A supervisor deletes a conversation on request. Answered with a receipt.
    Erase { conversation: ConversationId },
    /// Keeps the socket alive and shows that it is.
    Ping {},
}

/// What the desk tells an agent's console.
// `C`: whoever only passes a card on need not read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgentEvent<C = Box<ContextPackage>> {
    /// The answer to `sign_in` and `watch`.
    SignedIn { agent: AgentId, name: String, available: bool, supervisor: bool },
    /// The cookie is ended, or was never good.
    SignedOut {},
    /// After `watch`, and when the desk changed: at most one a second.
    Board { board: Board },
    /// A conversation is presented, in every tab, until then.
    Offered {
        conversation: ConversationId,
        claim: u64,
        until: Millis,
        summary: Text,
        priority: Priority,
        category: Category,
        /// Set when another agent passes it on.
        note: Option<Note>,
    },
    /// The offer or the hold is over.
    Withdrawn { conversation: ConversationId, claim: u64, because: WithdrawnBecause },
    /// The agent holds it: the card, and what was said since. Sent to every tab, and again after `watch`.
    Accepted {
        conversation: ConversationId,
        claim: u64,
        card: C,
        messages: Vec<Message>,
        /// Oldest first: what agents who passed it on wrote.
        notes: Vec<Note>,
        /// Set while the review runs; absent once connected.
        review_until: Option<Millis>,
        /// The review can still be extended.
        may_extend: bool,
        visitor_present: bool,
        /// The visitor's screen shows every message up to this number.
        visitor_received: u64,
    },
    /// The visitor knows who they talk to.
    Connected { conversation: ConversationId },
    /// The conversation is offered to that agent, until then.
    Transferring { conversation: ConversationId, to: String, until: Millis },
    /// Nobody took it: it stays where it is.
    TransferFailed { conversation: ConversationId, because: TransferFailure },
    /// A message is at the desk.
    Said { conversation: ConversationId, message: Message },
    /// The visitor's screen shows every message up to this number.
    Received { conversation: ConversationId, seq: u64 },
    /// The visitor is pressing keys.
    VisitorTyping { conversation: ConversationId },
    /// The visitor's page came or went.
    VisitorPresent { conversation: ConversationId, present: bool },
    /// Nobody has written for a while: unless somebody does, it closes then.
    Closing { conversation: ConversationId, at: Millis },
    /// It is over.
    Closed { conversation: ConversationId, outcome: Outcome },
    /// A promise falls due soon, or was missed. To every agent.
    PromiseDue { promise: PromiseRow },
    /// The answer to `open`.
    Opened { conversation: ConversationId, card: C, messages: Vec<Message> },
    /// The answer to `erase`.
    Erased { receipt: Receipt },
    /// Something was not taken; nothing of it was kept.
    Rejected { rejection: Rejection },
    /// The answer to `ping`.
    Pong {},
}

/// The desk at a glance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Board {
    /// In order, the first is next: as many as a person looks at.
    pub queue: Vec<QueueRow>,
    /// How many wait.
    pub waiting: u32,
    pub agents: Vec<AgentStatus>,
    /// Due first: as many as a person looks at.
    pub promises: Vec<PromiseRow>,
    /// What others hold, longest first; for supervisors.
    pub held: Vec<HeldRow>,
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
pub struct HeldRow {
    pub conversation: ConversationId,
    pub summary: Text,
    pub agent: AgentId,
    /// Since when it is with an agent.
    pub since: Millis,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentStatus {
    pub agent: AgentId,
    pub name: String,
    pub skills: Vec<String>,
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
    /// Another agent took it, by a transfer.
    Transferred,
    /// A supervisor took it.
    TakenOver,
    /// The conversation that was being passed on ended or went elsewhere.
    Elsewhere,
}

/// To whom a live conversation is passed on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TransferTarget {
    Agent(AgentId),
    /// Whoever has it and is free, one after the other.
    Skill(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferFailure {
    Declined,
    /// Nobody answered in time.
    Expired,
    /// Nobody who could take it has a free place.
    NobodyFree,
}

/// What an agent wrote for the next one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    pub from: String,
    pub at: Millis,
    pub text: Text,
}
