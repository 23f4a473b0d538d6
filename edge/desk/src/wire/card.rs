//! What is told to agents of a context package. It is not kept in memory: whoever carries the
//! effect out reads it from the store, and its text is the event's card as it came, unless it is
//! larger than one.

use protocol::{
    ActionTried, AgentId, ContextPackage, ConversationId, Escalation, Profile, Rejection,
    RejectionCode, Seq, Text, TranscriptLine, Trigger, limits,
};
use serde::{Serialize, Serializer};
use std::{borrow::Cow, fmt, sync::Arc};

use crate::{
    state::{
        conversation::Conversation,
        messages::fitting,
        package::{Body, Brief, Words},
        row::Row,
        standing::State,
    },
    wire::write::{EventText, Json, frame, frame_of},
};

/// What agents are told.
pub(crate) type AgentEvent = protocol::AgentEvent<Card<'static>>;

/// A card: the JSON text of a context package.
#[derive(Clone)]
pub struct Card<'a>(Cow<'a, str>);

impl Card<'_> {
    /// Of an event that waits for its package.
    const NONE: Self = Self(Cow::Borrowed("null"));
}

impl Serialize for Card<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Json(&self.0).serialize(to)
    }
}

/// The next step on the card of a package that the storage does not give back, for consoles that do
/// not know `card_lost`.
const LOST: &str = "The rest of what came with this conversation cannot be read from the storage. \
                    Ask for what you need to know.";

/// An event that waits for a package.
#[derive(Clone)]
pub struct Carded {
    row: Row,
    brief: Arc<Brief>,
    what: What,
}

#[derive(Clone)]
enum What {
    /// An event with a card, but for the card.
    Card(Box<AgentEvent>),
    /// The lines of the transcript before one.
    Lines { conversation: ConversationId, before: u32 },
}

impl Carded {
    fn new(conversation: &Conversation, what: What) -> Self {
        Self { row: conversation.row, brief: Arc::clone(&conversation.brief), what }
    }

    /// Which row of the store the package is in.
    pub fn row(&self) -> Row {
        self.row
    }

    /// The text to send; with what the desk itself knows, where the store has no package that can
    /// be read. So nothing is sent that a console cannot read, and the visitor is answered.
    pub fn with(self, package: Option<&Body>) -> EventText {
        let read = package.and_then(|body| Some((body, body.package().ok()?)));
        match self.what {
            What::Card(event) => {
                let is_lost = read.is_none();
                let (text, lines_before) = match read {
                    Some((body, package)) => card(body, package),
                    None => (json(&spare(&self.brief)).into(), 0),
                };
                let bytes = text.len();
                let mut event: protocol::AgentEvent<Card<'_>> = *event;
                if let protocol::AgentEvent::Accepted {
                    card, transcript_before, card_lost, ..
                }
                | protocol::AgentEvent::Opened { card, transcript_before, card_lost, .. } =
                    &mut event
                {
                    (*card, *transcript_before, *card_lost) = (Card(text), lines_before, is_lost);
                }
                frame_of(&event, bytes)
            }
            What::Lines { conversation, before } => frame(&match read {
                Some((_, package)) => lines(conversation, &package, before),
                None => AgentEvent::Rejected {
                    rejection: Rejection::new(
                        RejectionCode::NotFound,
                        "the transcript cannot be read from the storage",
                    ),
                },
            }),
        }
    }
}

impl fmt::Debug for Carded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Carded({})", self.row.0)
    }
}

/// A package as its card, and how many lines of the transcript stand before those on it.
fn card<'a>(body: &'a Body, mut package: ContextPackage<Words<'a>>) -> (Cow<'a, str>, u32) {
    let before = package.transcript.len() - last_lines(&package.transcript);
    if before == 0 {
        return (body.reveal().into(), 0);
    }
    package.transcript.drain(..before);
    (json(&package).into(), before as u32)
}

