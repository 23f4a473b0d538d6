//! The desk itself: what came in, what follows. The two sides' commands are in `visitor_side` and `agent_side`.

use protocol::{AgentId, ConversationId, Millis, Outcome, QueuedBecause, VisitorEvent, WithdrawnBecause};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use crate::{
    access::{Access, Hash, Pass, PassKind},
    card::{AgentEvent, Carded},
    conversation::State,
    conversations::Conversations,
    deadlines::{Deadlines, Due},
    frame::{Asked, Frame},
    guard::Guard,
    listeners::Listeners,
    missed::{self, MissedVisitors},
    queue::{Needs, Queue},
    roster::Roster,
    routing,
    settings::{SiteSettings, ms},
    store::{Kept, Record},
    wait::{Ended, Pace},
};

/// What came in.
#[derive(Clone, Debug)]
pub enum Input {
    /// A frame of a peer.
    Frame(Peer, Frame),
    /// A peer's socket is closed, or its poll is answered.
    Left(PeerId),
    /// The time that [`Desk::deadline`] named has come.
    DeadlineReached,
    /// The operator lets an agent sign in with a link whose hash this is, until then.
    Admit { agent: AgentId, link: Hash, until: Millis },
    /// The site's settings changed while the desk runs.
    Settings(Box<SiteSettings>),
    /// The operator ends every session and every link of an agent.
    Revoke { agent: AgentId },
}

/// What the host must do.
#[derive(Debug)]
pub enum Effect {
    Save(Record),
    Send(PeerId, String),
    /// An event with a card, whose package is read from the store.
    SendCard(PeerId, Carded),
}

/// A socket, or one request. Chosen by the host at random, below 2^53, so that none is ever met again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PeerId(pub u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    Visitor,
    Agent,
}

/// Who sent a frame, as far as the host knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Peer {
    pub id: PeerId,
    pub side: Side,
    /// A socket that can be sent to later; a request cannot.
    pub lasting: bool,
    /// The agent's cookie. On a request it may be a fresh one that the host will set.
    pub cookie: Option<protocol::Token>,
    /// Of the network that it comes from, where the host knows that.
    pub network: Option<Hash>,
}

/// One site's queue, agents and conversations.
pub struct Desk {
    pub(crate) settings: SiteSettings,
    pub(crate) conversations: Conversations,
    pub(crate) queue: Queue,
    pub(crate) roster: Roster,
    pub(crate) access: Access,
    pub(crate) listeners: Listeners,
    /// Conversations in which something is promised, by number.
    pub(crate) promised: BTreeSet<u64>,
    pub(crate) missed: MissedVisitors,
    /// Who spoke last with a visitor, by what tells visitors apart.
    pub(crate) known: BTreeMap<Hash, (Millis, AgentId)>,
    pub(crate) deadlines: Deadlines,
    pub(crate) guard: Guard,
    pub(crate) pace: Pace,
    pub(crate) turn: Turn,
}

/// What one call of `handle` gathers.
#[derive(Default)]
pub(crate) struct Turn {
    saves: Vec<Record>,
    pub(crate) sends: Vec<Effect>,
    changed: BTreeSet<u64>,
    changed_agents: BTreeSet<AgentId>,
}

impl Desk {
    /// A desk as it was when the last of its effects was carried out.
    pub fn restore(settings: SiteSettings, kept: Kept) -> Self {
        let mut desk = Self {
            roster: Roster::restore(&settings, kept.agents),
            settings,
            conversations: Conversations::default(),
            queue: Queue::default(),
            access: Access::restore(kept.passes),
            listeners: Listeners::restore(kept.peers),
            promised: BTreeSet::new(),
            missed: MissedVisitors::default(),
            known: BTreeMap::new(),
            deadlines: Deadlines::default(),
            guard: Guard::restore(kept.gates),
            pace: kept.pace,
            turn: Turn::default(),
        };
        for conversation in kept.conversations {
            match &conversation.state {
                State::Promised { .. } => {
                    desk.promised.insert(conversation.row);
                }
                State::Closed { at, .. } => {
                    if let (Some(visitor), Some(agent)) = (conversation.brief.visitor, &conversation.known_by) {
                        know(&mut desk.known, *at, visitor, agent);
                    }
                }
                _ => {}
            }
            if let Some(network) = &conversation.network {
                desk.guard.count(network, true);
            }
            desk.missed.note(&conversation);
            let row = conversation.row;
            desk.conversations.insert(conversation);
            desk.place_again(row);
        }
        let gone: Vec<_> = desk.roster.iter().filter(|agent| !agent.is_here()).map(|agent| agent.settings.id.clone()).collect();
        gone.into_iter().for_each(|agent| desk.watch_for_vanishing(&agent));
        if desk.has_strangers() {
            desk.deadlines.set(Due::Strangers, Some(0));
        }
        desk.deadlines.set(Due::Board, Some(0));
        desk.deadlines.set(Due::Positions, Some(0));
        desk.deadlines.set(Due::Gates, Some(0));
        desk
    }

