//! Why something was not taken.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::MessageId;

/// Names what was wrong, and the field and the limit where there is one. Never carries what the
/// peer sent. A client words it from `code`, `reason` and their parameters, in its user's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rejection {
    pub code: RejectionCode,
    /// One plain sentence, for whoever writes a client. It is not shown to users: it is in English,
    /// and its words may change.
    pub why: String,
    /// What stood in the way, where that is more than `code` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<RejectionReason>,
    /// The path of the field, for example `command.say.text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The limit that was passed; for `slow_down` and `unavailable` the seconds to wait, for
    /// `unsupported_version` the version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// The message that was not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
}

/// What was wrong, and so what a client does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RejectionCode {
    /// Not a frame of this protocol. Do not send it again.
    Malformed,
    /// Over a limit. Do not send it again.
    TooLarge,
    /// Another version; `limit` is the one that is supported.
    UnsupportedVersion,
    /// No such conversation for this token: absent and foreign look alike.
    NotFound,
    /// The same id came before with another body.
    Conflict,
    /// The agent no longer holds this conversation, or never did.
    StaleClaim,
    /// Not possible in this state.
    NotNow,
    /// The conversation holds as much as it may. Do not send it again; another conversation can be
    /// begun.
    Full,
    /// Too many; try again after `limit` seconds.
    SlowDown,
    /// Could not be kept; try again after `limit` seconds.
    Unavailable,
}

/// What stood in the way of something that an agent asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RejectionReason {
    /// Nobody waits whom this agent could take.
    NobodyWaits,
    /// It is over, or with another agent.
    Gone,
    /// The agent holds as many conversations as they may.
    NoPlace,
    /// The agent's console could not read it.
    Unreadable,
    /// Another agent keeps the promise; the board says who.
    KeptByAnother,
    /// It is being passed on already.
    BeingPassedOn,
    /// Only supervisors may.
    SupervisorsOnly,
    /// One that this version does not know.
    #[serde(other)]
    Other,
}

impl Rejection {
    pub fn new(code: RejectionCode, why: impl Into<String>) -> Self {
        Self { code, why: why.into(), reason: None, field: None, limit: None, message: None }
    }

    pub fn since(mut self, reason: RejectionReason) -> Self {
        self.reason = Some(reason);
        self
    }

    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }

    pub fn about(mut self, message: MessageId) -> Self {
        self.message = Some(message);
        self
    }
}
