//! Which agent spoke last with a visitor, so that whoever comes back is offered to the one who
//! knows them.

use protocol::{AgentId, Millis};
use std::collections::BTreeMap;

use crate::state::{conversation::Conversation, credentials::Digest};

/// By what tells visitors apart.
#[derive(Default)]
pub struct LastAgents(BTreeMap<Digest, (Millis, AgentId)>);

impl LastAgents {
    /// Notes who spoke in a conversation that closed then, unless a later one is noted.
    pub fn note(&mut self, at: Millis, closed: &Conversation) {
        let (Some(visitor), Some(agent)) = (closed.visitor, &closed.last_agent) else { return };
        let kept = self.0.entry(visitor).or_insert_with(|| (at, agent.clone()));
        if kept.0 <= at {
            *kept = (at, agent.clone());
        }
    }

    pub fn of(&self, visitor: &Digest) -> Option<&AgentId> {
        self.0.get(visitor).map(|(_, agent)| agent)
    }

    pub fn forget(&mut self, visitor: &Digest) {
        self.0.remove(visitor);
    }

    /// Nothing was later than now; for a clock that was ahead.
    pub fn bring_back(&mut self, now: Millis) {
        self.0.values_mut().for_each(|(at, _)| *at = now.min(*at));
    }
}
