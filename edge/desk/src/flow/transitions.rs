//! How a conversation passes from one state to the next, and who is told. That the state itself
//! changes, with all that hangs on it, is [`Desk::enter`](crate::desk::Desk).

use protocol::{
    AgentId, ConversationId, Millis, Outcome, QueuedBecause, Receipt, Text, VisitorEvent,
    WithdrawnBecause,
};

use crate::{
    desk::Desk,
    log::kind::EventKind,
    site::settings::{ms, retention},
    state::{deadlines::Due, missed, standing::State, wait_model::WaitEnd},
    store::Record,
    wire::card::AgentEvent,
};

impl Desk {
    /// The state of who waits from now on.
    pub(crate) fn waiting(&self, now: Millis) -> State {
        let times = &self.settings.times;
        State::Queued {
            notice_at: now + ms(times.long_wait_seconds),
            give_up_at: now + ms(times.longest_wait_seconds),
        }
    }

    /// Back to the head of the queue.
    pub(crate) fn requeue(&mut self, now: Millis, id: &ConversationId, kind: EventKind) {
        let state = self.waiting(now);
        if let Some(conversation) = self.conversations.get_mut(id) {
            conversation.returned = true;
            self.enter(now, id, state, kind);
        }
    }

    /// Into the queue anew, at the end of it.
    pub(crate) fn rejoin(&mut self, now: Millis, id: &ConversationId) {
        let state = self.waiting(now);
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        conversation.waiting_since = now;
        conversation.returned = false;
        conversation.said = None;
        conversation.connected_at = None;
        conversation.passed_by.clear();
        if let Some(since) = &mut conversation.visitor_gone_since {
            *since = now;
        }
        self.enter(now, id, state, EventKind::Rejoined);
        if !self.close_unreadable(now, id) {
            self.tell_place(now, id, QueuedBecause::Rejoined);
        }
    }

    pub(crate) fn review(
        &mut self,
        now: Millis,
        id: &ConversationId,
        agent: &AgentId,
        kind: EventKind,
    ) {
        let until = now + ms(self.settings.times.review_seconds);
        self.enter(
            now,
            id,
            State::Reviewing { agent: agent.clone(), until, extended: false },
            kind,
        );
        let name = self.roster.name(agent);
        self.tell_visitor(id, VisitorEvent::Reviewing { agent: name, until });
    }

    pub(crate) fn connect(&mut self, now: Millis, id: &ConversationId) {
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        let State::Reviewing { agent, .. } = conversation.state().clone() else { return };
        conversation.last_agent = Some(agent.clone());
        let is_first = conversation.connected_at.is_none();
        conversation.connected_at.get_or_insert(now);
        let waited = now.saturating_sub(conversation.waiting_since);
        if is_first {
            self.wait_ended(now, waited, false);
        }
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        if let Some(said) = conversation.said.take().filter(|_| is_first) {
            let was = self.wait_model.ended(said, now.saturating_sub(said.at));
            self.save(Record::Waited { at: now, was });
        }
        let idle_at = now + ms(self.settings.times.idle_seconds);
        self.enter(
            now,
            id,
            State::Live { agent: agent.clone(), idle_at, warned: false, transfer: None },
            EventKind::Connected,
        );
        let name = self.roster.name(&agent);
        self.tell_visitor(id, VisitorEvent::Connected { agent: name });
        self.tell_agent(&agent, AgentEvent::Connected { conversation: id.clone() });
    }

    pub(crate) fn close(
        &mut self,
        now: Millis,
        id: &ConversationId,
        outcome: Outcome,
        reason: Option<Text>,
    ) {
        let Some(conversation) = self.conversations.known(id) else { return };
        let held_by = conversation.state().agent().cloned();
        let was_live = matches!(conversation.state(), State::Live { .. });
        let has_given_up = (outcome == Outcome::Abandoned
            && conversation.state().is_waiting()
            && conversation.connected_at.is_none())
        .then(|| now.saturating_sub(conversation.waiting_since));
        let was_promised = matches!(conversation.state(), State::Promised { .. });
        let missed = missed::missed(now, conversation, outcome);
        if let (true, Some(offered)) = (was_live, conversation.offered_at) {
            let took = now.saturating_sub(offered);
            self.wait_model.handled(took);
            self.save(Record::Handled { at: now, took });
        }
        if let Some(waited) = has_given_up {
            self.wait_ended(now, waited, true);
        }
        if let Some(conversation) = self.conversations.get_mut(id) {
            conversation.said = None;
            self.last_agents.note(now, conversation);
        }
        let erase_at = now + retention(&self.settings.times);
        let kind = if was_promised && outcome == Outcome::Abandoned {
            EventKind::PromiseCancelled
        } else {
            closed_kind(outcome)
        };
        self.enter(now, id, State::Closed { outcome, reason, at: now, erase_at, missed }, kind);
        let closed = self.closed_event(now, id);
        self.tell_visitor(id, closed);
        if let Some(agent) = held_by {
            if was_live {
                self.tell_agent(&agent, AgentEvent::Closed { conversation: id.clone(), outcome });
            } else {
                self.withdraw(id, &agent, WithdrawnBecause::VisitorLeft);
            }
        }
    }

    fn wait_ended(&mut self, now: Millis, waited: Millis, left: bool) {
        let ended = WaitEnd { waited, left };
        self.wait_model.over(ended);
        self.save(Record::WaitEnd { at: now, ended });
    }

    /// Deletes everything of a conversation but its events, and says what was deleted.
    pub(crate) fn erase(&mut self, now: Millis, id: &ConversationId) -> Option<Receipt> {
        if !matches!(self.conversations.get(id)?.state(), State::Closed { .. }) {
            self.close(now, id, Outcome::Abandoned, None);
        }
        let conversation = self.conversations.remove(id)?;
        self.missed.forget(&conversation);
        if let Some(visitor) = conversation.visitor {
            self.last_agents.forget(&visitor);
        }
        self.deadlines.set(Due::Conversation(conversation.row), None);
        self.save(Record::Erase { conversation: id.clone(), row: conversation.row });
        self.event(now, Some(id), None, EventKind::Erased);
        let messages = conversation.messages.last().0 + conversation.brief.lines;
        Some(Receipt { conversation: id.clone(), at: now, messages })
    }

    pub(crate) fn withdraw(
        &mut self,
        id: &ConversationId,
        agent: &AgentId,
        because: WithdrawnBecause,
    ) {
        if let Some(claim) = self.conversations.get(id).map(|conversation| conversation.claim) {
            self.tell_agent(
                agent,
                AgentEvent::Withdrawn { conversation: id.clone(), claim, because },
            );
        }
    }
}

fn closed_kind(outcome: Outcome) -> EventKind {
    match outcome {
        Outcome::Resolved => EventKind::Resolved,
        Outcome::Unresolved => EventKind::EndedUnresolved,
        Outcome::FollowUp => EventKind::EndedWithFollowUp,
        Outcome::Fulfilled => EventKind::PromiseKept,
        Outcome::Abandoned => EventKind::Abandoned,
        Outcome::Unanswered => EventKind::Unanswered,
        Outcome::Idle => EventKind::ClosedIdle,
    }
}
