//! A live conversation that one agent passes on to another.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AgentId, Millis, Text};

/// To whom a live conversation is passed on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TransferTarget {
    /// This agent.
    Agent(AgentId),
    /// Any free agent with this skill, one after the other.
    Skill(String),
}

/// Why a transfer failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferFailure {
    /// The agent declined.
    Declined,
    /// Nobody answered in time.
    Expired,
    /// Nobody who could take it has a free place.
    NobodyFree,
}

/// What an agent wrote for the next one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// The name of the agent who wrote it.
    pub from: String,
    /// When they wrote it.
    pub at: Millis,
    /// What they wrote.
    pub text: Text,
}