/// A card of what the desk itself knows.
fn spare(brief: &Brief) -> ContextPackage {
    let Brief { summary, category, language, priority, sentiment, name, .. } = brief;
    ContextPackage {
        summary: summary.clone(),
        intent: Text::default(),
        category: category.clone(),
        language: language.clone(),
        profile: Profile { name: name.clone(), ..Profile::default() },
        sentiment: *sentiment,
        transcript: Vec::new(),
        highlights: Vec::new(),
        actions: Vec::<ActionTried>::new(),
        next_steps: vec![Text::new(LOST)],
        escalation: Escalation {
            trigger: Trigger::Explicit,
            reason: Text::default(),
            priority: *priority,
            signals: Vec::new(),
        },
        page: None,
    }
}

/// The lines before one, as many of them as a card would have.
fn lines(
    conversation: ConversationId,
    package: &ContextPackage<Words<'_>>,
    before: u32,
) -> AgentEvent {
    let all = &package.transcript[..package.transcript.len().min(before as usize)];
    let from = all.len() - last_lines(all);
    let line = |line: &TranscriptLine<Words<'_>>| {
        let TranscriptLine { author, at, text, confidence } = line;
        TranscriptLine {
            author: *author,
            at: *at,
            text: Text::new(text.reveal()),
            confidence: *confidence,
        }
    };
    AgentEvent::Transcript {
        conversation,
        from: from as u32,
        lines: all[from..].iter().map(line).collect(),
    }
}

