//! Deleting one conversation on request: of its visitor, of a supervisor, or of the operator. All
//! three delete the same, and the same people are told.

use protocol::{AgentId, ConversationId, Millis, Receipt, RejectionCode, VisitorEvent};

use crate::{
    desk::Desk,
    state::{
        listeners::Listener,
        peer::{Peer, PeerId},
    },
    wire::card::AgentEvent,
};

impl Desk {
    pub(crate) fn visitor_erases(&mut self, now: Millis, peer: &Peer, id: &ConversationId) {
        let is_told = self.is_listening(peer.id, &Listener::Visitor(id.clone()));
        if let Some(receipt) = self.erase_and_tell(now, id)
            && !is_told
        {
            self.reply_visitor(peer.id, VisitorEvent::Erased { receipt });
        }
    }

    pub(crate) fn supervisor_erases(
        &mut self,
        now: Millis,
        peer: PeerId,
        me: &AgentId,
        id: &ConversationId,
    ) {
        if !self.is_supervisor(peer, me) {
            return;
        }
        let is_told = self.is_listening(peer, &Listener::Agent(me.clone()));
        match self.erase_and_tell(now, id) {
            Some(_) if is_told => {}
            erased => self.answer_erasure(peer, erased),
        }
    }

    /// The operator's request comes without a session: by the command line, or with the operator's
    /// secret.
    pub(crate) fn operator_erases(&mut self, now: Millis, peer: PeerId, id: &ConversationId) {
        let erased = self.erase_and_tell(now, id);
        self.answer_erasure(peer, erased);
    }

    /// Deletes it, and tells the visitor's pages and every agent.
    fn erase_and_tell(&mut self, now: Millis, id: &ConversationId) -> Option<Receipt> {
        let receipt = self.erase(now, id)?;
        self.tell_visitor(id, VisitorEvent::Erased { receipt: receipt.clone() });
        self.tell_erased(&receipt);
        self.unsubscribe_visitor(now, id);
        Some(receipt)
    }

    fn answer_erasure(&mut self, peer: PeerId, erased: Option<Receipt>) {
        match erased {
            Some(receipt) => self.reply_agent(peer, AgentEvent::Erased { receipt }),
            None => self.reject_agent(peer, RejectionCode::NotFound, "no such conversation"),
        }
    }
}
