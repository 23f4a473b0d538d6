//! Events that carry a card. The package is not kept in memory: whoever carries the event out reads it from the store.

use protocol::{AgentEvent, ContextPackage};
use std::{fmt, sync::Arc};

use crate::{
    conversation::{Conversation, State},
    listeners::frame,
    package::Body,
};

/// An event that waits for its card.
#[derive(Clone)]
pub struct Carded {
    row: u64,
    event: Arc<dyn Fn(Box<ContextPackage>) -> AgentEvent + Send + Sync>,
}

impl Carded {
    /// Which row of the store the package is in.
    pub fn row(&self) -> u64 {
        self.row
    }

    /// The text to send.
    pub fn with(&self, package: &Body) -> serde_json::Result<String> {
        Ok(frame(&(self.event)(Box::new(package.package()?))))
    }
}

impl fmt::Debug for Carded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Carded({})", self.row)
    }
}

/// The agent holds it.
pub(crate) fn accepted(conversation: &Conversation) -> Carded {
    let (id, claim, messages, notes) = (conversation.id.clone(), conversation.claim, conversation.messages.clone(), conversation.notes.clone());
    let review_until = match conversation.state {
        State::Reviewing { until, .. } => Some(until),
        _ => None,
    };
    let may_extend = matches!(conversation.state, State::Reviewing { extended: false, .. });
    let (visitor_present, visitor_received) = (conversation.visitor_gone_since.is_none(), conversation.visitor_received);
    let event = move |card| AgentEvent::Accepted {
        conversation: id.clone(),
        claim,
        card,
        messages: messages.clone(),
        notes: notes.clone(),
        review_until,
        may_extend,
        visitor_present,
        visitor_received,
    };
    Carded { row: conversation.row, event: Arc::new(event) }
}

/// An agent looks at a promise.
pub(crate) fn opened(conversation: &Conversation) -> Carded {
    let (id, messages) = (conversation.id.clone(), conversation.messages.clone());
    let event = move |card| AgentEvent::Opened { conversation: id.clone(), card, messages: messages.clone() };
    Carded { row: conversation.row, event: Arc::new(event) }
}
