//! The desk itself: what came in, what follows. The two sides' commands are in `visitor_side` and `agent_side`.

use protocol::{
    AgentEvent, AgentId, ConversationId, EventFrame, Millis, Outcome, QueuedBecause, Rejection, RejectionCode, Staffing, VisitorEvent,
    WithdrawnBecause,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use crate::{
    access::{Access, Hash, Pass, PassKind},
    conversation::{Conversation, State},
    deadlines::{Deadlines, Due},
    fallback, inbound,
    queue::Queue,
    roster::Roster,
    routing,
    settings::{SiteSettings, ms},
    store::{Kept, Record},
    wait::Pace,
};

/// Waiting visitors hear of a moving queue at most this often.
const POSITIONS_EVERY_MS: Millis = 2_000;

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

/// What a socket listens to. Kept, so that a hibernating host's sockets stay known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listener {
    Visitor(ConversationId),
    Agent(AgentId),
}

/// One site's queue, agents and conversations.
pub struct Desk {
    pub(crate) settings: SiteSettings,
    pub(crate) conversations: BTreeMap<ConversationId, Conversation>,
    pub(crate) queue: Queue,
    pub(crate) roster: Roster,
    pub(crate) access: Access,
    listeners: BTreeMap<PeerId, Listener>,
    /// The places that waiting visitors were last told.
    told: BTreeMap<ConversationId, u32>,
    pub(crate) deadlines: Deadlines,
    pace: Pace,
    turn: Turn,
}

/// What one call of `handle` gathers.
#[derive(Default)]
struct Turn {
    saves: Vec<Record>,
    sends: Vec<(PeerId, String)>,
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

    // ---- what follows from the time

    fn conversation_is_due(&mut self, now: Millis, id: &ConversationId) {
        let times = self.settings.times.clone();
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        let left_at = conversation.abandoned_at(ms(times.abandon_seconds));
        if left_at.is_some_and(|at| at <= now) {
            return self.close(now, id, Outcome::Abandoned, None);
        }
        match conversation.state.clone() {
            State::Queued { give_up_at, .. } | State::Offered { give_up_at, .. } if give_up_at <= now => {
                self.close(now, id, Outcome::Unanswered, None);
            }
            State::Queued { notice_at, give_up_at } => {
                conversation.passed_by.retain(|_, until| *until > now);
                if notice_at <= now {
                    let notice_at = now + ms(times.long_wait_seconds);
                    conversation.state = State::Queued { notice_at, give_up_at };
                    self.event(now, Some(id), None, "waited_long");
                    self.tell_place(now, id, QueuedBecause::LongWait);
                }
                self.changed(id);
            }
            State::Offered { agent, until, .. } if until <= now => self.offer_expired(now, id, &agent),
            State::Reviewing { until, .. } if until <= now => self.connect(now, id),
            State::Live { idle_at, .. } if idle_at <= now => self.close(now, id, Outcome::Idle, None),
            State::Promised { mut commitment } if commitment.due <= now => {
                if commitment.missed {
                    return self.close(now, id, Outcome::Unanswered, None);
                }
                let renewed = commitment.due + commitment.due.saturating_sub(commitment.made_at);
                commitment.due = self.settings.schedule.open_from(renewed.max(now + 1));
                commitment.missed = true;
                self.enter(now, id, State::Promised { commitment: commitment.clone() }, "promise_missed");
                self.tell_visitor(id, VisitorEvent::Promised { commitment });
            }
            State::Closed { erase_at, .. } if erase_at <= now => {
                self.conversations.remove(id);
                self.save(Record::Erase(id.clone()));
                self.event(now, Some(id), None, "erased");
            }
            _ => self.changed(id),
        }
    }

