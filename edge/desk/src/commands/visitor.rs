//! What visitors ask.

use protocol::{
    Author, ConversationCommand, ConversationId, FallbackChoice, MessageId, Millis, Outcome,
    Priority, QueuedBecause, Rejection, RejectionCode, Staffing, Text, VisitorCommand,
    VisitorEvent, WithdrawnBecause, limits,
};
use std::sync::Arc;

use crate::{
    desk::Desk,
    flow::admission,
    log::kind::EventKind,
    site::{fallback, settings::ms},
    state::{
        conversation::{Begun, Conversation},
        credentials::Digest,
        listeners::Listener,
        peer::{Peer, PeerId},
        queue::Needs,
        quota::Quota,
        standing::State,
    },
    store::Record,
    wire::{card::AgentEvent, frame::Handoff},
};

const NOT_FOUND: &str = "no such conversation for this token";
/// How far messages have come to somebody.
#[derive(Clone, Copy)]
pub(crate) enum Mark {
    Received,
    Read,
}

/// How fast one visitor may send messages: nobody types faster.
const MESSAGES: Quota = Quota { every_ms: 200, at_once: 20 };
/// Pages that one visitor goes to: each is a row written, and pages of ours tell fewer.
const VISITS: Quota = Quota { every_ms: 2_000, at_once: 5 };
/// Promises that one visitor takes: each is shown to every agent.
const PROMISES: Quota = Quota { every_ms: 60_000, at_once: 5 };

