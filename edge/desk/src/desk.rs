//! The desk itself: what came in, what follows. The two sides' commands are in `visitor_side` and `agent_side`.

use protocol::{AgentEvent, AgentId, ConversationId, Millis, Outcome, VisitorEvent, WithdrawnBecause};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use crate::{
    access::{Access, Hash, Pass, PassKind},
    conversation::{Conversation, State},
    deadlines::{Deadlines, Due},
    inbound,
    listeners::Listener,
    queue::Queue,
    roster::Roster,
    settings::{SiteSettings, ms},
    store::{Kept, Record},
    wait::Pace,
};

/// What came in.
#[derive(Debug)]
pub enum Input {
    /// A text frame of a peer.
    Frame(Peer, String),
    /// A peer's socket is closed, or its poll is answered.
    Left(PeerId),
    /// The time that [`Desk::deadline`] named has come.
    DeadlineReached,
    /// The operator lets an agent sign in with a link whose hash this is, until then.
    Admit { agent: AgentId, link: Hash, until: Millis },
}

/// What the host must do.
#[derive(Debug)]
pub enum Effect {
    Save(Record),
    Send(PeerId, String),
}

/// A socket, or one request. Chosen by the host at random, below 2^53, so that none is ever met again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PeerId(pub u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Visitor,
    Agent,
}

/// Who sent a frame, as far as the host knows.
#[derive(Clone, Debug)]
pub struct Peer {
    pub id: PeerId,
    pub side: Side,
    /// A socket that can be sent to later; a request cannot.
    pub lasting: bool,
    /// The agent's cookie. On a request it may be a fresh one that the host will set.
    pub cookie: Option<protocol::Token>,
}

/// One site's queue, agents and conversations.
pub struct Desk {
    pub(crate) settings: SiteSettings,
    pub(crate) conversations: BTreeMap<ConversationId, Conversation>,
    pub(crate) queue: Queue,
    pub(crate) roster: Roster,
    pub(crate) access: Access,
    pub(crate) listeners: BTreeMap<PeerId, Listener>,
    /// The places that waiting visitors were last told.
    pub(crate) told: BTreeMap<ConversationId, u32>,
    pub(crate) deadlines: Deadlines,
    pub(crate) pace: Pace,
    pub(crate) turn: Turn,
}

/// What one call of `handle` gathers.
#[derive(Default)]
pub(crate) struct Turn {
    saves: Vec<Record>,
    pub(crate) sends: Vec<(PeerId, String)>,
    changed: BTreeSet<ConversationId>,
    changed_agents: BTreeSet<AgentId>,
}

impl Desk {
    /// A desk as it was when the last of its effects was carried out.
    pub fn restore(settings: SiteSettings, kept: Kept) -> Self {
        let mut desk = Self {
            roster: Roster::restore(&settings.agent, kept.agents),
            settings,
            conversations: BTreeMap::new(),
            queue: Queue::default(),
            access: Access::restore(kept.passes),
            listeners: kept.peers,
            told: BTreeMap::new(),
            deadlines: Deadlines::default(),
            pace: Pace::default(),
            turn: Turn::default(),
        };
        let mut handled = Vec::new();
        for conversation in kept.conversations {
            if let Some(agent) = conversation.state.agent() {
                desk.roster.hold(agent);
            }
            if let State::Queued { .. } = conversation.state {
                desk.queue.push(&conversation, &desk.settings.times);
            }
            if let (State::Closed { at, .. }, Some(connected)) = (&conversation.state, conversation.connected_at) {
                handled.push((*at, at.saturating_sub(connected)));
            }
            let deadline = conversation.deadline(ms(desk.settings.times.abandon_seconds));
            desk.deadlines.set(Due::Conversation(conversation.id.clone()), Some(deadline));
            desk.conversations.insert(conversation.id.clone(), conversation);
        }
        handled.sort_unstable();
        handled.into_iter().for_each(|(_, took)| desk.pace.add(took));
        let gone: Vec<_> = desk.roster.iter().filter(|agent| !agent.is_here()).map(|agent| agent.settings.id.clone()).collect();
        gone.into_iter().for_each(|agent| desk.watch_for_vanishing(&agent));
        desk.deadlines.set(Due::Board, Some(0));
        desk.deadlines.set(Due::Positions, Some(0));
        desk
    }

    /// Sockets that the desk believes to be open.
    pub fn peers(&self) -> Vec<PeerId> {
        self.listeners.keys().copied().collect()
    }

    /// When to call again with [`Input::DeadlineReached`].
    pub fn deadline(&self) -> Option<Millis> {
        self.deadlines.first()
    }

    /// Takes one input. Cannot fail: a bad frame is answered.
    pub fn handle(&mut self, now: Millis, input: Input) -> Vec<Effect> {
        match input {
            Input::Frame(peer, text) => match peer.side {
                Side::Visitor => match inbound::visitor_frame(&text) {
                    Ok(frame) => self.visitor_asks(now, &peer, frame),
                    Err(rejection) => self.reply_visitor(peer.id, VisitorEvent::Rejected { rejection }),
                },
                Side::Agent => match inbound::agent_command(&text) {
                    Ok(command) => self.agent_asks(now, &peer, command),
                    Err(rejection) => self.reply_agent(peer.id, AgentEvent::Rejected { rejection }),
                },
            },
            Input::Left(peer) => self.left(now, peer),
            Input::DeadlineReached => {}
            Input::Admit { agent, link, until } => {
                let pass = Pass { kind: PassKind::Link, agent, until };
                self.save(Record::Pass(link.clone(), pass.clone()));
                self.access.add(link, pass);
            }
        }
        while let Some(due) = self.deadlines.pop(now) {
            match due {
                Due::Conversation(id) => self.conversation_is_due(now, &id),
                Due::Agent(agent) => self.agent_is_gone(now, &agent),
                Due::Board => self.send_board(now),
                Due::Positions => self.send_positions(now),
            }
        }
        self.offer_waiting(now);
        self.finish_turn()
    }