    /// Gives every agent with a free place the next conversation that they can take.
    fn offer_waiting(&mut self, now: Millis) {
        if !self.roster.iter().any(|agent| agent.free() > 0) {
            return;
        }
        let waiting: Vec<_> = self.queue.ids().cloned().collect();
        for id in waiting {
            let Some(conversation) = self.conversations.get_mut(&id) else { continue };
            let State::Queued { give_up_at, .. } = conversation.state else { continue };
            let Some(agent) = routing::pick_agent(&self.roster, &self.settings.category, conversation) else { continue };
            let until = now + ms(self.settings.times.offer_seconds);
            conversation.claim += 1;
            let offered = AgentEvent::Offered {
                conversation: id.clone(),
                claim: conversation.claim,
                until,
                summary: conversation.package.summary.clone(),
                priority: conversation.package.escalation.priority,
                category: conversation.package.category.clone(),
            };
            self.enter(now, &id, State::Offered { agent: agent.clone(), until, give_up_at }, "offered");
            self.tell_agent(&agent, offered);
            if !self.roster.iter().any(|agent| agent.free() > 0) {
                break;
            }
        }
    }

    /// Nobody answered: the silent agent is set away, the conversation goes on to the next one.
    fn offer_expired(&mut self, now: Millis, id: &ConversationId, agent: &AgentId) {
        if let Some(silent) = self.roster.get_mut(agent) {
            silent.presence.available = false;
            self.agent_changed(now, agent, "agent_set_away");
        }
        self.withdraw(id, agent, WithdrawnBecause::Expired);
        self.requeue(now, id, "offer_expired");
    }

