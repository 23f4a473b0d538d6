//! What one input leaves behind: what is kept of it and what is sent, in the order in which a host
//! carries it out.

use protocol::{AgentId, ConversationId, Millis};
use std::collections::BTreeSet;

use crate::{
    desk::Desk,
    log::kind::EventKind,
    site::settings::retention,
    state::{deadlines::Due, peer::PeerId, row::Row},
    store::Record,
    wire::{card::Carded, write::EventText},
};

/// Old rows of the log are looked for at most this often, while new ones come.
const LOG_EVERY_MS: Millis = 10 * 60 * 1000;

/// What the host must do.
#[derive(Debug)]
pub enum Effect {
    Save(Record),
    Send(PeerId, EventText),
    /// An event with a card or with lines of a transcript, whose package is read from the store.
    SendCard(PeerId, Carded),
}

/// What one call of `handle` gathers.
#[derive(Default)]
pub(crate) struct Turn {
    saves: Vec<Record>,
    pub(crate) sends: Vec<Effect>,
    changed: BTreeSet<Row>,
    changed_agents: BTreeSet<AgentId>,
    /// Conversations whose messages were read back, by number.
    pub(crate) recalled: BTreeSet<Row>,
}

impl Desk {
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
        self.agent_noted(agent);
        self.event(now, None, Some(agent), kind);
        self.board_changed(now);
        self.positions_changed(now);
    }

    /// Lets go of what the log needs no more.
    pub(super) fn prune_log(&mut self, now: Millis) {
        self.save(Record::Prune { before: now.saturating_sub(retention(&self.settings.times)) });
    }

    pub(super) fn finish_turn(&mut self) -> Vec<Effect> {
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
pub(super) fn log_due(at: Millis) -> Millis {
    (at / LOG_EVERY_MS + 1) * LOG_EVERY_MS
}
