//! The desk itself: what came in, what follows. Commands are in `commands`, what follows from them
//! and from the time in `flow`.

use protocol::{
    AgentId, ConversationId, Millis, Outcome, QueuedBecause, VisitorEvent, WithdrawnBecause,
};
use std::collections::{BTreeMap, BTreeSet};

use crate::{
    log::kind::EventKind,
    site::{
        fallback,
        settings::{SiteSettings, ms, retention},
    },
    state::{
        clock::{Clock, Step},
        conversation::timing::look_again_at,
        conversations::Conversations,
        credentials::{Access, Credential, CredentialKind, Digest},
        deadlines::{Deadlines, Due},
        listeners::Listeners,
        missed::{self, MissedVisitors},
        peer::{Peer, PeerId},
        queue::{Needs, Queue},
        rate_limits::RateLimits,
        roster::Roster,
        standing::State,
        wait_model::{WaitEnd, WaitModel},
    },
    store::{Kept, Record},
    wire::{
        card::{AgentEvent, Carded},
        frame::Frame,
        write::EventText,
    },
};

/// Old rows of the log are looked for at most this often, while new ones come.
const LOG_EVERY_MS: Millis = 10 * 60 * 1000;

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
    Admit { agent: AgentId, link: Digest, until: Millis },
    /// The site's settings changed while the desk runs.
    Settings(Box<SiteSettings>),
    /// The operator ends every session and every link of an agent.
    Revoke { agent: AgentId },
}

/// What the host must do.
#[derive(Debug)]
pub enum Effect {
    Save(Record),
    Send(PeerId, EventText),
    /// An event with a card or with lines of a transcript, whose package is read from the store.
    SendCard(PeerId, Carded),
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
    pub(crate) known: BTreeMap<Digest, (Millis, AgentId)>,
    pub(crate) deadlines: Deadlines,
    pub(crate) rate_limits: RateLimits,
    pub(crate) wait_model: WaitModel,
    pub(crate) clock: Clock,
    pub(crate) turn: Turn,
}

/// What one call of `handle` gathers.
#[derive(Default)]
pub(crate) struct Turn {
    saves: Vec<Record>,
    pub(crate) sends: Vec<Effect>,
    changed: BTreeSet<u64>,
    pub(crate) changed_agents: BTreeSet<AgentId>,
    /// Conversations whose messages were read back, by number.
    pub(crate) recalled: BTreeSet<u64>,
}