    fn agent_is_gone(&mut self, now: Millis, agent: &AgentId) {
        let grace = ms(self.settings.times.agent_grace_seconds);
        let is_gone = self.roster.get(agent).and_then(|agent| agent.presence.gone_since).is_some_and(|since| since + grace <= now);
        if !is_gone {
            return;
        }
        let held: Vec<_> = self.conversations.iter().filter(|(_, c)| c.state.agent() == Some(agent)).map(|(id, _)| id.clone()).collect();
        for id in held {
            self.withdraw(&id, agent, WithdrawnBecause::AgentGone);
            self.requeue(now, &id, "agent_vanished");
            self.tell_place(now, &id, QueuedBecause::AgentLeft);
        }
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

    // ---- who listens

    pub(crate) fn listen(&mut self, now: Millis, peer: &Peer, listener: Listener) {
        if !peer.lasting {
            return;
        }
        self.save(Record::Peer(peer.id, listener.clone()));
        self.listeners.insert(peer.id, listener.clone());
        match listener {
            Listener::Visitor(id) => self.visitor_came(now, &id),
            Listener::Agent(agent) => {
                if let Some(here) = self.roster.get_mut(&agent)
                    && here.presence.gone_since.take().is_some()
                {
                    self.deadlines.set(Due::Agent(agent.clone()), None);
                    self.agent_changed(now, &agent, "agent_came");
                }
            }
        }
    }

    fn left(&mut self, now: Millis, peer: PeerId) {
        let Some(listener) = self.listeners.remove(&peer) else { return };
        self.save(Record::PeerLeft(peer));
        if self.listeners.values().any(|other| *other == listener) {
            return;
        }
        match listener {
            Listener::Visitor(id) => self.visitor_went(now, &id),
            Listener::Agent(agent) => {
                if let Some(gone) = self.roster.get_mut(&agent) {
                    gone.presence.gone_since = Some(now);
                    self.watch_for_vanishing(&agent);
                    self.agent_changed(now, &agent, "agent_went");
                }
            }
        }
    }

    fn watch_for_vanishing(&mut self, agent: &AgentId) {
        let grace = ms(self.settings.times.agent_grace_seconds);
        let due = self.roster.get(agent).and_then(|agent| agent.presence.gone_since).map(|since| since + grace);
        self.deadlines.set(Due::Agent(agent.clone()), due);
    }

    /// Stops every socket of an agent from hearing more.
    pub(crate) fn deafen(&mut self, now: Millis, agent: &AgentId) {
        let listener = Listener::Agent(agent.clone());
        let peers: Vec<_> = self.listeners.iter().filter(|(_, other)| **other == listener).map(|(peer, _)| *peer).collect();
        for peer in peers {
            self.reply_agent(peer, AgentEvent::SignedOut {});
            self.left(now, peer);
        }
    }

    // ---- telling

    pub(crate) fn reply_visitor(&mut self, peer: PeerId, event: VisitorEvent) {
        self.turn.sends.push((peer, frame(event)));
    }

    pub(crate) fn reply_agent(&mut self, peer: PeerId, event: AgentEvent) {
        self.turn.sends.push((peer, frame(event)));
    }

    pub(crate) fn reject_visitor(&mut self, peer: PeerId, code: RejectionCode, why: &str) {
        self.reply_visitor(peer, VisitorEvent::Rejected { rejection: Rejection::new(code, why) });
    }

    pub(crate) fn reject_agent(&mut self, peer: PeerId, code: RejectionCode, why: &str) {
        self.reply_agent(peer, AgentEvent::Rejected { rejection: Rejection::new(code, why) });
    }

    /// To every page of the visitor.
    pub(crate) fn tell_visitor(&mut self, id: &ConversationId, event: VisitorEvent) {
        self.tell(&Listener::Visitor(id.clone()), frame(event));
    }

    /// To every tab of the agent.
    pub(crate) fn tell_agent(&mut self, agent: &AgentId, event: AgentEvent) {
        self.tell(&Listener::Agent(agent.clone()), frame(event));
    }

    /// To every tab of every agent.
    pub(crate) fn tell_agents(&mut self, event: &AgentEvent) {
        let text = frame(event);
        let peers = self.listeners.iter().filter(|(_, listener)| matches!(listener, Listener::Agent(_)));
        self.turn.sends.extend(peers.map(|(peer, _)| (*peer, text.clone())));
    }

    pub(crate) fn is_listening(&self, peer: PeerId, listener: &Listener) -> bool {
        self.listeners.get(&peer) == Some(listener)
    }

    fn tell(&mut self, to: &Listener, text: String) {
        let peers = self.listeners.iter().filter(|(_, listener)| *listener == to);
        self.turn.sends.extend(peers.map(|(peer, _)| (*peer, text.clone())));
    }

    /// Where a waiting visitor stands.
    pub(crate) fn place(&self, now: Millis, id: &ConversationId, because: QueuedBecause) -> VisitorEvent {
        let position = self.queue.position(id);
        let (capacity, free) = self
            .roster
            .iter()
            .filter(|agent| agent.is_here() && agent.presence.available)
            .fold((0, 0), |(capacity, free), agent| (capacity + agent.settings.capacity, free + agent.free()));
        let is_offered = self.conversations.get(id).is_some_and(|c| matches!(c.state, State::Offered { .. }));
        VisitorEvent::Queued {
            position,
            wait: self.pace.estimate(position, capacity, if is_offered { 1 } else { free }),
            staffing: self.staffing(now),
            choices: fallback::options(now, &self.settings.schedule, &self.settings.times),
            because,
        }
    }

    pub(crate) fn tell_place(&mut self, now: Millis, id: &ConversationId, because: QueuedBecause) {
        let place = self.place(now, id, because);
        self.tell_visitor(id, place);
        self.told.insert(id.clone(), self.queue.position(id));
    }

    /// Someone who is here answers at any hour; the schedule only speaks when nobody is.
    pub(crate) fn staffing(&self, now: Millis) -> Staffing {
        let is_staffed = self.roster.iter().any(|agent| agent.is_here() && agent.presence.available);
        match is_staffed {
            true => Staffing::Staffed,
            false if self.settings.schedule.is_open(now) => Staffing::NobodyHere,
            false => Staffing::Closed { opens_at: self.settings.schedule.opens_at(now) },
        }
    }

    fn send_positions(&mut self, now: Millis) {
        let waiting: Vec<_> = self.queue.ids().cloned().collect();
        self.told.retain(|id, _| self.conversations.get(id).is_some_and(|c| c.state.is_waiting()));
        for (i, id) in waiting.into_iter().enumerate() {
            let position = u32::try_from(i + 1).unwrap_or(u32::MAX);
            if self.told.get(&id) != Some(&position) {
                self.tell_place(now, &id, QueuedBecause::Moved);
            }
        }
    }

    pub(crate) fn positions_changed(&mut self, now: Millis) {
        if !self.deadlines.is_set(&Due::Positions) {
            self.deadlines.set(Due::Positions, Some(now + POSITIONS_EVERY_MS));
        }
    }

    /// The place that a reply has just told, so that it is not told again.
    pub(crate) fn place_is_told(&mut self, id: &ConversationId) {
        self.told.insert(id.clone(), self.queue.position(id));
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

fn frame<E: Serialize>(event: E) -> String {
    serde_json::to_string(&EventFrame::new(event)).expect("an event is plain JSON")
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
