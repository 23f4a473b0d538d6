//! Telling visitors and agents: a reply to who asked, or an event to every page of a visitor and
//! every tab of an agent.

use protocol::{
    AgentId, ConversationId, Receipt, Rejection, RejectionCode, RejectionReason, VisitorEvent,
};

use crate::{
    desk::{Desk, Effect},
    state::{listeners::Listener, peer::PeerId},
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
}