    /// Sockets that the desk believes to be open.
    pub fn peers(&self) -> Vec<PeerId> {
        self.listeners.peers()
    }

    /// When to call again with [`Input::DeadlineReached`].
    pub fn deadline(&self) -> Option<Millis> {
        self.deadlines.first()
    }

    /// Takes one input. Cannot fail: a bad frame is answered.
    pub fn handle(&mut self, now: Millis, input: &Input) -> Vec<Effect> {
        // Before anybody is told of an agent who is not there.
        if self.deadlines.at(&Due::Strangers).is_some() {
            self.deadlines.set(Due::Strangers, None);
            self.settle_strangers(now);
        }
        match input {
            Input::Frame(peer, frame) => match &frame.0 {
                Asked::Handoff { conversation, token, handoff } => self.request_handoff(now, peer, conversation, token, handoff),
                Asked::Visitor { conversation, token, command } => self.visitor_asks(now, peer, conversation, token, command),
                Asked::Agent(command) => self.agent_asks(now, peer, command.clone()),
                Asked::Nothing(rejection) => self.reply_visitor(peer.id, VisitorEvent::Rejected { rejection: rejection.clone() }),
            },
            Input::Left(peer) => self.left(now, *peer),
            Input::DeadlineReached => {}
            Input::Admit { agent, link, until } => {
                // Of two links one is lost, or somebody else's.
                self.end_passes(&self.access.links_of(agent));
                let pass = Pass { kind: PassKind::Link, agent: agent.clone(), until: *until };
                self.save(Record::Pass(*link, pass.clone()));
                self.access.add(*link, pass);
            }
            Input::Settings(settings) => self.reconfigure(now, settings.as_ref().clone()),
            Input::Revoke { agent } => {
                self.end_passes(&self.access.of(agent));
                self.deafen(now, agent);
                self.event(now, None, Some(agent), "agent_revoked");
            }
        }
        while let Some(due) = self.deadlines.pop(now) {
            match due {
                Due::Conversation(row) => {
                    if let Some(id) = self.conversations.at(row).map(|conversation| conversation.id.clone()) {
                        self.conversation_is_due(now, &id);
                    }
                }
                Due::Agent(agent) => self.agent_is_gone(now, &agent),
                Due::Board => self.send_board(now),
                Due::Positions => self.send_positions(now),
                Due::Gates => self.sweep_gates(now),
                Due::Strangers => self.settle_strangers(now),
            }
        }
        self.offer_waiting(now);
        self.finish_turn()
    }

    /// Ends links and sessions.
    fn end_passes(&mut self, hashes: &[Hash]) {
        for hash in hashes {
            self.access.remove(hash);
            self.save(Record::PassEnded(*hash));
        }
    }

    // ---- changes of state

