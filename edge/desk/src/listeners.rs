//! Who listens to what, and telling them.

use protocol::{AgentEvent, AgentId, ConversationId, EventFrame, Millis, Rejection, RejectionCode, VisitorEvent};
use serde::{Deserialize, Serialize};

use crate::{
    deadlines::Due,
    desk::{Desk, Peer, PeerId},
    settings::ms,
    store::Record,
};

/// What a socket listens to. Kept, so that a hibernating host's sockets stay known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listener {
    Visitor(ConversationId),
    Agent(AgentId),
}

impl Desk {
    pub(crate) fn listen(&mut self, now: Millis, peer: &Peer, listener: Listener) {
        if !peer.lasting {
            return;
        }
        self.save(Record::Peer(peer.id, listener.clone()));
        self.listeners.insert(peer.id, listener.clone());
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
        let Some(listener) = self.listeners.remove(&peer) else { return };
        self.save(Record::PeerLeft(peer));
        if self.listeners.values().any(|other| *other == listener) {
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

    pub(crate) fn watch_for_vanishing(&mut self, agent: &AgentId) {
        let grace = ms(self.settings.times.agent_grace_seconds);
        let due = self.roster.get(agent).and_then(|agent| agent.presence.gone_since).map(|since| since + grace);
        self.deadlines.set(Due::Agent(agent.clone()), due);
    }

    /// Stops every socket of an agent from hearing more.
    pub(crate) fn deafen(&mut self, now: Millis, agent: &AgentId) {
        let listener = Listener::Agent(agent.clone());
        let peers: Vec<_> = self.listeners.iter().filter(|(_, other)| **other == listener).map(|(peer, _)| *peer).collect();
        for peer in peers {
            self.reply_agent(peer, AgentEvent::SignedOut {});
            self.left(now, peer);
        }
    }

    // ---- telling

    pub(crate) fn reply_visitor(&mut self, peer: PeerId, event: VisitorEvent) {
        self.turn.sends.push((peer, frame(event)));
    }

    pub(crate) fn reply_agent(&mut self, peer: PeerId, event: AgentEvent) {
        self.turn.sends.push((peer, frame(event)));
    }

    pub(crate) fn reject_visitor(&mut self, peer: PeerId, code: RejectionCode, why: &str) {
        self.reply_visitor(peer, VisitorEvent::Rejected { rejection: Rejection::new(code, why) });
    }

    pub(crate) fn reject_agent(&mut self, peer: PeerId, code: RejectionCode, why: &str) {
        self.reply_agent(peer, AgentEvent::Rejected { rejection: Rejection::new(code, why) });
    }

    /// To every page of the visitor.
    pub(crate) fn tell_visitor(&mut self, id: &ConversationId, event: VisitorEvent) {
        self.tell(&Listener::Visitor(id.clone()), frame(event));
    }

    /// To every tab of the agent.
    pub(crate) fn tell_agent(&mut self, agent: &AgentId, event: AgentEvent) {
        self.tell(&Listener::Agent(agent.clone()), frame(event));
    }

    /// To every tab of every agent.
    pub(crate) fn tell_agents(&mut self, event: &AgentEvent) {
        let text = frame(event);
        let peers = self.listeners.iter().filter(|(_, listener)| matches!(listener, Listener::Agent(_)));
        self.turn.sends.extend(peers.map(|(peer, _)| (*peer, text.clone())));
    }

    pub(crate) fn is_listening(&self, peer: PeerId, listener: &Listener) -> bool {
        self.listeners.get(&peer) == Some(listener)
    }

    pub(crate) fn tell(&mut self, to: &Listener, text: String) {
        let peers = self.listeners.iter().filter(|(_, listener)| *listener == to);
        self.turn.sends.extend(peers.map(|(peer, _)| (*peer, text.clone())));
    }
}

fn frame<E: Serialize>(event: E) -> String {
    serde_json::to_string(&EventFrame::new(event)).expect("an event is plain JSON")
}
