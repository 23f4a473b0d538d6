//! Events as text, for the hosts to send.

use protocol::{AgentEvent, EventFrame, Rejection, VisitorEvent};
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use std::io;

/// Room for an event without a card, so that its text seldom moves while it is written.
const USUAL_BYTES: usize = 1024;

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
    frame_of(event, 0)
}

/// The same, where so many bytes of it are JSON text already.
pub(crate) fn frame_of<E: Event>(event: &E, bytes: usize) -> EventText {
    let mut text = Vec::with_capacity(bytes + USUAL_BYTES);
    EventFrame::new(event)
        .serialize(&mut Serializer::with_formatter(&mut text, Embedding))
        .expect("an event is plain JSON");
    EventText {
        text: String::from_utf8(text).expect("JSON is UTF-8"),
        rejection: event.rejection().cloned().map(Box::new),
    }
}

/// A part of an event that is JSON text already.
pub(crate) struct Json<'a>(pub &'a str);

impl Serialize for Json<'_> {
    /// As bytes, which nothing else in an event is.
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(self.0.as_bytes())
    }
}

/// JSON without spaces, in which bytes stand as they are. (`RawValue` of serde_json would say the
/// same by a type of its own, and makes the module that a serverless host loads 2.5 kB larger.)
struct Embedding;

impl Formatter for Embedding {
    fn write_byte_array<W: io::Write + ?Sized>(
        &mut self,
        to: &mut W,
        json: &[u8],
    ) -> io::Result<()> {
        to.write_all(json)
    }
}
