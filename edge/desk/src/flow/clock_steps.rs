//! What follows when the host's clock steps: whatever a wrong one has put too far ahead is brought
//! back. Which steps are errors says [`Clock`](crate::state::clock::Clock).

use protocol::{Millis, VisitorEvent};

use crate::{
    desk::Desk,
    site::fallback,
    state::{clock::Step, deadlines::Due, queue::Needs, row::Row, standing::State},
    store::Record,
};

impl Desk {
    /// The time that counts. Whatever a wrong clock has put too far ahead is brought back.
    pub(crate) fn time_came(&mut self, host: Millis) -> Millis {
        let (now, step) = self.clock.step(host, self.deadlines.overdue_conversation(host));
        match step {
            Step::Usual => {}
            // What is overdue is looked at by and by, and waits.
            Step::Leap => self.save(Record::Clock(self.clock)),
            Step::Back => {
                self.save(Record::Clock(self.clock));
                for key in [Due::Board, Due::Positions, Due::RateLimiters, Due::Log] {
                    self.deadlines.set(key, Some(now));
                }
                for (hash, credential) in self.access.bring_back(now) {
                    self.save(Record::Credential(hash, credential));
                }
                for (peer, seat) in self.listeners.bring_back(now) {
                    self.save(Record::Peer(peer, seat));
                }
                for (peer, term) in self.listeners.sessions() {
                    self.deadlines.set(Due::Session(peer), Some(term.end(now)));
                }
                self.bring_agents_back(now);
                self.last_agents.bring_back(now);
                for row in self.conversations.rows() {
                    self.bring_conversation_back(now, row);
                }
            }
        }
        now
    }

    fn bring_agents_back(&mut self, now: Millis) {
        let agents: Vec<_> = self.roster.iter().map(|agent| agent.settings.id.clone()).collect();
        for id in agents {
            if let Some(agent) = self.roster.get_mut(&id) {
                agent.presence.idle_since = now.min(agent.presence.idle_since);
                agent.presence.gone_since = agent.presence.gone_since.map(|since| now.min(since));
                self.watch_for_vanishing(&id);
                self.agent_noted(&id);
            }
        }
    }

    fn bring_conversation_back(&mut self, now: Millis, row: Row) {
        let Some(conversation) = self.conversations.at(row) else { return };
        if matches!(conversation.state(), State::Closed { at, .. } if *at <= now) {
            return;
        }
        let id = conversation.id.clone();
        self.changed(&id);
        let times = &self.settings.times;
        let Some(conversation) = self.conversations.at_mut(row) else { return };
        self.missed.forget(conversation);
        conversation.bring_back(now, times);
        self.missed.note(conversation);
        match conversation.state().clone() {
            State::Queued { .. } => {
                let needs = Needs::of(conversation, &self.settings.category, &self.roster);
                self.queue.remove(row);
                self.queue.push(conversation, needs, times);
            }
            State::Promised { commitment, .. } if commitment.made_at > now => {
                let commitment = fallback::made_now(commitment, now, &self.settings);
                let remind_at = fallback::remind_at(commitment.due, now, &self.settings);
                conversation.set_promise(commitment.clone(), remind_at);
                self.tell_visitor(&id, VisitorEvent::Promised { commitment });
            }
            _ => {}
        }
    }
}
