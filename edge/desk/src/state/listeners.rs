//! Who listens to what, and telling them.

use protocol::{AgentId, ConversationId, EventFrame, Millis, Receipt, Rejection, RejectionCode, VisitorEvent};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use crate::{
    desk::{Desk, Effect, Peer, PeerId},
    flow::offers::ANSWER_GRACE_MS,
    site::settings::ms,
    state::deadlines::Due,
    store::Record,
    wire::card::{AgentEvent, Carded},
};

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

    fn add(&mut self, peer: PeerId, seat: Seat) {
        self.remove(peer);
        self.peers.entry(seat.listener.clone()).or_default().insert(peer);
        self.by_peer.insert(peer, seat);
    }

    fn remove(&mut self, peer: PeerId) -> Option<Listener> {
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

    pub fn has(&self, listener: &Listener) -> bool {
        self.peers.contains_key(listener)
    }

    fn of(&self, listener: &Listener) -> impl Iterator<Item = PeerId> {
        self.peers.get(listener).into_iter().flatten().copied()
    }
}

/// Sockets of one conversation or one agent: tabs, and those whose network has died and which will be noticed. Whoever asks on one more is
/// answered and hears nothing later, so that its host closes it.
const MOST_SOCKETS: usize = 32;

impl Desk {
    /// Whether somebody listens on that socket.
    pub fn listens(&self, peer: PeerId) -> bool {
        self.listeners.by_peer.contains_key(&peer)
    }

    pub(crate) fn listen(&mut self, now: Millis, peer: &Peer, listener: Listener) {
        if !peer.lasting || (!self.is_listening(peer.id, &listener) && self.listeners.of(&listener).count() >= MOST_SOCKETS) {
            return;
        }
        let until = match (&listener, &peer.cookie) {
            (Listener::Agent(_), Some(cookie)) => self.access.until(&cookie.0),
            _ => None,
        };
        let seat = Seat { listener: listener.clone(), until };
        self.save(Record::Peer(peer.id, seat.clone()));
        self.listeners.add(peer.id, seat);
        self.deadlines.set(Due::Session(peer.id), until);
        match listener {
            Listener::Visitor(id) => self.visitor_came(now, &id),
            Listener::Agent(agent) => {
                if let Some(here) = self.roster.get_mut(&agent)
                    && here.presence.gone_since.take().is_some()
                {
                    self.deadlines.set(Due::Agent(agent.clone()), None);
                    self.agent_changed(now, &agent, "agent_came");
                }
            }
        }
    }

    pub(crate) fn left(&mut self, now: Millis, peer: PeerId) {
        let Some(listener) = self.listeners.remove(peer) else { return };
        self.save(Record::PeerLeft(peer));
        self.deadlines.set(Due::Session(peer), None);
        if self.listeners.of(&listener).next().is_some() {
            return;
        }
        match listener {
            Listener::Visitor(id) => self.visitor_went(now, &id),
            Listener::Agent(agent) => {
                if let Some(gone) = self.roster.get_mut(&agent) {
                    gone.presence.gone_since = Some(now);
                    self.watch_for_vanishing(&agent);
                    self.agent_changed(now, &agent, "agent_went");
                }
            }
        }
    }

    /// First what they were asked goes on, then what they hold.
    pub(crate) fn watch_for_vanishing(&mut self, agent: &AgentId) {
        let grace = ms(self.settings.times.agent_grace_seconds).min(ANSWER_GRACE_MS);
        let due = self.roster.get(agent).and_then(|agent| agent.presence.gone_since).map(|since| since + grace);
        self.deadlines.set(Due::Agent(agent.clone()), due);
    }

    /// A sign-in that is over is so for its sockets as well. What the agent holds goes back as of one who vanished.
    pub(crate) fn session_ended(&mut self, now: Millis, peer: PeerId) {
        self.reply_agent(peer, AgentEvent::SignedOut {});
        self.left(now, peer);
    }

    /// Stops every socket of an agent from hearing more.
    pub(crate) fn deafen(&mut self, now: Millis, agent: &AgentId) {
        let listener = Listener::Agent(agent.clone());
        let peers: Vec<_> = self.listeners.of(&listener).collect();
        for peer in peers {
            self.reply_agent(peer, AgentEvent::SignedOut {});
            self.left(now, peer);
        }
    }

    // ---- telling

    pub(crate) fn reply_visitor(&mut self, peer: PeerId, event: VisitorEvent) {
        self.turn.sends.push(Effect::Send(peer, frame(&event)));
    }

    pub(crate) fn reply_agent(&mut self, peer: PeerId, event: AgentEvent) {
        self.turn.sends.push(Effect::Send(peer, frame(&event)));
    }

    pub(crate) fn reject_visitor(&mut self, peer: PeerId, code: RejectionCode, why: &str) {
        self.reply_visitor(peer, VisitorEvent::Rejected { rejection: Rejection::new(code, why) });
    }

    pub(crate) fn reject_agent(&mut self, peer: PeerId, code: RejectionCode, why: &str) {
        self.reply_agent(peer, AgentEvent::Rejected { rejection: Rejection::new(code, why) });
    }

    /// To every page of the visitor.
    pub(crate) fn tell_visitor(&mut self, id: &ConversationId, event: VisitorEvent) {
        self.tell(&[Listener::Visitor(id.clone())], &event);
    }

    /// To every tab of the agent.
    pub(crate) fn tell_agent(&mut self, agent: &AgentId, event: AgentEvent) {
        self.tell(&[Listener::Agent(agent.clone())], &event);
    }

    /// To every tab of every agent.
    pub(crate) fn tell_agents(&mut self, event: &AgentEvent) {
        let to: Vec<_> = self.roster.iter().map(|agent| Listener::Agent(agent.settings.id.clone())).collect();
        self.tell(&to, event);
    }

    /// Whoever held what was erased, opened its promise or looks after all may have it on the screen still.
    pub(crate) fn tell_erased(&mut self, receipt: &Receipt) {
        self.tell_agents(&AgentEvent::Erased { receipt: receipt.clone() });
    }

    pub(crate) fn is_listening(&self, peer: PeerId, listener: &Listener) -> bool {
        self.listeners.by_peer.get(&peer).is_some_and(|seat| seat.listener == *listener)
    }

    /// The same words to all of them; none are made if nobody listens.
    pub(crate) fn tell<E: Serialize>(&mut self, to: &[Listener], event: &E) {
        let mut peers = to.iter().flat_map(|listener| self.listeners.of(listener)).peekable();
        if peers.peek().is_some() {
            let text = frame(event);
            self.turn.sends.extend(peers.map(|peer| Effect::Send(peer, text.clone())));
        }
    }

    pub(crate) fn reply_card(&mut self, peer: PeerId, card: Carded) {
        self.turn.sends.push(Effect::SendCard(peer, card));
    }

    /// To every tab of the agent.
    pub(crate) fn tell_card(&mut self, agent: &AgentId, card: &Carded) {
        let tabs = Listener::Agent(agent.clone());
        let peers = self.listeners.of(&tabs);
        self.turn.sends.extend(peers.map(|peer| Effect::SendCard(peer, card.clone())));
    }
}

pub(crate) fn frame<E: Serialize>(event: &E) -> String {
    serde_json::to_string(&EventFrame::new(event)).expect("an event is plain JSON")
}
