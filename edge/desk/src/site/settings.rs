//! One site's settings, as the operator writes them in `site.toml`.

use protocol::{AgentId, CategoryOption, Greeting, Millis, PublicKey, Rules, WidgetSettings};
use serde::Deserialize;

use crate::site::schedule::Schedule;

/// For how many days a widget knows when people answer. A page is open for less, and most holidays are shorter.
const SHOWN_DAYS: u32 = 14;

/// Everything that the operator says of a site.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteSettings {
    /// The public key, as in `data-site`.
    pub key: PublicKey,
    /// The name that visitors know.
    pub name: String,
    /// Page origins that may embed the widget, for example `https://shop.example`.
    pub origins: Vec<String>,
    /// ISO 3166 code, for example `DE`: telephone numbers without a country code are read as dialled there.
    #[serde(default)]
    pub country: Option<String>,
    /// Languages that serve a visitor whose own nobody speaks, best first: BCP 47 tags.
    #[serde(default)]
    pub language_fallbacks: Vec<String>,
    #[serde(default)]
    pub schedule: Schedule,
    /// What visitors read first, in the site's own words.
    #[serde(default)]
    pub greeting: Greeting,
    /// The site's own words, with numbers to call, for somebody who may harm themselves.
    #[serde(default)]
    pub crisis: Option<String>,
    #[serde(default)]
    pub agent: Vec<AgentSettings>,
    #[serde(default)]
    pub category: Vec<CategoryOption>,
    #[serde(default)]
    pub times: Times,
    #[serde(default)]
    pub quotas: Quotas,
    #[serde(default)]
    pub rules: Rules,
}

/// One agent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentSettings {
    pub id: AgentId,
    /// The name that visitors see.
    pub name: String,
    #[serde(default)]
    pub skills: Vec<String>,
    /// BCP 47 tags; empty means any.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Conversations held at once.
    #[serde(default = "three")]
    pub capacity: u32,
    /// May take over what others hold, and erase.
    #[serde(default)]
    pub supervisor: bool,
}

fn three() -> u32 {
    3
}

/// How long things take, in seconds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Times {
    /// An offer stands this long; then it goes to the next agent.
    pub offer_seconds: u32,
    /// The agent reads the card this long at most before the visitor is connected; once as long again if they ask.
    pub review_seconds: u32,
    /// An agent whose consoles are all gone for this long has vanished.
    pub agent_grace_seconds: u32,
    /// An agent who declined is asked again after this.
    pub ask_again_seconds: u32,
    /// A visitor goes to the agent who knows them while the wait is below this.
    pub known_agent_seconds: u32,
    /// Only agents who speak the visitor's language are asked while the wait is below this, if one is there.
    pub language_wait_seconds: u32,
    /// Only agents with the skill are asked while the wait is below this.
    pub skill_wait_seconds: u32,
    /// A wait, or an estimate, beyond this has the choices offered.
    pub long_wait_seconds: u32,
    /// The longest wait; then the conversation closes as unanswered, with choices.
    pub longest_wait_seconds: u32,
    /// A visitor whose page is gone for this long while waiting has left.
    pub abandon_seconds: u32,
    /// A live conversation in which nobody writes for this long closes.
    pub idle_seconds: u32,
    /// Both are warned this long before.
    pub idle_warning_seconds: u32,
    /// What is closed may be reopened for this long.
    pub reopen_seconds: u32,
    /// A callback is promised within this, in business hours.
    pub callback_seconds: u32,
    /// An answer by e-mail is promised within this, in business hours.
    pub ticket_seconds: u32,
    /// Agents are reminded of a promise this long before it falls due.
    pub remind_seconds: u32,
    /// How far a high priority is moved ahead; also the bound on what later arrivals can cost anybody.
    pub high_head_start_seconds: u32,
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

/// How many handoffs may come; over it they are refused with a time to retry.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quotas {
    /// An hour, of one visitor: the same account or, without one, the same e-mail address.
    pub visitor_handoffs: u32,
    /// An hour, from one network address; of IPv6, one /64.
    pub address_handoffs: u32,
    /// At once, conversations of one network address that are not closed.
    pub address_open: u32,
    /// At once, bytes of text in them, transcripts included.
    pub address_open_bytes: u64,
    /// An hour, at the site; a tenth of them at once.
    pub site_handoffs: u32,
}

impl Default for Quotas {
    fn default() -> Self {
        Self { visitor_handoffs: 5, address_handoffs: 60, address_open: 50, address_open_bytes: 8 * 1024 * 1024, site_handoffs: 6_000 }
    }
}

/// Seconds of the settings as the core counts.
pub(crate) fn ms(seconds: u32) -> Millis {
    Millis::from(seconds) * 1000
}

impl SiteSettings {
    /// The public part, for a widget that starts at this time.
    pub fn widget(&self, now: Millis) -> WidgetSettings {
        WidgetSettings {
            site: self.key.clone(),
            name: self.name.clone(),
            origins: self.origins.clone(),
            categories: self.category.iter().map(|category| CategoryOption { skill: None, ..category.clone() }).collect(),
            rules: self.rules.clone(),
            greeting: self.greeting.clone(),
            open: self.schedule.openings(now, SHOWN_DAYS),
            crisis: self.crisis.clone(),
            now,
        }
    }
}
