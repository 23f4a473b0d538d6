//! Frames on sockets of peers, as the inputs that a host makes of them.

use desk::{Digest, Frame, Input, Peer, PeerId, Side};
use protocol::{
    AgentCommand, AgentFrame, ConversationId, Token, VERSION, VisitorCommand, VisitorFrame,
};
use serde::Serialize;

/// A command of the visitor whose conversation it is.
pub fn visitor(
    id: PeerId,
    network: Option<Digest>,
    conversation: ConversationId,
    token: Token,
    command: VisitorCommand,
) -> Input {
    let peer = Peer { id, side: Side::Visitor, lasting: true, cookie: None, network };
    input(peer, &VisitorFrame { v: VERSION, conversation, token, command })
}

/// A command of the agent who has that cookie.
pub fn agent(id: PeerId, cookie: Token, command: AgentCommand) -> Input {
    let peer = Peer { id, side: Side::Agent, lasting: true, cookie: Some(cookie), network: None };
    input(peer, &AgentFrame { v: VERSION, command })
}

fn input(peer: Peer, frame: &impl Serialize) -> Input {
    let text = serde_json::to_string(frame).expect("a frame is plain JSON");
    let frame = Frame::read(peer.side, &text);
    Input::Frame(peer, frame)
}
