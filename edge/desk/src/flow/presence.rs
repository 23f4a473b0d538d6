//! Sockets that come and go, and with them visitors and agents.

use protocol::{AgentId, Millis};

use crate::{
    desk::Desk,
    log::kind::EventKind,
    site::settings::ms,
    state::{
        deadlines::Due,
        listeners::{Listener, Seat},
        peer::{Peer, PeerId},
    },
    store::Record,
    wire::card::AgentEvent,
};

/// Sockets of one conversation or one agent: tabs, and those whose network has died and which will
/// be noticed. Whoever asks on one more is answered and hears nothing later, so that its host
/// closes it.
const MOST_SOCKETS: usize = 32;

/// What an agent was asked waits this long for a console that went away, as one does that is loaded
/// anew, or whose server starts again.
const ANSWER_GRACE_MS: Millis = 5_000;

impl Desk {
    /// Whether somebody listens on that socket.
    pub fn listens(&self, peer: PeerId) -> bool {
        self.listeners.knows(peer)
    }

    pub(crate) fn listen(&mut self, now: Millis, peer: &Peer, listener: Listener) {
        if !peer.lasting
            || (!self.is_listening(peer.id, &listener)
                && self.listeners.of(&listener).count() >= MOST_SOCKETS)
        {
            return;
        }
        let term = match (&listener, &peer.cookie) {
            (Listener::Agent(_), Some(cookie)) => self.access.term(&cookie.0),
            _ => None,
        };
        let seat = Seat { listener: listener.clone(), term };
        self.save(Record::Peer(peer.id, seat.clone()));
        self.listeners.add(peer.id, seat);
        self.deadlines.set(Due::Session(peer.id), term.map(|term| term.end(now)));
        match listener {
            Listener::Visitor(id) => self.visitor_came(now, &id),
            Listener::Agent(agent) => {
                if let Some(here) = self.roster.get_mut(&agent)
                    && here.presence.gone_since.take().is_some()
                {
                    self.deadlines.set(Due::Agent(agent.clone()), None);
                    self.agent_changed(now, &agent, EventKind::AgentCame);
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
                    self.agent_changed(now, &agent, EventKind::AgentWent);
                }
            }
        }
    }

    /// First what they were asked goes on, then what they hold.
    pub(crate) fn watch_for_vanishing(&mut self, agent: &AgentId) {
        let grace = ms(self.settings.times.agent_grace_seconds).min(ANSWER_GRACE_MS);
        let due = self
            .roster
            .get(agent)
            .and_then(|agent| agent.presence.gone_since)
            .map(|since| since + grace);
        self.deadlines.set(Due::Agent(agent.clone()), due);
    }

    /// By a clock that was behind for a while it may not be over yet.
    pub(crate) fn session_is_due(&mut self, now: Millis, peer: PeerId) {
        let end = self.listeners.session(peer).map(|term| term.end(now));
        if end.is_some_and(|end| end > now) {
            return self.deadlines.set(Due::Session(peer), end);
        }
        self.session_ended(now, peer);
    }

    /// A sign-in that is over is so for its sockets as well. What the agent holds goes back as of
    /// one who vanished.
    pub(crate) fn session_ended(&mut self, now: Millis, peer: PeerId) {
        self.reply_agent(peer, AgentEvent::SignedOut {});
        self.left(now, peer);
    }

    /// Stops every socket of an agent from hearing more.
    pub(crate) fn unsubscribe(&mut self, now: Millis, agent: &AgentId) {
        let listener = Listener::Agent(agent.clone());
        let peers: Vec<_> = self.listeners.of(&listener).collect();
        for peer in peers {
            self.reply_agent(peer, AgentEvent::SignedOut {});
            self.left(now, peer);
        }
    }
}
