//! Which agent a conversation is offered to.
//!
//! First those who can serve it best, and with the time those who can serve it at all: the agent
//! who knows the visitor, then those with the skill who speak the language, then those with the
//! skill, then anyone. Among equals the one with the most free places, then the one who was idle
//! longest. Nobody is asked who has not answered another offer yet.

use protocol::{AgentId, Millis};
use std::cmp::Reverse;

use crate::{
    site::settings::{SiteSettings, ms},
    state::{
        conversation::Conversation,
        queue::Needs,
        roster::{Agent, Roster, primary},
    },
};

/// The agent for a conversation that waits, if one who may be asked now has a free place.
pub fn pick_agent(
    now: Millis,
    roster: &Roster,
    settings: &SiteSettings,
    conversation: &Conversation,
) -> Option<AgentId> {
    let waited = now.saturating_sub(conversation.waiting_since);
    let needs = Needs::of(conversation, &settings.category, roster);
    let times = &settings.times;
    let may =
        |agent: &&Agent| agent.may_get_offer() && !conversation.is_passed_by(&agent.settings.id);
    if let Some(known) = conversation.last_agent.as_ref().and_then(|known| roster.get(known))
        && waited < ms(times.known_agent_seconds)
        && known.may_be_asked()
        && !conversation.is_passed_by(&known.settings.id)
    {
        return known.may_get_offer().then(|| known.settings.id.clone());
    }
    let is_skill_asked = waited < ms(times.skill_wait_seconds);
    let is_language_asked = waited < ms(times.language_wait_seconds)
        && able(roster, settings, &needs).any(|agent| rank(agent, settings, &needs) == 0);
    roster
        .iter()
        .filter(may)
        .filter(|agent| !is_skill_asked || has_skill(agent, &needs))
        .filter(|agent| !is_language_asked || rank(agent, settings, &needs) == 0)
        .min_by_key(|agent| {
            (
                !has_skill(agent, &needs),
                rank(agent, settings, &needs),
                Reverse(agent.free()),
                agent.presence.idle_since,
                &agent.settings.id,
            )
        })
        .map(|agent| agent.settings.id.clone())
}

/// Agents who are here, take conversations, and have the skill.
pub fn able<'a>(
    roster: &'a Roster,
    settings: &'a SiteSettings,
    needs: &'a Needs,
) -> impl Iterator<Item = &'a Agent> {
    let best = roster
        .iter()
        .filter(|agent| agent.may_be_asked() && has_skill(agent, needs))
        .map(|agent| rank(agent, settings, needs))
        .min();
    // Where someone speaks the language, the others are not counted on.
    roster
        .iter()
        .filter(|agent| agent.may_be_asked() && has_skill(agent, needs))
        .filter(move |agent| best != Some(0) || rank(agent, settings, needs) == 0)
}

pub fn has_skill(agent: &Agent, needs: &Needs) -> bool {
    needs.skill.as_ref().is_none_or(|skill| agent.settings.skills.contains(skill))
}

/// 0 for the visitor's language, then the site's fallbacks in order, then none of them.
fn rank(agent: &Agent, settings: &SiteSettings, needs: &Needs) -> usize {
    let speaks = |language: &str| {
        agent.languages.is_empty() || agent.languages.iter().any(|own| own == language)
    };
    if speaks(&needs.language) {
        return 0;
    }
    let fallbacks = &settings.language_fallbacks;
    1 + fallbacks.iter().position(|language| speaks(&primary(language))).unwrap_or(fallbacks.len())
}
