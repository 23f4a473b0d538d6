//! Where waiting visitors stand, and telling them as the queue moves.

use protocol::{ConversationId, Millis, QueuedBecause, Staffing, VisitorEvent};

use crate::{
    desk::Desk,
    site::{fallback, settings::ms},
    state::{
        conversation::{Conversation, Told},
        deadlines::Due,
        queue::Needs,
        roster::Agent,
        routing,
        standing::State,
        wait_model::{Before, Said},
    },
};

/// Waiting visitors hear of a moving queue at most this often.
const POSITIONS_EVERY_MS: Millis = 2_000;
/// And of a queue that stands still, since the time passes.
const STILL_EVERY_MS: Millis = 30_000;

impl Desk {
    /// Where a conversation stands, 1 being next, and what is before it.
    fn before(&self, conversation: &Conversation, needs: &Needs) -> (u32, Before) {
        let able: Vec<_> = routing::able(&self.roster, &self.settings, needs)
            .map(|agent| &agent.settings.id)
            .collect();
        let (mut position, mut ahead) = (1, 0.0);
        for (others, count) in
            self.queue.ahead(conversation.row).into_iter().flatten().filter(|(_, count)| *count > 0)
        {
            // Where nobody is there who was asked for, whoever comes takes them as they stand.
            if others == needs || able.is_empty() {
                position += u32::try_from(count).unwrap_or(u32::MAX - 1);
                ahead += count as f64;
                continue;
            }
            // Who asks for other agents is not before anybody, and who asks for some of the same is
            // so in part.
            let (mut all, mut shared) = (0, 0);
            for agent in routing::able(&self.roster, &self.settings, others) {
                all += agent.settings.capacity;
                shared +=
                    if able.contains(&&agent.settings.id) { agent.settings.capacity } else { 0 };
            }
            if shared > 0 {
                position += u32::try_from(count).unwrap_or(u32::MAX - 1);
                ahead += count as f64 * f64::from(shared) / f64::from(all);
            }
        }
        let (places, free) = able
            .iter()
            .filter_map(|agent| self.roster.get(agent))
            .fold((0, 0), |(places, free), agent| {
                (places + agent.settings.capacity, free + agent.free())
            });
        // The offer that stands for it takes a place already.
        let is_offered = matches!(conversation.state(), State::Offered { .. });
        (position, Before { ahead, places, free: if is_offered { free.max(1) } else { free } })
    }

    /// Where it stands, and the wait as it would be told: near what was told before, as long as
    /// that holds.
    fn place_of(&self, now: Millis, conversation: &Conversation, needs: &Needs) -> Told {
        let (position, before) = self.before(conversation, needs);
        let said = self.wait_model.say(now, before, conversation.brief.priority);
        let told = conversation
            .told
            .and_then(|told| told.said)
            .filter(|told| said.is_some_and(|said| said.kind == told.kind));
        let is_able = self.is_anyone_able(now, conversation, needs);
        let staffing = if is_able { Staffing::Staffed } else { self.staffing(now) };
        Told {
            position,
            said: said.map(|said| told.map_or(said, |told| told.kept(said))),
            is_able,
            staffing,
        }
    }

    /// The event that tells it, and keeps what is told.
    pub(crate) fn place(
        &mut self,
        now: Millis,
        id: &ConversationId,
        because: QueuedBecause,
    ) -> Option<VisitorEvent> {
        let conversation = self.conversations.get(id)?;
        let needs = Needs::of(conversation, &self.settings.category, &self.roster);
        let told = self.place_of(now, conversation, &needs);
        let conversation = self.conversations.get_mut(id)?;
        conversation.told = Some(told);
        let estimate = told.said.filter(|_| told.is_able).map(|said| said.estimate());
        let limit = self.settings.times.long_wait_seconds;
        let is_long = !told.is_able
            || because == QueuedBecause::LongWait
            || now >= conversation.waiting_since + ms(limit)
            || estimate.is_some_and(|estimate| estimate.to_seconds > limit);
        Some(VisitorEvent::Queued {
            position: told.position,
            wait: estimate,
            staffing: told.staffing,
            choices: fallback::options(now, &self.settings.schedule, &self.settings.times),
            because,
            is_long,
        })
    }

    /// The wait that a new handoff is told first is held against the wait that comes.
    pub(crate) fn keep_said(&mut self, id: &ConversationId) {
        if let Some(conversation) = self.conversations.get_mut(id) {
            conversation.said = conversation.told.and_then(|told| told.said);
        }
    }

    pub(crate) fn tell_place(&mut self, now: Millis, id: &ConversationId, because: QueuedBecause) {
        if let Some(place) = self.place(now, id, because) {
            self.tell_visitor(id, place);
        }
    }

    /// Somebody who could take the conversation, or could soon, is there.
    fn is_anyone_able(&self, now: Millis, conversation: &Conversation, needs: &Needs) -> bool {
        let anyone_may =
            now >= conversation.waiting_since + ms(self.settings.times.skill_wait_seconds);
        let is_able = |agent: &Agent| {
            agent.may_be_asked() && (anyone_may || routing::has_skill(agent, needs))
        };
        conversation.state().agent().is_some() || self.roster.iter().any(is_able)
    }

    /// Whether nobody is there has to be true of the whole desk. Someone who is there answers at
    /// any hour; the schedule only speaks when nobody is.
    pub(crate) fn staffing(&self, now: Millis) -> Staffing {
        match self.roster.iter().any(|agent| agent.is_at_desk(now)) {
            true => Staffing::Staffed,
            false if self.settings.schedule.is_open(now) => Staffing::NobodyHere,
            false => Staffing::Closed { opens_at: self.settings.schedule.opens_at(now) },
        }
    }

    pub(crate) fn send_positions(&mut self, now: Millis) {
        // Whoever comes later is told then.
        let listening: Vec<_> = self.listeners.visitors().cloned().collect();
        for id in listening {
            let Some(conversation) =
                self.conversations.get(&id).filter(|conversation| self.queue.has(conversation.row))
            else {
                continue;
            };
            let place = self.place_of(
                now,
                conversation,
                &Needs::of(conversation, &self.settings.category, &self.roster),
            );
            let is_news = conversation.told.is_none_or(|told| told.as_read() != place.as_read());
            if is_news {
                self.tell_place(now, &id, QueuedBecause::Moved);
            }
        }
        if !self.queue.is_empty() {
            self.deadlines.set(Due::Positions, Some(now + STILL_EVERY_MS));
        }
    }

    pub(crate) fn positions_changed(&mut self, now: Millis) {
        let at = now + POSITIONS_EVERY_MS;
        if self.deadlines.at(&Due::Positions).is_none_or(|set| set > at) {
            self.deadlines.set(Due::Positions, Some(at));
        }
    }
}

impl Told {
    /// As a person reads it.
    fn as_read(&self) -> (u32, Option<(Millis, Millis)>, bool, Staffing) {
        (self.position, self.said.map(in_minutes), self.is_able, self.staffing)
    }
}

fn in_minutes(said: Said) -> (Millis, Millis) {
    (said.from / 60_000, said.to.div_ceil(60_000))
}
