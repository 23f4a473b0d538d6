//! What agents see of visitors whom nobody answered, until one has dealt with it.

use protocol::{AgentId, ConversationId, Millis, MissedRow, RejectionCode, RejectionReason};

use crate::{
    desk::Desk,
    log::kind::EventKind,
    state::{
        conversation::Conversation,
        peer::PeerId,
        standing::{Missed, State},
    },
};

impl Desk {
    /// So many of them, latest first.
    pub(crate) fn missed_rows(&self, now: Millis, most: usize) -> Vec<MissedRow> {
        let latest = self.missed.rows().filter_map(|row| self.conversations.at(row));
        latest.filter_map(|conversation| missed_row(now, conversation)).take(most).collect()
    }

    /// An agent has dealt with it.
    pub(crate) fn dismiss_missed(
        &mut self,
        now: Millis,
        peer: PeerId,
        me: &AgentId,
        id: &ConversationId,
    ) {
        let Some(conversation) = self
            .conversations
            .get_mut(id)
            .filter(|conversation| conversation.state().missed().is_some())
        else {
            return self.reject_agent_since(
                peer,
                RejectionCode::NotFound,
                RejectionReason::Gone,
                "nobody was missed there, or it is dealt with",
            );
        };
        conversation.dismiss_missed();
        self.missed.note(conversation);
        self.event(now, Some(id), Some(me), EventKind::MissedDismissed);
        self.changed(id);
        self.board_changed(now);
    }
}

fn missed_row(now: Millis, conversation: &Conversation) -> Option<MissedRow> {
    let State::Closed { outcome, at, missed: Some(Missed { until, contact }), .. } =
        conversation.state()
    else {
        return None;
    };
    (now < *until).then(|| MissedRow {
        conversation: conversation.id.clone(),
        summary: conversation.brief.summary.clone(),
        name: conversation.brief.name.clone(),
        contact: contact.clone(),
        outcome: *outcome,
        at: *at,
    })
}
