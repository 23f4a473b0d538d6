//! Who waits, in order.
//!
//! Higher priority first, with ageing: a conversation's place is its time of arrival less a head start for its priority. So
//! a later arrival passes an earlier one only if it came within that head start, and nobody waits longer than the largest
//! head start because of later arrivals. A conversation that gave up its agent goes to the head.

use protocol::{ConversationId, Millis, Priority};
use std::collections::{BTreeMap, BTreeSet};

use crate::{
    conversation::Conversation,
    settings::{Times, ms},
};

/// Smaller is sooner.
type Place = (bool, Millis, ConversationId);

#[derive(Default)]
pub struct Queue {
    order: BTreeSet<Place>,
    places: BTreeMap<ConversationId, Place>,
}

impl Queue {
    pub fn push(&mut self, conversation: &Conversation, times: &Times) {
        let head_start = match conversation.package.escalation.priority {
            Priority::High => ms(times.high_head_start_seconds),
            Priority::Medium => ms(times.medium_head_start_seconds),
            Priority::Standard => 0,
        };
        let place = (!conversation.returned, conversation.requested_at.saturating_sub(head_start), conversation.id.clone());
        self.remove(&conversation.id);
        self.order.insert(place.clone());
        self.places.insert(conversation.id.clone(), place);
    }

    pub fn remove(&mut self, id: &ConversationId) {
        if let Some(place) = self.places.remove(id) {
            self.order.remove(&place);
        }
    }

    /// In order; the first is next.
    pub fn ids(&self) -> impl Iterator<Item = &ConversationId> {
        self.order.iter().map(|(_, _, id)| id)
    }

    /// The place of a conversation, 1 being next; 1 as well for one that is being offered.
    pub fn position(&self, id: &ConversationId) -> u32 {
        self.places.get(id).map_or(1, |place| u32::try_from(self.order.range(..place).count()).unwrap_or(u32::MAX - 1) + 1)
    }
}
