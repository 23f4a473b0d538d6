//! Which agent a conversation is offered to.

use protocol::{AgentId, CategoryOption};
use std::cmp::Reverse;

use crate::{
    conversation::Conversation,
    roster::{Agent, Roster},
};

/// The agent for a conversation: the skill that its category asks for and the visitor's language first, then the most free
/// capacity, then the longest idle. A skill or a language that no agent of the site has at all is not waited for.
pub fn pick_agent(roster: &Roster, categories: &[CategoryOption], conversation: &Conversation) -> Option<AgentId> {
    let skill = categories
        .iter()
        .find(|category| category.key == conversation.package.category)
        .and_then(|category| category.skill.as_deref())
        .filter(|skill| roster.iter().any(|agent| has_skill(agent, skill)));
    let language = conversation.package.language.as_str();
    roster
        .iter()
        .filter(|agent| agent.free() > 0 && !conversation.passed_by.contains_key(&agent.settings.id))
        .filter(|agent| skill.is_none_or(|skill| has_skill(agent, skill)))
        .min_by_key(|agent| (!speaks(agent, language), Reverse(agent.free()), agent.presence.idle_since))
        .map(|agent| agent.settings.id.clone())
}

fn has_skill(agent: &Agent, skill: &str) -> bool {
    agent.settings.skills.iter().any(|own| own == skill)
}

fn speaks(agent: &Agent, language: &str) -> bool {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    agent.settings.languages.is_empty() || agent.settings.languages.iter().any(|own| primary(own) == primary(language))
}
