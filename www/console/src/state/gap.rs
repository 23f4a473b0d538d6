//! What happened while there was no connection. After `watch` the desk tells of everything that
//! this agent holds; whatever else the page shows is asked about, and cleared where the desk has it
//! no more.

use protocol::{Claim, ConversationId};

use super::State;
use crate::said;

impl State {
    /// What the page shows or keeps and the desk did not tell of since the connection opened, each
    /// with the claim of its hold. Promises and missed visitors are on the board.
    pub fn unaccounted(&self, kept: Vec<ConversationId>) -> Vec<(ConversationId, Claim)> {
        let held = self.held.iter().chain(self.ended.iter().map(|(id, held)| (id, held)));
        let mut all: Vec<_> = held.map(|(id, held)| (id.clone(), held.claim)).collect();
        let others = self.opened.iter().map(|(id, _)| id).chain(self.parked.keys()).chain(&kept);
        for id in others {
            if !all.iter().any(|(known, _)| known == id) {
                all.push((id.clone(), Claim::NONE));
            }
        }
        all.retain(|(id, _)| {
            !self.told.contains(id)
                && !self.board.promises.iter().any(|row| row.conversation == *id)
                && !self.board.missed.iter().any(|row| row.conversation == *id)
        });
        all
    }

    /// The desk has it no more: it was erased, or its time was over.
    pub(super) fn gone(&mut self, id: &ConversationId) {
        if self.clear(id) {
            self.tell(false, said::gone());
        }
    }

    /// Clears whatever shows a conversation. Says whether anything did.
    pub(super) fn clear(&mut self, id: &ConversationId) -> bool {
        let is_opened = self.opened.as_ref().is_some_and(|(opened, _)| opened == id);
        let was_here = self.held.remove(id).is_some()
            | self.ended.iter().any(|(ended, _)| ended == id)
            | is_opened;
        self.ended.retain(|(ended, _)| ended != id);
        self.offers.remove(id);
        self.due.retain(|row| row.conversation != *id);
        self.promise_news.remove(id);
        self.remembered.remove(id);
        self.parked.remove(id);
        self.opened = self.opened.take().filter(|(opened, _)| opened != id);
        self.selected = self.selected.take().filter(|selected| selected != id);
        was_here
    }
}