impl Desk {
    pub(crate) fn visitor_asks(
        &mut self,
        now: Millis,
        peer: &Peer,
        id: &ConversationId,
        token: &Digest,
        command: &ConversationCommand,
    ) {
        let is_ping = matches!(command, VisitorCommand::Ping {});
        // Absent and foreign are one answer.
        if !is_ping && !self.conversations.opens(id, token) {
            return self.reject_visitor(peer.id, RejectionCode::NotFound, NOT_FOUND);
        }
        match command {
            VisitorCommand::Resume { after } => self.resume(now, peer, id, *after),
            VisitorCommand::Say { message, text, crisis } => {
                self.visitor_says(now, peer, id, (message, text), *crisis)
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
            VisitorCommand::MarkReceived { seq } => self.visitor_marks(id, *seq, Mark::Received),
            VisitorCommand::MarkRead { seq } => self.visitor_marks(id, *seq, Mark::Read),
            VisitorCommand::ChooseFallback { fallback } => {
                self.choose_fallback(now, peer, id, fallback.clone())
            }
            VisitorCommand::Rejoin {} => self.visitor_rejoins(now, peer, id),
            VisitorCommand::Leave {} => self.leave(now, peer, id),
            VisitorCommand::Erase {} => self.visitor_erases(now, peer, id),
            VisitorCommand::Rate { effort, satisfaction } => {
                self.rate(now, peer, id, *effort, *satisfaction)
            }
            VisitorCommand::Ping {} => self.reply_visitor(peer.id, VisitorEvent::Pong {}),
            VisitorCommand::RequestHandoff { package } => match *package {},
        }
    }

    pub(crate) fn request_handoff(
        &mut self,
        now: Millis,
        peer: &Peer,
        id: &ConversationId,
        token: &Digest,
        handoff: &Handoff,
    ) {
        let Handoff { body, request, brief } = handoff;
        if let Some(known) = self.conversations.get(id) {
            if !known.token.is_same(token) {
                return self.reject_visitor(peer.id, RejectionCode::NotFound, NOT_FOUND);
            }
            if !known.request.is_of(body) {
                let why = "this conversation was handed over before with another package";
                return self.reject_visitor(peer.id, RejectionCode::Conflict, why);
            }
            return self.reply_state(now, peer.id, id, QueuedBecause::Requested);
        }
        if self.conversations.is_lost(id) {
            return self.reject_visitor(peer.id, RejectionCode::NotFound, NOT_FOUND);
        }
        let visitor = admission::visitor(brief.visitor, peer.network);
        if let Err(rejection) = self
            .may_open(peer.network.as_ref(), brief.bytes)
            .and_then(|()| self.admit(now, peer, visitor))
        {
            return self.reply_visitor(peer.id, VisitorEvent::Rejected { rejection });
        }
        self.rate_limits.opened(peer.network.as_ref(), brief.bytes);
        let state = self.waiting(now);
        let last_agent =
            visitor.and_then(|visitor| self.known.get(&visitor)).map(|(_, agent)| agent.clone());
        let row = self.conversations.last_row() + 1;
        self.save(Record::Package { row, conversation: id.clone(), body: body.clone() });
        let (network, brief) = (peer.network, Arc::clone(brief));
        let begun = Begun {
            id: id.clone(),
            token: *token,
            request: *request,
            brief,
            row,
            network,
            visitor,
            last_agent,
        };
        let conversation = Conversation::begin(now, begun, state.clone());
        self.conversations.insert(conversation);
        self.enter(now, id, state, EventKind::HandoffRequested);
        if matches!(self.staffing(now), Staffing::Closed { .. }) {
            self.event(now, Some(id), None, EventKind::AfterHours);
        }
        self.reply_state(now, peer.id, id, QueuedBecause::Requested);
        self.keep_said(id);
    }

    /// The messages after a number, at most a page. With the last page come the state and how far
    /// the visitor's own words are read, and from there on a socket hears what happens: so it has
    /// no gap, however many pages there are.
    fn resume(&mut self, now: Millis, peer: &Peer, id: &ConversationId, after: u64) {
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
        if agent_received > 0 {
            self.reply_visitor(peer.id, VisitorEvent::Received { seq: agent_received });
        }
        if agent_read > 0 {
            self.reply_visitor(peer.id, VisitorEvent::Read { seq: agent_read });
        }
        let resumed = VisitorEvent::Resumed { last, more: false, now, after };
        self.reply_visitor(peer.id, resumed);
    }

    fn reply_state(
        &mut self,
        now: Millis,
        peer: PeerId,
        id: &ConversationId,
        because: QueuedBecause,
    ) {
        let Some(conversation) = self.conversations.known(id) else { return };
        let event = match conversation.state() {
            State::Queued { .. } | State::Offered { .. } => self.place(now, id, because),
            State::Reviewing { agent, until, .. } => {
                Some(VisitorEvent::Reviewing { agent: self.roster.name(agent), until: *until })
            }
            State::Live { agent, .. } => {
                Some(VisitorEvent::Connected { agent: self.roster.name(agent) })
            }
            State::Promised { commitment, .. } => {
                Some(VisitorEvent::Promised { commitment: commitment.clone() })
            }
            State::Closed { .. } => Some(self.closed_event(now, id)),
        };
        if let Some(event) = event {
            self.reply_visitor(peer, event);
        }
    }

    pub(crate) fn closed_event(&self, now: Millis, id: &ConversationId) -> VisitorEvent {
        let conversation = self.conversations.get(id);
        let outcome = match conversation.map(|c| c.state()) {
            Some(State::Closed { outcome, .. }) => *outcome,
            _ => Outcome::Unanswered,
        };
        let has_met = conversation.is_some_and(|c| c.connected_at.is_some());
        let is_rated = conversation.is_some_and(|c| c.effort.is_some() || c.satisfaction.is_some());
        let choices = match outcome {
            Outcome::Unanswered | Outcome::Abandoned => {
                fallback::options(now, &self.settings.schedule, &self.settings.times)
            }
            _ => Vec::new(),
        };
        let reopen_until = conversation
            .and_then(|c| c.reopen_until(&self.settings.times))
            .filter(|until| *until > now);
        VisitorEvent::Closed { outcome, may_rate: has_met && !is_rated, choices, reopen_until }
    }

    fn visitor_says(
        &mut self,
        now: Millis,
        peer: &Peer,
        id: &ConversationId,
        (message_id, text): (&MessageId, &Text),
        crisis: bool,
    ) {
        let idle_at = now + ms(self.settings.times.idle_seconds);
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        if let Some(known) = conversation.said_before(message_id) {
            let event = if known.text == *text && known.author == Author::Visitor {
                VisitorEvent::Said { message: known.clone() }
            } else {
                let rejection = Rejection::new(
                    RejectionCode::Conflict,
                    "this message id came before with another text",
                );
                VisitorEvent::Rejected { rejection: rejection.about(message_id.clone()) }
            };
            return self.reply_visitor(peer.id, event);
        }
        if let State::Closed { .. } = conversation.state() {
            let rejection = Rejection::new(RejectionCode::NotNow, "this conversation is closed")
                .about(message_id.clone());
            return self.reply_visitor(peer.id, VisitorEvent::Rejected { rejection });
        }
        let bytes = text.reveal().len();
        if !conversation.messages.has_room(
            bytes,
            limits::MAX_CONVERSATION_MESSAGES,
            limits::MAX_CONVERSATION_BYTES,
        ) {
            let rejection =
                Rejection::new(RejectionCode::Full, "this conversation holds as much as it may")
                    .about(message_id.clone());
            return self.reply_visitor(peer.id, VisitorEvent::Rejected { rejection });
        }
        let network = conversation.network;
        if let Err(rejection) = self.may_grow(network.as_ref(), bytes as u64) {
            return self.reply_visitor(
                peer.id,
                VisitorEvent::Rejected { rejection: rejection.about(message_id.clone()) },
            );
        }
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        if let Err(wait) = conversation.writes.take(now, MESSAGES) {
            let rejection = Rejection::new(RejectionCode::SlowDown, "too many messages a second")
                .limit(wait.div_ceil(1000));
            return self.reply_visitor(
                peer.id,
                VisitorEvent::Rejected { rejection: rejection.about(message_id.clone()) },
            );
        }
        self.rate_limits.grew(network.as_ref(), bytes as u64);
        let message = conversation.say(now, message_id.clone(), None, text.clone());
        conversation.stir(idle_at);
        self.save(Record::Message(id.clone(), message.clone()));
        self.event(now, Some(id), None, EventKind::VisitorSaid);
        self.changed(id);
        if !self.is_listening(peer.id, &Listener::Visitor(id.clone())) {
            self.reply_visitor(peer.id, VisitorEvent::Said { message: message.clone() });
        }
        self.tell_visitor(id, VisitorEvent::Said { message: message.clone() });
        self.tell_said(id, &message);
        if crisis {
            self.raise(now, id);
        }
    }

    /// From now on it is as if it had been handed over with the highest priority. The page says so,
    /// as it says a handoff's priority: nobody gets further ahead by it than by having said so at
    /// once.
    fn raise(&mut self, now: Millis, id: &ConversationId) {
        let Some(conversation) =
            self.conversations.get_mut(id).filter(|own| own.brief.priority != Priority::High)
        else {
            return;
        };
        Arc::make_mut(&mut conversation.brief).priority = Priority::High;
        if let State::Queued { .. } = conversation.state() {
            let needs = Needs::of(conversation, &self.settings.category, &self.roster);
            self.queue.push(conversation, needs, &self.settings.times);
            self.board_changed(now);
            self.positions_changed(now);
        }
        self.event(now, Some(id), None, EventKind::Raised);
        self.changed(id);
    }

    fn visitor_marks(&mut self, id: &ConversationId, seq: u64, mark: Mark) {
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        let seq = seq.min(conversation.last());
        let (marked, event) = match mark {
            Mark::Received => (
                &mut conversation.visitor_received,
                AgentEvent::Received { conversation: id.clone(), seq },
            ),
            Mark::Read => {
                (&mut conversation.visitor_read, AgentEvent::Read { conversation: id.clone(), seq })
            }
        };
        if seq <= *marked {
            return;
        }
        *marked = seq;
        let agent = conversation.state().people().next().cloned();
        if let Some(agent) = agent {
            self.tell_agent(&agent, event);
        }
        self.changed(id);
    }

    fn choose_fallback(
        &mut self,
        now: Millis,
        peer: &Peer,
        id: &ConversationId,
        choice: FallbackChoice,
    ) {
        let commitment = match fallback::commit(choice, now, &self.settings) {
            Ok(commitment) => commitment,
            Err(rejection) => {
                return self.reply_visitor(peer.id, VisitorEvent::Rejected { rejection });
            }
        };
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        match conversation.state().clone() {
            // The same choice again is the same promise.
            State::Promised { commitment: made, .. }
                if made.kind == commitment.kind && made.to == commitment.to =>
            {
                self.reply_visitor(peer.id, VisitorEvent::Promised { commitment: made });
            }
            State::Queued { .. }
            | State::Offered { .. }
            | State::Promised { .. }
            | State::Closed { outcome: Outcome::Unanswered | Outcome::Abandoned, .. } => {
                let (asked, owner) =
                    (conversation.state().agent().cloned(), conversation.state().owner().cloned());
                let quota = conversation.promises.take(now, PROMISES);
                let may = quota.map_err(|wait| {
                    admission::slow_down("too many promises, one after the other", wait)
                });
                if let Err(rejection) = may.and_then(|()| self.may_reopen(peer, id)) {
                    return self.reply_visitor(peer.id, VisitorEvent::Rejected { rejection });
                }
                if let Some(agent) = asked {
                    self.withdraw(id, &agent, WithdrawnBecause::VisitorLeft);
                }
                let remind_at = fallback::remind_at(commitment.due, now, &self.settings);
                self.reopen(peer, id);
                self.enter(
                    now,
                    id,
                    State::Promised { commitment: commitment.clone(), remind_at, owner },
                    EventKind::Promised,
                );
                if !self.is_listening(peer.id, &Listener::Visitor(id.clone())) {
                    self.reply_visitor(
                        peer.id,
                        VisitorEvent::Promised { commitment: commitment.clone() },
                    );
                }
                self.tell_visitor(id, VisitorEvent::Promised { commitment });
            }
            State::Reviewing { .. } | State::Live { .. } => {
                self.reject_visitor(
                    peer.id,
                    RejectionCode::NotNow,
                    "an agent has already taken this conversation",
                );
            }
            State::Closed { .. } => {
                self.reject_visitor(peer.id, RejectionCode::NotNow, "this conversation is closed")
            }
        }
    }

    /// Back to the queue, from a promise or from the end.
    fn visitor_rejoins(&mut self, now: Millis, peer: &Peer, id: &ConversationId) {
        let Some(conversation) = self.conversations.known(id) else { return };
        let may = match conversation.state() {
            State::Promised { .. } => true,
            State::Closed { .. }
                if conversation
                    .reopen_until(&self.settings.times)
                    .is_some_and(|until| now < until) =>
            {
                true
            }
            State::Closed { .. } => {
                return self.reject_visitor(
                    peer.id,
                    RejectionCode::NotNow,
                    "this conversation was closed too long ago to be reopened",
                );
            }
            // It is on its way already.
            _ => false,
        };
        if may {
            // Of somebody who does not say who they are, the conversation's own.
            let visitor = conversation.visitor.unwrap_or(conversation.token);
            if let Err(rejection) =
                self.may_reopen(peer, id).and_then(|()| self.admit(now, peer, Some(visitor)))
            {
                return self.reply_visitor(peer.id, VisitorEvent::Rejected { rejection });
            }
            self.reopen(peer, id);
            self.rejoin(now, id);
        }
        if !self.is_listening(peer.id, &Listener::Visitor(id.clone())) {
            self.reply_state(now, peer.id, id, QueuedBecause::Rejoined);
        }
    }

    fn visitor_erases(&mut self, now: Millis, peer: &Peer, id: &ConversationId) {
        if let Some(receipt) = self.erase(now, id) {
            self.tell_erased(&receipt);
            let erased = VisitorEvent::Erased { receipt };
            if !self.is_listening(peer.id, &Listener::Visitor(id.clone())) {
                self.reply_visitor(peer.id, erased.clone());
            }
            self.tell_visitor(id, erased);
        }
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

    // ---- where the visitor's page is, and whether it is there

    fn visitor_visits(&mut self, now: Millis, peer: &Peer, id: &ConversationId, page: &Text) {
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        if conversation.state().is_closed() || conversation.page.as_ref() == Some(page) {
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
            self.tell_agent(
                &agent,
                AgentEvent::Visited { conversation: id.clone(), page: page.clone() },
            );
        }
        self.changed(id);
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

    /// A page that polls is gone as soon as it stops.
    fn visitor_polled(&mut self, now: Millis, id: &ConversationId) {
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
