//! What an agent is offered, holds, and looks at.

use protocol::{
    Author, Category, Claim, Millis, Note, Outcome, Priority, Seq, Text, WithdrawnBecause,
};
use std::rc::Rc;

use super::Talk;

#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    pub claim: Claim,
    pub until: Millis,
    pub summary: Text,
    pub priority: Priority,
    pub category: Category,
    /// Another agent passes it on.
    pub note: Option<Note>,
}

/// What stands in the place of the field for an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Form {
    #[default]
    Answer,
    Transfer,
    Resolve,
}

/// A conversation that this agent holds, or has just held.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    pub claim: Claim,
    pub talk: Rc<Talk>,
    pub form: Form,
    pub review_until: Option<Millis>,
    pub may_extend: bool,
    /// Whom it is being passed to, and until when that may be answered.
    pub transferring: Option<(String, Millis)>,
    /// It closes then unless somebody writes.
    pub closing_at: Option<Millis>,
    pub visitor_present: bool,
    pub visitor_received: Seq,
    pub visitor_read: Seq,
    /// The agent has seen every message up to this number.
    pub agent_read: Seq,
    /// The first message that was not seen when it came: a divider stands before it until the agent
    /// answers or goes elsewhere.
    pub new_from: Option<Seq>,
    pub typing_until: Millis,
    pub over: Option<Over>,
}

impl Held {
    pub(super) fn talk_mut(&mut self) -> &mut Talk {
        Rc::make_mut(&mut self.talk)
    }

    /// The visitor waits again, and may be given to this agent.
    pub fn may_come_back(&self) -> bool {
        let Some(Over::Withdrawn(because)) = self.over else { return false };
        matches!(because, WithdrawnBecause::AgentGone | WithdrawnBecause::Unreadable)
    }

    /// Messages of the visitor that the agent has not seen.
    pub fn unread(&self) -> usize {
        self.talk
            .messages
            .iter()
            .filter(|message| message.author == Author::Visitor && message.seq > self.agent_read)
            .count()
    }

    pub(super) fn first_unread(&self) -> Option<Seq> {
        self.talk
            .messages
            .iter()
            .find(|message| message.author == Author::Visitor && message.seq > self.agent_read)
            .map(|message| message.seq)
    }
}

/// Why it is not held any more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Over {
    Closed(Outcome),
    Withdrawn(WithdrawnBecause),
}

/// A promise, or a visitor who was missed, that is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// Set for the agent who keeps the promise.
    pub claim: Option<Claim>,
    pub talk: Rc<Talk>,
    /// It was there and is not any more: kept, or the visitor chose something else.
    pub is_over: bool,
}

impl Opened {
    pub(super) fn talk_mut(&mut self) -> &mut Talk {
        Rc::make_mut(&mut self.talk)
    }
}
