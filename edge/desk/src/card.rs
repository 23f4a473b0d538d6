//! Events that carry a card. The package is not kept in memory: whoever carries the event out reads it from the store, and its text is put
//! into the event as it came.

use protocol::AgentId;
use serde::Serialize;
use std::fmt;

use crate::{
    conversation::{Conversation, State},
    listeners::frame,
    package::Body,
};

/// What agents are told.
pub(crate) type AgentEvent = protocol::AgentEvent<Card>;

/// The place of a card.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Card;

/// As it is written. Within a string its quotes would have backslashes before them.
const PLACE: &str = "\"card\":null";

/// An event that waits for its card.
#[derive(Clone)]
pub struct Carded {
    row: u64,
    before: String,
    after: String,
}

impl Carded {
    fn new(row: u64, event: &AgentEvent) -> Self {
        let text = frame(event);
        let (before, after) = text.split_once(PLACE).expect("the event has a card");
        Self { row, before: before.to_owned(), after: after.to_owned() }
    }

    /// Which row of the store the package is in.
    pub fn row(&self) -> u64 {
        self.row
    }

    /// The text to send.
    pub fn with(&self, package: &Body) -> String {
        format!("{}\"card\":{}{}", self.before, package.reveal(), self.after)
    }
}

impl fmt::Debug for Carded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Carded({})", self.row)
    }
}

/// The agent holds it.
pub(crate) fn accepted(conversation: &Conversation) -> Carded {
    let review_until = match conversation.state {
        State::Reviewing { until, .. } => Some(until),
        _ => None,
    };
    let event = AgentEvent::Accepted {
        conversation: conversation.id.clone(),
        claim: conversation.claim,
        card: Card,
        requested_at: conversation.requested_at,
        transcript_before: 0,
        messages: conversation.messages.clone(),
        notes: conversation.notes.clone(),
        review_until,
        may_extend: matches!(conversation.state, State::Reviewing { extended: false, .. }),
        visitor_present: conversation.visitor_gone_since.is_none(),
        visitor_received: conversation.visitor_received,
        visitor_read: conversation.visitor_read,
        agent_read: conversation.agent_read,
    };
    Carded::new(conversation.row, &event)
}

/// An agent looks at a promise, with a claim if they keep it, or at a visitor who was missed.
pub(crate) fn opened(conversation: &Conversation, me: &AgentId) -> Carded {
    let event = AgentEvent::Opened {
        conversation: conversation.id.clone(),
        claim: (conversation.state.owner() == Some(me)).then_some(conversation.claim),
        card: Card,
        requested_at: conversation.requested_at,
        transcript_before: 0,
        messages: conversation.messages.clone(),
        notes: conversation.notes.clone(),
    };
    Carded::new(conversation.row, &event)
}

#[cfg(test)]
mod tests {
    use protocol::{Author, ConversationId, EventFrame, Message, MessageId, Text};

    use super::{Card, Carded};
    use crate::package::Body;

    fn opened<C>(card: C, message: Message) -> protocol::AgentEvent<C> {
        protocol::AgentEvent::Opened {
            conversation: ConversationId("c1".into()),
            claim: None,
            card,
            requested_at: 1,
            transcript_before: 0,
            messages: vec![message],
            notes: Vec::new(),
        }
    }

    #[test]
    fn a_card_takes_its_place_whatever_was_said() {
        let words = r#"{"card":null,"x":"\"card\":null"}"#;
        let message = Message { seq: 1, id: MessageId("m1".into()), author: Author::Visitor, by: None, at: 1, text: Text::new(words) };
        let package = format!(
            r#"{{ "summary":{0},"intent":"i","category":"c","language":"en","profile":{{}},"sentiment":"neutral","transcript":[{{"author":"visitor","at":1,"text":{0}}}],
            "highlights":[],"actions":[],"next_steps":[],"escalation":{{"trigger":"explicit","reason":"r","priority":"high","signals":[]}} }}"#,
            serde_json::to_string(words).unwrap()
        );
        let text = Carded::new(7, &opened(Card, message.clone())).with(&Body::new(&package));
        let read: EventFrame<protocol::AgentEvent> = serde_json::from_str(&text).unwrap();
        let card = Box::new(serde_json::from_str(&package).unwrap());
        assert_eq!(read.event, opened(card, message));
    }
}
