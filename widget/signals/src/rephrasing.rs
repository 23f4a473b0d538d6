//! Has the visitor said this need before, in other words?

use std::collections::VecDeque;

use crate::{meaning::Meaning, models::Models};

/// Earlier turns that are compared; a need that is older is another conversation.
const REMEMBERED: usize = 12;
/// What was said before.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Said {
    /// How likely the nearest earlier turn says the same need, 0 to 1, and that turn's number.
    pub likeness: f32,
    pub earlier: Option<usize>,
    /// The same of the second nearest: a need said three times has two.
    pub second: f32,
    /// How often the need has been said, this time included.
    pub times: u8,
}

/// The visitor's earlier turns.
#[derive(Default)]
pub struct Needs {
    /// Each turn's number, what it is about, and how often its need had been said with it.
    turns: VecDeque<(usize, Meaning, u8)>,
}

impl Needs {
    /// Compares a turn with the earlier ones and keeps it. From `threshold` on, two say the same
    /// need.
    pub fn hear(&mut self, turn: usize, meaning: Meaning, models: &Models, threshold: f32) -> Said {
        if meaning.is_empty() {
            return Said { times: 1, ..Said::default() };
        }
        let mut said = Said { times: 1, ..Said::default() };
        let mut alike = 1u8;
        for (number, earlier, times) in &self.turns {
            let likeness = models.rephrasing().likely(&meaning.compare(earlier));
            if likeness > said.likeness {
                said = Said { second: said.likeness, likeness, earlier: Some(*number), ..said };
            } else {
                said.second = said.second.max(likeness);
            }
            // A need goes on from turn to turn, though its first and its last words may have little
            // in common.
            if likeness >= threshold {
                alike = alike.saturating_add(1);
                said.times = said.times.max(times.saturating_add(1)).max(alike);
            }
        }
        if self.turns.len() == REMEMBERED {
            self.turns.pop_front();
        }
        self.turns.push_back((turn, meaning, said.times));
        said
    }
}
