//! What visitors and agents say to each other, and how far each has received and read it.

use protocol::{
    AgentId, Author, Claim, ConversationId, Message, MessageId, Millis, Priority, Rejection,
    RejectionCode, Seq, Text, VisitorEvent, limits,
};
use std::sync::Arc;

use crate::{
    desk::Desk,
    log::kind::EventKind,
    site::settings::ms,
    state::{
        listeners::Listener,
        peer::{Peer, PeerId},
        queue::Needs,
        quota::Quota,
        standing::State,
    },
    store::Record,
    wire::card::AgentEvent,
};

/// How fast one visitor may send messages: nobody types faster.
const MESSAGES: Quota = Quota { every_ms: 200, at_once: 20 };
/// What an agent may write in a conversation that is full for the visitor.
const AGENT_MORE_MESSAGES: usize = 200;
const AGENT_MORE_BYTES: usize = 128 * 1024;

/// How far messages have come to somebody.
#[derive(Clone, Copy)]
pub(crate) enum Mark {
    Received,
    Read,
}

impl Desk {
    pub(crate) fn visitor_says(
        &mut self,
        now: Millis,
        peer: &Peer,
        id: &ConversationId,
        (message_id, text): (MessageId, Text),
        crisis: bool,
    ) {
        let idle_at = now + ms(self.settings.times.idle_seconds);
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        if let Some(known) = conversation.said_before(&message_id) {
            let event = if known.text == text && known.author == Author::Visitor {
                VisitorEvent::Said { message: known.clone() }
            } else {
                let rejection = Rejection::new(
                    RejectionCode::Conflict,
                    "this message id came before with another text",
                );
                VisitorEvent::Rejected { rejection: rejection.about(message_id) }
            };
            return self.reply_visitor(peer.id, event);
        }
        if let State::Closed { .. } = conversation.state() {
            let rejection = Rejection::new(RejectionCode::NotNow, "this conversation is closed")
                .about(message_id);
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
                    .about(message_id);
            return self.reply_visitor(peer.id, VisitorEvent::Rejected { rejection });
        }
        let network = conversation.network;
        if let Err(rejection) = self.may_grow(network.as_ref(), bytes as u64) {
            return self.reply_visitor(
                peer.id,
                VisitorEvent::Rejected { rejection: rejection.about(message_id) },
            );
        }
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        if let Err(wait) = conversation.writes.take(now, MESSAGES) {
            let rejection = Rejection::new(RejectionCode::SlowDown, "too many messages a second")
                .limit(wait.div_ceil(1000));
            return self.reply_visitor(
                peer.id,
                VisitorEvent::Rejected { rejection: rejection.about(message_id) },
            );
        }
        self.rate_limits.grew(network.as_ref(), bytes as u64);
        let message = conversation.say(now, message_id, None, text);
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

    #[expect(clippy::too_many_arguments, reason = "the fields of one command")]
    pub(crate) fn agent_says(
        &mut self,
        now: Millis,
        peer: &Peer,
        me: &AgentId,
        id: &ConversationId,
        claim: Claim,
        message_id: MessageId,
        text: Text,
    ) {
        let idle_at = now + ms(self.settings.times.idle_seconds);
        let is_held = |state: &State| matches!(state, State::Live { .. } | State::Promised { .. });
        let name = self.roster.name(me);
        let Some(conversation) = self.claimed(peer.id, me, id, claim, is_held) else { return };
        if let Some(known) = conversation.said_before(&message_id) {
            let event = if known.text == text && known.author == Author::Agent {
                AgentEvent::Said { conversation: id.clone(), message: known.clone() }
            } else {
                let rejection = Rejection::new(
                    RejectionCode::Conflict,
                    "this message id came before with another text",
                );
                AgentEvent::Rejected { rejection: rejection.about(message_id) }
            };
            return self.reply_agent(peer.id, event);
        }
        // A little beyond what the visitor may fill, so that the agent can say so.
        let bytes = text.reveal().len();
        let (messages, most) = (
            limits::MAX_CONVERSATION_MESSAGES + AGENT_MORE_MESSAGES,
            limits::MAX_CONVERSATION_BYTES + AGENT_MORE_BYTES,
        );
        if !conversation.messages.has_room(bytes, messages, most) {
            let rejection = Rejection::new(
                RejectionCode::Full,
                "this conversation holds as much as it may: close it",
            )
            .about(message_id);
            return self.reply_agent(peer.id, AgentEvent::Rejected { rejection });
        }
        let network = conversation.network;
        let message = conversation.say(now, message_id, Some(name), text);
        conversation.stir(idle_at);
        self.rate_limits.grew(network.as_ref(), bytes as u64);
        self.save(Record::Message(id.clone(), message.clone()));
        self.event(now, Some(id), Some(me), EventKind::AgentSaid);
        self.changed(id);
        if !self.is_listening(peer.id, &Listener::Agent(me.clone())) {
            self.reply_agent(
                peer.id,
                AgentEvent::Said { conversation: id.clone(), message: message.clone() },
            );
        }
        self.tell_said(id, &message);
        self.tell_visitor(id, VisitorEvent::Said { message });
    }

    /// What was said, to the agent who holds it; of a promise, to every agent.
    fn tell_said(&mut self, id: &ConversationId, message: &Message) {
        let said = AgentEvent::Said { conversation: id.clone(), message: message.clone() };
        match self.conversations.get(id).map(|conversation| conversation.state()) {
            Some(State::Promised { .. }) => self.tell_agents(&said),
            Some(State::Reviewing { agent, .. } | State::Live { agent, .. }) => {
                let agent = agent.clone();
                self.tell_agent(&agent, said);
            }
            _ => {}
        }
    }

    pub(crate) fn visitor_marks(&mut self, id: &ConversationId, seq: Seq, mark: Mark) {
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

    pub(crate) fn agent_marks(
        &mut self,
        peer: PeerId,
        me: &AgentId,
        held: (&ConversationId, Claim),
        seq: Seq,
        mark: Mark,
    ) {
        let (id, claim) = held;
        let Some(conversation) = self.claimed(peer, me, id, claim, State::is_held_or_promised)
        else {
            return;
        };
        let seq = seq.min(conversation.last());
        let (marked, event) = match mark {
            Mark::Received => (&mut conversation.agent_received, VisitorEvent::Received { seq }),
            Mark::Read => (&mut conversation.agent_read, VisitorEvent::Read { seq }),
        };
        if seq > *marked {
            *marked = seq;
            self.changed(id);
            self.tell_visitor(id, event);
        }
    }
}
