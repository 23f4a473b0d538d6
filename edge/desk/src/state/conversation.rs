//! One conversation at the desk, from the handoff to the close.

use protocol::{AgentId, Author, Commitment, ConversationId, FallbackKind, Message, MessageId, Millis, Note, Outcome, Staffing, Text};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    site::settings::{Times, ms},
    state::{
        clock::Clock,
        credentials::Hash,
        messages::Messages,
        package::{Brief, Request},
        quota::Gate,
        wait_model::Said,
    },
};

/// Where a conversation stands. Every state that is not final has a time at which it ends.
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

/// What a waiting visitor was told last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    pub position: u32,
    pub said: Option<Said>,
    /// Somebody who could take it is there.
    pub is_able: bool,
    pub staffing: Staffing,
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

/// A live conversation that is offered to another agent. It stays with its own until that one accepts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transfer {
    pub to: AgentId,
    /// What the other agent's acceptance must carry.
    pub claim: u64,
    pub until: Millis,
    pub note: Text,
    /// Passed to whoever has it, one after the other.
    pub skill: Option<String>,
    /// Who was asked before.
    pub passed_by: BTreeSet<AgentId>,
}

impl State {
    /// Its name, as it stands in the store.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Queued { .. } => "queued",
            Self::Offered { .. } => "offered",
            Self::Reviewing { .. } => "reviewing",
            Self::Live { .. } => "live",
            Self::Promised { commitment, .. } => match commitment.kind {
                FallbackKind::Callback => "callback_promised",
                FallbackKind::Ticket => "ticket_opened",
            },
            Self::Closed { .. } => "closed",
        }
    }

    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Closed { .. })
    }

    /// The agent who is asked or who holds it.
    pub fn agent(&self) -> Option<&AgentId> {
        match self {
            Self::Offered { agent, .. } | Self::Reviewing { agent, .. } | Self::Live { agent, .. } => Some(agent),
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

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    pub id: ConversationId,
    pub token: Hash,
    /// So that the same id with another package is refused.
    pub request: Request,
    /// What the desk reads of the package, which is a row of its own in the store: it never changes, and is large.
    pub brief: Arc<Brief>,
    /// The number of its row, and of its package's.
    #[serde(skip)]
    pub row: u64,
    pub state: State,
    /// Of the network that it came from, until it closes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Hash>,
    /// By which the visitor is known again: who they say they are, and where they came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<Hash>,
    /// How fast the visitor writes.
    #[serde(default)]
    pub gate: Gate,
    /// How fast the visitor takes promises.
    #[serde(default)]
    pub promises: Gate,
    pub requested_at: Millis,
    /// Since when it waits, this time: its place in the queue hangs on that.
    #[serde(default)]
    pub waiting_since: Millis,
    /// Gave up its agent, who vanished or did not answer: it goes to the head.
    pub returned: bool,
    /// The number of the hold, or of the offer that stands. A write with another one is refused.
    pub claim: u64,
    /// The last number given to anyone.
    #[serde(default)]
    pub claims: u64,
    /// Agents who declined, until when they are not asked again.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub passed_by: BTreeMap<AgentId, Millis>,
    /// Agents whose consoles could not read it: they are not asked again.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unreadable_to: BTreeSet<AgentId>,
    /// The agent who spoke with this visitor last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_by: Option<AgentId>,
    /// While it waits: when more agents may be asked than before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look_again_at: Option<Millis>,
    /// The wait that the visitor was told first, this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered_at: Option<Millis>,
    /// Since when no page of the visitor listens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor_gone_since: Option<Millis>,
    /// The page to which the visitor went after the handoff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Text>,
    /// How fast the visitor goes from page to page.
    #[serde(default)]
    pub visits: Gate,
    /// The visitor's browser has every message up to this number.
    pub visitor_received: u64,
    /// The visitor has seen every message up to this number.
    #[serde(default)]
    pub visitor_read: u64,
    /// A console of an agent has every message up to this number.
    pub agent_received: u64,
    /// An agent has seen every message up to this number.
    #[serde(default)]
    pub agent_read: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connected_at: Option<Millis>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<u8>,
    /// While it waits: what the visitor was told last.
    #[serde(skip)]
    pub told: Option<Told>,
    /// Rows of their own in the store.
    #[serde(skip)]
    pub messages: Messages,
}

impl Conversation {
    /// When something must happen to it.
    pub fn deadline(&self, times: &Times) -> Millis {
        self.due_at(times, &Clock::default())
    }

    /// The same by a clock that may have leapt.
    pub(crate) fn due_at(&self, times: &Times, clock: &Clock) -> Millis {
        let own = match &self.state {
            State::Queued { notice_at, give_up_at } => {
                let ask_again = self.passed_by.values().copied().min().unwrap_or(Millis::MAX);
                clock.ending(*give_up_at).min(*notice_at).min(ask_again).min(self.look_again_at.unwrap_or(Millis::MAX))
            }
            State::Offered { until, give_up_at, .. } => clock.ending(*give_up_at).min(*until),
            State::Reviewing { until, .. } => *until,
            State::Live { idle_at, warned, transfer, .. } => {
                let idle_at = clock.ending(*idle_at);
                let quiet = if *warned { idle_at } else { idle_at.saturating_sub(ms(times.idle_warning_seconds)) };
                quiet.min(transfer.as_ref().map_or(Millis::MAX, |transfer| transfer.until))
            }
            State::Promised { commitment, remind_at, .. } => clock.ending(commitment.due.min(remind_at.unwrap_or(Millis::MAX))),
            State::Closed { erase_at, .. } => clock.deleting(*erase_at),
        };
        own.min(self.abandoned_at(times).map_or(Millis::MAX, |at| clock.ending(at)))
    }

    /// When a visitor whose page is gone counts as having left.
    pub fn abandoned_at(&self, times: &Times) -> Option<Millis> {
        self.visitor_gone_since.filter(|_| self.state.is_waiting()).map(|since| since + ms(times.abandon_seconds))
    }

    /// Until when it may be reopened.
    pub fn reopen_until(&self, times: &Times) -> Option<Millis> {
        match self.state {
            State::Closed { at, .. } => Some(at + ms(times.reopen_seconds)),
            _ => None,
        }
    }

    /// Whether an agent is not to be asked now.
    pub fn is_passed_by(&self, agent: &AgentId) -> bool {
        self.passed_by.contains_key(agent) || self.unreadable_to.contains(agent)
    }

    /// A number that no agent has had for it.
    pub fn next_claim(&mut self) -> u64 {
        self.claims = self.claims.max(self.claim) + 1;
        self.claims
    }

    /// The number of the last message.
    pub fn last(&self) -> u64 {
        self.messages.last()
    }

    /// The message that already has this id.
    pub fn said_before(&self, id: &MessageId) -> Option<&Message> {
        self.messages.with_id(id)
    }

    /// Adds a message, of the agent of that name or else of the visitor, and gives it the next number.
    pub fn say(&mut self, now: Millis, id: MessageId, agent: Option<String>, text: Text) -> Message {
        let author = if agent.is_some() { Author::Agent } else { Author::Visitor };
        let message = Message { seq: self.last() + 1, id, author, by: agent, at: now, text };
        self.messages.push(message.clone());
        message
    }

    /// Bytes of text in it, the package included.
    pub(crate) fn weight(&self) -> u64 {
        self.brief.bytes + self.messages.bytes()
    }

    /// Nothing lies further ahead than its own span; for a clock that was ahead.
    pub(crate) fn bring_back(&mut self, now: Millis, times: &Times) {
        let by = |at: &mut Millis, seconds: u32| *at = (*at).min(now + ms(seconds));
        by(&mut self.requested_at, 0);
        by(&mut self.waiting_since, 0);
        for at in [&mut self.offered_at, &mut self.connected_at, &mut self.visitor_gone_since].into_iter().flatten() {
            by(at, 0);
        }
        self.passed_by.values_mut().for_each(|until| by(until, times.ask_again_seconds));
        self.told = None;
        match &mut self.state {
            State::Queued { notice_at, give_up_at } => {
                by(notice_at, times.long_wait_seconds);
                by(give_up_at, times.longest_wait_seconds);
                self.look_again_at = look_again_at(now, self.waiting_since, times);
            }
            State::Offered { until, give_up_at, .. } => {
                by(until, times.offer_seconds);
                by(give_up_at, times.longest_wait_seconds);
            }
            State::Reviewing { until, .. } => by(until, times.review_seconds.saturating_mul(2)),
            State::Live { idle_at, transfer, .. } => {
                by(idle_at, times.idle_seconds);
                if let Some(transfer) = transfer {
                    by(&mut transfer.until, times.offer_seconds);
                }
            }
            State::Promised { .. } => {}
            State::Closed { at, erase_at, .. } => {
                by(at, 0);
                *erase_at = (*erase_at).min(now + retention(times));
            }
        }
    }
}

/// How long what is closed is kept.
pub(crate) fn retention(times: &Times) -> Millis {
    Millis::from(times.retention_days) * 24 * 60 * 60 * 1000
}

/// The next moment after `now` at which more agents may be asked.
pub fn look_again_at(now: Millis, since: Millis, times: &Times) -> Option<Millis> {
    [times.known_agent_seconds, times.language_wait_seconds, times.skill_wait_seconds]
        .into_iter()
        .map(|seconds| since + ms(seconds))
        .filter(|at| *at > now)
        .min()
}