    /// Every change of a conversation's state goes through here: the queue, the agents' places, the deadline, the row and
    /// the event follow.
    pub(crate) fn enter(&mut self, now: Millis, id: &ConversationId, state: State, kind: &'static str) {
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        self.missed.forget(conversation);
        let before = std::mem::replace(&mut conversation.state, state);
        self.missed.note(conversation);
        match &conversation.state {
            State::Queued { .. } => {
                conversation.look_again_at = routing::look_again_at(now, conversation.waiting_since, &self.settings.times);
                let needs = Needs::of(conversation, &self.settings.category, &self.roster);
                self.queue.push(conversation, needs, &self.settings.times);
            }
            State::Offered { .. } => {
                conversation.offered_at = Some(now);
                self.queue.remove(conversation.row);
            }
            _ => self.queue.remove(conversation.row),
        }
        if !conversation.state.is_waiting() {
            conversation.told = None;
        }
        // Where somebody came from is kept for no longer than it counts.
        if conversation.state.is_closed()
            && let Some(network) = conversation.network.take()
        {
            self.guard.count(&network, false);
        }
        if let State::Promised { .. } = conversation.state {
            self.promised.insert(conversation.row);
        } else {
            self.promised.remove(&conversation.row);
        }
        let after: BTreeSet<AgentId> = conversation.state.holders().cloned().collect();
        for agent in before.holders().filter(|agent| !after.contains(agent)) {
            self.roster.release(now, agent, id);
            self.turn.changed_agents.insert(agent.clone());
        }
        if let Some(conversation) = self.conversations.get(id) {
            self.roster.hold(conversation);
        }
        // Who was being asked to take it over need not answer any more.
        if let Some(transfer) = before.transfer().filter(|transfer| !after.contains(&transfer.to)) {
            let over = AgentEvent::Withdrawn { conversation: id.clone(), claim: transfer.claim, because: WithdrawnBecause::Elsewhere };
            self.tell_agent(&transfer.to, over);
        }
        let agent = self.conversations.get(id).and_then(|conversation| conversation.state.agent()).or(before.agent()).cloned();
        self.event(now, Some(id), agent.as_ref(), kind);
        self.changed(id);
        self.board_changed(now);
        self.positions_changed(now);
    }

    /// The state of who waits from now on.
    pub(crate) fn waiting(&self, now: Millis) -> State {
        let times = &self.settings.times;
        State::Queued { notice_at: now + ms(times.long_wait_seconds), give_up_at: now + ms(times.longest_wait_seconds) }
    }

    /// Back to the head of the queue.
    pub(crate) fn requeue(&mut self, now: Millis, id: &ConversationId, kind: &'static str) {
        let state = self.waiting(now);
        if let Some(conversation) = self.conversations.get_mut(id) {
            conversation.returned = true;
            self.enter(now, id, state, kind);
        }
    }

    /// Into the queue anew, at the end of it.
    pub(crate) fn rejoin(&mut self, now: Millis, id: &ConversationId) {
        let state = self.waiting(now);
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        conversation.waiting_since = now;
        conversation.returned = false;
        conversation.said = None;
        conversation.connected_at = None;
        conversation.passed_by.clear();
        if let Some(since) = &mut conversation.visitor_gone_since {
            *since = now;
        }
        self.enter(now, id, state, "rejoined");
        if !self.close_unreadable(now, id) {
            self.tell_place(now, id, QueuedBecause::Rejoined);
        }
    }

    pub(crate) fn review(&mut self, now: Millis, id: &ConversationId, agent: &AgentId, kind: &'static str) {
        let until = now + ms(self.settings.times.review_seconds);
        self.enter(now, id, State::Reviewing { agent: agent.clone(), until, extended: false }, kind);
        let name = self.roster.name(agent);
        self.tell_visitor(id, VisitorEvent::Reviewing { agent: name, until });
    }

    pub(crate) fn connect(&mut self, now: Millis, id: &ConversationId) {
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        let State::Reviewing { agent, .. } = conversation.state.clone() else { return };
        conversation.known_by = Some(agent.clone());
        let is_first = conversation.connected_at.is_none();
        conversation.connected_at.get_or_insert(now);
        let waited = now.saturating_sub(conversation.waiting_since);
        if is_first {
            self.wait_ended(now, waited, false);
        }
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        if let Some(said) = conversation.said.take().filter(|_| is_first) {
            let was = self.pace.ended(said, now.saturating_sub(said.at));
            self.save(Record::Waited { at: now, was });
        }
        let idle_at = now + ms(self.settings.times.idle_seconds);
        self.enter(now, id, State::Live { agent: agent.clone(), idle_at, warned: false, transfer: None }, "connected");
        let name = self.roster.name(&agent);
        self.tell_visitor(id, VisitorEvent::Connected { agent: name });
        self.tell_agent(&agent, AgentEvent::Connected { conversation: id.clone() });
    }

