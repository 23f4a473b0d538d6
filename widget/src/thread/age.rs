//! The states of two tabs: which of them is the later one, and what both hold where they wrote at
//! once.

use serde::{Deserialize, Serialize};

use super::{Line, Thread, Unsent, UnsentKind};

/// See [`Thread::age`]: compared in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Age {
    pub forgotten: u32,
    pub begun: u32,
    pub written: u32,
}

impl Thread {
    /// Two tabs wrote at once: what only the other has is taken in as well. Whether there was any.
    pub fn take_in(&mut self, mut other: Self) -> bool {
        if self.conversation != other.conversation {
            if self.age >= other.age {
                return false;
            }
            *self = other;
            return true;
        }
        if other.stage.is_at_desk() && !self.stage.is_at_desk() && self.age <= other.age {
            std::mem::swap(self, &mut other);
        }
        let before = (self.lines.len(), self.unsent.len());
        for line in other.lines {
            let is_same = |known: &Line| match (&known.id, &line.id) {
                (Some(known), Some(id)) => known == id,
                // The other tab may speak another language.
                _ if !known.said.is_empty() && !line.said.is_empty() => {
                    (known.author, known.at) == (line.author, line.at) && known.said == line.said
                }
                _ => (known.author, known.at) == (line.author, line.at) && known.text == line.text,
            };
            if !self.lines.iter().any(is_same) {
                let place = self
                    .lines
                    .iter()
                    .rposition(|known| known.at <= line.at)
                    .map_or(0, |place| place + 1);
                self.lines.insert(place.max(self.first_line.min(self.lines.len())), line);
            }
        }
        for unsent in other.unsent {
            let is_known = self.unsent.iter().any(|known| known.command == unsent.command);
            let is_there = unsent.message.is_some()
                && self.lines.iter().any(|line| line.id == unsent.message && line.seq.is_some());
            if !is_known && !is_there && unsent.kind == UnsentKind::Say {
                self.owed += 1;
                self.unsent.push(Unsent { number: self.owed, ..unsent });
            }
        }
        self.last_seq = self.last_seq.min(other.last_seq);
        self.seen = self.seen.max(other.seen).min(self.lines.len());
        before != (self.lines.len(), self.unsent.len())
    }
}
