//! Offers to agents: one at a time each, and what follows when one is not answered.

use protocol::{
    AgentId, AwayBecause, Claim, ConversationId, Millis, Note, Outcome, TransferFailure,
    WithdrawnBecause,
};

use crate::{
    desk::Desk,
    log::kind::EventKind,
    site::settings::ms,
    state::{
        conversation::Conversation, listeners::Listener, peer::PeerId, queue::Place, routing,
        standing::State,
    },
    wire::card::{AgentEvent, accepted},
};

/// After so many consoles that cannot read a conversation it is none for people.
const MOST_UNREADABLE: usize = 3;

impl Desk {
    /// Gives every agent with a free place and no other offer the next conversation that they can
    /// take.
    pub(crate) fn offer_waiting(&mut self, now: Millis) {
        while let Some((id, agent)) = self.next_offer(now) {
            let until = now + ms(self.settings.times.offer_seconds);
            let Some(conversation) = self.conversations.get_mut(&id) else { continue };
            let State::Queued { give_up_at, .. } = *conversation.state() else {
                // It stands nowhere else than its state says, whatever came before.
                self.queue.remove(conversation.row);
                continue;
            };
            conversation.claim = conversation.next_claim();
            let offered = offered(conversation, until, None);
            self.enter(
                now,
                &id,
                State::Offered { agent: agent.clone(), until, give_up_at },
                EventKind::Offered,
            );
            self.tell_agent(&agent, offered);
        }
    }

    /// The first in the queue for whom an agent is free, and that agent.
    fn next_offer(&self, now: Millis) -> Option<(ConversationId, AgentId)> {
        if self.queue.is_empty() || !self.roster.iter().any(|agent| agent.may_get_offer()) {
            return None;
        }
        let mut first: Option<(Place, &ConversationId, AgentId)> = None;
        for (_, list) in self.queue.lists() {
            for place in list {
                if first.as_ref().is_some_and(|(best, ..)| best < place) {
                    break;
                }
                let Some(conversation) = self.conversations.at(place.2) else { continue };
                if let Some(agent) =
                    routing::pick_agent(now, &self.roster, &self.settings, conversation)
                {
                    first = Some((*place, &conversation.id, agent));
                    break;
                }
            }
        }
        let (_, id, agent) = first?;
        Some((id.clone(), agent))
    }

    /// Nobody answered: the conversation goes on to the next agent.
    pub(crate) fn offer_expired(&mut self, now: Millis, id: &ConversationId, agent: &AgentId) {
        let ask_again = now + ms(self.settings.times.ask_again_seconds);
        let is_busy = self.missed_offer(now, agent);
        if let Some(conversation) = self.conversations.get_mut(id).filter(|_| is_busy) {
            conversation.passed_by.insert(agent.clone(), ask_again);
        }
        self.withdraw(id, agent, WithdrawnBecause::Expired);
        self.requeue(now, id, EventKind::OfferExpired);
    }

    /// An agent did not answer. Who was at work while the offer stood is busy, and asked again
    /// later; who showed no sign of life is set away, and told so. A clock that leapt while the
    /// offer stood says nothing of anybody. Says whether they are busy.
    pub(crate) fn missed_offer(&mut self, now: Millis, agent: &AgentId) -> bool {
        let stood_since = now.saturating_sub(ms(self.settings.times.offer_seconds));
        if self.clock.has_leapt_since(stood_since) {
            return false;
        }
        let reads = |id: &ConversationId| {
            let state = self.conversations.get(id).map(|conversation| conversation.state());
            matches!(state, Some(State::Reviewing { agent: reader, .. }) if reader == agent)
        };
        let is_at_work = |one: &crate::state::roster::Agent| {
            one.has_worked_since(stood_since) || one.holds.iter().any(reads)
        };
        if self.roster.get(agent).is_some_and(is_at_work) {
            return true;
        }
        if let Some(silent) = self.roster.get_mut(agent)
            && silent.presence.available
        {
            silent.presence.available = false;
            silent.presence.away_because = Some(AwayBecause::MissedOffer);
            self.agent_changed(now, agent, EventKind::AgentSetAway);
            self.tell_signed_in(now, None, agent);
        }
        false
    }

    /// What an agent was asked and has not answered goes on at once.
    pub(crate) fn give_on(&mut self, now: Millis, agent: &AgentId, because: WithdrawnBecause) {
        let asked: Vec<_> = self
            .roster
            .get(agent)
            .map_or_else(Vec::new, |agent| agent.asked.iter().cloned().collect());
        for id in asked {
            match self.conversations.get(&id).map(|conversation| conversation.state()) {
                Some(State::Offered { .. }) => {
                    self.withdraw(&id, agent, because);
                    self.requeue(now, &id, EventKind::OfferPassedOn);
                }
                Some(state) => {
                    if let Some(claim) = state.transfer().map(|transfer| transfer.claim) {
                        self.tell_agent(
                            agent,
                            AgentEvent::Withdrawn { conversation: id.clone(), claim, because },
                        );
                    }
                    self.pass_on(now, &id, TransferFailure::Expired);
                }
                None => {}
            }
        }
    }

    /// The card of what the agent holds, to every tab of theirs.
    pub(crate) fn tell_accepted(&mut self, me: &AgentId, id: &ConversationId) {
        let Some(conversation) = self.conversations.known(id) else { return };
        let card = accepted(conversation);
        self.tell_card(me, &card);
    }

    /// To every tab of the agent, and to whoever asked.
    pub(crate) fn answer_with_card(&mut self, peer: PeerId, me: &AgentId, id: &ConversationId) {
        let Some(conversation) = self.conversations.known(id) else { return };
        let card = accepted(conversation);
        if !self.is_listening(peer, &Listener::Agent(me.clone())) {
            self.reply_card(peer, card.clone());
        }
        self.tell_card(me, &card);
    }

    /// Ends what nobody can be asked to read any more; says whether it did.
    pub(crate) fn close_unreadable(&mut self, now: Millis, id: &ConversationId) -> bool {
        let Some(conversation) = self.conversations.get(id) else { return false };
        let tried = &conversation.unreadable_to;
        let is_hopeless = tried.len() >= MOST_UNREADABLE
            || !tried.is_empty()
                && self.roster.iter().all(|agent| tried.contains(&agent.settings.id));
        if is_hopeless {
            self.close(now, id, Outcome::Unanswered, None);
        }
        is_hopeless
    }
}

/// An offer; by another agent if there is a note, with the claim that goes with it.
pub(crate) fn offered(
    conversation: &Conversation,
    until: Millis,
    passed_on: Option<(Claim, Note)>,
) -> AgentEvent {
    AgentEvent::Offered {
        conversation: conversation.id.clone(),
        claim: passed_on.as_ref().map_or(conversation.claim, |(claim, _)| *claim),
        until,
        summary: conversation.brief.summary.clone(),
        priority: conversation.brief.priority,
        category: conversation.brief.category.clone(),
        note: passed_on.map(|(_, note)| note),
    }
}
