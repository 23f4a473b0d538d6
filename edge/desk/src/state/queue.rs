//! Who waits, in order.
//!
//! Higher priority first, with ageing: a conversation's place is the time since which it waits less
//! a head start for its priority. So a later arrival passes an earlier one only if it came within
//! that head start, and nobody waits longer than the largest head start because of later arrivals.
//! A conversation that gave up its agent goes to the head.
//!
//! The queue is kept by what a conversation asks of an agent: who asks for other things is not
//! ahead of anybody.

use protocol::{CategoryOption, Millis, Priority};
use std::{collections::BTreeMap, sync::Arc};

use crate::{
    site::settings::{Times, ms},
    state::{
        conversation::Conversation,
        roster::{Roster, primary},
        row::Row,
    },
};

/// Smaller is sooner. The last part is the conversation's number: at the same moment, who came
/// first.
pub type Place = (bool, Millis, Row);

/// What a conversation asks of an agent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Needs {
    pub skill: Option<String>,
    /// The primary part of the visitor's language tag.
    pub language: String,
}

impl Needs {
    /// What the settings ask for; a category or a skill that is in them no longer asks for nobody
    /// in particular.
    pub fn of(conversation: &Conversation, categories: &[CategoryOption], roster: &Roster) -> Self {
        let category =
            categories.iter().find(|category| category.key == conversation.brief.category);
        let skill = category
            .and_then(|category| category.skill.clone())
            .filter(|skill| roster.knows(skill));
        Self { skill, language: primary(&conversation.brief.language) }
    }
}

#[derive(Default)]
pub struct Queue {
    /// Each list in order. A list, since counting who is ahead by halving is all that is asked of
    /// it.
    lists: BTreeMap<Arc<Needs>, Vec<Place>>,
    places: BTreeMap<Row, (Arc<Needs>, Place)>,
}

impl Queue {
    pub fn push(&mut self, conversation: &Conversation, needs: Needs, times: &Times) {
        let head_start = match conversation.brief.priority {
            Priority::High => ms(times.high_head_start_seconds),
            Priority::Medium => ms(times.medium_head_start_seconds),
            Priority::Standard => 0,
        };
        self.remove(conversation.row);
        let place = (
            !conversation.returned,
            conversation.waiting_since.saturating_sub(head_start),
            conversation.row,
        );
        let needs = self
            .lists
            .get_key_value(&needs)
            .map_or_else(|| Arc::new(needs), |(known, _)| Arc::clone(known));
        let list = self.lists.entry(Arc::clone(&needs)).or_default();
        let at = list.partition_point(|other| *other < place);
        list.insert(at, place);
        self.places.insert(conversation.row, (needs, place));
    }

    pub fn remove(&mut self, row: Row) {
        let Some((needs, place)) = self.places.remove(&row) else { return };
        if let Some(list) = self.lists.get_mut(&needs) {
            let at = list.partition_point(|other| *other < place);
            list.remove(at);
            if list.is_empty() {
                self.lists.remove(&needs);
            }
        }
    }

    pub fn has(&self, row: Row) -> bool {
        self.places.contains_key(&row)
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// The numbers of so many, in order; the first is next.
    pub fn first(&self, most: usize) -> impl Iterator<Item = Row> {
        let mut all: Vec<&Place> =
            self.lists.values().flat_map(|list| list.iter().take(most)).collect();
        all.sort_unstable();
        all.into_iter().take(most).map(|(_, _, row)| *row)
    }

    /// Each list, in order.
    pub fn lists(&self) -> impl Iterator<Item = (&Needs, &[Place])> {
        self.lists.iter().map(|(needs, list)| (needs.as_ref(), list.as_slice()))
    }

    /// How many of each list stand before a conversation. None, if it is not in the queue.
    pub fn ahead(&self, row: Row) -> Option<impl Iterator<Item = (&Needs, usize)>> {
        let (_, place) = self.places.get(&row)?;
        Some(self.lists.iter().map(move |(needs, list)| {
            (needs.as_ref(), list.partition_point(|other| other < place))
        }))
    }
}
