//! What agents are told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    AgentId, Board, Category, Claim, ContextPackage, ConversationId, Message, Millis, Note,
    Outcome, Priority, PromiseRow, Receipt, Rejection, Seq, Text, TranscriptLine, TransferFailure,
};

/// What the desk tells an agent's console.
// `C`: whoever only passes a card on need not read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgentEvent<C = Box<ContextPackage>> {
    /// The answer to `sign_in`, `watch` and `set_available`, and whenever the desk changes it;
    /// `now` is the desk's time, and all times it sends are by that clock.
    SignedIn {
        agent: AgentId,
        /// As visitors see it.
        name: String,
        /// New offers may come.
        available: bool,
        /// May take over and erase.
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
    /// A conversation is offered to this agent, in every tab.
    Offered {
        conversation: ConversationId,
        claim: Claim,
        /// When the offer goes to the next agent.
        until: Millis,
        /// One sentence from the context package.
        summary: Text,
        priority: Priority,
        /// The key of the issue category.
        category: Category,
        /// Set when another agent passes it on.
        note: Option<Note>,
    },
    /// The offer or the hold is over.
    Withdrawn { conversation: ConversationId, claim: Claim, because: WithdrawnBecause },
    /// The agent holds it: the card, and what was said since. Sent to every tab, and again after
    /// `watch`.
    Accepted {
        conversation: ConversationId,
        claim: Claim,
        /// The context package, with at most `CARD_TRANSCRIPT_BYTES` of its transcript.
        card: C,
        /// When the visitor asked, by the desk's clock; the transcript's times are of the
        /// visitor's.
        #[serde(default)]
        requested_at: Millis,
        /// So many lines of the transcript stand before those on the card.
        #[serde(default, skip_serializing_if = "is_zero")]
        transcript_before: u32,
        /// The package cannot be read from the storage: on the card is only what the desk itself
        /// knows.
        #[serde(default, skip_serializing_if = "is_false")]
        card_lost: bool,
        /// The last page of them; if the first is not number 1, earlier ones are asked for.
        messages: Vec<Message>,
        /// Oldest first: what agents who passed it on wrote.
        notes: Vec<Note>,
        /// Set while the review runs; absent once connected.
        review_until: Option<Millis>,
        /// The review can still be extended.
        may_extend: bool,
        /// The visitor's page is connected.
        visitor_present: bool,
        /// The visitor's browser has every message up to this number.
        visitor_received: Seq,
        /// The visitor has seen every message up to this number.
        #[serde(default)]
        visitor_read: Seq,
        /// The agent has seen every message up to this number.
        #[serde(default)]
        agent_read: Seq,
        /// The path of the page to which the visitor went after the handoff; absent while they have
        /// not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page: Option<Text>,
    },
    /// The visitor knows who they talk to.
    Connected { conversation: ConversationId },
    /// The conversation is being offered to another agent.
    Transferring {
        conversation: ConversationId,
        /// The name of that agent.
        to: String,
        /// When that offer ends.
        until: Millis,
    },
    /// Nobody took the transfer: the conversation stays with this agent.
    TransferFailed { conversation: ConversationId, because: TransferFailure },
    /// A message is stored at the desk. A message beside a promise is told to every agent.
    Said { conversation: ConversationId, message: Message },
    /// The visitor's browser has received every message up to `seq`.
    Received { conversation: ConversationId, seq: Seq },
    /// The visitor has seen every message up to `seq`.
    Read { conversation: ConversationId, seq: Seq },
    /// The answer to `read_messages`.
    Messages {
        conversation: ConversationId,
        /// Oldest first; if the first is not number 1, there are earlier ones.
        messages: Vec<Message>,
    },
    /// The answer to `read_transcript`.
    Transcript {
        conversation: ConversationId,
        /// The number of the first of `lines`; 0 is the first of all.
        from: u32,
        /// Oldest first.
        lines: Vec<TranscriptLine>,
    },
    /// The visitor is typing.
    VisitorTyping { conversation: ConversationId },
    /// The visitor's page came or went.
    VisitorPresent {
        conversation: ConversationId,
        /// Their page is connected.
        present: bool,
    },
    /// The visitor went to another page.
    Visited {
        conversation: ConversationId,
        /// Its path, without a query.
        page: Text,
    },
    /// Nobody has written for a while: unless somebody does, the conversation closes.
    Closing {
        conversation: ConversationId,
        /// When it closes.
        at: Millis,
    },
    /// The conversation is over.
    Closed { conversation: ConversationId, outcome: Outcome },
    /// A promise falls due soon, or was missed. Told to every agent.
    PromiseDue { promise: PromiseRow },
    /// The answer to `open` and `claim_promise`.
    Opened {
        conversation: ConversationId,
        /// Set for the agent who keeps the promise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        claim: Option<Claim>,
        /// The context package, with at most `CARD_TRANSCRIPT_BYTES` of its transcript.
        card: C,
        /// When the visitor asked, by the desk's clock.
        #[serde(default)]
        requested_at: Millis,
        /// So many lines of the transcript stand before those on the card.
        #[serde(default, skip_serializing_if = "is_zero")]
        transcript_before: u32,
        /// The package cannot be read from the storage: on the card is only what the desk itself
        /// knows.
        #[serde(default, skip_serializing_if = "is_false")]
        card_lost: bool,
        /// The last page of them; if the first is not number 1, earlier ones are asked for.
        messages: Vec<Message>,
        /// Oldest first: what agents who passed it on wrote.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        notes: Vec<Note>,
    },
    /// The answer to `erase`, and to every agent who had the conversation on the screen: whatever
    /// shows it is cleared.
    Erased { receipt: Receipt },
    /// The answer to `check_hold` where the desk has no such conversation: it was erased, or its
    /// time was over. Whatever shows it is cleared.
    Gone { conversation: ConversationId },
    /// A frame was not taken; nothing of it was kept.
    Rejected { rejection: Rejection },
    /// The answer to `ping`. A host whose sockets cannot ping also sends it by itself, to a page
    /// that has been silent for ten seconds; any frame in answer shows that the page is there.
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

fn is_false(is: &bool) -> bool {
    !is
}

/// Why an offer or a hold is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawnBecause {
    /// The agent did not answer in time.
    Expired,
    /// The agent declined.
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
    /// It is with another agent; or the conversation of a transfer ended.
    Elsewhere,
}
