//! Telling visitors and agents: a reply to who asked, or an event to every page of a visitor and
//! every tab of an agent.

use protocol::{
    AgentId, ConversationId, Millis, Outcome, QueuedBecause, Receipt, Rejection, RejectionCode,
    RejectionReason, VisitorEvent,
};

use crate::{
    desk::{Desk, Effect},
    site::fallback,
    state::{listeners::Listener, peer::PeerId, standing::State},
    wire::{
        card::{AgentEvent, Carded},
        write::{Event, frame},
    },
};

impl Desk {
    pub(crate) fn reply_visitor(&mut self, peer: PeerId, event: VisitorEvent) {
        self.turn.sends.push(Effect::Send(peer, frame(&event)));
    }

    pub(crate) fn reply_agent(&mut self, peer: PeerId, event: AgentEvent) {
        self.turn.sends.push(Effect::Send(peer, frame(&event)));
    }

    pub(crate) fn reject_visitor(&mut self, peer: PeerId, code: RejectionCode, why: &str) {
        self.reply_visitor(peer, VisitorEvent::Rejected { rejection: Rejection::new(code, why) });
    }

    /// Absent and foreign are one answer.
    pub(crate) fn reject_foreign(&mut self, peer: PeerId) {
        let why = "no such conversation for this token";
        self.reject_visitor(peer, RejectionCode::NotFound, why);
    }

    pub(crate) fn reject_agent(&mut self, peer: PeerId, code: RejectionCode, why: &str) {
        self.reply_agent(peer, AgentEvent::Rejected { rejection: Rejection::new(code, why) });
    }

    /// The same, and more finely than the code what stood in the way.
    pub(crate) fn reject_agent_since(
        &mut self,
        peer: PeerId,
        code: RejectionCode,
        reason: RejectionReason,
        why: &str,
    ) {
        self.reply_agent(
            peer,
            AgentEvent::Rejected { rejection: Rejection::new(code, why).since(reason) },
        );
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
        let to: Vec<_> =
            self.roster.iter().map(|agent| Listener::Agent(agent.settings.id.clone())).collect();
        self.tell(&to, event);
    }

    /// Whoever held what was erased, opened its promise or looks after all may have it on the
    /// screen still.
    pub(crate) fn tell_erased(&mut self, receipt: &Receipt) {
        self.tell_agents(&AgentEvent::Erased { receipt: receipt.clone() });
    }

    pub(crate) fn is_listening(&self, peer: PeerId, listener: &Listener) -> bool {
        self.listeners.is_listening(peer, listener)
    }

    /// The same words to all of them; none are made if nobody listens.
    pub(crate) fn tell<E: Event>(&mut self, to: &[Listener], event: &E) {
        let mut peers = to.iter().flat_map(|listener| self.listeners.of(listener)).peekable();
        if peers.peek().is_some() {
            let event = frame(event);
            self.turn.sends.extend(peers.map(|peer| Effect::Send(peer, event.clone())));
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

    /// Where the conversation stands, to who asked.
    pub(crate) fn reply_state(
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
}
