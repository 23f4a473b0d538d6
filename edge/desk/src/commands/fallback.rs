//! What a visitor takes in place of waiting, and their way back into the queue.

use protocol::{
    ConversationId, FallbackChoice, Millis, Outcome, QueuedBecause, RejectionCode, VisitorEvent,
    WithdrawnBecause,
};

use crate::{
    desk::Desk,
    flow::admission,
    log::kind::EventKind,
    site::fallback,
    state::{listeners::Listener, peer::Peer, quota::Quota, standing::State},
};

/// Promises that one visitor takes: each is shown to every agent.
const PROMISES: Quota = Quota { every_ms: 60_000, at_once: 5 };

impl Desk {
    pub(crate) fn choose_fallback(
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
    pub(crate) fn visitor_rejoins(&mut self, now: Millis, peer: &Peer, id: &ConversationId) {
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
}
