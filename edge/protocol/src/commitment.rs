//! Waiting, and what a visitor may choose instead of waiting.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vocabulary::FallbackKind;

use crate::{Millis, Text};

/// How long the wait will be: an interval in seconds, and how often such intervals have held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaitEstimate {
    /// The lower end of the interval.
    pub from_seconds: u32,
    /// The upper end of the interval.
    pub to_seconds: u32,
    /// The share of waits that the interval is meant to cover, in percent.
    pub coverage_percent: u8,
}

/// Who could answer now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Staffing {
    /// At least one agent is here, busy or not.
    Staffed,
    /// Within business hours, and nobody is here.
    NobodyHere,
    /// Outside business hours.
    Closed {
        /// The next opening; `null` when the schedule never opens again.
        opens_at: Option<Millis>,
    },
}

/// Why the visitor is in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueuedBecause {
    /// The handoff was just taken.
    Requested,
    /// The queue moved.
    Moved,
    /// The wait passed the site's limit, so the choices are offered again.
    LongWait,
    /// The agent who had the conversation went away; it is at the head of the queue.
    AgentLeft,
    /// The visitor came back to the queue: from a promise, or after the end.
    Rejoined,
}

/// One choice, with what would be promised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FallbackOption {
    pub kind: FallbackKind,
    /// The earliest time: when the site is open.
    pub from: Millis,
    /// When the promise would fall due.
    pub due: Millis,
}

/// What the visitor chose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FallbackChoice {
    /// Ring this number.
    Callback {
        /// With a leading `+` and the country code, or as it is dialled in the site's country.
        phone: Text,
    },
    /// Write to this address.
    Ticket {
        /// An e-mail address.
        email: Text,
    },
}

impl FallbackChoice {
    /// With the number or the address as it was written.
    pub fn new(kind: FallbackKind, to: Text) -> Self {
        match kind {
            FallbackKind::Callback => Self::Callback { phone: to },
            FallbackKind::Ticket => Self::Ticket { email: to },
        }
    }

    pub fn kind(&self) -> FallbackKind {
        match self {
            Self::Callback { .. } => FallbackKind::Callback,
            Self::Ticket { .. } => FallbackKind::Ticket,
        }
    }
}

/// What is promised, until when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    pub kind: FallbackKind,
    /// The number in E.164, for example `+493012345678`, or the address.
    pub to: Text,
    /// When it was promised.
    pub made_at: Millis,
    /// Not before this.
    #[serde(default)]
    pub from: Millis,
    /// When it falls due.
    pub due: Millis,
    /// Set once it fell due unfulfilled; it was then renewed, once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub missed: bool,
}
