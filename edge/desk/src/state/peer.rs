//! Who is on the other end: a socket or one request, of a visitor or of an agent.

use protocol::Token;
use serde::{Deserialize, Serialize};

use crate::state::credentials::Digest;

/// A socket, or one request. Chosen by the host at random, below 2^53, so that none is ever met
/// again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PeerId(pub u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    Visitor,
    Agent,
}

/// Who sent a frame, as far as the host knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Peer {
    pub id: PeerId,
    pub side: Side,
    /// A socket that can be sent to later; a request cannot.
    pub lasting: bool,
    /// The agent's cookie. On a request it may be a fresh one that the host will set.
    pub cookie: Option<Token>,
    /// Of the network that it comes from, where the host knows that.
    pub network: Option<Digest>,
}
