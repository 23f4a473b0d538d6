//! Which of the visitor's turns states the issue: what the card's summary and its highlights start
//! from.

use crate::meaning::Meaning;

/// The best statement of the issue so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Issue {
    best: f32,
    turn: usize,
}

impl Issue {
    /// `states`: how likely the message states what its writer wants, 0 to 1. Of two alike the
    /// earlier one counts, and a message with nothing in it never does.
    pub fn hear(&mut self, turn: usize, states: f32, meaning: &Meaning) {
        let score = states + 0.05 * meaning.len().min(6) as f32 - 0.04 * turn.min(10) as f32;
        if turn == 0 || score > self.best {
            *self = Self { best: score, turn };
        }
    }

    pub fn turn(self) -> usize {
        self.turn
    }
}
