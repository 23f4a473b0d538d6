//! The desk itself: what came in, what follows. Commands are in `commands`, what follows from them
//! and from the time in `flow`.

mod turn;

use protocol::{AgentId, ConversationId, Millis, VisitorEvent, WithdrawnBecause};
use std::collections::BTreeSet;

use crate::{
    log::kind::EventKind,
    site::settings::SiteSettings,
    state::{
        clock::Clock,
        conversation::timing::look_again_at,
        conversations::Conversations,
        credentials::{Access, Digest},
        deadlines::{Deadlines, Due},
        last_agents::LastAgents,
        listeners::Listeners,
        missed::MissedVisitors,
        peer::{Peer, PeerId},
        queue::{Needs, Queue},
        rate_limits::RateLimits,
        roster::Roster,
        row::Row,
        standing::State,
        wait_model::WaitModel,
    },
    store::Kept,
    wire::{card::AgentEvent, frame::Frame},
};

pub use turn::Effect;
use turn::Turn;

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
    /// The operator deletes a conversation. The receipt, or that there is none, is sent to that
    /// peer, which is nobody's socket.
    Erase { peer: PeerId, conversation: ConversationId },
}

impl Input {
    /// The peer to whom the events are sent that answer this input; none where no answer is sent.
    pub fn peer(&self) -> Option<PeerId> {
        match self {
            Self::Frame(Peer { id, .. }, _) | Self::Erase { peer: id, .. } => Some(*id),
            _ => None,
        }
    }
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
    pub(crate) promised: BTreeSet<Row>,
    pub(crate) missed: MissedVisitors,
    pub(crate) last_agents: LastAgents,
    pub(crate) deadlines: Deadlines,
    pub(crate) rate_limits: RateLimits,
    pub(crate) wait_model: WaitModel,
    pub(crate) clock: Clock,
    pub(crate) turn: Turn,
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
            last_agents: LastAgents::default(),
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
                    desk.last_agents.note(*at, &conversation);
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
        desk.deadlines.set(Due::Log, Some(turn::log_due(desk.clock.last_seen())));
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
                    self.visitor_asks(now, peer, conversation, token, command.clone())
                }
                (Ok(()), Frame::SignIn { link }) => self.sign_in(now, peer, link),
                (Ok(()), Frame::Agent(command)) => self.agent_asks(now, peer, command.clone()),
                (Ok(()), Frame::Refused(rejection)) => self.reply_visitor(
                    peer.id,
                    VisitorEvent::Rejected { rejection: rejection.clone() },
                ),
            },
            Input::Left(peer) => self.left(now, *peer),
            Input::DeadlineReached => {}
            Input::Admit { agent, link, until } => self.admit_agent(agent, *link, *until),
            Input::Settings(settings) => self.reconfigure(now, settings.as_ref().clone()),
            Input::Revoke { agent } => self.revoke_agent(now, agent),
            Input::Erase { peer, conversation } => self.operator_erases(now, *peer, conversation),
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
            self.agent_noted(agent);
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
}
