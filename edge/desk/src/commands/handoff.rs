//! The handoff: a visitor asks for a person, and a conversation begins.

use protocol::{ConversationId, Millis, QueuedBecause, RejectionCode, Staffing, VisitorEvent};
use std::sync::Arc;

use crate::{
    desk::Desk,
    flow::admission,
    log::kind::EventKind,
    state::{
        conversation::{Begun, Conversation},
        credentials::Digest,
        peer::Peer,
    },
    store::Record,
    wire::frame::Handoff,
};

impl Desk {
    pub(crate) fn request_handoff(
        &mut self,
        now: Millis,
        peer: &Peer,
        id: &ConversationId,
        token: &Digest,
        handoff: &Handoff,
    ) {
        let Handoff { body, request, brief } = handoff;
        if let Some(known) = self.conversations.get(id) {
            if !known.token.is_same(token) {
                return self.reject_foreign(peer.id);
            }
            if !known.request.is_of(body) {
                let why = "this conversation was handed over before with another package";
                return self.reject_visitor(peer.id, RejectionCode::Conflict, why);
            }
            return self.reply_state(now, peer.id, id, QueuedBecause::Requested);
        }
        if self.conversations.is_lost(id) {
            return self.reject_foreign(peer.id);
        }
        let visitor = admission::visitor(brief.visitor, peer.network);
        if let Err(rejection) = self
            .may_open(peer.network.as_ref(), brief.bytes)
            .and_then(|()| self.admit(now, peer, visitor))
        {
            return self.reply_visitor(peer.id, VisitorEvent::Rejected { rejection });
        }
        self.rate_limits.opened(peer.network.as_ref(), brief.bytes);
        let state = self.waiting(now);
        let last_agent = visitor.and_then(|visitor| self.last_agents.of(&visitor)).cloned();
        let row = self.conversations.last_row().next();
        self.save(Record::Package { row, conversation: id.clone(), body: body.clone() });
        let (network, brief) = (peer.network, Arc::clone(brief));
        let begun = Begun {
            id: id.clone(),
            token: *token,
            request: *request,
            brief,
            row,
            network,
            visitor,
            last_agent,
        };
        let conversation = Conversation::begin(now, begun, state.clone());
        self.conversations.insert(conversation);
        self.enter(now, id, state, EventKind::HandoffRequested);
        if matches!(self.staffing(now), Staffing::Closed { .. }) {
            self.event(now, Some(id), None, EventKind::AfterHours);
        }
        self.reply_state(now, peer.id, id, QueuedBecause::Requested);
        self.keep_said(id);
    }
}
