//! The envelope. A frame is a frame whichever way it came: over the WebSocket, or as an HTTP POST
//! whose reply is the list of frames for that peer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AgentCommand, ContextPackage, ConversationId, Token, VisitorCommand};

/// The version of this protocol. A frame of another version is answered with what is supported.
pub const VERSION: u32 = 1;

/// What a visitor's browser sends. Every frame carries its own credential, so a frame means the
/// same on a fresh POST as on a socket that has been open for an hour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitorFrame<P = Box<ContextPackage>> {
    /// The version of the protocol: 1.
    pub v: u32,
    pub conversation: ConversationId,
    pub token: Token,
    pub command: VisitorCommand<P>,
}

/// What an agent's console sends. The credential is the cookie that the host hands to the desk with
/// the frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentFrame {
    /// The version of the protocol: 1.
    pub v: u32,
    pub command: AgentCommand,
}

/// What the desk sends to either side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventFrame<E> {
    /// The version of the protocol: 1.
    pub v: u32,
    pub event: E,
}

impl<E> EventFrame<E> {
    pub fn new(event: E) -> Self {
        Self { v: VERSION, event }
    }
}
