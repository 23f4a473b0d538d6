//! What follows from the time: offers that nobody answers, waits that are too long, promises that fall due.

use protocol::{AgentId, AwayBecause, ConversationId, Millis, Outcome, QueuedBecause, TransferFailure, VisitorEvent, WithdrawnBecause};

use crate::{agent_side::offered, card::AgentEvent, conversation::State, desk::Desk, fallback, queue::Place, routing, settings::ms};

impl Desk {
    pub(crate) fn conversation_is_due(&mut self, now: Millis, id: &ConversationId) {
        let times = self.settings.times.clone();
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        let left_at = conversation.abandoned_at(&times);
        if left_at.is_some_and(|at| at <= now) {
            return self.close(now, id, Outcome::Abandoned, None);
        }
        match conversation.state.clone() {
            State::Queued { give_up_at, .. } | State::Offered { give_up_at, .. } if give_up_at <= now => {
                self.close(now, id, Outcome::Unanswered, None);
            }
            State::Queued { notice_at, give_up_at } => {
                conversation.passed_by.retain(|_, until| *until > now);
                conversation.look_again_at = routing::look_again_at(now, conversation.waiting_since, &times);
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
            State::Live { transfer: Some(transfer), .. } if transfer.until <= now => {
                self.set_away(now, &transfer.to);
                self.tell_agent(
                    &transfer.to,
                    AgentEvent::Withdrawn { conversation: id.clone(), claim: transfer.claim, because: WithdrawnBecause::Expired },
                );
                self.pass_on(now, id, TransferFailure::Expired);
            }
            State::Live { agent, idle_at, warned: false, transfer } if idle_at <= now + ms(times.idle_warning_seconds) => {
                conversation.state = State::Live { agent: agent.clone(), idle_at, warned: true, transfer };
                self.event(now, Some(id), None, "idle_warned");
                self.changed(id);
                self.tell_visitor(id, VisitorEvent::Closing { at: idle_at });
                self.tell_agent(&agent, AgentEvent::Closing { conversation: id.clone(), at: idle_at });
            }
            State::Promised { commitment, remind_at: Some(at) } if at <= now && commitment.due > now => {
                conversation.state = State::Promised { commitment, remind_at: None };
                self.event(now, Some(id), None, "promise_reminded");
                self.changed(id);
                self.alert(id);
            }
            State::Promised { mut commitment, .. } if commitment.due <= now => {
                if commitment.missed {
                    return self.close(now, id, Outcome::Unanswered, None);
                }
                commitment = fallback::renewed(commitment, now, &self.settings);
                let remind_at = fallback::remind_at(commitment.due, now, &self.settings);
                self.enter(now, id, State::Promised { commitment: commitment.clone(), remind_at }, "promise_missed");
                self.tell_visitor(id, VisitorEvent::Promised { commitment });
                self.alert(id);
            }
            State::Closed { erase_at, .. } if erase_at <= now => {
                self.erase(now, id);
            }
            _ => self.changed(id),
        }
    }

    /// Tells every agent of a promise.
    fn alert(&mut self, id: &ConversationId) {
        if let Some(promise) = self.promise(id) {
            self.tell_agents(&AgentEvent::PromiseDue { promise });
        }
    }

    /// Gives every agent with a free place the next conversation that they can take.
    pub(crate) fn offer_waiting(&mut self, now: Millis) {
        while let Some((id, agent)) = self.next_offer(now) {
            let until = now + ms(self.settings.times.offer_seconds);
            let Some(conversation) = self.conversations.get_mut(&id) else { return };
            let State::Queued { give_up_at, .. } = conversation.state else { return };
            conversation.claim = conversation.next_claim();
            let offered = offered(conversation, until, None);
            self.enter(now, &id, State::Offered { agent: agent.clone(), until, give_up_at }, "offered");
            self.tell_agent(&agent, offered);
        }
    }

    /// The first in the queue for whom an agent is free, and that agent.
    fn next_offer(&self, now: Millis) -> Option<(ConversationId, AgentId)> {
        if self.queue.is_empty() || !self.roster.iter().any(|agent| agent.free() > 0) {
            return None;
        }
        let mut first: Option<(Place, AgentId)> = None;
        for (_, list) in self.queue.lists() {
            for place in list {
                if first.as_ref().is_some_and(|(best, _)| best < place) {
                    break;
                }
                let conversation = self.conversations.at(place.2)?;
                if let Some(agent) = routing::pick_agent(now, &self.roster, &self.settings, conversation) {
                    first = Some((*place, agent));
                    break;
                }
            }
        }
        let ((_, _, row), agent) = first?;
        Some((self.conversations.at(row)?.id.clone(), agent))
    }

    /// Nobody answered: the silent agent is set away, the conversation goes on to the next one.
    pub(crate) fn offer_expired(&mut self, now: Millis, id: &ConversationId, agent: &AgentId) {
        self.set_away(now, agent);
        self.withdraw(id, agent, WithdrawnBecause::Expired);
        self.requeue(now, id, "offer_expired");
    }

    fn set_away(&mut self, now: Millis, agent: &AgentId) {
        if let Some(silent) = self.roster.get_mut(agent) {
            if silent.presence.available {
                silent.presence.away_because = Some(AwayBecause::MissedOffer);
            }
            silent.presence.available = false;
            self.agent_changed(now, agent, "agent_set_away");
            self.tell_signed_in(now, None, agent);
        }
    }

    pub(crate) fn agent_is_gone(&mut self, now: Millis, agent: &AgentId) {
        let grace = ms(self.settings.times.agent_grace_seconds);
        let is_gone = self.roster.get(agent).and_then(|agent| agent.presence.gone_since).is_some_and(|since| since + grace <= now);
        if !is_gone {
            return;
        }
        let held: Vec<_> = self.roster.get(agent).map_or_else(Vec::new, |agent| agent.holds.iter().cloned().collect());
        for id in held {
            if self.conversations.get(&id).is_some_and(|c| c.state.agent() != Some(agent)) {
                // It was only being passed to them.
                self.pass_on(now, &id, TransferFailure::Expired);
                continue;
            }
            self.withdraw(&id, agent, WithdrawnBecause::AgentGone);
            self.requeue(now, &id, "agent_vanished");
            self.tell_place(now, &id, QueuedBecause::AgentLeft);
        }
    }
}
