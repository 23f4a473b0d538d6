//! Visitors whom nobody answered, by when: they left, or waited in vain, and chose no promise.

use protocol::{Millis, Outcome};
use std::collections::BTreeSet;

use crate::state::{
    conversation::Conversation,
    row::Row,
    standing::{Missed, State},
};

/// How long agents are shown them.
const SHOWN_MS: Millis = 7 * 24 * 60 * 60 * 1000;

/// Who was missed, by when and by number: the latest last.
#[derive(Default)]
pub struct MissedVisitors(BTreeSet<(Millis, Row)>);

impl MissedVisitors {
    /// Their numbers, latest first.
    pub fn rows(&self) -> impl Iterator<Item = Row> {
        self.0.iter().rev().map(|(_, row)| *row)
    }

    /// Goes by the state of a conversation.
    pub fn note(&mut self, conversation: &Conversation) {
        if let State::Closed { at, missed, .. } = conversation.state() {
            let place = (*at, conversation.row);
            if missed.is_some() {
                self.0.insert(place);
            } else {
                self.0.remove(&place);
            }
        }
    }

    /// Its state is about to be another, or it is about to go.
    pub fn forget(&mut self, conversation: &Conversation) {
        if let State::Closed { at, .. } = conversation.state() {
            self.0.remove(&(*at, conversation.row));
        }
    }
}

/// What is kept of a visitor whom nobody answered, by what was true before the end.
pub fn missed(now: Millis, before: &Conversation, outcome: Outcome) -> Option<Missed> {
    let contact = match (before.state(), outcome) {
        // Who takes back a promise wants nothing any more; whose promise was broken does.
        (State::Promised { .. }, Outcome::Abandoned) => return None,
        (State::Promised { commitment, .. }, Outcome::Unanswered) => Some(commitment.to.clone()),
        (_, Outcome::Abandoned | Outcome::Unanswered) => before.brief.contact.clone(),
        _ => return None,
    };
    Some(Missed { until: now + SHOWN_MS, contact })
}
