//! Who listens to what.

use protocol::{AgentId, ConversationId, Millis};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use crate::state::{credentials::Term, peer::PeerId};

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
    /// Of the sign-in by which it was opened.
    pub term: Option<Term>,
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
        #[serde(flatten)]
        term: Term,
    },
}

impl From<Written> for Seat {
    fn from(written: Written) -> Self {
        match written {
            Written::Visitor(id) => Self { listener: Listener::Visitor(id), term: None },
            Written::Agent(agent) => Self { listener: Listener::Agent(agent), term: None },
            Written::Session { agent, term } => {
                Self { listener: Listener::Agent(agent), term: Some(term) }
            }
        }
    }
}

impl From<Seat> for Written {
    fn from(seat: Seat) -> Self {
        match (seat.listener, seat.term) {
            (Listener::Visitor(id), _) => Self::Visitor(id),
            (Listener::Agent(agent), None) => Self::Agent(agent),
            (Listener::Agent(agent), Some(term)) => Self::Session { agent, term },
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

    /// The terms of the sockets' sign-ins.
    pub fn sessions(&self) -> Vec<(PeerId, Term)> {
        self.by_peer.iter().filter_map(|(peer, seat)| Some((*peer, seat.term?))).collect()
    }

    /// The term of that socket's sign-in.
    pub fn session(&self, peer: PeerId) -> Option<Term> {
        self.by_peer.get(&peer)?.term
    }

    /// After the clock went back; gives what changed.
    pub fn bring_back(&mut self, now: Millis) -> Vec<(PeerId, Seat)> {
        let changed = self.by_peer.iter_mut().filter_map(|(peer, seat)| {
            seat.term.as_mut()?.bring_back(now).then(|| (*peer, seat.clone()))
        });
        changed.collect()
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
