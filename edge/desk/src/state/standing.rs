//! Where a conversation stands, and what may follow.

use protocol::{AgentId, Claim, Commitment, Millis, Outcome, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use crate::site::fallback;

/// Every state that is not final has a time at which it ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Queued {
        notice_at: Millis,
        give_up_at: Millis,
    },
    Offered {
        agent: AgentId,
        until: Millis,
        give_up_at: Millis,
    },
    Reviewing {
        agent: AgentId,
        until: Millis,
        #[serde(default)]
        extended: bool,
    },
    Live {
        agent: AgentId,
        idle_at: Millis,
        /// Both were told that it closes soon.
        #[serde(default)]
        warned: bool,
        #[serde(default)]
        transfer: Option<Box<Transfer>>,
    },
    /// `callback_promised` or `ticket_opened`, by the kind of the commitment.
    Promised {
        commitment: Commitment,
        #[serde(default)]
        remind_at: Option<Millis>,
        /// The agent who keeps it; else anyone may.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<AgentId>,
    },
    Closed {
        outcome: Outcome,
        reason: Option<Text>,
        at: Millis,
        erase_at: Millis,
        /// Set when nobody answered the visitor, until an agent has dealt with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        missed: Option<Missed>,
    },
}

/// A visitor whom nobody answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Missed {
    /// How long agents are shown it.
    pub until: Millis,
    /// Where the visitor can be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Text>,
}

/// A live conversation that is offered to another agent. It stays with its own until that one
/// accepts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transfer {
    pub to: AgentId,
    /// What the other agent's acceptance must carry.
    pub claim: Claim,
    pub until: Millis,
    pub note: Text,
    /// Passed to whoever has it, one after the other.
    pub skill: Option<String>,
    /// Who was asked before.
    pub passed_by: BTreeSet<AgentId>,
}

impl State {
    /// The table of what may follow. It holds for every change, see
    /// [`Conversation::turn_to`](super::conversation::Conversation::turn_to).
    ///
    /// | from | to | by |
    /// | --- | --- | --- |
    /// | queued | queued | it begins; the visitor waits again |
    /// | queued | offered | an agent is free |
    /// | queued, offered, live | reviewing | an agent takes it, accepts it, or is given it |
    /// | reviewing | reviewing | a supervisor takes it over |
    /// | offered, reviewing, live | queued | nobody answered, or its agent is gone |
    /// | reviewing | live | the agent has read it, or the time for that is over |
    /// | live | live | it is offered to another agent |
    /// | queued, offered, closed | promised | the visitor chooses to be called or written to |
    /// | promised | promised | the visitor chooses otherwise; it is missed |
    /// | promised, closed | queued | the visitor waits after all |
    /// | any other | closed | it ends |
    pub(crate) fn may_become(&self, next: &Self) -> bool {
        use State::*;
        match (self, next) {
            (Queued { .. }, Offered { .. }) | (Reviewing { .. }, Live { .. }) => true,
            (_, Queued { .. }) => true,
            (Queued { .. } | Offered { .. } | Reviewing { .. } | Live { .. }, Reviewing { .. }) => {
                true
            }
            (Live { agent, .. }, Live { agent: next, .. }) => agent == next,
            (Queued { .. } | Offered { .. } | Promised { .. } | Closed { .. }, Promised { .. }) => {
                true
            }
            (own, Closed { .. }) => !own.is_closed(),
            _ => false,
        }
    }

    /// Its name, as it stands in the store.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Queued { .. } => "queued",
            Self::Offered { .. } => "offered",
            Self::Reviewing { .. } => "reviewing",
            Self::Live { .. } => "live",
            Self::Promised { commitment, .. } => fallback::promised_state(commitment.kind),
            Self::Closed { .. } => "closed",
        }
    }

    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Closed { .. })
    }

    /// Whether an agent holds it: reads its card, or talks with the visitor.
    pub fn is_held(&self) -> bool {
        matches!(self, Self::Reviewing { .. } | Self::Live { .. })
    }

    /// Whether an agent may have to do with the visitor: one who holds it, or keeps its promise.
    pub fn is_held_or_promised(&self) -> bool {
        self.is_held() || matches!(self, Self::Promised { .. })
    }

    /// The agent who is asked or who holds it.
    pub fn agent(&self) -> Option<&AgentId> {
        match self {
            Self::Offered { agent, .. }
            | Self::Reviewing { agent, .. }
            | Self::Live { agent, .. } => Some(agent),
            _ => None,
        }
    }

    /// The agent who has not answered an offer of it yet.
    pub fn asked(&self) -> Option<&AgentId> {
        match self {
            Self::Offered { agent, .. } => Some(agent),
            _ => self.transfer().map(|transfer| &transfer.to),
        }
    }

    /// The agent who keeps what is promised.
    pub fn owner(&self) -> Option<&AgentId> {
        match self {
            Self::Promised { owner, .. } => owner.as_ref(),
            _ => None,
        }
    }

    /// Set of a visitor whom nobody answered.
    pub fn missed(&self) -> Option<&Missed> {
        match self {
            Self::Closed { missed, .. } => missed.as_ref(),
            _ => None,
        }
    }

    /// The offer to another agent that stands.
    pub fn transfer(&self) -> Option<&Transfer> {
        match self {
            Self::Live { transfer, .. } => transfer.as_deref(),
            _ => None,
        }
    }

    /// Everyone whose place it takes: its agent, and the one it is being passed to.
    pub fn holders(&self) -> impl Iterator<Item = &AgentId> {
        self.agent().into_iter().chain(self.transfer().map(|transfer| &transfer.to))
    }

    /// Every agent who has to do something for it.
    pub fn people(&self) -> impl Iterator<Item = &AgentId> {
        self.holders().chain(self.owner())
    }

    /// Whether nobody has answered yet and the visitor is still waiting.
    pub fn is_waiting(&self) -> bool {
        matches!(self, Self::Queued { .. } | Self::Offered { .. })
    }
}
