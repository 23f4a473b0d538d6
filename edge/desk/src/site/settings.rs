//! One site's settings, as the operator writes them in `site.toml`.

use protocol::{
    AgentId, CategoryOption, Contact, Greeting, Millis, Rules, SiteKey, WidgetSettings, limits,
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::site::schedule::Schedule;

/// For how many days a widget knows when people answer. A page is open for less, and most holidays
/// are shorter.
const SHOWN_DAYS: u32 = 14;

/// Everything that the operator says of a site.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteSettings {
    /// The key of `data-site`: 1 to 40 of `a-z`, `0-9` and `-`. It is public and opens nothing.
    pub key: SiteKey,
    /// The name that visitors know.
    pub name: String,
    /// The only page origins that may embed the widget, for example `https://shop.example`.
    pub origins: Vec<String>,
    /// An ISO 3166 code, for example `DE`: telephone numbers without a country code are read as
    /// dialled there. Without it numbers need a `+`.
    #[serde(default)]
    pub country: Option<String>,
    /// Languages that serve a visitor whose own language nobody speaks, best first: BCP 47 tags.
    #[serde(default)]
    pub language_fallbacks: Vec<String>,
    /// Business hours; without it the site is always open.
    #[serde(default)]
    pub schedule: Schedule,
    /// What visitors read first, in the site's own words.
    #[serde(default)]
    pub greeting: Greeting,
    /// The site's own words, with numbers to call, for somebody who may harm themselves, up to 500
    /// characters: said at once. Without it Baton's own words.
    #[serde(default)]
    pub crisis: Option<String>,
    /// Where visitors can reach the site without the desk.
    #[serde(default)]
    pub contact: Option<Contact>,
    /// Who answers: at least one.
    #[serde(default)]
    pub agent: Vec<AgentSettings>,
    /// What a visitor's issue can be about.
    #[serde(default)]
    pub category: Vec<CategoryOption>,
    /// How long things take.
    #[serde(default)]
    pub times: Times,
    /// How much may come.
    #[serde(default)]
    pub quotas: Quotas,
    /// When the bot hands over.
    #[serde(default)]
    pub rules: Rules,
}

/// One agent.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentSettings {
    /// Up to 64 of `a-z`, `A-Z`, `0-9`, `-` and `_`, for example `maria`.
    pub id: AgentId,
    /// The name that visitors see.
    pub name: String,
    /// What they can take: the `skill` of a category.
    #[serde(default)]
    pub skills: Vec<String>,
    /// The languages that they speak, BCP 47 tags; empty means any.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Conversations that they may hold at once.
    #[serde(default = "three")]
    #[schemars(range(min = 1))]
    pub capacity: u32,
    /// May take over what others hold, and erase.
    #[serde(default)]
    pub supervisor: bool,
}

fn three() -> u32 {
    3
}

/// How long things take, in seconds.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Times {
    /// An offer stands this long; then it goes to the next agent.
    #[schemars(range(min = 1))]
    pub offer_seconds: u32,
    /// The agent reads the card this long at most before the visitor is connected; once as long
    /// again if they ask.
    pub review_seconds: u32,
    /// An agent whose consoles are all gone for this long has vanished. Until then the visitor
    /// hears nothing. A console whose network died counts as gone after 20 s more.
    pub agent_grace_seconds: u32,
    /// An agent who declined is asked again after this.
    pub ask_again_seconds: u32,
    /// A visitor goes to the agent who knows them while the wait is below this.
    pub known_agent_seconds: u32,
    /// Only agents who speak the visitor's language are asked while the wait is below this, if one
    /// is there. After it anyone with the skill is asked.
    pub language_wait_seconds: u32,
    /// Only agents with the skill are asked while the wait is below this. After it anyone is.
    pub skill_wait_seconds: u32,
    /// A wait, or an estimate, beyond this has the choices offered.
    #[schemars(range(min = 1))]
    pub long_wait_seconds: u32,
    /// The longest wait; then the conversation closes as unanswered, with choices.
    #[schemars(range(min = 1))]
    pub longest_wait_seconds: u32,
    /// A visitor whose page is gone for this long while waiting has left. Before, their place is
    /// kept.
    #[schemars(range(min = 1))]
    pub abandon_seconds: u32,
    /// A live conversation in which nobody writes for this long closes.
    #[schemars(range(min = 1))]
    pub idle_seconds: u32,
    /// Both are warned this long before. Less than `idle_seconds`.
    pub idle_warning_seconds: u32,
    /// What is closed may be reopened for this long. No more than `retention_days`.
    pub reopen_seconds: u32,
    /// A callback is promised within this, in business hours.
    #[schemars(range(min = 1))]
    pub callback_seconds: u32,
    /// An answer by e-mail is promised within this, in business hours.
    #[schemars(range(min = 1))]
    pub ticket_seconds: u32,
    /// Agents are reminded of a promise this long before it falls due.
    pub remind_seconds: u32,
    /// How far a high priority is moved ahead in the queue; also the bound on what later arrivals
    /// can cost anybody.
    pub high_head_start_seconds: u32,
    /// How far a medium priority is moved ahead. No more than `high_head_start_seconds`.
    pub medium_head_start_seconds: u32,
    /// A closed conversation is deleted after this.
    pub retention_days: u32,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            offer_seconds: 30,
            review_seconds: 15,
            agent_grace_seconds: 45,
            ask_again_seconds: 60,
            known_agent_seconds: 60,
            language_wait_seconds: 60,
            skill_wait_seconds: 5 * 60,
            long_wait_seconds: 120,
            longest_wait_seconds: 30 * 60,
            abandon_seconds: 5 * 60,
            idle_seconds: 30 * 60,
            idle_warning_seconds: 5 * 60,
            reopen_seconds: 60 * 60,
            callback_seconds: 2 * 60 * 60,
            ticket_seconds: 24 * 60 * 60,
            remind_seconds: 15 * 60,
            high_head_start_seconds: 10 * 60,
            medium_head_start_seconds: 4 * 60,
            retention_days: 90,
        }
    }
}