/// How many of the last lines fit on a card.
fn last_lines(transcript: &[TranscriptLine<Words<'_>>]) -> usize {
    fitting(
        transcript.iter().rev().map(|line| line.text.reveal().len()),
        usize::MAX,
        limits::CARD_TRANSCRIPT_BYTES,
    )
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("a package is plain JSON")
}

/// The agent holds it.
pub(crate) fn accepted(conversation: &Conversation) -> Carded {
    let review_until = match conversation.state() {
        State::Reviewing { until, .. } => Some(*until),
        _ => None,
    };
    let event = AgentEvent::Accepted {
        conversation: conversation.id.clone(),
        claim: conversation.claim,
        card: Card::NONE,
        requested_at: conversation.requested_at,
        transcript_before: 0,
        card_lost: false,
        messages: conversation.messages.page_before(Seq::END).to_vec(),
        notes: conversation.notes.clone(),
        review_until,
        may_extend: matches!(conversation.state(), State::Reviewing { extended: false, .. }),
        visitor_present: conversation.visitor_gone_since.is_none(),
        visitor_received: conversation.visitor_received,
        visitor_read: conversation.visitor_read,
        agent_read: conversation.agent_read,
        page: conversation.page.clone(),
    };
    Carded::new(conversation, What::Card(Box::new(event)))
}

/// An agent looks at a promise, with a claim if they keep it, or at a visitor who was missed.
pub(crate) fn opened(conversation: &Conversation, me: &AgentId) -> Carded {
    let event = AgentEvent::Opened {
        conversation: conversation.id.clone(),
        claim: (conversation.state().owner() == Some(me)).then_some(conversation.claim),
        card: Card::NONE,
        requested_at: conversation.requested_at,
        transcript_before: 0,
        card_lost: false,
        messages: conversation.messages.page_before(Seq::END).to_vec(),
        notes: conversation.notes.clone(),
    };
    Carded::new(conversation, What::Card(Box::new(event)))
}

/// An agent reads on in a transcript.
pub(crate) fn transcript(conversation: &Conversation, before: u32) -> Carded {
    Carded::new(conversation, What::Lines { conversation: conversation.id.clone(), before })
}

#[cfg(test)]
mod tests {
    use protocol::{Author, EventFrame, Message, MessageId, Priority, Sentiment};
    use serde_json::json;

    use super::*;

    fn opened<C>(card: C, message: Message) -> protocol::AgentEvent<C> {
        protocol::AgentEvent::Opened {
            conversation: ConversationId("c1".into()),
            claim: None,
            card,
            requested_at: 1,
            transcript_before: 0,
            card_lost: false,
            messages: vec![message],
            notes: Vec::new(),
        }
    }

    fn message(words: &str) -> Message {
        Message {
            seq: Seq(1),
            id: MessageId("m1".into()),
            author: Author::Visitor,
            by: None,
            at: 1,
            text: Text::new(words),
        }
    }

    fn carded(what: What) -> Carded {
        let brief = Brief {
            summary: "Kim asks.".into(),
            category: "other".into(),
            language: "en".into(),
            priority: Priority::High,
            sentiment: Sentiment::Angry,
            name: Some("Kim".into()),
            contact: None,
            visitor: None,
            lines: 3,
            bytes: 0,
        };
        Carded { row: Row(7), brief: Arc::new(brief), what }
    }

    fn read(text: &EventText) -> protocol::AgentEvent {
        serde_json::from_str::<EventFrame<protocol::AgentEvent>>(text.as_str()).unwrap().event
    }

    fn package(summary: &str, lines: &[String]) -> Body {
        let lines: Vec<_> =
            lines.iter().map(|text| json!({"author": "visitor", "at": 1, "text": text})).collect();
        let package = json!({
            "summary": summary, "intent": "i", "category": "c", "language": "en", "profile": {},
            "sentiment": "neutral", "transcript": lines,
            "highlights": [], "actions": [], "next_steps": [],
            "escalation": {"trigger": "explicit", "reason": "r", "priority": "high", "signals": []}
        });
        Body::new(&package.to_string())
    }

    #[test]
    fn a_card_takes_its_place_whatever_was_said() {
        let words = r#"{"card":null,"x":"\"card\":null"}"#;
        let package = package(words, &[words.to_owned()]);
        let text =
            carded(What::Card(Box::new(opened(Card::NONE, message(words))))).with(Some(&package));
        let card = Box::new(serde_json::from_str(package.reveal()).unwrap());
        assert_eq!(read(&text), opened(card, message(words)));
        assert!(text.as_str().contains(package.reveal()), "as it came");
    }

    #[test]
    fn a_long_transcript_comes_in_parts_that_leave_nothing_out() {
        let lines: Vec<_> = (0..50).map(|i| format!("{i} {}", "x".repeat(3_990))).collect();
        let package = package("s", &lines);
        let text =
            carded(What::Card(Box::new(opened(Card::NONE, message("m"))))).with(Some(&package));
        let protocol::AgentEvent::Opened { card, transcript_before: mut before, .. } = read(&text)
        else {
            panic!("opened")
        };
        assert!(text.as_str().len() < limits::CARD_TRANSCRIPT_BYTES + 2_000);
        let mut all: Vec<_> =
            card.transcript.into_iter().map(|line| line.text.reveal().to_owned()).collect();
        while before > 0 {
            let page = carded(What::Lines { conversation: ConversationId("c1".into()), before })
                .with(Some(&package));
            let protocol::AgentEvent::Transcript { from, lines, .. } = read(&page) else {
                panic!("a page of the transcript")
            };
            assert_eq!(from as usize + lines.len(), before as usize);
            all.splice(0..0, lines.into_iter().map(|line| line.text.reveal().to_owned()));
            before = from;
        }
        assert_eq!(all, lines);
    }

    #[test]
    fn a_package_that_cannot_be_read_leaves_a_card_of_what_is_known() {
        for lost in [None, Some(Body::new("{\"summary\":"))] {
            let text =
                carded(What::Card(Box::new(opened(Card::NONE, message("m"))))).with(lost.as_ref());
            let protocol::AgentEvent::Opened { card, card_lost: true, .. } = read(&text) else {
                panic!("opened, and that the card is lost")
            };
            assert_eq!(
                (card.summary.reveal(), card.escalation.priority, card.next_steps[0].reveal()),
                ("Kim asks.", Priority::High, LOST)
            );
            let page = carded(What::Lines { conversation: ConversationId("c1".into()), before: 3 })
                .with(lost.as_ref());
            assert!(matches!(read(&page), protocol::AgentEvent::Rejected { .. }));
        }
    }
}
