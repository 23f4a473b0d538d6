//! The agent's side.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    AgentId, Category, Commitment, ContextPackage, ConversationId, Message, MessageId, Millis, Outcome, Priority, Receipt, Rejection, Sentiment,
    Staffing, Text, Token, TranscriptLine,
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
    /// Takes a conversation that waits, whoever it would be offered to: that one, or the first of the queue. Answered with `accepted`.
    Take { conversation: Option<ConversationId> },
    /// A supervisor takes a conversation that another agent holds.
    TakeOver { conversation: ConversationId },
    /// The console cannot read what it was sent of this conversation: it goes back to the head of the queue, for another agent.
    Unreadable { conversation: ConversationId, claim: u64 },
    /// A message. Answered with `said`, in every tab.
    Say { conversation: ConversationId, claim: u64, message: MessageId, text: Text },
    /// While keys are pressed, at most every few seconds.
    Type { conversation: ConversationId, claim: u64 },
    /// The console has every message up to this number.
    MarkReceived { conversation: ConversationId, claim: u64, seq: u64 },
    /// Every message up to this number was on the screen: the conversation selected, the tab in front.
    MarkRead { conversation: ConversationId, claim: u64, seq: u64 },
    /// The page of messages before this number. Answered with `messages`.
    ReadMessages { conversation: ConversationId, before: u64 },
    /// The lines of the transcript before this one. Answered with `transcript`.
    ReadTranscript { conversation: ConversationId, before: u32 },
    /// Ends the conversation. The outcome is `resolved`, `unresolved` or `follow_up`.
    Resolve { conversation: ConversationId, claim: u64, outcome: Outcome, reason: Text },
    /// A callback or a ticket was kept, by the agent who keeps it; `note` says how.
    Fulfil {
        conversation: ConversationId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Text>,
    },
    /// The card of a promise, or of a visitor who was missed, to look at.
    Open { conversation: ConversationId },
    /// This agent keeps the promise: nobody else then acts on it. Answered with `opened`, whose claim goes with `say`.
    ClaimPromise { conversation: ConversationId },
    /// Gives the promise back to whoever takes it.
    ReleasePromise { conversation: ConversationId },
    /// A visitor who was missed is dealt with, and leaves the board.
    DismissMissed { conversation: ConversationId },
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
    /// The answer to `sign_in`, `watch` and `set_available`, and whenever the desk changes it; `now` is the desk's time, and all times it
    /// sends are by that clock.
    SignedIn {
        agent: AgentId,
        name: String,
        available: bool,
        supervisor: bool,
        /// Why the desk set the agent away; absent when the agent did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        away_because: Option<AwayBecause>,
        #[serde(default)]
        now: Millis,
    },
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
        /// When the visitor asked, by the desk's clock; the transcript's times are of the visitor's.
        #[serde(default)]
        requested_at: Millis,
        /// So many lines of the transcript stand before those on the card.
        #[serde(default, skip_serializing_if = "is_zero")]
        transcript_before: u32,
        /// The last page of them; if the first is not number 1, earlier ones are asked for.
        messages: Vec<Message>,
        /// Oldest first: what agents who passed it on wrote.
        notes: Vec<Note>,
        /// Set while the review runs; absent once connected.
        review_until: Option<Millis>,
        /// The review can still be extended.
        may_extend: bool,
        visitor_present: bool,
        /// The visitor's browser has every message up to this number.
        visitor_received: u64,
        /// The visitor has seen every message up to this number.
        #[serde(default)]
        visitor_read: u64,
        /// The agent has seen every message up to this number.
        #[serde(default)]
        agent_read: u64,
    },
    /// The visitor knows who they talk to.
    Connected { conversation: ConversationId },
    /// The conversation is offered to that agent, until then.
    Transferring { conversation: ConversationId, to: String, until: Millis },
    /// Nobody took it: it stays where it is.
    TransferFailed { conversation: ConversationId, because: TransferFailure },
    /// A message is at the desk. Of a promise it is told to every agent.
    Said { conversation: ConversationId, message: Message },
    /// The visitor's browser has every message up to this number.
    Received { conversation: ConversationId, seq: u64 },
    /// The visitor has seen every message up to this number.
    Read { conversation: ConversationId, seq: u64 },
    /// The answer to `read_messages`: oldest first; if the first is not number 1, there are earlier ones.
    Messages { conversation: ConversationId, messages: Vec<Message> },
    /// The answer to `read_transcript`: `lines` begin at number `from` (0 is the first of all).
    Transcript { conversation: ConversationId, from: u32, lines: Vec<TranscriptLine> },
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
    /// The answer to `open` and `claim_promise`.
    Opened {
        conversation: ConversationId,
        /// Set for the agent who keeps the promise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        claim: Option<u64>,
        card: C,
        #[serde(default)]
        requested_at: Millis,
        #[serde(default, skip_serializing_if = "is_zero")]
        transcript_before: u32,
        messages: Vec<Message>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        notes: Vec<Note>,
    },
    /// The answer to `erase`, and to every agent who had the conversation on the screen: whatever shows it is cleared.
    Erased { receipt: Receipt },
    /// Something was not taken; nothing of it was kept.
    Rejected { rejection: Rejection },
    /// The answer to `ping`, with the desk's time.
    Pong {
        #[serde(default)]
        now: Millis,
    },
}

/// Why the desk set an agent away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AwayBecause {
    /// An offer was not answered, and nothing showed that the agent was at work.
    MissedOffer,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
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
    /// Visitors whom nobody answered, latest first, until an agent has dealt with them: as many as a person looks at.
    #[serde(default)]
    pub missed: Vec<MissedRow>,
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
    /// The agent who keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<AgentId>,
}

/// A visitor whom nobody answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MissedRow {
    pub conversation: ConversationId,
    pub summary: Text,
    pub name: Option<Text>,
    /// Where they can be reached: an e-mail address, else a telephone number.
    pub contact: Option<Text>,
    /// `abandoned` or `unanswered`.
    pub outcome: Outcome,
    /// When it ended.
    pub at: Millis,
}

/// Why an offer or a hold is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawnBecause {
    /// Nobody answered in time.
    Expired,
    Declined,
    /// The visitor left or chose something else.
    VisitorLeft,
    /// Every console of the agent was gone for too long.
    AgentGone,
    /// Another agent took it, by a transfer.
    Transferred,
    /// A supervisor or another agent took it.
    TakenOver,
    /// The console could not read it.
    Unreadable,
    /// The site's settings have no such agent any more.
    AgentRemoved,
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
