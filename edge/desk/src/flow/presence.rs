//! Sockets that come and go, and with them visitors and agents.

use protocol::{AgentId, ConversationId, Millis};

use crate::{
    desk::Desk,
    log::kind::EventKind,
    site::settings::ms,
    state::{
        deadlines::Due,
        listeners::{Listener, Seat},
        peer::{Peer, PeerId},
        standing::State,
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

    pub(crate) fn visitor_came(&mut self, now: Millis, id: &ConversationId) {
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        if conversation.visitor_gone_since.take().is_some() {
            self.visitor_is(now, id, true);
        }
    }

    pub(crate) fn visitor_went(&mut self, now: Millis, id: &ConversationId) {
        // What was erased may still have a socket.
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        conversation.visitor_gone_since = Some(now);
        self.visitor_is(now, id, false);
    }

    /// Its pages hear no more, since the conversation is deleted: to the host their sockets are a
    /// stranger's from now on.
    pub(crate) fn unsubscribe_visitor(&mut self, now: Millis, id: &ConversationId) {
        let pages: Vec<_> = self.listeners.of(&Listener::Visitor(id.clone())).collect();
        pages.into_iter().for_each(|page| self.left(now, page));
    }

    /// A page that polls is gone as soon as it stops.
    pub(crate) fn visitor_polled(&mut self, now: Millis, id: &ConversationId) {
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        if let Some(since) = &mut conversation.visitor_gone_since {
            *since = now;
            self.changed(id);
        }
    }

    fn visitor_is(&mut self, now: Millis, id: &ConversationId, present: bool) {
        let Some(conversation) = self.conversations.known(id) else { return };
        if let State::Closed { .. } = conversation.state() {
            return self.changed(id);
        }
        let agent = conversation.state().people().next().cloned();
        if let Some(agent) = agent {
            self.tell_agent(
                &agent,
                AgentEvent::VisitorPresent { conversation: id.clone(), present },
            );
        }
        self.event(
            now,
            Some(id),
            None,
            if present { EventKind::VisitorCame } else { EventKind::VisitorWent },
        );
        self.changed(id);
    }
}
