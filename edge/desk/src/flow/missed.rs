//! Visitors whom nobody answered: they left, or waited in vain, and chose no promise. Agents see them until one has dealt with it.

use protocol::{AgentId, ConversationId, Millis, MissedRow, Outcome, RejectionCode, Text};
use std::collections::BTreeSet;

use crate::{
    desk::{Desk, PeerId},
    state::conversation::{Conversation, Missed, State},
};

/// How long agents are shown them.
const SHOWN_MS: Millis = 7 * 24 * 60 * 60 * 1000;

/// Who was missed, by when and by number: the latest last.
#[derive(Default)]
pub(crate) struct MissedVisitors(BTreeSet<(Millis, u64)>);

impl MissedVisitors {
    /// Goes by the state of a conversation.
    pub fn note(&mut self, conversation: &Conversation) {
        if let State::Closed { at, missed, .. } = &conversation.state {
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
        if let State::Closed { at, .. } = &conversation.state {
            self.0.remove(&(*at, conversation.row));
        }
    }
}

/// What is kept of a visitor whom nobody answered, by what was true before the end.
pub(crate) fn missed(now: Millis, before: &Conversation, outcome: Outcome) -> Option<Missed> {
    let contact = match (&before.state, outcome) {
        // Who takes back a promise wants nothing any more; whose promise was broken does.
        (State::Promised { .. }, Outcome::Abandoned) => return None,
        (State::Promised { commitment, .. }, Outcome::Unanswered) => Some(commitment.to.clone()),
        (_, Outcome::Abandoned | Outcome::Unanswered) => before.brief.contact.clone(),
        _ => return None,
    };
    Some(Missed { until: now + SHOWN_MS, contact })
}

impl Desk {
    /// So many of them, latest first.
    pub(crate) fn missed_rows(&self, now: Millis, most: usize) -> Vec<MissedRow> {
        let latest = self.missed.0.iter().rev().filter_map(|(_, row)| self.conversations.at(*row));
        latest.filter_map(|conversation| missed_row(now, conversation)).take(most).collect()
    }

    /// An agent has dealt with it.
    pub(crate) fn dismiss_missed(&mut self, now: Millis, peer: PeerId, me: &AgentId, id: &ConversationId) {
        let Some(conversation) = self.conversations.get_mut(id).filter(|conversation| conversation.state.missed().is_some()) else {
            return self.reject_agent(peer, RejectionCode::NotFound, "nobody was missed there, or it is dealt with");
        };
        if let State::Closed { missed, .. } = &mut conversation.state {
            *missed = None;
        }
        self.missed.note(conversation);
        self.event(now, Some(id), Some(me), "missed_dismissed");
        self.changed(id);
        self.board_changed(now);
    }
}

fn missed_row(now: Millis, conversation: &Conversation) -> Option<MissedRow> {
    let State::Closed { outcome, at, missed: Some(Missed { until, contact }), .. } = &conversation.state else { return None };
    (now < *until).then(|| MissedRow {
        conversation: conversation.id.clone(),
        summary: conversation.brief.summary.clone(),
        name: conversation.brief.name.clone(),
        contact: contact.clone(),
        outcome: *outcome,
        at: *at,
    })
}

/// Where a visitor can be reached, as far as the page or they themselves said: an e-mail address, else a telephone number.
pub(crate) fn contact(email: Option<&Text>, phone: Option<&Text>) -> Option<Text> {
    email.filter(|email| !email.is_blank()).or(phone.filter(|phone| !phone.is_blank())).cloned()
}
