//! What is kept.

use protocol::{AgentId, ConversationId, Message, Millis};
use std::sync::Arc;

use crate::{
    log::kind::EventKind,
    state::{
        clock::Clock,
        conversation::Conversation,
        credentials::{Credential, Digest},
        listeners::Seat,
        package::Body,
        peer::PeerId,
        quota::RateLimiter,
        roster::Presence,
        row::Row,
        wait_model::{WaitEnd, WaitOutcome},
    },
};

/// One thing to keep.
#[derive(Clone, Debug)]
pub enum Record {
    Conversation(Arc<Conversation>),
    Message(ConversationId, Message),
    Event {
        at: Millis,
        conversation: Option<ConversationId>,
        agent: Option<AgentId>,
        kind: EventKind,
    },
    Agent(AgentId, Presence),
    /// Who is not in the settings any more.
    AgentRemoved(AgentId),
    Peer(PeerId, Seat),
    PeerLeft(PeerId),
    Credential(Digest, Credential),
    CredentialEnded(Digest),
    /// How far the handoffs of something have come; what, is hashed.
    RateLimiter(Digest, RateLimiter),
    RateLimiterEnded(Digest),
    /// How long a conversation took an agent's place.
    Handled {
        at: Millis,
        took: Millis,
    },
    /// How a wait ended.
    WaitEnd {
        at: Millis,
        ended: WaitEnd,
    },
    /// What a wait turned out to be, beside what was said.
    Waited {
        at: Millis,
        was: WaitOutcome,
    },
    /// The clock leapt.
    Clock(Clock),
    /// Rows of the log and of the wait model from before that time are not needed any more.
    Prune {
        before: Millis,
    },
    /// A context package, once. The conversation's own row, of the same number, has all that
    /// changes.
    Package {
        row: Row,
        conversation: ConversationId,
        body: Body,
    },
    /// Everything of a conversation but its events, which name nobody.
    Erase {
        conversation: ConversationId,
        row: Row,
    },
}
