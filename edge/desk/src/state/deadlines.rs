//! What must happen when: one deadline a key, and the earliest of all at hand.

use protocol::{AgentId, Millis};
use std::collections::{BTreeMap, BTreeSet};

use crate::state::{peer::PeerId, row::Row};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// By its number.
    Conversation(Row),
    Agent(AgentId),
    /// Give back what agents have who are not in the settings.
    Strangers,
    /// Tell the agents what the desk looks like.
    Board,
    /// Tell waiting visitors how the queue moved.
    Positions,
    /// Forget the rate limiters that limit nothing any more.
    RateLimiters,
    /// Forget old rows of the log.
    Log,
    /// A socket's sign-in ends.
    Session(PeerId),
}

#[derive(Default)]
pub struct Deadlines {
    at: BTreeMap<Due, Millis>,
    order: BTreeSet<(Millis, Due)>,
}

impl Deadlines {
    /// Sets or clears the deadline of a key.
    pub fn set(&mut self, due: Due, at: Option<Millis>) {
        if let Some(old) = self.at.remove(&due) {
            self.order.remove(&(old, due.clone()));
        }
        if let Some(at) = at {
            self.order.insert((at, due.clone()));
            self.at.insert(due, at);
        }
    }

    /// The deadline of a key.
    pub fn at(&self, due: &Due) -> Option<Millis> {
        self.at.get(due).copied()
    }

    /// The first deadline of a conversation, if it has come.
    pub fn overdue_conversation(&self, now: Millis) -> Option<Millis> {
        let overdue = self.order.iter().take_while(|(at, _)| *at <= now);
        overdue.filter(|(_, due)| matches!(due, Due::Conversation(_))).map(|(at, _)| *at).next()
    }

    pub fn first(&self) -> Option<Millis> {
        self.order.first().map(|(at, _)| *at)
    }

    /// Takes one that is due.
    pub fn pop(&mut self, now: Millis) -> Option<Due> {
        let (at, _) = self.order.first()?;
        if *at > now {
            return None;
        }
        let (_, due) = self.order.pop_first()?;
        self.at.remove(&due);
        Some(due)
    }
}
