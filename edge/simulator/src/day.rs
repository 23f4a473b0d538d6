//! What a day is like: who comes when, who is there, how long things take.

use desk::settings::SiteSettings;
use protocol::{Millis, Priority};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Exp, LogNormal};
use rand_pcg::Pcg64Mcg;

pub const MINUTE: Millis = 60_000;
pub const HOUR: Millis = 60 * MINUTE;
/// The days begin here; the site is always open.
pub const MORNING: Millis = 1_800_000_000_000;
/// How long a day is.
pub const LENGTH: Millis = 10 * HOUR;

/// Conversations that an agent holds at once.
const CAPACITY: u32 = 2;
/// Talking with a visitor takes so long, as a lognormal distribution: mean minutes and the
/// deviation of the logarithm.
const HANDLE_MEAN_MINUTES: f64 = 6.0;
const HANDLE_SPREAD: f64 = 0.7;
/// A waiting visitor's patience, mean minutes, as an exponential distribution.
const PATIENCE_MEAN_MINUTES: f64 = 45.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As many as the agents can just serve, all day.
    Steady,
    /// Two and a half times as many in the fourth hour.
    Surge,
    /// Half of the agents are away in the fifth hour.
    LunchDip,
    /// A quarter of the agents go in the sixth hour, without a word, and do not come back.
    AgentLeaves,
    /// A fifth is of high priority, three tenths of medium.
    PriorityMix,
    /// Three in ten speak Spanish, and half of the agents do.
    TwoLanguages,
}

impl Kind {
    pub const ALL: [Self; 6] = [
        Self::Steady,
        Self::Surge,
        Self::LunchDip,
        Self::AgentLeaves,
        Self::PriorityMix,
        Self::TwoLanguages,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::Surge => "surge",
            Self::LunchDip => "lunch-dip",
            Self::AgentLeaves => "agent-leaves",
            Self::PriorityMix => "priority-mix",
            Self::TwoLanguages => "two-languages",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One visitor of the day.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub arrives: Millis,
    pub priority: Priority,
    pub language: &'static str,
    /// How long they wait before they leave.
    pub patience: Millis,
    /// How long the talk takes.
    pub talk: Millis,
}

/// One agent's day.
#[derive(Clone, Debug)]
pub struct Agent {
    pub id: String,
    pub languages: Vec<&'static str>,
    pub comes: Millis,
    /// Away from, and back.
    pub pause: Option<(Millis, Millis)>,
    /// All consoles gone, without a word.
    pub vanishes: Option<Millis>,
}

pub struct Day {
    pub visitors: Vec<Visitor>,
    pub agents: Vec<Agent>,
    /// When the host's clock is put wrong or right, in order, and by how much.
    pub leaps: Vec<(Millis, i64)>,
    /// For what is drawn while the day runs: how soon an agent answers.
    pub random: Pcg64Mcg,
}

impl Day {
    /// A day of so many handoffs, by chance a few more or less, with the agents it takes and some
    /// more or fewer.
    pub fn new(kind: Kind, handoffs: u32, more_agents: i32, seed: u64) -> Self {
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let talk = {
            let mean = HANDLE_MEAN_MINUTES * MINUTE as f64;
            LogNormal::new(mean.ln() - HANDLE_SPREAD * HANDLE_SPREAD / 2.0, HANDLE_SPREAD)
                .expect("a spread above nothing")
        };
        let patience =
            Exp::new(1.0 / (PATIENCE_MEAN_MINUTES * MINUTE as f64)).expect("a mean above nothing");
        let gap = Exp::new(f64::from(handoffs) / LENGTH as f64).expect("visitors who come");
        let mut visitors = Vec::new();
        let mut at = 0.0;
        loop {
            let rate = if kind == Kind::Surge && (3 * HOUR..4 * HOUR).contains(&(at as Millis)) {
                2.5
            } else {
                1.0
            };
            at += gap.sample(&mut random) / rate;
            if at >= LENGTH as f64 {
                break;
            }
            let priority = match kind {
                Kind::PriorityMix => match random.random_range(0..10) {
                    0..2 => Priority::High,
                    2..5 => Priority::Medium,
                    _ => Priority::Standard,
                },
                _ => Priority::Standard,
            };
            let language =
                if kind == Kind::TwoLanguages && random.random_bool(0.3) { "es" } else { "en" };
            visitors.push(Visitor {
                arrives: MORNING + at as Millis,
                priority,
                language,
                patience: patience.sample(&mut random) as Millis,
                talk: talk.sample(&mut random) as Millis,
            });
        }
        // A place is taken for the talk and some twenty seconds around it, and nineteen in twenty
        // are to be in use.
        let busy =
            f64::from(handoffs) * (HANDLE_MEAN_MINUTES + 0.4) * MINUTE as f64 / LENGTH as f64;
        let count = ((busy / 0.95 / f64::from(CAPACITY)).ceil() as i32 + more_agents).max(1) as u32;
        let agents = (0..count).map(|i| Agent {
            id: format!("agent-{i:02}"),
            languages: if kind == Kind::TwoLanguages && i % 2 == 0 {
                vec!["en", "es"]
            } else {
                vec!["en"]
            },
            comes: MORNING,
            pause: (kind == Kind::LunchDip && i % 2 == 0)
                .then_some((MORNING + 4 * HOUR, MORNING + 5 * HOUR)),
            vanishes: (kind == Kind::AgentLeaves && i % 4 == 0)
                .then_some(MORNING + 5 * HOUR + Millis::from(i) * 7 * MINUTE),
        });
        Self { visitors, agents: agents.collect(), leaps: Vec::new(), random }
    }

    /// The site's settings for these agents.
    pub fn settings(&self) -> SiteSettings {
        let agents: Vec<_> = self
            .agents
            .iter()
            .map(|agent| serde_json::json!({
                "id": agent.id, "name": agent.id, "capacity": CAPACITY, "languages": agent.languages
            }))
            .collect();
        let settings = serde_json::json!({
            "key": "day", "name": "Day", "origins": [], "agent": agents,
            "times": {"longest_wait_seconds": 7200}
        });
        serde_json::from_value(settings).expect("settings as the operator writes them")
    }
}
