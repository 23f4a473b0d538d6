//! What an agent does with an offer or takes of their own accord, and what became of a conversation
//! that they held. Not what is said in it.

use protocol::{
    AgentId, Claim, ConversationId, Millis, QueuedBecause, RejectionCode, RejectionReason,
    TransferFailure, WithdrawnBecause,
};

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

/// So many more than the capacity may be held by who takes them: the capacity is what the desk may
/// lay upon an agent, who may judge that one more can be served. Not more, lest one press of a key
/// after the other empties the queue into one console.
const BEYOND_CAPACITY: u32 = 1;

impl Desk {
    pub(crate) fn accept(
        &mut self,
        now: Millis,
        peer: PeerId,
        me: &AgentId,
        id: &ConversationId,
        claim: Claim,
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
        claim: Claim,
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

    /// An agent takes one that waits, whoever it is offered to: a given one, or the next.
    pub(crate) fn take(
        &mut self,
        now: Millis,
        peer: &Peer,
        me: &AgentId,
        wanted: Option<ConversationId>,
    ) {
        let Some(id) = wanted.or_else(|| self.next_for(me)) else {
            return self.reject_agent_since(
                peer.id,
                RejectionCode::NotNow,
                RejectionReason::NobodyWaits,
                "nobody waits",
            );
        };
        let Some(conversation) = self.conversations.get(&id) else {
            return self.reject_agent_since(
                peer.id,
                RejectionCode::NotFound,
                RejectionReason::Gone,
                "no such conversation",
            );
        };
        if !conversation.state().is_waiting() {
            return self.reject_agent_since(
                peer.id,
                RejectionCode::NotNow,
                RejectionReason::Gone,
                "it does not wait any more",
            );
        }
        if conversation.unreadable_to.contains(me) {
            return self.reject_agent_since(
                peer.id,
                RejectionCode::NotNow,
                RejectionReason::Unreadable,
                "your console could not read it",
            );
        }
        let asked = conversation.state().asked().cloned();
        if asked.as_ref() != Some(me) {
            let has_room = self.roster.get(me).is_some_and(|agent| {
                agent.load() < agent.settings.capacity.saturating_add(BEYOND_CAPACITY)
            });
            if !has_room {
                return self.reject_agent_since(
                    peer.id,
                    RejectionCode::NotNow,
                    RejectionReason::NoPlace,
                    "you hold one more than you can already",
                );
            }
            if let Some(agent) = asked {
                self.withdraw(&id, &agent, WithdrawnBecause::TakenOver);
            }
            if let Some(conversation) = self.conversations.get_mut(&id) {
                conversation.claim = conversation.next_claim();
                conversation.offered_at = Some(now);
            }
        }
        self.review(now, &id, me, EventKind::Taken);
        self.answer_with_card(peer.id, me, &id);
    }

    /// What this agent is offered, or else the first in the queue that their console can read.
    fn next_for(&self, me: &AgentId) -> Option<ConversationId> {
        let asked = self.roster.get(me).into_iter().flat_map(|agent| &agent.asked);
        let mut offered = asked
            .filter(|id| self.conversations.get(id).is_some_and(|one| one.state().is_waiting()));
        let first = || {
            let waiting =
                self.queue.first(self.queue.len()).filter_map(|row| self.conversations.at(row));
            waiting
                .into_iter()
                .find(|conversation| !conversation.unreadable_to.contains(me))
                .map(|conversation| conversation.id.clone())
        };
        offered.next().cloned().or_else(first)
    }

    /// A console cannot show what it was sent: the conversation goes to another agent, and is
    /// closed with the choices that are left once nobody else can be asked.
    pub(crate) fn unreadable(
        &mut self,
        now: Millis,
        peer: PeerId,
        me: &AgentId,
        id: &ConversationId,
        claim: Claim,
    ) {
        if self.is_passed_to(me, id, claim) {
            if let Some(conversation) = self.conversations.get_mut(id) {
                conversation.unreadable_to.insert(me.clone());
            }
            return self.give_on(now, me, WithdrawnBecause::Unreadable);
        }
        let Some(held) = self.claimed(peer, me, id, claim, |_| true) else { return };
        held.unreadable_to.insert(me.clone());
        let was_told = matches!(held.state(), State::Reviewing { .. } | State::Live { .. });
        let is_promise = held.state().owner().is_some();
        self.withdraw(id, me, WithdrawnBecause::Unreadable);
        if is_promise {
            return self.disown(now, id, EventKind::PromiseReleased);
        }
        self.requeue(now, id, EventKind::Unreadable);
        if !self.close_unreadable(now, id) && was_told {
            self.tell_place(now, id, QueuedBecause::AgentLeft);
        }
    }

    /// What became of a conversation while the console could not hear it. Nothing is answered where
    /// the agent holds it under that claim, or it is a promise or a missed visitor, which the board
    /// tells of.
    pub(crate) fn check_hold(
        &mut self,
        peer: &Peer,
        me: &AgentId,
        id: ConversationId,
        claim: Claim,
    ) {
        let Some(conversation) = self.conversations.get(&id) else {
            return self.reply_agent(peer.id, AgentEvent::Gone { conversation: id });
        };
        let because = match conversation.state() {
            State::Closed { missed: Some(_), .. } | State::Promised { .. }
                if claim == Claim::NONE =>
            {
                return;
            }
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
