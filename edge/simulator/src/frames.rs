//! What visitors and agents of a simulated day send, as the inputs that a host would make of it.

use desk::{Frame, Input, Peer, PeerId, Side};
use protocol::{
    AgentCommand, AgentFrame, Author, ContextPackage, ConversationId, Escalation, Priority,
    Profile, Sentiment, Token, TranscriptLine, Trigger, VERSION, VisitorCommand, VisitorFrame,
};
use serde::Serialize;

/// The sockets of visitors have numbers from this one on, those of agents smaller ones.
const FIRST_VISITOR: u64 = 1_000_000;

/// A command of the visitor of that number.
pub fn visitor(i: usize, command: VisitorCommand) -> Input {
    let peer = Peer {
        id: PeerId(FIRST_VISITOR + i as u64),
        side: Side::Visitor,
        lasting: true,
        cookie: None,
        network: None,
    };
    let frame = VisitorFrame {
        v: VERSION,
        conversation: ConversationId(format!("v{i:06}")),
        token: Token(format!("{i:032}")),
        command,
    };
    input(peer, &frame)
}

/// A command of the agent of that number.
pub fn agent(i: usize, command: AgentCommand) -> Input {
    let peer = Peer {
        id: agent_peer(i),
        side: Side::Agent,
        lasting: true,
        cookie: Some(Token(format!("cookie{i:032}"))),
        network: None,
    };
    input(peer, &AgentFrame { v: VERSION, command })
}

fn input(peer: Peer, frame: &impl Serialize) -> Input {
    let text = serde_json::to_string(frame).expect("a frame is plain JSON");
    let frame = Frame::read(peer.side, &text);
    Input::Frame(peer, frame)
}

/// The number of the visitor whose conversation it is.
pub fn visitor_of(conversation: &ConversationId) -> usize {
    conversation.0[1..].parse().expect("an id made here")
}

/// The socket of an agent.
pub fn agent_peer(i: usize) -> PeerId {
    PeerId(i as u64 + 1)
}

/// The number of the agent whose socket it is; none of a visitor's.
pub fn agent_of(peer: PeerId) -> Option<usize> {
    (peer.0 < FIRST_VISITOR).then(|| peer.0 as usize - 1)
}

/// The secret of the link by which an agent signs in.
pub fn link(i: usize) -> Token {
    Token(format!("link{i:032}"))
}

/// The package of a visitor's handoff.
pub fn package(i: usize, priority: Priority, language: &str) -> ContextPackage {
    ContextPackage {
        summary: format!("Visitor {i} wants to know where their order is.").as_str().into(),
        intent: "Wants to know where an order is.".into(),
        category: "orders".into(),
        language: language.to_owned(),
        profile: Profile {
            name: Some(format!("Visitor {i}").as_str().into()),
            ..Profile::default()
        },
        sentiment: Sentiment::Neutral,
        transcript: vec![TranscriptLine {
            author: Author::Visitor,
            at: 1,
            text: "Where is my order?".into(),
            confidence: None,
        }],
        highlights: vec![0],
        actions: Vec::new(),
        next_steps: Vec::new(),
        escalation: Escalation {
            trigger: Trigger::Explicit,
            reason: "The visitor asked for a person.".into(),
            priority,
            signals: Vec::new(),
        },
        page: None,
    }
}
