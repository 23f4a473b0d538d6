//! The agents: who is here, who is available, who is at work, who holds what.

use protocol::{AgentId, AwayBecause, ConversationId, Millis};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use crate::{
    site::settings::{AgentSettings, SiteSettings},
    state::conversation::Conversation,
};

/// An agent whom the desk set away, and who did something within this, is at the desk all the same.
const AT_DESK_MS: Millis = 2 * 60 * 1000;
/// What an agent does within this after the last that was noted need not be noted: each is a row.
const NOTED_EVERY_MS: Millis = 1_000;

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
    /// When they last did something that only a person does: a key pressed, a card read, an offer
    /// answered.
    #[serde(default)]
    pub worked_at: Millis,
}

pub struct Agent {
    pub settings: AgentSettings,
    /// The primary parts of the languages they speak; any, if there are none.
    pub languages: Vec<String>,
    pub presence: Presence,
    /// Conversations offered to them or held by them.
    pub holds: BTreeSet<ConversationId>,
    /// Of these, offers that stand unanswered.
    pub asked: BTreeSet<ConversationId>,
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

    /// Whether an offer can go to them: one at a time, so that the answer to one is not missed over
    /// another.
    pub fn may_get_offer(&self) -> bool {
        self.free() > 0 && self.asked.is_empty()
    }

    /// Whether a visitor may be told that somebody is there: a console is open, and its agent takes
    /// conversations, or was set away for a missed offer but works.
    pub fn is_at_desk(&self, now: Millis) -> bool {
        self.is_here()
            && (self.presence.available
                || self.presence.away_because.is_some()
                    && self.has_worked_since(now.saturating_sub(AT_DESK_MS)))
    }

    pub fn has_worked_since(&self, since: Millis) -> bool {
        self.presence.worked_at > 0 && self.presence.worked_at >= since
    }

    /// Notes that they work; says whether that is worth keeping.
    pub fn works(&mut self, now: Millis) -> bool {
        let is_news = now >= self.presence.worked_at + NOTED_EVERY_MS;
        if is_news {
            self.presence.worked_at = now;
        }
        is_news
    }
}

#[derive(Default)]
pub struct Roster {
    agents: BTreeMap<AgentId, Agent>,
    /// Agents of whom something is kept, and who are not in the settings.
    strangers: Vec<AgentId>,
    /// What at least one agent knows.
    skills: BTreeSet<String>,
    /// What visitors read in place of a name.
    site: String,
}

impl Roster {
    pub fn restore(settings: &SiteSettings, mut kept: BTreeMap<AgentId, Presence>) -> Self {
        let away = Presence {
            available: true,
            away_because: None,
            gone_since: Some(0),
            idle_since: 0,
            worked_at: 0,
        };
        let agents = settings.agent.iter().map(|settings| {
            let presence = kept.remove(&settings.id).unwrap_or_else(|| away.clone());
            let languages = settings.languages.iter().map(|tag| primary(tag)).collect();
            (
                settings.id.clone(),
                Agent {
                    settings: settings.clone(),
                    languages,
                    presence,
                    holds: BTreeSet::new(),
                    asked: BTreeSet::new(),
                },
            )
        });
        Self {
            agents: agents.collect(),
            strangers: kept.into_keys().collect(),
            skills: settings.agent.iter().flat_map(|agent| agent.skills.iter().cloned()).collect(),
            site: settings.name.clone(),
        }
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

    /// Agents of whom something is kept, and who are not in the settings.
    pub fn strangers(&self) -> &[AgentId] {
        &self.strangers
    }

    pub fn forget_strangers(&mut self) -> Vec<AgentId> {
        std::mem::take(&mut self.strangers)
    }

    /// Whether at least one agent has that skill.
    pub fn knows(&self, skill: &str) -> bool {
        self.skills.contains(skill)
    }

    /// The name that visitors see: of somebody who is not in the settings the site's, and never an
    /// id.
    pub fn name(&self, id: &AgentId) -> String {
        self.agents.get(id).map_or(&self.site, |agent| &agent.settings.name).clone()
    }

    /// Gives a conversation its places at the agents who hold it or are asked to.
    pub fn hold(&mut self, conversation: &Conversation) {
        let asked = conversation.state().asked();
        for id in conversation.state().holders() {
            let Some(agent) = self.agents.get_mut(id) else { continue };
            agent.holds.insert(conversation.id.clone());
            if asked == Some(id) {
                agent.asked.insert(conversation.id.clone());
            } else {
                agent.asked.remove(&conversation.id);
            }
        }
    }

    pub fn release(&mut self, now: Millis, id: &AgentId, conversation: &ConversationId) {
        if let Some(agent) = self.agents.get_mut(id)
            && agent.holds.remove(conversation)
        {
            agent.asked.remove(conversation);
            agent.presence.idle_since = now;
        }
    }
}

/// `pt` of `pt-BR`.
pub fn primary(tag: &str) -> String {
    tag.split('-').next().unwrap_or_default().to_ascii_lowercase()
}
