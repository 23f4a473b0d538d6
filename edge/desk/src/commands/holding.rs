//! What an agent does with an offer, and what became of a conversation that they held. Not what is
//! said in it.

use protocol::{AgentId, ConversationId, Millis, TransferFailure, WithdrawnBecause};

use crate::{
    desk::Desk,
    log::kind::EventKind,
    site::settings::ms,
    state::{
        peer::{Peer, PeerId},
        standing::State,
    },
    wire::card::AgentEvent,
};

impl Desk {
    pub(crate) fn accept(
        &mut self,
        now: Millis,
        peer: PeerId,
        me: &AgentId,
        id: &ConversationId,
        claim: u64,
    ) {
        if self.is_passed_to(me, id, claim) {
            return self.take_transfer(now, me, id);
        }
        let Some(conversation) = self.claimed(peer, me, id, claim, |_| true) else { return };
        if let State::Offered { .. } = conversation.state() {
            self.review(now, id, me, EventKind::Accepted);
        }
        self.tell_accepted(me, id);
    }

    pub(crate) fn decline(
        &mut self,
        now: Millis,
        peer: PeerId,
        me: &AgentId,
        id: ConversationId,
        claim: u64,
    ) {
        let is_offered = |state: &State| matches!(state, State::Offered { .. });
        if self.is_passed_to(me, &id, claim) {
            let because = WithdrawnBecause::Declined;
            let withdrawn = AgentEvent::Withdrawn { conversation: id.clone(), claim, because };
            self.tell_agent(me, withdrawn);
            self.pass_on(now, &id, TransferFailure::Declined);
            return;
        }
        let ask_again = now + ms(self.settings.times.ask_again_seconds);
        if let Some(conversation) = self.claimed(peer, me, &id, claim, is_offered) {
            conversation.passed_by.insert(me.clone(), ask_again);
            self.withdraw(&id, me, WithdrawnBecause::Declined);
            self.requeue(now, &id, EventKind::Declined);
        }
    }

    /// What became of a conversation while the console could not hear it. Nothing is answered where
    /// the agent holds it under that claim, or it is a promise or a missed visitor, which the board
    /// tells of.
    pub(crate) fn check_hold(&mut self, peer: &Peer, me: &AgentId, id: ConversationId, claim: u64) {
        let Some(conversation) = self.conversations.get(&id) else {
            return self.reply_agent(peer.id, AgentEvent::Gone { conversation: id });
        };
        let because = match conversation.state() {
            State::Closed { missed: Some(_), .. } | State::Promised { .. } if claim == 0 => return,
            State::Closed { outcome, .. } => {
                let closed = AgentEvent::Closed { conversation: id, outcome: *outcome };
                return self.reply_agent(peer.id, closed);
            }
            State::Promised { .. } => WithdrawnBecause::VisitorLeft,
            State::Queued { .. } | State::Offered { .. } => WithdrawnBecause::AgentGone,
            State::Reviewing { agent, .. } | State::Live { agent, .. } if agent != me => {
                WithdrawnBecause::Elsewhere
            }
            // Held by this agent: `watch` told of it.
            State::Reviewing { .. } | State::Live { .. } => return,
        };
        self.reply_agent(peer.id, AgentEvent::Withdrawn { conversation: id, claim, because });
    }
}
