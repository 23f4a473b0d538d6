//! The agents: who is here, who is available, who holds what.

use protocol::{AgentId, AwayBecause, ConversationId, Millis};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use crate::{queue::primary, settings::AgentSettings};

/// What is kept of an agent. The settings say the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Presence {
    /// The agent's own switch; an unanswered offer turns it off.
    pub available: bool,
    /// Why the desk turned it off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub away_because: Option<AwayBecause>,
    /// Since when no console is open.
    pub gone_since: Option<Millis>,
    /// Since when they hold nothing new: the longest idle is asked first.
    pub idle_since: Millis,
}

pub struct Agent {
    pub settings: AgentSettings,
    /// The primary parts of the languages they speak; any, if there are none.
    pub languages: Vec<String>,
    pub presence: Presence,
    /// Conversations offered to them or held by them.
    pub holds: BTreeSet<ConversationId>,
}

impl Agent {
    pub fn is_here(&self) -> bool {
        self.presence.gone_since.is_none()
    }

    /// Here, and taking conversations.
    pub fn may_be_asked(&self) -> bool {
        self.is_here() && self.presence.available
    }

    pub fn load(&self) -> u32 {
        u32::try_from(self.holds.len()).unwrap_or(u32::MAX)
    }

    /// Places left, for one who is not asked but takes.
    pub fn room(&self) -> u32 {
        self.settings.capacity.saturating_sub(self.load())
    }

    pub fn free(&self) -> u32 {
        if self.may_be_asked() { self.room() } else { 0 }
    }
}

#[derive(Default)]
pub struct Roster {
    agents: BTreeMap<AgentId, Agent>,
}

impl Roster {
    pub fn restore(settings: &[AgentSettings], mut kept: BTreeMap<AgentId, Presence>) -> Self {
        let away = Presence { available: true, away_because: None, gone_since: Some(0), idle_since: 0 };
        let agents = settings.iter().map(|settings| {
            let presence = kept.remove(&settings.id).unwrap_or_else(|| away.clone());
            let languages = settings.languages.iter().map(|tag| primary(tag)).collect();
            (settings.id.clone(), Agent { settings: settings.clone(), languages, presence, holds: BTreeSet::new() })
        });
        Self { agents: agents.collect() }
    }

    pub fn get(&self, id: &AgentId) -> Option<&Agent> {
        self.agents.get(id)
    }

    pub fn get_mut(&mut self, id: &AgentId) -> Option<&mut Agent> {
        self.agents.get_mut(id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Agent> {
        self.agents.values()
    }

    /// The name that visitors see.
    pub fn name(&self, id: &AgentId) -> String {
        self.agents.get(id).map_or_else(|| id.to_string(), |agent| agent.settings.name.clone())
    }

    pub fn hold(&mut self, id: &AgentId, conversation: &ConversationId) {
        if let Some(agent) = self.agents.get_mut(id) {
            agent.holds.insert(conversation.clone());
        }
    }

    pub fn release(&mut self, now: Millis, id: &AgentId, conversation: &ConversationId) {
        if let Some(agent) = self.agents.get_mut(id)
            && agent.holds.remove(conversation)
        {
            agent.presence.idle_since = now;
        }
    }
}
