//! What must happen when: one deadline a key, and the earliest of all at hand.

use protocol::{AgentId, Millis};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// By its number.
    Conversation(u64),
    Agent(AgentId),
    /// Give back what agents have who are not in the settings.
    Strangers,
    /// Tell the agents what the desk looks like.
    Board,
    /// Tell waiting visitors how the queue moved.
    Positions,
    /// Forget the gates that are open again.
    Gates,
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
