//! What agents see of the whole desk, at most once a second.

use protocol::{AgentEvent, AgentStatus, Board, Millis, PromiseRow, QueueRow};

use crate::{conversation::State, deadlines::Due, desk::Desk};

const BOARD_EVERY_MS: Millis = 1_000;

impl Desk {
    pub(crate) fn board_changed(&mut self, now: Millis) {
        if !self.deadlines.is_set(&Due::Board) {
            self.deadlines.set(Due::Board, Some(now + BOARD_EVERY_MS));
        }
    }

    pub(crate) fn send_board(&mut self, now: Millis) {
        let board = self.board(now);
        self.tell_agents(&AgentEvent::Board { board });
    }

    pub(crate) fn board(&self, now: Millis) -> Board {
        let queue = self.queue.ids().filter_map(|id| self.conversations.get(id)).map(|conversation| QueueRow {
            conversation: conversation.id.clone(),
            summary: conversation.package.summary.clone(),
            category: conversation.package.category.clone(),
            priority: conversation.package.escalation.priority,
            sentiment: conversation.package.sentiment,
            since: conversation.requested_at,
            returned: conversation.returned,
        });
        let agents = self.roster.iter().map(|agent| AgentStatus {
            agent: agent.settings.id.clone(),
            name: agent.settings.name.clone(),
            here: agent.is_here(),
            available: agent.presence.available,
            load: agent.load,
            capacity: agent.settings.capacity,
        });
        let promises = self.conversations.values().filter_map(|conversation| match &conversation.state {
            State::Promised { commitment } => Some(PromiseRow {
                conversation: conversation.id.clone(),
                summary: conversation.package.summary.clone(),
                name: conversation.package.profile.name.clone(),
                commitment: commitment.clone(),
            }),
            _ => None,
        });
        let mut promises: Vec<_> = promises.collect();
        promises.sort_by_key(|row| row.commitment.due);
        Board { queue: queue.collect(), agents: agents.collect(), promises, staffing: Some(self.staffing(now)) }
    }
}
