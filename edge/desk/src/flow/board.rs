//! What agents see of the whole desk, at most once a second.

use protocol::{AgentStatus, Board, HeldRow, Millis, QueueRow};

use crate::{
    desk::Desk,
    state::{deadlines::Due, listeners::Listener},
    wire::card::AgentEvent,
};

const BOARD_EVERY_MS: Millis = 1_000;
/// Rows of each list: as many as a person looks at.
const ROWS: usize = 50;

impl Desk {
    pub(crate) fn board_changed(&mut self, now: Millis) {
        if self.deadlines.at(&Due::Board).is_none() {
            self.deadlines.set(Due::Board, Some(now + BOARD_EVERY_MS));
        }
    }

    pub(crate) fn send_board(&mut self, now: Millis) {
        for supervisor in [false, true] {
            let agents = self
                .roster
                .iter()
                .filter(|agent| agent.is_here() && agent.settings.supervisor == supervisor);
            let to: Vec<_> =
                agents.map(|agent| Listener::Agent(agent.settings.id.clone())).collect();
            if !to.is_empty() {
                self.tell(&to, &AgentEvent::Board { board: self.board(now, supervisor) });
            }
        }
    }

    pub(crate) fn board(&self, now: Millis, supervisor: bool) -> Board {
        let queue = self.queue.first(ROWS).filter_map(|row| self.conversations.at(row)).map(
            |conversation| QueueRow {
                conversation: conversation.id.clone(),
                summary: conversation.brief.summary.clone(),
                category: conversation.brief.category.clone(),
                priority: conversation.brief.priority,
                sentiment: conversation.brief.sentiment,
                since: conversation.waiting_since,
                // An offer that was declined is no return.
                returned: conversation.returned && conversation.connected_at.is_some(),
            },
        );
        let agents = self.roster.iter().map(|agent| AgentStatus {
            agent: agent.settings.id.clone(),
            name: agent.settings.name.clone(),
            skills: agent.settings.skills.clone(),
            here: agent.is_here(),
            available: agent.presence.available,
            load: agent.load(),
            capacity: agent.settings.capacity,
        });
        let mut promises: Vec<_> = self
            .promised
            .iter()
            .filter_map(|row| self.conversations.at(*row))
            .filter_map(|one| self.promise(&one.id))
            .collect();
        promises.sort_by_key(|row| row.commitment.due);
        promises.truncate(ROWS);
        Board {
            queue: queue.collect(),
            waiting: u32::try_from(self.queue.len()).unwrap_or(u32::MAX),
            agents: agents.collect(),
            promises,
            held: if supervisor { self.held() } else { Vec::new() },
            missed: self.missed_rows(now, ROWS),
            staffing: Some(self.staffing(now)),
        }
    }

    fn held(&self) -> Vec<HeldRow> {
        let held = self
            .roster
            .iter()
            .flat_map(|agent| &agent.holds)
            .filter_map(|id| self.conversations.get(id));
        let mut rows: Vec<_> = held
            .filter_map(|conversation| {
                let agent = conversation.state().agent()?.clone();
                let since = conversation.offered_at.unwrap_or(conversation.waiting_since);
                Some(HeldRow {
                    conversation: conversation.id.clone(),
                    summary: conversation.brief.summary.clone(),
                    agent,
                    since,
                })
            })
            .collect();
        rows.sort_by(|a, b| (a.since, &a.conversation).cmp(&(b.since, &b.conversation)));
        // One that is being passed on is held by two.
        rows.dedup_by(|a, b| a.conversation == b.conversation);
        rows.truncate(ROWS);
        rows
    }
}
