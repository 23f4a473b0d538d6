//! What visitors and agents of a simulated day send, as the inputs that a host would make of it.

use desk::{Input, PeerId};
use protocol::{
    AgentCommand, ContextPackage, ConversationId, Escalation, Priority, Token, VisitorCommand,
};

/// The sockets of visitors have numbers from this one on, those of agents smaller ones.
const FIRST_VISITOR: u64 = 1_000_000;

/// A command of the visitor of that number.
pub fn visitor(i: usize, command: VisitorCommand) -> Input {
    let (peer, id) = (PeerId(FIRST_VISITOR + i as u64), ConversationId(format!("v{i:06}")));
    testkit::visitor(peer, None, id, Token(format!("{i:032}")), command)
}

/// A command of the agent of that number.
pub fn agent(i: usize, command: AgentCommand) -> Input {
    testkit::agent(agent_peer(i), Token(format!("cookie{i:032}")), command)
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
    let package = testkit::package(&format!("Visitor {i}"));
    ContextPackage {
        category: "orders".into(),
        language: language.to_owned(),
        escalation: Escalation { priority, ..package.escalation },
        ..package
    }
}
