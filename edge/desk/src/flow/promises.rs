//! Promises and the agents who keep them. A promise is anybody's until an agent claims it; then
//! nobody else acts on it, until it is kept or given back, or until that agent has vanished.

use protocol::{
    AgentId, ConversationId, Millis, Note, Outcome, PromiseRow, RejectionCode, RejectionReason,
    Text,
};

use crate::{
    desk::Desk,
    log::kind::EventKind,
    state::{conversation::Conversation, peer::PeerId, standing::State},
    wire::card::{AgentEvent, opened},
};

const NOTHING: &str = "nothing is promised there";

impl Desk {
    /// The card of a promise, or of a visitor who was missed.
    pub(crate) fn open(&mut self, peer: PeerId, me: &AgentId, id: &ConversationId) {
        match self.conversations.get(id) {
            Some(conversation)
                if is_promise(conversation) || conversation.state().missed().is_some() =>
            {
                let card = opened(conversation, me);
                self.reply_card(peer, card);
            }
            _ => self.reject_agent_since(
                peer,
                RejectionCode::NotFound,
                RejectionReason::Gone,
                NOTHING,
            ),
        }
    }

    pub(crate) fn claim_promise(
        &mut self,
        now: Millis,
        peer: PeerId,
        me: &AgentId,
        id: &ConversationId,
    ) {
        let Some(promised) = self.promised_to(peer, me, id) else { return };
        if promised.set_owner(Some(me.clone())).as_ref() != Some(me) {
            promised.claim = promised.next_claim();
            self.event(now, Some(id), Some(me), EventKind::PromiseClaimed);
            self.changed(id);
            self.board_changed(now);
        }
        self.open(peer, me, id);
    }

    /// Only who keeps it gives it back, or a supervisor.
    pub(crate) fn release_promise(
        &mut self,
        now: Millis,
        peer: PeerId,
        me: &AgentId,
        id: &ConversationId,
    ) {
        let is_supervisor = self.roster.get(me).is_some_and(|agent| agent.settings.supervisor);
        let is_there = self.conversations.get(id).is_some_and(is_promise);
        if !(is_there && is_supervisor) && self.promised_to(peer, me, id).is_none() {
            return;
        }
        self.disown(now, id, EventKind::PromiseReleased);
    }

    /// It was kept: by who keeps it, or by anyone if it is anybody's.
    pub(crate) fn fulfil(
        &mut self,
        now: Millis,
        peer: PeerId,
        me: &AgentId,
        id: &ConversationId,
        note: Option<Text>,
    ) {
        let from = self.roster.name(me);
        let Some(promised) = self.promised_to(peer, me, id) else { return };
        promised.notes.extend(note.clone().map(|text| Note { from, at: now, text }));
        promised.last_agent = Some(me.clone());
        self.close(now, id, Outcome::Fulfilled, note);
    }

    /// The promise, if this agent may act on it; otherwise says who keeps it.
    fn promised_to(
        &mut self,
        peer: PeerId,
        me: &AgentId,
        id: &ConversationId,
    ) -> Option<&mut Conversation> {
        if !self.conversations.get(id).is_some_and(is_promise) {
            self.reject_agent_since(peer, RejectionCode::NotFound, RejectionReason::Gone, NOTHING);
            return None;
        }
        let owner = self
            .conversations
            .get(id)
            .and_then(|conversation| conversation.state().owner())
            .filter(|owner| *owner != me);
        if let Some(owner) = owner {
            let why = format!("{} keeps this promise", self.roster.name(owner));
            self.reject_agent_since(
                peer,
                RejectionCode::NotNow,
                RejectionReason::KeptByAnother,
                &why,
            );
            return None;
        }
        self.conversations.get_mut(id)
    }

    /// The promise is anybody's again.
    pub(crate) fn disown(&mut self, now: Millis, id: &ConversationId, kind: EventKind) {
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        if let Some(owner) = conversation.set_owner(None) {
            self.event(now, Some(id), Some(&owner), kind);
            self.changed(id);
            self.board_changed(now);
        }
    }

    /// Everything that an agent keeps is anybody's again.
    pub(crate) fn disown_all(&mut self, now: Millis, agent: &AgentId) {
        let promised = self.promised.iter().filter_map(|row| self.conversations.at(*row));
        let own: Vec<_> = promised
            .filter(|one| one.state().owner() == Some(agent))
            .map(|one| one.id.clone())
            .collect();
        own.iter().for_each(|id| self.disown(now, id, EventKind::PromiseReleased));
    }

    /// Tells every agent of a promise.
    pub(crate) fn alert(&mut self, id: &ConversationId) {
        if let Some(promise) = self.promise(id) {
            self.tell_agents(&AgentEvent::PromiseDue { promise });
        }
    }

    pub(crate) fn promise(&self, id: &ConversationId) -> Option<PromiseRow> {
        let conversation = self.conversations.get(id)?;
        let State::Promised { commitment, owner, .. } = conversation.state() else { return None };
        Some(PromiseRow {
            conversation: id.clone(),
            summary: conversation.brief.summary.clone(),
            name: conversation.brief.name.clone(),
            commitment: commitment.clone(),
            owner: owner.clone(),
        })
    }
}

fn is_promise(conversation: &Conversation) -> bool {
    matches!(conversation.state(), State::Promised { .. })
}