    // ---- changes of state

    /// Every change of a conversation's state goes through here: the queue, the agent's load, the deadline, the row and
    /// the event follow.
    pub(crate) fn enter(&mut self, now: Millis, id: &ConversationId, state: State, kind: &'static str) {
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        let before = conversation.state.agent().cloned();
        let after = state.agent().cloned();
        conversation.state = state;
        if let State::Queued { .. } = conversation.state {
            self.queue.push(conversation, &self.settings.times);
        } else {
            self.queue.remove(id);
        }
        if before != after {
            if let Some(agent) = &before {
                self.roster.release(now, agent);
                self.turn.changed_agents.insert(agent.clone());
            }
            if let Some(agent) = &after {
                self.roster.hold(agent);
            }
        }
        self.event(now, Some(id), after.or(before).as_ref(), kind);
        self.changed(id);
        self.board_changed(now);
        self.positions_changed(now);
    }

    /// Back to the head of the queue.
    pub(crate) fn requeue(&mut self, now: Millis, id: &ConversationId, kind: &'static str) {
        let times = &self.settings.times;
        let state = State::Queued { notice_at: now + ms(times.long_wait_seconds), give_up_at: now + ms(times.longest_wait_seconds) };
        if let Some(conversation) = self.conversations.get_mut(id) {
            conversation.returned = true;
            self.enter(now, id, state, kind);
        }
    }

    pub(crate) fn connect(&mut self, now: Millis, id: &ConversationId) {
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        let State::Reviewing { agent, .. } = conversation.state.clone() else { return };
        conversation.connected_at.get_or_insert(now);
        let idle_at = now + ms(self.settings.times.idle_seconds);
        self.enter(now, id, State::Live { agent: agent.clone(), idle_at }, "connected");
        let name = self.roster.name(&agent);
        self.tell_visitor(id, VisitorEvent::Connected { agent: name });
        self.tell_agent(&agent, AgentEvent::Connected { conversation: id.clone() });
    }

    pub(crate) fn close(&mut self, now: Millis, id: &ConversationId, outcome: Outcome, reason: Option<protocol::Text>) {
        let Some(conversation) = self.conversations.get(id) else { return };
        let held_by = conversation.state.agent().cloned();
        let was_live = matches!(conversation.state, State::Live { .. });
        if let (true, Some(connected)) = (was_live, conversation.connected_at) {
            self.pace.add(now.saturating_sub(connected));
        }
        let erase_at = now + Millis::from(self.settings.times.retention_days) * 24 * 60 * 60 * 1000;
        self.enter(now, id, State::Closed { outcome, reason, at: now, erase_at }, closed_kind(outcome));
        let closed = self.closed_event(now, id);
        self.tell_visitor(id, closed);
        if let Some(agent) = held_by {
            if was_live {
                self.tell_agent(&agent, AgentEvent::Closed { conversation: id.clone(), outcome });
            } else {
                self.withdraw(id, &agent, WithdrawnBecause::VisitorLeft);
            }
        }
    }

    pub(crate) fn withdraw(&mut self, id: &ConversationId, agent: &AgentId, because: WithdrawnBecause) {
        if let Some(claim) = self.conversations.get(id).map(|conversation| conversation.claim) {
            self.tell_agent(agent, AgentEvent::Withdrawn { conversation: id.clone(), claim, because });
        }
    }

    // ---- keeping

    pub(crate) fn save(&mut self, record: Record) {
        self.turn.saves.push(record);
    }

    pub(crate) fn event(&mut self, at: Millis, conversation: Option<&ConversationId>, agent: Option<&AgentId>, kind: &'static str) {
        self.save(Record::Event { at, conversation: conversation.cloned(), agent: agent.cloned(), kind });
    }

    pub(crate) fn changed(&mut self, id: &ConversationId) {
        self.turn.changed.insert(id.clone());
    }

    pub(crate) fn agent_changed(&mut self, now: Millis, agent: &AgentId, kind: &'static str) {
        self.turn.changed_agents.insert(agent.clone());
        self.event(now, None, Some(agent), kind);
        self.board_changed(now);
    }

    fn finish_turn(&mut self) -> Vec<Effect> {
        let turn = std::mem::take(&mut self.turn);
        let mut effects: Vec<_> = turn.saves.into_iter().map(Effect::Save).collect();
        for id in turn.changed {
            if let Some(conversation) = self.conversations.get(&id) {
                let deadline = conversation.deadline(ms(self.settings.times.abandon_seconds));
                self.deadlines.set(Due::Conversation(id), Some(deadline));
                effects.push(Effect::Save(Record::Conversation(Box::new(Conversation { messages: Vec::new(), ..conversation.clone() }))));
            }
        }
        for id in turn.changed_agents {
            if let Some(agent) = self.roster.get(&id) {
                effects.push(Effect::Save(Record::Agent(id, agent.presence.clone())));
            }
        }
        effects.extend(turn.sends.into_iter().map(|(peer, text)| Effect::Send(peer, text)));
        effects
    }
}

fn closed_kind(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Resolved => "resolved",
        Outcome::Unresolved => "ended_unresolved",
        Outcome::FollowUp => "ended_with_follow_up",
        Outcome::Fulfilled => "promise_kept",
        Outcome::Abandoned => "abandoned",
        Outcome::Unanswered => "unanswered",
        Outcome::Idle => "closed_idle",
    }
}
