//! How agents sign in by a link, and out.

use protocol::{AgentId, Millis, Token};

use crate::{
    desk::Desk,
    log::kind::EventKind,
    state::{
        credentials::{Credential, CredentialKind, Digest, SIGN_IN_MS},
        peer::Peer,
    },
    wire::card::AgentEvent,
};

impl Desk {
    pub(crate) fn sign_in(&mut self, now: Millis, peer: &Peer, link: &Token) {
        self.end_credentials(&self.access.expired(now));
        let agent = self
            .access
            .agent(now, CredentialKind::Link, &link.0)
            .filter(|agent| self.roster.get(agent).is_some());
        let (Some(me), Some(cookie)) = (agent, &peer.cookie) else {
            return self.reply_agent(peer.id, AgentEvent::SignedOut {});
        };
        // Once: the link ends here.
        self.end_credentials(&[Digest::of(&link.0)]);
        let credential = Credential::new(CredentialKind::Cookie, me.clone(), now + SIGN_IN_MS);
        self.begin_credential(Digest::of(&cookie.0), credential);
        self.event(now, None, Some(&me), EventKind::AgentSignedIn);
        self.reply_signed_in(now, peer.id, &me);
    }

    pub(crate) fn sign_out(&mut self, now: Millis, peer: &Peer, me: &AgentId) {
        if let Some(cookie) = &peer.cookie {
            self.end_credentials(&[Digest::of(&cookie.0)]);
        }
        self.unsubscribe(now, me);
        // Who says that they go is not waited for.
        self.give_back(now, me, EventKind::AgentSignedOut);
        self.reply_agent(peer.id, AgentEvent::SignedOut {});
    }
}
