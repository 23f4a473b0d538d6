//! What follows from the time: waits that are too long, agents who vanished, promises that fall
//! due.

use protocol::{
    AgentId, ConversationId, Millis, Outcome, QueuedBecause, TransferFailure, VisitorEvent,
    WithdrawnBecause,
};

use crate::{
    desk::Desk,
    log::kind::EventKind,
    site::{fallback, settings::ms},
    state::{conversation::timing::look_again_at, deadlines::Due, standing::State},
    wire::card::AgentEvent,
};

impl Desk {
    pub(crate) fn conversation_is_due(&mut self, now: Millis, id: &ConversationId) {
        let times = self.settings.times.clone();
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        // As a clock that leapt lets them end.
        let clock = self.clock;
        let left_at = conversation.abandoned_at(&times).map(|at| clock.ending(at));
        if left_at.is_some_and(|at| at <= now) {
            return self.close(now, id, Outcome::Abandoned, None);
        }
        match conversation.state().clone() {
            State::Queued { give_up_at, .. } | State::Offered { give_up_at, .. }
                if clock.ending(give_up_at) <= now =>
            {
                self.close(now, id, Outcome::Unanswered, None);
            }
            State::Queued { notice_at, .. } => {
                conversation.passed_by.retain(|_, until| *until > now);
                conversation.look_again_at = look_again_at(now, conversation.waiting_since, &times);
                if notice_at <= now {
                    conversation.set_notice(now + ms(times.long_wait_seconds));
                    self.event(now, Some(id), None, EventKind::WaitedLong);
                    self.tell_place(now, id, QueuedBecause::LongWait);
                }
                self.changed(id);
            }
            State::Offered { agent, until, .. } if until <= now => {
                self.offer_expired(now, id, &agent)
            }
            State::Reviewing { until, .. } if until <= now => self.connect(now, id),
            State::Live { idle_at, .. } if clock.ending(idle_at) <= now => {
                self.close(now, id, Outcome::Idle, None)
            }
            State::Live { transfer: Some(transfer), .. } if transfer.until <= now => {
                self.missed_offer(now, &transfer.to);
                self.tell_agent(
                    &transfer.to,
                    AgentEvent::Withdrawn {
                        conversation: id.clone(),
                        claim: transfer.claim,
                        because: WithdrawnBecause::Expired,
                    },
                );
                self.pass_on(now, id, TransferFailure::Expired);
            }
            State::Live { agent, idle_at, warned: false, .. }
                if clock.ending(idle_at) <= now + ms(times.idle_warning_seconds) =>
            {
                let idle_at = clock.ending(idle_at);
                conversation.warn(idle_at);
                self.event(now, Some(id), None, EventKind::IdleWarned);
                self.changed(id);
                self.tell_visitor(id, VisitorEvent::Closing { at: idle_at });
                self.tell_agent(
                    &agent,
                    AgentEvent::Closing { conversation: id.clone(), at: idle_at },
                );
            }
            State::Promised { commitment, remind_at: Some(at), .. }
                if clock.ending(at) <= now && clock.ending(commitment.due) > now =>
            {
                conversation.reminded();
                self.event(now, Some(id), None, EventKind::PromiseReminded);
                self.changed(id);
                self.alert(id);
            }
            State::Promised { mut commitment, owner, .. }
                if clock.ending(commitment.due) <= now =>
            {
                if commitment.missed {
                    return self.close(now, id, Outcome::Unanswered, None);
                }
                commitment = fallback::renewed(commitment, now, &self.settings);
                let remind_at = fallback::remind_at(commitment.due, now, &self.settings);
                self.enter(
                    now,
                    id,
                    State::Promised { commitment: commitment.clone(), remind_at, owner },
                    EventKind::PromiseMissed,
                );
                self.tell_visitor(id, VisitorEvent::Promised { commitment });
                self.alert(id);
            }
            State::Closed { erase_at, .. } if clock.deleting(erase_at) <= now => {
                self.erase(now, id);
                self.unsubscribe_visitor(now, id);
            }
            _ => self.changed(id),
        }
    }

    /// An agent's consoles are all gone: what they were asked goes on, and after the grace what
    /// they hold. Until then visitors hear nothing.
    pub(crate) fn agent_is_gone(&mut self, now: Millis, agent: &AgentId) {
        let Some(since) = self.roster.get(agent).and_then(|agent| agent.presence.gone_since) else {
            return;
        };
        self.give_on(now, agent, WithdrawnBecause::AgentGone);
        let vanished_at = since + ms(self.settings.times.agent_grace_seconds);
        if now < vanished_at {
            return self.deadlines.set(Due::Agent(agent.clone()), Some(vanished_at));
        }
        self.give_back(now, agent, EventKind::AgentVanished);
    }

    /// What an agent holds who is not coming back goes to the head of the queue, and their promises
    /// are anybody's.
    pub(crate) fn give_back(&mut self, now: Millis, agent: &AgentId, kind: EventKind) {
        self.give_on(now, agent, WithdrawnBecause::AgentGone);
        let held: Vec<_> = self
            .roster
            .get(agent)
            .map_or_else(Vec::new, |agent| agent.holds.iter().cloned().collect());
        for id in held {
            self.withdraw(&id, agent, WithdrawnBecause::AgentGone);
            self.requeue(now, &id, kind);
            self.tell_place(now, &id, QueuedBecause::AgentLeft);
        }
        self.disown_all(now, agent);
    }
}
