//! Settings that change under open conversations, while the desk runs or between two starts.
//!
//! What follows from an agent who is not in the settings any more, by the state of what they have
//! to do with:
//!
//! | state | what follows |
//! | --- | --- |
//! | queued | nothing: it was nobody's yet |
//! | offered to them | it goes back to the head of the queue, and on to the next agent |
//! | reviewing, live | it goes back to the head of the queue; the visitor is told |
//! | live, being passed to them | it goes to the next with the skill, or stays; its agent is told |
//! | promised, kept by them | the promise stays as it was made, and is anybody's again |
//! | closed | nothing; another agent answers when it is reopened |
//!
//! Their consoles are told and signed out, and their links, their cookies and whether they were
//! available are forgotten: who comes back to the settings begins anew. An agent under another id
//! is another agent; one with another name keeps everything, and visitors and colleagues are told
//! the name. What was said keeps the one under which it was said.
//!
//! | what changes | what follows |
//! | --- | --- |
//! | a category, or the last agent's skill | what asked for it can be taken by anyone |
//! | a skill of an agent | the queue goes by it; what the agent holds stays |
//! | a capacity is lowered | what is held stays; nothing is offered until there is a place again |
//! | the schedule | waiting visitors are told by the new one; promises stay as they were made |
//! | times | what runs ends when it was said to; what begins goes by the new ones |
//! | rules, words, origins | nothing at the desk: browsers go by them |

use protocol::{AgentId, Millis, QueuedBecause, TransferFailure, VisitorEvent, WithdrawnBecause};
use std::collections::{BTreeMap, BTreeSet};

use crate::{
    desk::Desk,
    log::kind::EventKind,
    site::settings::SiteSettings,
    state::{
        deadlines::Due, listeners::Listener, queue::Needs, roster::Roster, row::Row,
        standing::State,
    },
    store::Record,
    wire::card::AgentEvent,
};

impl Desk {
    /// Goes by other settings from now on.
    pub(crate) fn reconfigure(&mut self, now: Millis, settings: SiteSettings) {
        let kept = self
            .roster
            .iter()
            .map(|agent| (agent.settings.id.clone(), agent.presence.clone()))
            .collect();
        let names: BTreeMap<_, _> = self
            .roster
            .iter()
            .map(|agent| (agent.settings.id.clone(), agent.settings.name.clone()))
            .collect();
        self.roster = Roster::restore(&settings, kept);
        self.settings = settings;
        for row in self.conversations.rows() {
            self.place_again(row);
        }
        self.settle_strangers(now);
        self.tell_renamed(&names);
        let here: Vec<_> = self
            .roster
            .iter()
            .filter(|agent| agent.is_here())
            .map(|agent| agent.settings.id.clone())
            .collect();
        here.iter().for_each(|agent| self.tell_signed_in(now, None, agent));
        self.event(now, None, None, EventKind::SettingsChanged);
        self.board_changed(now);
        self.positions_changed(now);
    }

    /// Whoever has an agent's name on the screen is told it again, if it is another than it was.
    fn tell_renamed(&mut self, names: &BTreeMap<AgentId, String>) {
        let name = |agent: &AgentId| {
            let name = self.roster.name(agent);
            names.get(agent).is_some_and(|was| *was != name).then_some(name)
        };
        let mut visitors = Vec::new();
        let mut agents = Vec::new();
        for conversation in self.conversations.iter() {
            let id = || conversation.id.clone();
            match conversation.state() {
                State::Reviewing { agent, until, .. } => visitors.extend(
                    name(agent)
                        .map(|agent| (id(), VisitorEvent::Reviewing { agent, until: *until })),
                ),
                State::Live { agent, transfer, .. } => {
                    visitors
                        .extend(name(agent).map(|agent| (id(), VisitorEvent::Connected { agent })));
                    agents.extend(transfer.as_ref().and_then(|transfer| {
                        let (to, until) = (name(&transfer.to)?, transfer.until);
                        let event = AgentEvent::Transferring { conversation: id(), to, until };
                        Some((agent.clone(), event))
                    }));
                }
                _ => {}
            }
        }
        visitors.into_iter().for_each(|(id, event)| self.tell_visitor(&id, event));
        agents.into_iter().for_each(|(agent, event)| self.tell_agent(&agent, event));
    }

