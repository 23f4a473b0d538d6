//! What follows from the time: offers that nobody answers, waits that are too long, promises that fall due.

use protocol::{AgentEvent, AgentId, ConversationId, Millis, Outcome, QueuedBecause, VisitorEvent, WithdrawnBecause};

use crate::{conversation::State, desk::Desk, routing, settings::ms, store::Record};

impl Desk {
    pub(crate) fn conversation_is_due(&mut self, now: Millis, id: &ConversationId) {
        let times = self.settings.times.clone();
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        let left_at = conversation.abandoned_at(ms(times.abandon_seconds));
        if left_at.is_some_and(|at| at <= now) {
            return self.close(now, id, Outcome::Abandoned, None);
        }
        match conversation.state.clone() {
            State::Queued { give_up_at, .. } | State::Offered { give_up_at, .. } if give_up_at <= now => {
                self.close(now, id, Outcome::Unanswered, None);
            }
            State::Queued { notice_at, give_up_at } => {
                conversation.passed_by.retain(|_, until| *until > now);
                if notice_at <= now {
                    let notice_at = now + ms(times.long_wait_seconds);
                    conversation.state = State::Queued { notice_at, give_up_at };
                    self.event(now, Some(id), None, "waited_long");
                    self.tell_place(now, id, QueuedBecause::LongWait);
                }
                self.changed(id);
            }
            State::Offered { agent, until, .. } if until <= now => self.offer_expired(now, id, &agent),
            State::Reviewing { until, .. } if until <= now => self.connect(now, id),
            State::Live { idle_at, .. } if idle_at <= now => self.close(now, id, Outcome::Idle, None),
            State::Promised { mut commitment } if commitment.due <= now => {
                if commitment.missed {
                    return self.close(now, id, Outcome::Unanswered, None);
                }
                let renewed = commitment.due + commitment.due.saturating_sub(commitment.made_at);
                commitment.due = self.settings.schedule.open_from(renewed.max(now + 1));
                commitment.missed = true;
                self.enter(now, id, State::Promised { commitment: commitment.clone() }, "promise_missed");
                self.tell_visitor(id, VisitorEvent::Promised { commitment });
            }
            State::Closed { erase_at, .. } if erase_at <= now => {
                self.conversations.remove(id);
                self.save(Record::Erase(id.clone()));
                self.event(now, Some(id), None, "erased");
            }
            _ => self.changed(id),
        }
    }

    /// Gives every agent with a free place the next conversation that they can take.
    pub(crate) fn offer_waiting(&mut self, now: Millis) {
        if !self.roster.iter().any(|agent| agent.free() > 0) {
            return;
        }
        let waiting: Vec<_> = self.queue.ids().cloned().collect();
        for id in waiting {
            let Some(conversation) = self.conversations.get_mut(&id) else { continue };
            let State::Queued { give_up_at, .. } = conversation.state else { continue };
            let Some(agent) = routing::pick_agent(&self.roster, &self.settings.category, conversation) else { continue };
            let until = now + ms(self.settings.times.offer_seconds);
            conversation.claim += 1;
            let offered = AgentEvent::Offered {
                conversation: id.clone(),
                claim: conversation.claim,
                until,
                summary: conversation.package.summary.clone(),
                priority: conversation.package.escalation.priority,
                category: conversation.package.category.clone(),
            };
            self.enter(now, &id, State::Offered { agent: agent.clone(), until, give_up_at }, "offered");
            self.tell_agent(&agent, offered);
            if !self.roster.iter().any(|agent| agent.free() > 0) {
                break;
            }
        }
    }

    /// Nobody answered: the silent agent is set away, the conversation goes on to the next one.
    pub(crate) fn offer_expired(&mut self, now: Millis, id: &ConversationId, agent: &AgentId) {
        if let Some(silent) = self.roster.get_mut(agent) {
            silent.presence.available = false;
            self.agent_changed(now, agent, "agent_set_away");
        }
        self.withdraw(id, agent, WithdrawnBecause::Expired);
        self.requeue(now, id, "offer_expired");
    }

    pub(crate) fn agent_is_gone(&mut self, now: Millis, agent: &AgentId) {
        let grace = ms(self.settings.times.agent_grace_seconds);
        let is_gone = self.roster.get(agent).and_then(|agent| agent.presence.gone_since).is_some_and(|since| since + grace <= now);
        if !is_gone {
            return;
        }
        let held: Vec<_> = self.conversations.iter().filter(|(_, c)| c.state.agent() == Some(agent)).map(|(id, _)| id.clone()).collect();
        for id in held {
            self.withdraw(&id, agent, WithdrawnBecause::AgentGone);
            self.requeue(now, &id, "agent_vanished");
            self.tell_place(now, &id, QueuedBecause::AgentLeft);
        }
    }
}
