//! What visitors ask.

use protocol::{
    ConversationCommand, ConversationId, Millis, Outcome, QueuedBecause, Rejection, RejectionCode,
    Seq, Text, VisitorCommand, VisitorEvent,
};

use crate::{
    commands::messages::Mark,
    desk::Desk,
    log::kind::EventKind,
    state::{credentials::Digest, listeners::Listener, peer::Peer, quota::Quota, standing::State},
    wire::card::AgentEvent,
};

/// Pages that one visitor goes to: each is a row written, and pages of ours tell fewer.
const VISITS: Quota = Quota { every_ms: 2_000, at_once: 5 };

impl Desk {
    pub(crate) fn visitor_asks(
        &mut self,
        now: Millis,
        peer: &Peer,
        id: &ConversationId,
        token: &Digest,
        command: ConversationCommand,
    ) {
        let is_ping = matches!(command, VisitorCommand::Ping {});
        if !is_ping && !self.conversations.opens(id, token) {
            return self.reject_foreign(peer.id);
        }
        match command {
            VisitorCommand::Resume { after } => self.resume(now, peer, id, after),
            VisitorCommand::Say { message, text, crisis } => {
                self.visitor_says(now, peer, id, (message, text), crisis)
            }
            VisitorCommand::Type {} => {
                let agent =
                    match self.conversations.get(id).map(|conversation| conversation.state()) {
                        Some(State::Live { agent, .. }) => Some(agent.clone()),
                        Some(state) => state.owner().cloned(),
                        None => None,
                    };
                if let Some(agent) = agent {
                    self.tell_agent(&agent, AgentEvent::VisitorTyping { conversation: id.clone() });
                }
            }
            VisitorCommand::Visit { page } => self.visitor_visits(now, peer, id, page),
            VisitorCommand::MarkReceived { seq } => self.visitor_marks(id, seq, Mark::Received),
            VisitorCommand::MarkRead { seq } => self.visitor_marks(id, seq, Mark::Read),
            VisitorCommand::ChooseFallback { fallback } => {
                self.choose_fallback(now, peer, id, fallback)
            }
            VisitorCommand::Rejoin {} => self.visitor_rejoins(now, peer, id),
            VisitorCommand::Leave {} => self.leave(now, peer, id),
            VisitorCommand::Erase {} => self.visitor_erases(now, peer, id),
            VisitorCommand::Rate { effort, satisfaction } => {
                self.rate(now, peer, id, effort, satisfaction)
            }
            VisitorCommand::Ping {} => self.reply_visitor(peer.id, VisitorEvent::Pong {}),
        }
    }

    /// The messages after a number, at most a page. With the last page come the state and how far
    /// the visitor's own words are read, and from there on a socket hears what happens: so it has
    /// no gap, however many pages there are.
    fn resume(&mut self, now: Millis, peer: &Peer, id: &ConversationId, after: Seq) {
        let Some(conversation) = self.conversations.known(id) else { return };
        let (last, agent_received, agent_read) =
            (conversation.last(), conversation.agent_received, conversation.agent_read);
        let page = conversation.messages.page_after(after).to_vec();
        // Whoever knows another message by that number has another history than this desk.
        let after = conversation.messages.with_number(after).map(|message| message.id.clone());
        let more = page.last().is_some_and(|message| message.seq < last);
        if !more {
            self.listen(now, peer, Listener::Visitor(id.clone()));
        }
        if more || !peer.lasting {
            self.visitor_polled(now, id);
        }
        for message in page {
            self.reply_visitor(peer.id, VisitorEvent::Said { message });
        }
        if more {
            return self.reply_visitor(peer.id, VisitorEvent::Resumed { last, more, now, after });
        }
        self.reply_state(now, peer.id, id, QueuedBecause::Moved);
        if agent_received > Seq::NONE {
            self.reply_visitor(peer.id, VisitorEvent::Received { seq: agent_received });
        }
        if agent_read > Seq::NONE {
            self.reply_visitor(peer.id, VisitorEvent::Read { seq: agent_read });
        }
        let resumed = VisitorEvent::Resumed { last, more: false, now, after };
        self.reply_visitor(peer.id, resumed);
    }

    fn leave(&mut self, now: Millis, peer: &Peer, id: &ConversationId) {
        let Some(conversation) = self.conversations.known(id) else { return };
        let outcome = match conversation.state() {
            State::Closed { .. } => None,
            State::Live { .. } => Some(Outcome::Unresolved),
            _ => Some(Outcome::Abandoned),
        };
        if let Some(outcome) = outcome {
            self.close(now, id, outcome, None);
        }
        if !self.is_listening(peer.id, &Listener::Visitor(id.clone())) {
            let closed = self.closed_event(now, id);
            self.reply_visitor(peer.id, closed);
        }
    }

    fn rate(
        &mut self,
        now: Millis,
        peer: &Peer,
        id: &ConversationId,
        effort: Option<u8>,
        satisfaction: Option<u8>,
    ) {
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        if !matches!(conversation.state(), State::Closed { .. })
            || conversation.connected_at.is_none()
        {
            return self.reject_visitor(
                peer.id,
                RejectionCode::NotNow,
                "only a closed conversation with an agent can be rated",
            );
        }
        conversation.effort = effort.or(conversation.effort);
        conversation.satisfaction = satisfaction.or(conversation.satisfaction);
        self.event(now, Some(id), None, EventKind::Rated);
        self.changed(id);
        self.reply_visitor(peer.id, VisitorEvent::Rated {});
    }

    fn visitor_visits(&mut self, now: Millis, peer: &Peer, id: &ConversationId, page: Text) {
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        if conversation.state().is_closed() || conversation.page.as_ref() == Some(&page) {
            return;
        }
        if let Err(wait) = conversation.visits.take(now, VISITS) {
            let rejection = Rejection::new(RejectionCode::SlowDown, "too many pages a second")
                .at("command.visit")
                .limit(wait.div_ceil(1000));
            return self.reply_visitor(peer.id, VisitorEvent::Rejected { rejection });
        }
        conversation.page = Some(page.clone());
        let agent = conversation.state().people().next().cloned();
        if let Some(agent) = agent {
            self.tell_agent(&agent, AgentEvent::Visited { conversation: id.clone(), page });
        }
        self.changed(id);
    }
}
