//! Who listens to what.

use protocol::{AgentId, ConversationId, Millis};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use crate::state::peer::PeerId;

/// What a socket listens to. Kept, so that a hibernating host's sockets stay known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listener {
    Visitor(ConversationId),
    Agent(AgentId),
}

/// A socket that listens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Seat {
    pub listener: Listener,
    /// When the sign-in ends by which it was opened.
    pub until: Option<Millis>,
}

/// A seat as it is stored.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Written {
    Visitor(ConversationId),
    /// Before sessions were kept with their sockets.
    Agent(AgentId),
    Session {
        agent: AgentId,
        until: Millis,
    },
}

impl From<Written> for Seat {
    fn from(written: Written) -> Self {
        match written {
            Written::Visitor(id) => Self { listener: Listener::Visitor(id), until: None },
            Written::Agent(agent) => Self { listener: Listener::Agent(agent), until: None },
            Written::Session { agent, until } => Self { listener: Listener::Agent(agent), until: Some(until) },
        }
    }
}

impl From<Seat> for Written {
    fn from(seat: Seat) -> Self {
        match (seat.listener, seat.until) {
            (Listener::Visitor(id), _) => Self::Visitor(id),
            (Listener::Agent(agent), None) => Self::Agent(agent),
            (Listener::Agent(agent), Some(until)) => Self::Session { agent, until },
        }
    }
}

/// Every socket, and for each listener its sockets.
#[derive(Default)]
pub(crate) struct Listeners {
    by_peer: BTreeMap<PeerId, Seat>,
    peers: BTreeMap<Listener, BTreeSet<PeerId>>,
}

impl Listeners {
    pub fn restore(kept: BTreeMap<PeerId, Seat>) -> Self {
        let mut listeners = Self::default();
        kept.into_iter().for_each(|(peer, seat)| listeners.add(peer, seat));
        listeners
    }

    /// When each socket's sign-in ends.
    pub fn sessions(&self) -> Vec<(PeerId, Millis)> {
        self.by_peer.iter().filter_map(|(peer, seat)| Some((*peer, seat.until?))).collect()
    }

    pub fn peers(&self) -> Vec<PeerId> {
        self.by_peer.keys().copied().collect()
    }

    pub fn add(&mut self, peer: PeerId, seat: Seat) {
        self.remove(peer);
        self.peers.entry(seat.listener.clone()).or_default().insert(peer);
        self.by_peer.insert(peer, seat);
    }

    pub fn remove(&mut self, peer: PeerId) -> Option<Listener> {
        let Seat { listener, .. } = self.by_peer.remove(&peer)?;
        if let Some(peers) = self.peers.get_mut(&listener) {
            peers.remove(&peer);
            if peers.is_empty() {
                self.peers.remove(&listener);
            }
        }
        Some(listener)
    }

    /// Those whose page is there.
    pub fn visitors(&self) -> impl Iterator<Item = &ConversationId> {
        self.peers.keys().filter_map(|listener| match listener {
            Listener::Visitor(id) => Some(id),
            Listener::Agent(_) => None,
        })
    }

    /// Agents with a console.
    pub fn agents(&self) -> impl Iterator<Item = &AgentId> {
        self.peers.keys().filter_map(|listener| match listener {
            Listener::Agent(id) => Some(id),
            Listener::Visitor(_) => None,
        })
    }

    /// Whether somebody listens on that socket.
    pub fn knows(&self, peer: PeerId) -> bool {
        self.by_peer.contains_key(&peer)
    }

    /// Whether that socket listens to it.
    pub fn is_listening(&self, peer: PeerId, listener: &Listener) -> bool {
        self.by_peer.get(&peer).is_some_and(|seat| seat.listener == *listener)
    }

    pub fn has(&self, listener: &Listener) -> bool {
        self.peers.contains_key(listener)
    }

    /// Sockets that listen to it.
    pub fn of(&self, listener: &Listener) -> impl Iterator<Item = PeerId> {
        self.peers.get(listener).into_iter().flatten().copied()
    }
}