    pub(crate) fn close(&mut self, now: Millis, id: &ConversationId, outcome: Outcome, reason: Option<protocol::Text>) {
        let Some(conversation) = self.conversations.get(id) else { return };
        let held_by = conversation.state.agent().cloned();
        let was_live = matches!(conversation.state, State::Live { .. });
        let has_given_up = (outcome == Outcome::Abandoned && conversation.state.is_waiting() && conversation.connected_at.is_none())
            .then(|| now.saturating_sub(conversation.waiting_since));
        let was_promised = matches!(conversation.state, State::Promised { .. });
        let missed = missed::missed(now, conversation, outcome);
        if let (true, Some(offered)) = (was_live, conversation.offered_at) {
            let took = now.saturating_sub(offered);
            self.pace.handled(took);
            self.save(Record::Handled { at: now, took });
        }
        if let Some(waited) = has_given_up {
            self.wait_ended(now, waited, true);
        }
        if let Some(conversation) = self.conversations.get_mut(id) {
            conversation.said = None;
            if let (Some(visitor), Some(agent)) = (conversation.brief.visitor, &conversation.known_by) {
                know(&mut self.known, now, visitor, agent);
            }
        }
        let erase_at = now + Millis::from(self.settings.times.retention_days) * 24 * 60 * 60 * 1000;
        let kind = if was_promised && outcome == Outcome::Abandoned { "promise_cancelled" } else { closed_kind(outcome) };
        self.enter(now, id, State::Closed { outcome, reason, at: now, erase_at, missed }, kind);
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

    fn wait_ended(&mut self, now: Millis, waited: Millis, left: bool) {
        let ended = Ended { waited, left };
        self.pace.over(ended);
        self.save(Record::Ended { at: now, ended });
    }

    /// Deletes everything of a conversation but its events, and says what was deleted.
    pub(crate) fn erase(&mut self, now: Millis, id: &ConversationId) -> Option<protocol::Receipt> {
        if !matches!(self.conversations.get(id)?.state, State::Closed { .. }) {
            self.close(now, id, Outcome::Abandoned, None);
        }
        let conversation = self.conversations.remove(id)?;
        self.missed.forget(&conversation);
        if let Some(visitor) = conversation.brief.visitor {
            self.known.remove(&visitor);
        }
        self.turn.changed.remove(&conversation.row);
        self.deadlines.set(Due::Conversation(conversation.row), None);
        self.save(Record::Erase { conversation: id.clone(), row: conversation.row });
        self.event(now, Some(id), None, "erased");
        let messages = conversation.messages.len() as u64 + conversation.brief.lines;
        Some(protocol::Receipt { conversation: id.clone(), at: now, messages })
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
        self.turn.changed.extend(self.conversations.get(id).map(|conversation| conversation.row));
    }

    /// Keeps what changed of an agent that nobody needs to hear of.
    pub(crate) fn agent_noted(&mut self, agent: &AgentId) {
        self.turn.changed_agents.insert(agent.clone());
    }

    pub(crate) fn agent_changed(&mut self, now: Millis, agent: &AgentId, kind: &'static str) {
        self.turn.changed_agents.insert(agent.clone());
        self.event(now, None, Some(agent), kind);
        self.board_changed(now);
        self.positions_changed(now);
    }

    fn finish_turn(&mut self) -> Vec<Effect> {
        let turn = std::mem::take(&mut self.turn);
        let mut effects: Vec<_> = turn.saves.into_iter().map(Effect::Save).collect();
        for row in turn.changed {
            if let Some(conversation) = self.conversations.record(row) {
                let deadline = conversation.deadline(&self.settings.times);
                self.deadlines.set(Due::Conversation(row), Some(deadline));
                effects.push(Effect::Save(Record::Conversation(conversation)));
            }
        }
        for id in turn.changed_agents {
            if let Some(agent) = self.roster.get(&id) {
                effects.push(Effect::Save(Record::Agent(id, agent.presence.clone())));
            }
        }
        effects.extend(turn.sends);
        effects
    }
}

fn know(known: &mut BTreeMap<Hash, (Millis, AgentId)>, at: Millis, visitor: Hash, agent: &AgentId) {
    let kept = known.entry(visitor).or_insert_with(|| (at, agent.clone()));
    if kept.0 <= at {
        *kept = (at, agent.clone());
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