impl Desk {
    /// A desk as it was when the last of its effects was carried out.
    pub fn restore(settings: SiteSettings, kept: Kept) -> Self {
        let mut desk = Self {
            roster: Roster::restore(&settings, kept.agents),
            settings,
            conversations: Conversations::restore(kept.last_row, kept.lost),
            queue: Queue::default(),
            access: Access::restore(kept.credentials),
            listeners: Listeners::restore(kept.peers),
            promised: BTreeSet::new(),
            missed: MissedVisitors::default(),
            known: BTreeMap::new(),
            deadlines: Deadlines::default(),
            rate_limits: RateLimits::restore(kept.limiters),
            wait_model: kept.wait_model,
            clock: kept.clock,
            turn: Turn::default(),
        };
        for mut conversation in kept.conversations {
            match conversation.state() {
                State::Promised { .. } => {
                    desk.promised.insert(conversation.row);
                }
                State::Closed { at, .. } => {
                    if let (Some(visitor), Some(agent)) =
                        (conversation.visitor, &conversation.last_agent)
                    {
                        know(&mut desk.known, *at, visitor, agent);
                    }
                    conversation.messages.forget();
                }
                _ => {}
            }
            if !conversation.state().is_closed() {
                desk.rate_limits.opened(conversation.network.as_ref(), conversation.weight());
            }
            desk.missed.note(&conversation);
            let row = conversation.row;
            desk.conversations.insert(conversation);
            desk.place_again(row);
        }
        let gone: Vec<_> = desk
            .roster
            .iter()
            .filter(|agent| !agent.is_here())
            .map(|agent| agent.settings.id.clone())
            .collect();
        gone.into_iter().for_each(|agent| desk.watch_for_vanishing(&agent));
        if desk.has_strangers() {
            desk.deadlines.set(Due::Strangers, Some(0));
        }
        desk.deadlines.set(Due::Board, Some(0));
        desk.deadlines.set(Due::Positions, Some(0));
        desk.deadlines.set(Due::RateLimiters, Some(0));
        desk.deadlines.set(Due::Log, Some(log_due(desk.clock.last_seen())));
        for (peer, term) in desk.listeners.sessions() {
            desk.deadlines.set(Due::Session(peer), Some(term.end(desk.clock.last_seen())));
        }
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

    /// Whether one more socket of that peer may open. Asked by the host, which cuts it if not.
    pub fn lets_in(&mut self, now: Millis, peer: &Peer) -> bool {
        self.may_ask(now, peer).is_ok()
    }

    /// Takes one input. Cannot fail: a bad frame is answered.
    pub fn handle(&mut self, host: Millis, input: &Input) -> Vec<Effect> {
        let now = self.time_came(host);
        // Before anybody is told of an agent who is not there.
        if self.deadlines.at(&Due::Strangers).is_some() {
            self.deadlines.set(Due::Strangers, None);
            self.settle_strangers(now);
        }
        match input {
            Input::Frame(peer, frame) => match (self.may_ask(now, peer), frame) {
                (Err(rejection), frame) => {
                    let rejection = match frame.message() {
                        Some(message) => rejection.about(message.clone()),
                        None => rejection,
                    };
                    self.reply_visitor(peer.id, VisitorEvent::Rejected { rejection });
                }
                (Ok(()), Frame::Handoff { conversation, token, handoff }) => {
                    self.request_handoff(now, peer, conversation, token, handoff)
                }
                (Ok(()), Frame::Visitor { conversation, token, command }) => {
                    self.visitor_asks(now, peer, conversation, token, command)
                }
                (Ok(()), Frame::Agent(command)) => self.agent_asks(now, peer, command.clone()),
                (Ok(()), Frame::Refused(rejection)) => self.reply_visitor(
                    peer.id,
                    VisitorEvent::Rejected { rejection: rejection.clone() },
                ),
            },
            Input::Left(peer) => self.left(now, *peer),
            Input::DeadlineReached => {}
            Input::Admit { agent, link, until } => {
                // Of two links one is lost, or somebody else's.
                self.end_credentials(&self.access.links_of(agent));
                let credential = Credential::new(CredentialKind::Link, agent.clone(), *until);
                self.save(Record::Credential(*link, credential.clone()));
                self.access.add(*link, credential);
            }
            Input::Settings(settings) => self.reconfigure(now, settings.as_ref().clone()),
            Input::Revoke { agent } => {
                self.end_credentials(&self.access.of(agent));
                self.unsubscribe(now, agent);
                self.event(now, None, Some(agent), EventKind::AgentRevoked);
            }
        }
        while let Some(due) = self.deadlines.pop(now) {
            match due {
                Due::Conversation(row) => {
                    if let Some(id) =
                        self.conversations.at(row).map(|conversation| conversation.id.clone())
                    {
                        self.conversation_is_due(now, &id);
                    }
                }
                Due::Agent(agent) => self.agent_is_gone(now, &agent),
                Due::Board => self.send_board(now),
                Due::Positions => self.send_positions(now),
                Due::RateLimiters => self.sweep_gates(now),
                Due::Strangers => self.settle_strangers(now),
                Due::Log => self.prune_log(now),
                Due::Session(peer) => self.session_is_due(now, peer),
            }
        }
        self.offer_waiting(now);
        self.finish_turn()
    }

    /// Ends links and sessions.
    fn end_credentials(&mut self, hashes: &[Digest]) {
        for hash in hashes {
            self.access.remove(hash);
            self.save(Record::CredentialEnded(*hash));
        }
    }

    /// The time that counts. Whatever a wrong clock has put too far ahead is brought back.
    fn time_came(&mut self, host: Millis) -> Millis {
        let (now, step) = self.clock.step(host, self.deadlines.overdue_conversation(host));
        match step {
            Step::Usual => {}
            // What is overdue is looked at by and by, and waits.
            Step::Leap => self.save(Record::Clock(self.clock)),
            Step::Back => {
                self.save(Record::Clock(self.clock));
                for key in [Due::Board, Due::Positions, Due::RateLimiters, Due::Log] {
                    self.deadlines.set(key, Some(now));
                }
                for (hash, credential) in self.access.bring_back(now) {
                    self.save(Record::Credential(hash, credential));
                }
                for (peer, seat) in self.listeners.bring_back(now) {
                    self.save(Record::Peer(peer, seat));
                }
                for (peer, term) in self.listeners.sessions() {
                    self.deadlines.set(Due::Session(peer), Some(term.end(now)));
                }
                self.bring_agents_back(now);
                self.known.values_mut().for_each(|(at, _)| *at = now.min(*at));
                for row in self.conversations.rows() {
                    self.bring_conversation_back(now, row);
                }
            }
        }
        now
    }

    fn bring_agents_back(&mut self, now: Millis) {
        let agents: Vec<_> = self.roster.iter().map(|agent| agent.settings.id.clone()).collect();
        for id in agents {
            if let Some(agent) = self.roster.get_mut(&id) {
                agent.presence.idle_since = now.min(agent.presence.idle_since);
                agent.presence.gone_since = agent.presence.gone_since.map(|since| now.min(since));
                self.watch_for_vanishing(&id);
                self.turn.changed_agents.insert(id);
            }
        }
    }

    fn bring_conversation_back(&mut self, now: Millis, row: u64) {
        if self
            .conversations
            .at(row)
            .is_some_and(|own| matches!(own.state(), State::Closed { at, .. } if *at <= now))
        {
            return;
        }
        self.turn.changed.insert(row);
        let times = &self.settings.times;
        let Some(conversation) = self.conversations.at_mut(row) else { return };
        self.missed.forget(conversation);
        conversation.bring_back(now, times);
        self.missed.note(conversation);
        let id = conversation.id.clone();
        match conversation.state().clone() {
            State::Queued { .. } => {
                let needs = Needs::of(conversation, &self.settings.category, &self.roster);
                self.queue.remove(row);
                self.queue.push(conversation, needs, times);
            }
            State::Promised { commitment, .. } if commitment.made_at > now => {
                let commitment = fallback::made_now(commitment, now, &self.settings);
                let remind_at = fallback::remind_at(commitment.due, now, &self.settings);
                conversation.set_promise(commitment.clone(), remind_at);
                self.tell_visitor(&id, VisitorEvent::Promised { commitment });
            }
            _ => {}
        }
    }

    // ---- changes of state

    /// Every change of a conversation's state goes through here: the queue, the agents' places, the
    /// deadline, the row and the event follow.
    pub(crate) fn enter(
        &mut self,
        now: Millis,
        id: &ConversationId,
        state: State,
        kind: EventKind,
    ) {
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        self.missed.forget(conversation);
        let before = conversation.turn_to(state);
        self.missed.note(conversation);
        match conversation.state() {
            State::Queued { .. } => {
                conversation.look_again_at =
                    look_again_at(now, conversation.waiting_since, &self.settings.times);
                let needs = Needs::of(conversation, &self.settings.category, &self.roster);
                self.queue.push(conversation, needs, &self.settings.times);
            }
            State::Offered { .. } => {
                conversation.offered_at = Some(now);
                self.queue.remove(conversation.row);
            }
            _ => self.queue.remove(conversation.row),
        }
        if !conversation.state().is_waiting() {
            conversation.told = None;
        }
        // Where somebody came from is kept for no longer than it counts.
        if conversation.state().is_closed() && !before.is_closed() {
            self.rate_limits.closed(conversation.network.take().as_ref(), conversation.weight());
        }
        if let State::Promised { .. } = conversation.state() {
            self.promised.insert(conversation.row);
        } else {
            self.promised.remove(&conversation.row);
        }
        let after: BTreeSet<AgentId> = conversation.state().holders().cloned().collect();
        for agent in before.holders().filter(|agent| !after.contains(agent)) {
            self.roster.release(now, agent, id);
            self.turn.changed_agents.insert(agent.clone());
        }
        if let Some(conversation) = self.conversations.get(id) {
            self.roster.hold(conversation);
        }
        // Who was being asked to take it over need not answer any more.
        if let Some(transfer) = before.transfer().filter(|transfer| !after.contains(&transfer.to)) {
            let over = AgentEvent::Withdrawn {
                conversation: id.clone(),
                claim: transfer.claim,
                because: WithdrawnBecause::Elsewhere,
            };
            self.tell_agent(&transfer.to, over);
        }
        let agent = self
            .conversations
            .get(id)
            .and_then(|conversation| conversation.state().agent())
            .or(before.agent())
            .cloned();
        self.event(now, Some(id), agent.as_ref(), kind);
        self.changed(id);
        self.board_changed(now);
        self.positions_changed(now);
    }

    /// The state of who waits from now on.
    pub(crate) fn waiting(&self, now: Millis) -> State {
        let times = &self.settings.times;
        State::Queued {
            notice_at: now + ms(times.long_wait_seconds),
            give_up_at: now + ms(times.longest_wait_seconds),
        }
    }

    /// Back to the head of the queue.
    pub(crate) fn requeue(&mut self, now: Millis, id: &ConversationId, kind: EventKind) {
        let state = self.waiting(now);
        if let Some(conversation) = self.conversations.get_mut(id) {
            conversation.returned = true;
            self.enter(now, id, state, kind);
        }
    }

    /// Into the queue anew, at the end of it.
    pub(crate) fn rejoin(&mut self, now: Millis, id: &ConversationId) {
        let state = self.waiting(now);
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        conversation.waiting_since = now;
        conversation.returned = false;
        conversation.said = None;
        conversation.connected_at = None;
        conversation.passed_by.clear();
        if let Some(since) = &mut conversation.visitor_gone_since {
            *since = now;
        }
        self.enter(now, id, state, EventKind::Rejoined);
        if !self.close_unreadable(now, id) {
            self.tell_place(now, id, QueuedBecause::Rejoined);
        }
    }

    pub(crate) fn review(
        &mut self,
        now: Millis,
        id: &ConversationId,
        agent: &AgentId,
        kind: EventKind,
    ) {
        let until = now + ms(self.settings.times.review_seconds);
        self.enter(
            now,
            id,
            State::Reviewing { agent: agent.clone(), until, extended: false },
            kind,
        );
        let name = self.roster.name(agent);
        self.tell_visitor(id, VisitorEvent::Reviewing { agent: name, until });
    }

    pub(crate) fn connect(&mut self, now: Millis, id: &ConversationId) {
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        let State::Reviewing { agent, .. } = conversation.state().clone() else { return };
        conversation.last_agent = Some(agent.clone());
        let is_first = conversation.connected_at.is_none();
        conversation.connected_at.get_or_insert(now);
        let waited = now.saturating_sub(conversation.waiting_since);
        if is_first {
            self.wait_ended(now, waited, false);
        }
        let Some(conversation) = self.conversations.known_mut(id) else { return };
        if let Some(said) = conversation.said.take().filter(|_| is_first) {
            let was = self.wait_model.ended(said, now.saturating_sub(said.at));
            self.save(Record::Waited { at: now, was });
        }
        let idle_at = now + ms(self.settings.times.idle_seconds);
        self.enter(
            now,
            id,
            State::Live { agent: agent.clone(), idle_at, warned: false, transfer: None },
            EventKind::Connected,
        );
        let name = self.roster.name(&agent);
        self.tell_visitor(id, VisitorEvent::Connected { agent: name });
        self.tell_agent(&agent, AgentEvent::Connected { conversation: id.clone() });
    }

    pub(crate) fn close(
        &mut self,
        now: Millis,
        id: &ConversationId,
        outcome: Outcome,
        reason: Option<protocol::Text>,
    ) {
        let Some(conversation) = self.conversations.known(id) else { return };
        let held_by = conversation.state().agent().cloned();
        let was_live = matches!(conversation.state(), State::Live { .. });
        let has_given_up = (outcome == Outcome::Abandoned
            && conversation.state().is_waiting()
            && conversation.connected_at.is_none())
        .then(|| now.saturating_sub(conversation.waiting_since));
        let was_promised = matches!(conversation.state(), State::Promised { .. });
        let missed = missed::missed(now, conversation, outcome);
        if let (true, Some(offered)) = (was_live, conversation.offered_at) {
            let took = now.saturating_sub(offered);
            self.wait_model.handled(took);
            self.save(Record::Handled { at: now, took });
        }
        if let Some(waited) = has_given_up {
            self.wait_ended(now, waited, true);
        }
        if let Some(conversation) = self.conversations.get_mut(id) {
            conversation.said = None;
            if let (Some(visitor), Some(agent)) = (conversation.visitor, &conversation.last_agent) {
                know(&mut self.known, now, visitor, agent);
            }
        }
        let erase_at = now + retention(&self.settings.times);
        let kind = if was_promised && outcome == Outcome::Abandoned {
            EventKind::PromiseCancelled
        } else {
            closed_kind(outcome)
        };
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
        let ended = WaitEnd { waited, left };
        self.wait_model.over(ended);
        self.save(Record::WaitEnd { at: now, ended });
    }

    /// Deletes everything of a conversation but its events, and says what was deleted.
    pub(crate) fn erase(&mut self, now: Millis, id: &ConversationId) -> Option<protocol::Receipt> {
        if !matches!(self.conversations.get(id)?.state(), State::Closed { .. }) {
            self.close(now, id, Outcome::Abandoned, None);
        }
        let conversation = self.conversations.remove(id)?;
        self.missed.forget(&conversation);
        if let Some(visitor) = conversation.visitor {
            self.known.remove(&visitor);
        }
        self.turn.changed.remove(&conversation.row);
        self.deadlines.set(Due::Conversation(conversation.row), None);
        self.save(Record::Erase { conversation: id.clone(), row: conversation.row });
        self.event(now, Some(id), None, EventKind::Erased);
        let messages = conversation.messages.last() + conversation.brief.lines;
        Some(protocol::Receipt { conversation: id.clone(), at: now, messages })
    }

    pub(crate) fn withdraw(
        &mut self,
        id: &ConversationId,
        agent: &AgentId,
        because: WithdrawnBecause,
    ) {
        if let Some(claim) = self.conversations.get(id).map(|conversation| conversation.claim) {
            self.tell_agent(
                agent,
                AgentEvent::Withdrawn { conversation: id.clone(), claim, because },
            );
        }
    }

    // ---- keeping

    pub(crate) fn save(&mut self, record: Record) {
        self.turn.saves.push(record);
    }

    pub(crate) fn event(
        &mut self,
        at: Millis,
        conversation: Option<&ConversationId>,
        agent: Option<&AgentId>,
        kind: EventKind,
    ) {
        self.save(Record::Event {
            at,
            conversation: conversation.cloned(),
            agent: agent.cloned(),
            kind,
        });
        if self.deadlines.at(&Due::Log).is_none() {
            self.deadlines.set(Due::Log, Some(log_due(at)));
        }
    }

    pub(crate) fn changed(&mut self, id: &ConversationId) {
        self.turn.changed.extend(self.conversations.get(id).map(|conversation| conversation.row));
    }

    /// Keeps what changed of an agent that nobody needs to hear of.
    pub(crate) fn agent_noted(&mut self, agent: &AgentId) {
        self.turn.changed_agents.insert(agent.clone());
    }

    pub(crate) fn agent_changed(&mut self, now: Millis, agent: &AgentId, kind: EventKind) {
        self.turn.changed_agents.insert(agent.clone());
        self.event(now, None, Some(agent), kind);
        self.board_changed(now);
        self.positions_changed(now);
    }

    /// Lets go of what the log needs no more.
    fn prune_log(&mut self, now: Millis) {
        self.save(Record::Prune { before: now.saturating_sub(retention(&self.settings.times)) });
    }

    fn finish_turn(&mut self) -> Vec<Effect> {
        let turn = std::mem::take(&mut self.turn);
        for row in turn.changed.iter().chain(&turn.recalled) {
            if self
                .conversations
                .at(*row)
                .is_some_and(|closed| closed.state().is_closed() && closed.messages.is_in_memory())
                && let Some(closed) = self.conversations.at_mut(*row)
            {
                closed.messages.forget();
            }
        }
        let mut effects: Vec<_> = turn.saves.into_iter().map(Effect::Save).collect();
        for row in turn.changed {
            if let Some(conversation) = self.conversations.record(row) {
                let deadline = conversation.due_at(&self.settings.times, &self.clock);
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

/// When old rows of the log are looked for, after a new one: the same time for a desk that slept
/// since.
fn log_due(at: Millis) -> Millis {
    (at / LOG_EVERY_MS + 1) * LOG_EVERY_MS
}

fn know(
    known: &mut BTreeMap<Digest, (Millis, AgentId)>,
    at: Millis,
    visitor: Digest,
    agent: &AgentId,
) {
    let kept = known.entry(visitor).or_insert_with(|| (at, agent.clone()));
    if kept.0 <= at {
        *kept = (at, agent.clone());
    }
}

fn closed_kind(outcome: Outcome) -> EventKind {
    match outcome {
        Outcome::Resolved => EventKind::Resolved,
        Outcome::Unresolved => EventKind::EndedUnresolved,
        Outcome::FollowUp => EventKind::EndedWithFollowUp,
        Outcome::Fulfilled => EventKind::PromiseKept,
        Outcome::Abandoned => EventKind::Abandoned,
        Outcome::Unanswered => EventKind::Unanswered,
        Outcome::Idle => EventKind::ClosedIdle,
    }
}
