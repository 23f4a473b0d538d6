//! One conversation at the desk, from the handoff to the close.

use protocol::{AgentId, Author, Commitment, ContextPackage, ConversationId, FallbackKind, Message, MessageId, Millis, Outcome, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::access::Hash;

/// Where a conversation stands. Every state that is not final has a time at which it ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Queued {
        notice_at: Millis,
        give_up_at: Millis,
    },
    Offered {
        agent: AgentId,
        until: Millis,
        give_up_at: Millis,
    },
    Reviewing {
        agent: AgentId,
        until: Millis,
    },
    Live {
        agent: AgentId,
        idle_at: Millis,
    },
    /// `callback_promised` or `ticket_opened`, by the kind of the commitment.
    Promised {
        commitment: Commitment,
    },
    Closed {
        outcome: Outcome,
        reason: Option<Text>,
        at: Millis,
        erase_at: Millis,
    },
}

impl State {
    /// The word of DESIGN for it, as it stands in the store.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Queued { .. } => "queued",
            Self::Offered { .. } => "offered",
            Self::Reviewing { .. } => "reviewing",
            Self::Live { .. } => "live",
            Self::Promised { commitment } => match commitment.kind {
                FallbackKind::Callback => "callback_promised",
                FallbackKind::Ticket => "ticket_opened",
            },
            Self::Closed { .. } => "closed",
        }
    }

    /// The agent who is asked or who holds it.
    pub fn agent(&self) -> Option<&AgentId> {
        match self {
            Self::Offered { agent, .. } | Self::Reviewing { agent, .. } | Self::Live { agent, .. } => Some(agent),
            _ => None,
        }
    }

    /// Whether nobody has answered yet and the visitor is still waiting.
    pub fn is_waiting(&self) -> bool {
        matches!(self, Self::Queued { .. } | Self::Offered { .. })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    pub id: ConversationId,
    pub token: Hash,
    /// Of the package, so that the same id with another body is refused.
    pub request: Hash,
    pub package: ContextPackage,
    pub state: State,
    pub requested_at: Millis,
    /// Gave up its agent, who vanished or did not answer: it goes to the head.
    pub returned: bool,
    /// The number of the latest offer. A write with an older one is refused.
    pub claim: u64,
    /// Agents who declined, until when they are not asked again.
    pub passed_by: BTreeMap<AgentId, Millis>,
    /// Since when no page of the visitor listens.
    pub visitor_gone_since: Option<Millis>,
    pub visitor_received: u64,
    pub agent_received: u64,
    pub connected_at: Option<Millis>,
    pub effort: Option<u8>,
    pub satisfaction: Option<u8>,
    /// Rows of their own in the store.
    #[serde(skip)]
    pub messages: Vec<Message>,
}

impl Conversation {
    /// When something must happen to it.
    pub fn deadline(&self, abandon_ms: Millis) -> Millis {
        let own = match &self.state {
            State::Queued { notice_at, give_up_at } => {
                let ask_again = self.passed_by.values().copied().min().unwrap_or(Millis::MAX);
                *notice_at.min(give_up_at).min(&ask_again)
            }
            State::Offered { until, give_up_at, .. } => *until.min(give_up_at),
            State::Reviewing { until, .. } => *until,
            State::Live { idle_at, .. } => *idle_at,
            State::Promised { commitment } => commitment.due,
            State::Closed { erase_at, .. } => *erase_at,
        };
        own.min(self.abandoned_at(abandon_ms).unwrap_or(Millis::MAX))
    }

    /// When a visitor whose page is gone counts as having left.
    pub fn abandoned_at(&self, abandon_ms: Millis) -> Option<Millis> {
        self.visitor_gone_since.filter(|_| self.state.is_waiting()).map(|since| since + abandon_ms)
    }

    /// The number of the last message.
    pub fn last(&self) -> u64 {
        self.messages.last().map_or(0, |message| message.seq)
    }

    /// The message that already has this id.
    pub fn said(&self, id: &MessageId) -> Option<&Message> {
        self.messages.iter().rev().find(|message| message.id == *id)
    }

    /// Adds a message and gives it the next number.
    pub fn say(&mut self, now: Millis, id: MessageId, author: Author, text: Text) -> Message {
        let message = Message { seq: self.last() + 1, id, author, at: now, text };
        self.messages.push(message.clone());
        message
    }

    /// The messages after a number, oldest first. Numbers have no gaps, so this is a slice.
    pub fn after(&self, seq: u64) -> &[Message] {
        let skip = usize::try_from(seq).unwrap_or(usize::MAX).min(self.messages.len());
        &self.messages[skip..]
    }
}