/// How much may come, and how many handoffs; what is over it is refused with a time to retry.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Quotas {
    /// Handoffs an hour of one visitor: the same account or, without one, the same e-mail address.
    #[schemars(range(min = 1))]
    pub visitor_handoffs: u32,
    /// Handoffs an hour from one network address; of IPv6, one /64.
    #[schemars(range(min = 1))]
    pub address_handoffs: u32,
    /// Conversations of one network address that are open at once.
    #[schemars(range(min = 1))]
    pub address_open: u32,
    /// Bytes of messages and transcripts in one network address's open conversations.
    #[schemars(range(min = limits::MAX_VISITOR_BODY_BYTES))]
    pub address_open_bytes: u64,
    /// Frames a minute from one network address, a sixth of them at once: polls, messages and
    /// whatever else visitors and who is not signed in send, refused ones too; a socket that opens
    /// counts as one. Fifty pages that poll every two seconds are 1,500.
    #[schemars(range(min = 1))]
    pub address_frames: u32,
    /// Handoffs an hour at the site; a tenth of them at once.
    #[schemars(range(min = 1))]
    pub site_handoffs: u32,
    /// Conversations of the site that are open at once: waiting, live or promised.
    #[schemars(range(min = 1))]
    pub site_open: u32,
    /// Bytes of messages and transcripts in the site's open conversations. New ones begin in nine
    /// tenths of it, so that those that are open have room to end.
    #[schemars(range(min = 10 * limits::MAX_VISITOR_BODY_BYTES))]
    pub site_open_bytes: u64,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            visitor_handoffs: 5,
            address_handoffs: 60,
            address_open: 50,
            address_open_bytes: 8 * 1024 * 1024,
            address_frames: 6_000,
            site_handoffs: 6_000,
            site_open: 10_000,
            site_open_bytes: 128 * 1024 * 1024,
        }
    }
}

/// Seconds of the settings as the core counts.
pub(crate) fn ms(seconds: u32) -> Millis {
    Millis::from(seconds) * 1000
}

/// How long what is closed is kept.
pub(crate) fn retention(times: &Times) -> Millis {
    Millis::from(times.retention_days) * 24 * 60 * 60 * 1000
}

impl SiteSettings {
    /// The public part, for a widget that starts at this time.
    pub fn widget(&self, now: Millis) -> WidgetSettings {
        WidgetSettings {
            site: self.key.clone(),
            name: self.name.clone(),
            origins: self.origins.clone(),
            categories: self
                .category
                .iter()
                .map(|category| CategoryOption { skill: None, ..category.clone() })
                .collect(),
            rules: self.rules.clone(),
            greeting: self.greeting.clone(),
            open: self.schedule.openings(now, SHOWN_DAYS),
            crisis: self.crisis.clone(),
            contact: self.contact.clone(),
            now,
        }
    }
}
