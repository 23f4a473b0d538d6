//! One conversation at the desk, from the handoff to the close.

pub mod timing;

use protocol::{
    AgentId, Author, Claim, Commitment, ConversationId, Message, MessageId, Millis, Note, Seq,
    Staffing, Text,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::state::{
    credentials::Digest,
    messages::Messages,
    package::{Brief, Request},
    quota::RateLimiter,
    row::Row,
    standing::{State, Transfer},
    wait_model::Said,
};

/// What a waiting visitor was told last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    pub position: u32,
    pub said: Option<Said>,
    /// Somebody who could take it is there.
    pub is_able: bool,
    pub staffing: Staffing,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    pub id: ConversationId,
    pub token: Digest,
    /// So that the same id with another package is refused.
    pub request: Request,
    /// What the desk reads of the package, which is a row of its own in the store: it never
    /// changes, and is large.
    pub brief: Arc<Brief>,
    /// The number of its row, and of its package's.
    #[serde(skip)]
    pub row: Row,
    state: State,
    /// Of the network that it came from, until it closes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Digest>,
    /// By which the visitor is known again: who they say they are, and where they came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<Digest>,
    /// How fast the visitor writes.
    #[serde(default, rename = "gate")]
    pub writes: RateLimiter,
    /// How fast the visitor takes promises.
    #[serde(default)]
    pub promises: RateLimiter,
    pub requested_at: Millis,
    /// Since when it waits, this time: its place in the queue hangs on that.
    #[serde(default)]
    pub waiting_since: Millis,
    /// Gave up its agent, who vanished or did not answer: it goes to the head.
    pub returned: bool,
    /// The number of the hold, or of the offer that stands. A write with another one is refused.
    pub claim: Claim,
    /// The last number given to anyone.
    #[serde(default)]
    pub claims: Claim,
    /// Agents who declined, until when they are not asked again.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub passed_by: BTreeMap<AgentId, Millis>,
    /// Agents whose consoles could not read it: they are not asked again.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unreadable_to: BTreeSet<AgentId>,
    /// The agent who spoke with this visitor last.
    #[serde(default, rename = "known_by", skip_serializing_if = "Option::is_none")]
    pub last_agent: Option<AgentId>,
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
    pub visits: RateLimiter,
    /// The visitor's browser has every message up to this number.
    pub visitor_received: Seq,
    /// The visitor has seen every message up to this number.
    #[serde(default)]
    pub visitor_read: Seq,
    /// A console of an agent has every message up to this number.
    pub agent_received: Seq,
    /// An agent has seen every message up to this number.
    #[serde(default)]
    pub agent_read: Seq,
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

/// What a conversation begins with.
pub(crate) struct Begun {
    pub id: ConversationId,
    pub token: Digest,
    pub request: Request,
    pub brief: Arc<Brief>,
    pub row: Row,
    pub network: Option<Digest>,
    pub visitor: Option<Digest>,
    pub last_agent: Option<AgentId>,
}

impl Conversation {
    /// One that begins in that state.
    pub(crate) fn begin(now: Millis, begun: Begun, state: State) -> Self {
        let Begun { id, token, request, brief, row, network, visitor, last_agent } = begun;
        Self {
            id,
            token,
            request,
            brief,
            row,
            state,
            network,
            visitor,
            writes: RateLimiter::default(),
            promises: RateLimiter::default(),
            page: None,
            visits: RateLimiter::default(),
            requested_at: now,
            waiting_since: now,
            returned: false,
            claim: Claim::NONE,
            claims: Claim::NONE,
            passed_by: BTreeMap::new(),
            unreadable_to: BTreeSet::new(),
            last_agent,
            look_again_at: None,
            said: None,
            offered_at: None,
            visitor_gone_since: Some(now),
            visitor_received: Seq::NONE,
            visitor_read: Seq::NONE,
            agent_received: Seq::NONE,
            agent_read: Seq::NONE,
            connected_at: None,
            notes: Vec::new(),
            effort: None,
            satisfaction: None,
            told: None,
            messages: Messages::default(),
        }
    }

    pub fn state(&self) -> &State {
        &self.state
    }

    /// Every change from one state to another; gives the one before. What hangs on it (the queue,
    /// the agents' places, the counts) follows in the desk, which alone calls this.
    pub(crate) fn turn_to(&mut self, next: State) -> State {
        debug_assert!(
            self.state.may_become(&next),
            "{} cannot become {}",
            self.state.name(),
            next.name()
        );
        std::mem::replace(&mut self.state, next)
    }

    // ---- changes within a state; in another state they change nothing

    /// The visitor was told that it takes long, and is told again then.
    pub(crate) fn set_notice(&mut self, at: Millis) {
        if let State::Queued { notice_at, .. } = &mut self.state {
            *notice_at = at;
        }
    }

    /// Somebody wrote: it closes for quiet no sooner than then.
    pub(crate) fn stir(&mut self, until: Millis) {
        if let State::Live { idle_at, warned, .. } = &mut self.state {
            (*idle_at, *warned) = (until, false);
        }
    }

    /// Both were told that it closes then.
    pub(crate) fn warn(&mut self, until: Millis) {
        if let State::Live { idle_at, warned, .. } = &mut self.state {
            (*idle_at, *warned) = (until, true);
        }
    }

    /// Its agent has so much longer to read it, once; gives until when, if this was the first time.
    pub(crate) fn extend_review(&mut self, more: Millis) -> Option<Millis> {
        let State::Reviewing { until, extended, .. } = &mut self.state else { return None };
        if std::mem::replace(extended, true) {
            return None;
        }
        *until += more;
        Some(*until)
    }

    /// The offer to another agent is over; gives it.
    pub(crate) fn end_transfer(&mut self) -> Option<Transfer> {
        let State::Live { transfer, .. } = &mut self.state else { return None };
        transfer.take().map(|transfer| *transfer)
    }

    /// The agents were reminded of what is promised.
    pub(crate) fn reminded(&mut self) {
        if let State::Promised { remind_at, .. } = &mut self.state {
            *remind_at = None;
        }
    }

    /// What is promised is another thing, or due at another time.
    pub(crate) fn set_promise(&mut self, promised: Commitment, remind: Option<Millis>) {
        if let State::Promised { commitment, remind_at, .. } = &mut self.state {
            (*commitment, *remind_at) = (promised, remind);
        }
    }

    /// Another agent keeps what is promised, or anybody; gives who did before.
    pub(crate) fn set_owner(&mut self, agent: Option<AgentId>) -> Option<AgentId> {
        let State::Promised { owner, .. } = &mut self.state else { return None };
        std::mem::replace(owner, agent)
    }

    /// An agent has dealt with the visitor whom nobody answered.
    pub(crate) fn dismiss_missed(&mut self) {
        if let State::Closed { missed, .. } = &mut self.state {
            *missed = None;
        }
    }

    /// Whether an agent is not to be asked now.
    pub fn is_passed_by(&self, agent: &AgentId) -> bool {
        self.passed_by.contains_key(agent) || self.unreadable_to.contains(agent)
    }

    /// A number that no agent has had for it.
    pub fn next_claim(&mut self) -> Claim {
        self.claims = self.claims.max(self.claim).next();
        self.claims
    }

    /// The number of the last message.
    pub fn last(&self) -> Seq {
        self.messages.last()
    }

    /// The message that already has this id.
    pub fn said_before(&self, id: &MessageId) -> Option<&Message> {
        self.messages.with_id(id)
    }

    /// Adds a message, of the agent of that name or else of the visitor, and gives it the next
    /// number.
    pub fn say(
        &mut self,
        now: Millis,
        id: MessageId,
        agent: Option<String>,
        text: Text,
    ) -> Message {
        let author = if agent.is_some() { Author::Agent } else { Author::Visitor };
        let message = Message { seq: self.last().next(), id, author, by: agent, at: now, text };
        self.messages.push(message.clone());
        message
    }

    /// Bytes of text in it, the package included.
    pub(crate) fn weight(&self) -> u64 {
        self.brief.bytes + self.messages.bytes()
    }
}