    /// Where a conversation stands by the settings of now: at its agents, in the queue, among the
    /// deadlines.
    pub(crate) fn place_again(&mut self, row: Row) {
        let Some(conversation) = self.conversations.at(row) else { return };
        self.roster.hold(conversation);
        if let State::Queued { .. } = conversation.state() {
            let needs = Needs::of(conversation, &self.settings.category, &self.roster);
            self.queue.push(conversation, needs, &self.settings.times);
        }
        self.deadlines.set(
            Due::Conversation(row),
            Some(conversation.due_at(&self.settings.times, &self.clock)),
        );
    }

    /// Whether something is left of an agent who is not in the settings, or of a console that is
    /// not open.
    pub(crate) fn has_strangers(&self) -> bool {
        !self.roster.strangers().is_empty()
            || self
                .access
                .agents()
                .chain(self.listeners.agents())
                .any(|agent| self.roster.get(agent).is_none())
            || self.roster.iter().any(|agent| {
                agent.is_here() != self.listeners.has(&Listener::Agent(agent.settings.id.clone()))
            })
            || self
                .conversations
                .iter()
                .any(|own| own.state().people().any(|agent| self.roster.get(agent).is_none()))
    }

    /// Gives back what agents have who are not in the settings, and ends their sessions.
    pub(crate) fn settle_strangers(&mut self, now: Millis) {
        for row in self.conversations.rows() {
            self.settle_conversation(now, row);
        }
        let gone = self.roster.forget_strangers();
        for agent in &gone {
            self.save(Record::AgentRemoved(agent.clone()));
            self.event(now, None, Some(agent), EventKind::AgentRemoved);
        }
        let listening: BTreeSet<AgentId> = self
            .listeners
            .agents()
            .filter(|agent| self.roster.get(agent).is_none())
            .cloned()
            .collect();
        listening.iter().for_each(|agent| self.unsubscribe(now, agent));
        let admitted: BTreeSet<AgentId> = self
            .access
            .agents()
            .filter(|agent| self.roster.get(agent).is_none())
            .cloned()
            .collect();
        admitted.iter().for_each(|agent| self.end_credentials(&self.access.of(agent)));
        self.settle_presence(now);
        self.board_changed(now);
        self.positions_changed(now);
    }

    fn settle_conversation(&mut self, now: Millis, row: Row) {
        let Some(conversation) = self.conversations.at(row) else { return };
        let is_stranger = |agent: &AgentId| self.roster.get(agent).is_none();
        let id = conversation.id.clone();
        match conversation.state() {
            State::Offered { agent, .. } if is_stranger(agent) => {
                let agent = agent.clone();
                self.withdraw(&id, &agent, WithdrawnBecause::AgentRemoved);
                self.requeue(now, &id, EventKind::AgentRemoved);
            }
            State::Reviewing { agent, .. } | State::Live { agent, .. } if is_stranger(agent) => {
                let agent = agent.clone();
                self.withdraw(&id, &agent, WithdrawnBecause::AgentRemoved);
                self.requeue(now, &id, EventKind::AgentRemoved);
                self.tell_place(now, &id, QueuedBecause::AgentLeft);
            }
            State::Live { transfer: Some(transfer), .. } if is_stranger(&transfer.to) => {
                let (to, claim) = (transfer.to.clone(), transfer.claim);
                let because = WithdrawnBecause::AgentRemoved;
                self.tell_agent(
                    &to,
                    AgentEvent::Withdrawn { conversation: id.clone(), claim, because },
                );
                self.pass_on(now, &id, TransferFailure::NobodyFree);
            }
            State::Promised { owner: Some(owner), .. } if is_stranger(owner) => {
                self.disown(now, &id, EventKind::PromiseReleased)
            }
            _ => {}
        }
    }

    /// Who has no console open is not here, whatever was kept.
    fn settle_presence(&mut self, now: Millis) {
        let gone = self.roster.iter().filter(|agent| {
            agent.is_here() != self.listeners.has(&Listener::Agent(agent.settings.id.clone()))
        });
        let gone: Vec<AgentId> = gone.map(|agent| agent.settings.id.clone()).collect();
        for id in gone {
            if let Some(agent) = self.roster.get_mut(&id) {
                agent.presence.gone_since = if agent.is_here() { Some(now) } else { None };
            }
            self.watch_for_vanishing(&id);
            self.agent_changed(now, &id, EventKind::AgentSettled);
        }
    }
}
