//! From one agent to another: transfers with a note, which the receiver may decline, and
//! supervisors who take over.

use protocol::{
    AgentId, Claim, ConversationId, Millis, Note, Rejection, RejectionCode, RejectionReason, Text,
    TransferFailure, TransferTarget, VisitorEvent, WithdrawnBecause,
};
use std::{cmp::Reverse, collections::BTreeSet};

use crate::{
    desk::Desk,
    flow::offers::offered,
    log::kind::EventKind,
    site::settings::ms,
    state::{
        peer::PeerId,
        standing::{State, Transfer},
    },
    wire::card::AgentEvent,
};

impl Desk {
    /// Once: as much time for reading the card as there was at first.
    pub(crate) fn extend_review(
        &mut self,
        now: Millis,
        peer: PeerId,
        me: &AgentId,
        id: &ConversationId,
        claim: Claim,
    ) {
        let more = ms(self.settings.times.review_seconds);
        let Some(held) =
            self.claimed(peer, me, id, claim, |state| matches!(state, State::Reviewing { .. }))
        else {
            return;
        };
        if let Some(until) = held.extend_review(more) {
            self.event(now, Some(id), Some(me), EventKind::ReviewExtended);
            self.changed(id);
            let name = self.roster.name(me);
            self.tell_visitor(id, VisitorEvent::Reviewing { agent: name, until });
        }
        self.tell_accepted(me, id);
    }

    /// Offers a live conversation to another agent.
    pub(crate) fn transfer(
        &mut self,
        now: Millis,
        peer: PeerId,
        me: &AgentId,
        held: (&ConversationId, Claim),
        to: &TransferTarget,
        note: Text,
    ) {
        let (id, claim) = held;
        if self.claimed(peer, me, id, claim, State::is_held).is_none() {
            return;
        }
        let is_fine = match to {
            TransferTarget::Agent(agent) => agent != me && self.roster.get(agent).is_some(),
            TransferTarget::Skill(skill) => {
                self.roster.iter().any(|agent| agent.settings.skills.contains(skill))
            }
        };
        if !is_fine {
            let rejection = Rejection::new(
                RejectionCode::Malformed,
                "expected another agent of the site, or a skill that one has",
            );
            return self.reply_agent(
                peer,
                AgentEvent::Rejected { rejection: rejection.at("command.transfer.to") },
            );
        }
        let Some(State::Live { transfer: None, .. }) =
            self.conversations.get(id).map(|c| c.state())
        else {
            return self.reject_agent_since(
                peer,
                RejectionCode::NotNow,
                RejectionReason::BeingPassedOn,
                "it is being passed on already",
            );
        };
        let passed_by = BTreeSet::from([me.clone()]);
        match to {
            TransferTarget::Agent(agent) => match self
                .roster
                .get(agent)
                .filter(|one| one.may_get_offer() && !self.is_unreadable(id, agent))
            {
                Some(_) => self.pass_to(now, id, agent.clone(), note, None, passed_by),
                None => self.transfer_failed(me, id, TransferFailure::NobodyFree),
            },
            TransferTarget::Skill(skill) => match self.next_with(id, skill, &passed_by) {
                Some(agent) => self.pass_to(now, id, agent, note, Some(skill.clone()), passed_by),
                None => self.transfer_failed(me, id, TransferFailure::NobodyFree),
            },
        }
    }

    /// The receiver did not take it: the next one with the skill is asked, or it stays where it is.
    pub(crate) fn pass_on(&mut self, now: Millis, id: &ConversationId, because: TransferFailure) {
        // Its place at the receiver is given up first; the receiver was told by who calls this.
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        let (Some(agent), Some(transfer)) =
            (conversation.state().agent().cloned(), conversation.end_transfer())
        else {
            return;
        };
        let mut passed_by = transfer.passed_by;
        passed_by.insert(transfer.to.clone());
        self.roster.release(now, &transfer.to, id);
        self.agent_changed(now, &transfer.to, EventKind::TransferPassedBy);
        self.changed(id);
        match transfer
            .skill
            .and_then(|skill| Some((self.next_with(id, &skill, &passed_by)?, skill)))
        {
            Some((next, skill)) => {
                self.pass_to(now, id, next, transfer.note, Some(skill), passed_by)
            }
            None => self.transfer_failed(&agent, id, because),
        }
    }

    fn pass_to(
        &mut self,
        now: Millis,
        id: &ConversationId,
        to: AgentId,
        note: Text,
        skill: Option<String>,
        passed_by: BTreeSet<AgentId>,
    ) {
        let until = now + ms(self.settings.times.offer_seconds);
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        let State::Live { agent, idle_at, warned, .. } = conversation.state().clone() else {
            return;
        };
        let claim = conversation.next_claim();
        let transfer =
            Transfer { to: to.clone(), claim, until, note: note.clone(), skill, passed_by };
        let from = self.roster.name(&agent);
        let Some(conversation) = self.conversations.known(id) else { return };
        let offer = offered(conversation, until, Some((claim, Note { from, at: now, text: note })));
        self.enter(
            now,
            id,
            State::Live {
                agent: agent.clone(),
                idle_at,
                warned,
                transfer: Some(Box::new(transfer)),
            },
            EventKind::TransferOffered,
        );
        self.tell_agent(&to, offer);
        let name = self.roster.name(&to);
        self.tell_agent(
            &agent,
            AgentEvent::Transferring { conversation: id.clone(), to: name, until },
        );
    }

