//! Events as text, for the hosts to send.

use protocol::{AgentEvent, EventFrame, Rejection, VisitorEvent};
use serde::Serialize;

/// An event frame as it is sent to a peer.
#[derive(Clone, Debug)]
pub struct EventText {
    text: String,
    /// What the event rejects, if it does; boxed since most events do not.
    rejection: Option<Box<Rejection>>,
}

impl EventText {
    /// The refusal of a frame that the desk does not see: too large, too fast, or not to be kept.
    /// It reads the same for visitors and agents.
    pub fn refusal(rejection: Rejection) -> Self {
        frame(&VisitorEvent::Rejected { rejection })
    }

    /// An event that rejects nothing, from its text.
    pub(crate) fn plain(text: String) -> Self {
        Self { text, rejection: None }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What is refused, and why, if this is a refusal.
    pub fn rejection(&self) -> Option<&Rejection> {
        self.rejection.as_deref()
    }
}

impl From<EventText> for String {
    fn from(event: EventText) -> Self {
        event.text
    }
}

/// An event of either side.
pub(crate) trait Event: Serialize {
    fn rejection(&self) -> Option<&Rejection>;
}

impl Event for VisitorEvent {
    fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Rejected { rejection } => Some(rejection),
            _ => None,
        }
    }
}

impl<C: Serialize> Event for AgentEvent<C> {
    fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Rejected { rejection } => Some(rejection),
            _ => None,
        }
    }
}

pub(crate) fn frame<E: Event>(event: &E) -> EventText {
    EventText {
        text: serde_json::to_string(&EventFrame::new(event)).expect("an event is plain JSON"),
        rejection: event.rejection().cloned().map(Box::new),
    }
}
