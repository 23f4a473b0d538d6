//! Where waiting visitors stand, and telling them as the queue moves.

use protocol::{ConversationId, Millis, QueuedBecause, Staffing, VisitorEvent};

use crate::{conversation::State, deadlines::Due, desk::Desk, fallback};

/// Waiting visitors hear of a moving queue at most this often.
const POSITIONS_EVERY_MS: Millis = 2_000;

impl Desk {
    /// Where a waiting visitor stands.
    pub(crate) fn place(&self, now: Millis, id: &ConversationId, because: QueuedBecause) -> VisitorEvent {
        let position = self.queue.position(id);
        let (capacity, free) = self
            .roster
            .iter()
            .filter(|agent| agent.is_here() && agent.presence.available)
            .fold((0, 0), |(capacity, free), agent| (capacity + agent.settings.capacity, free + agent.free()));
        let is_offered = self.conversations.get(id).is_some_and(|c| matches!(c.state, State::Offered { .. }));
        VisitorEvent::Queued {
            position,
            wait: self.pace.estimate(position, capacity, if is_offered { 1 } else { free }),
            staffing: self.staffing(now),
            choices: fallback::options(now, &self.settings.schedule, &self.settings.times),
            because,
        }
    }

    pub(crate) fn tell_place(&mut self, now: Millis, id: &ConversationId, because: QueuedBecause) {
        let place = self.place(now, id, because);
        self.tell_visitor(id, place);
        self.told.insert(id.clone(), self.queue.position(id));
    }

    /// Someone who is here answers at any hour; the schedule only speaks when nobody is.
    pub(crate) fn staffing(&self, now: Millis) -> Staffing {
        let is_staffed = self.roster.iter().any(|agent| agent.is_here() && agent.presence.available);
        match is_staffed {
            true => Staffing::Staffed,
            false if self.settings.schedule.is_open(now) => Staffing::NobodyHere,
            false => Staffing::Closed { opens_at: self.settings.schedule.opens_at(now) },
        }
    }

    pub(crate) fn send_positions(&mut self, now: Millis) {
        let waiting: Vec<_> = self.queue.ids().cloned().collect();
        self.told.retain(|id, _| self.conversations.get(id).is_some_and(|c| c.state.is_waiting()));
        for (i, id) in waiting.into_iter().enumerate() {
            let position = u32::try_from(i + 1).unwrap_or(u32::MAX);
            if self.told.get(&id) != Some(&position) {
                self.tell_place(now, &id, QueuedBecause::Moved);
            }
        }
    }

    pub(crate) fn positions_changed(&mut self, now: Millis) {
        if !self.deadlines.is_set(&Due::Positions) {
            self.deadlines.set(Due::Positions, Some(now + POSITIONS_EVERY_MS));
        }
    }

    /// The place that a reply has just told, so that it is not told again.
    pub(crate) fn place_is_told(&mut self, id: &ConversationId) {
        self.told.insert(id.clone(), self.queue.position(id));
    }
}