    fn transfer_failed(&mut self, agent: &AgentId, id: &ConversationId, because: TransferFailure) {
        self.tell_agent(agent, AgentEvent::TransferFailed { conversation: id.clone(), because });
    }

    /// The agent's console could not read it.
    fn is_unreadable(&self, id: &ConversationId, agent: &AgentId) -> bool {
        self.conversations
            .get(id)
            .is_some_and(|conversation| conversation.unreadable_to.contains(agent))
    }

    /// The freest agent with a skill who was not asked yet.
    fn next_with(
        &self,
        id: &ConversationId,
        skill: &str,
        passed_by: &BTreeSet<AgentId>,
    ) -> Option<AgentId> {
        self.roster
            .iter()
            .filter(|agent| {
                agent.may_get_offer() && agent.settings.skills.iter().any(|own| own == skill)
            })
            .filter(|agent| {
                !passed_by.contains(&agent.settings.id)
                    && !self.is_unreadable(id, &agent.settings.id)
            })
            .min_by_key(|agent| (Reverse(agent.free()), agent.presence.idle_since))
            .map(|agent| agent.settings.id.clone())
    }

    /// Whether it is offered to this agent by another, under that claim.
    pub(crate) fn is_passed_to(&self, me: &AgentId, id: &ConversationId, claim: Claim) -> bool {
        let transfer = self.conversations.get(id).and_then(|c| c.state().transfer());
        transfer.is_some_and(|transfer| transfer.to == *me && transfer.claim == claim)
    }

    /// The receiver accepts: it is theirs, and the visitor sees that someone is reading.
    pub(crate) fn take_transfer(&mut self, now: Millis, me: &AgentId, id: &ConversationId) {
        let Some(State::Live { agent, transfer: Some(transfer), .. }) =
            self.conversations.get(id).map(|c| c.state().clone())
        else {
            return;
        };
        self.withdraw(id, &agent, WithdrawnBecause::Transferred);
        let from = self.roster.name(&agent);
        if let Some(conversation) = self.conversations.get_mut(id) {
            conversation.claim = transfer.claim;
            conversation.notes.push(Note { from, at: now, text: transfer.note });
        }
        self.review(now, id, me, EventKind::Transferred);
        self.tell_accepted(me, id);
    }

    /// A supervisor takes what waits, or what another agent holds.
    pub(crate) fn take_over(
        &mut self,
        now: Millis,
        peer: PeerId,
        me: &AgentId,
        id: &ConversationId,
    ) {
        if !self.is_supervisor(peer, me) {
            return;
        }
        let Some(conversation) = self.conversations.get(id) else {
            return self.reject_agent_since(
                peer,
                RejectionCode::NotFound,
                RejectionReason::Gone,
                "no such conversation",
            );
        };
        let held_by = conversation.state().agent().cloned();
        let may = matches!(
            conversation.state(),
            State::Queued { .. }
                | State::Offered { .. }
                | State::Reviewing { .. }
                | State::Live { .. }
        );
        if !may || held_by.as_ref() == Some(me) {
            return self.reject_agent_since(
                peer,
                RejectionCode::NotNow,
                RejectionReason::Gone,
                "it is over, or yours already",
            );
        }
        if conversation.unreadable_to.contains(me) {
            return self.reject_agent_since(
                peer,
                RejectionCode::NotNow,
                RejectionReason::Unreadable,
                "your console could not read it",
            );
        }
        let has_room =
            self.roster.get(me).is_some_and(|agent| agent.room() > 0 || agent.holds.contains(id));
        if !has_room {
            return self.reject_agent_since(
                peer,
                RejectionCode::NotNow,
                RejectionReason::NoPlace,
                "you hold as many conversations as you can",
            );
        }
        if let Some(agent) = held_by {
            self.withdraw(id, &agent, WithdrawnBecause::TakenOver);
        }
        if let Some(conversation) = self.conversations.get_mut(id) {
            conversation.claim = conversation.next_claim();
            conversation.offered_at.get_or_insert(now);
        }
        self.review(now, id, me, EventKind::TakenOver);
        self.answer_with_card(peer, me, id);
    }

    /// Otherwise says so.
    pub(crate) fn is_supervisor(&mut self, peer: PeerId, me: &AgentId) -> bool {
        let is = self.roster.get(me).is_some_and(|agent| agent.settings.supervisor);
        if !is {
            self.reject_agent_since(
                peer,
                RejectionCode::NotNow,
                RejectionReason::SupervisorsOnly,
                "only a supervisor may do that",
            );
        }
        is
    }
}
