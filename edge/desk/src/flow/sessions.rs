//! Links and cookies of agents: who is behind one, when it ends, and what its sockets hear then.

use protocol::{AgentId, Millis};

use crate::{
    desk::Desk,
    log::kind::EventKind,
    state::{
        credentials::{Credential, CredentialKind, Digest},
        deadlines::Due,
        listeners::Listener,
        peer::{Peer, PeerId},
    },
    store::Record,
    wire::card::AgentEvent,
};

impl Desk {
    /// The agent whose cookie a peer has.
    pub(crate) fn agent_behind(&self, now: Millis, peer: &Peer) -> Option<AgentId> {
        let agent = self.access.agent(now, CredentialKind::Cookie, &peer.cookie.as_ref()?.0)?;
        self.roster.get(&agent).is_some().then_some(agent)
    }

    /// The operator lets an agent sign in, until then, with the link that has this digest.
    pub(crate) fn admit_agent(&mut self, agent: &AgentId, link: Digest, until: Millis) {
        // Of two links one is lost, or somebody else's.
        self.end_credentials(&self.access.links_of(agent));
        self.begin_credential(link, Credential::new(CredentialKind::Link, agent.clone(), until));
    }

    /// The operator ends every session and every link of an agent.
    pub(crate) fn revoke_agent(&mut self, now: Millis, agent: &AgentId) {
        self.end_credentials(&self.access.of(agent));
        self.unsubscribe(now, agent);
        self.event(now, None, Some(agent), EventKind::AgentRevoked);
    }

    pub(crate) fn begin_credential(&mut self, digest: Digest, credential: Credential) {
        self.save(Record::Credential(digest, credential.clone()));
        self.access.add(digest, credential);
    }

    /// Ends links and sessions.
    pub(crate) fn end_credentials(&mut self, hashes: &[Digest]) {
        for hash in hashes {
            self.access.remove(hash);
            self.save(Record::CredentialEnded(*hash));
        }
    }

    /// By a clock that was behind for a while it may not be over yet.
    pub(crate) fn session_is_due(&mut self, now: Millis, peer: PeerId) {
        let end = self.listeners.session(peer).map(|term| term.end(now));
        if end.is_some_and(|end| end > now) {
            return self.deadlines.set(Due::Session(peer), end);
        }
        self.session_ended(now, peer);
    }

    /// A sign-in that is over is so for its sockets as well. What the agent holds goes back as of
    /// one who vanished.
    pub(crate) fn session_ended(&mut self, now: Millis, peer: PeerId) {
        self.reply_agent(peer, AgentEvent::SignedOut {});
        self.left(now, peer);
    }

    /// Stops every socket of an agent from hearing more.
    pub(crate) fn unsubscribe(&mut self, now: Millis, agent: &AgentId) {
        let listener = Listener::Agent(agent.clone());
        let peers: Vec<_> = self.listeners.of(&listener).collect();
        for peer in peers {
            self.reply_agent(peer, AgentEvent::SignedOut {});
            self.left(now, peer);
        }
    }

    fn signed_in(&self, now: Millis, me: &AgentId) -> Option<AgentEvent> {
        let agent = self.roster.get(me)?;
        Some(AgentEvent::SignedIn {
            agent: me.clone(),
            name: agent.settings.name.clone(),
            available: agent.presence.available,
            supervisor: agent.settings.supervisor,
            away_because: agent.presence.away_because,
            now,
        })
    }

    pub(crate) fn reply_signed_in(&mut self, now: Millis, peer: PeerId, me: &AgentId) {
        if let Some(event) = self.signed_in(now, me) {
            self.reply_agent(peer, event);
        }
    }

    /// To every tab of the agent, and to whoever asked.
    pub(crate) fn tell_signed_in(&mut self, now: Millis, asked: Option<PeerId>, me: &AgentId) {
        if let Some(peer) =
            asked.filter(|peer| !self.is_listening(*peer, &Listener::Agent(me.clone())))
        {
            self.reply_signed_in(now, peer, me);
        }
        if let Some(event) = self.signed_in(now, me) {
            self.tell_agent(me, event);
        }
    }
}
