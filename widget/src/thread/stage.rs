//! Where the visitor stands, and the question that they are asked there.

use protocol::{
    Commitment, Escalation, FallbackKind, FallbackOption, Millis, Outcome, QueuedBecause, Staffing,
    WaitEstimate,
};
use serde::{Deserialize, Serialize};

/// Where the visitor stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Stage {
    /// With the bot.
    #[default]
    Bot,
    /// The escalation is decided; this is asked, one after the other.
    Asking {
        missing: Vec<Ask>,
        escalation: Escalation,
        /// The question that stands was asked before.
        #[serde(default)]
        again: bool,
    },
    /// Posted and not yet acknowledged.
    HandingOff,
    Waiting {
        position: u32,
        wait: Option<WaitEstimate>,
        staffing: Staffing,
        choices: Vec<FallbackOption>,
        because: QueuedBecause,
        is_long: bool,
    },
    Reviewing {
        agent: String,
    },
    Live {
        agent: String,
    },
    Promised {
        commitment: Commitment,
    },
    Closed {
        outcome: Outcome,
        may_rate: bool,
        choices: Vec<FallbackOption>,
        reopen_until: Option<Millis>,
    },
}

impl Stage {
    /// Whether the desk knows of the conversation and it goes on.
    pub fn is_at_desk(&self) -> bool {
        matches!(
            self,
            Self::HandingOff
                | Self::Waiting { .. }
                | Self::Reviewing { .. }
                | Self::Live { .. }
                | Self::Promised { .. }
        )
    }
}

/// What is asked before a handoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// What it is about, in words or by a category.
    Issue,
    /// Which category it is of; what it is about was said.
    Category,
    Email,
    Name,
}

/// What the bot waits to hear.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Question {
    /// Whether the answer helped; the index of the action it stands for.
    Helped {
        action: usize,
    },
    /// Whether to do what the answer offers.
    Action {
        action: usize,
        accepted: String,
        declined: String,
    },
    /// Whether a person should take over.
    Human {
        escalation: Escalation,
    },
    /// What it is about, before the number or the address for this is asked for.
    Issue {
        then: FallbackKind,
    },
    Phone,
    Email,
    /// Whether to delete the conversation at the desk.
    Erase,
}
