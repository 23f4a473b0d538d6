//! Has the visitor said this need before, in other words?

use crate::terms::{Terms, Weights};

/// Earlier turns that are compared; a need that is older is another conversation.
const REMEMBERED: usize = 12;

/// The visitor's earlier turns.
#[derive(Default)]
pub struct Needs {
    turns: Vec<(usize, Terms)>,
}

impl Needs {
    /// Compares a turn with the earlier ones and keeps it: the likeness to the nearest one, that one's number, and how often
    /// the need has been said, this time included.
    pub fn hear(&mut self, turn: usize, text: &str, threshold: f32) -> (f32, Option<usize>, u8) {
        let terms = Terms::of(text);
        if terms.len() < 2 {
            return (0.0, None, 1);
        }
        let flat = Weights::default();
        let alike: Vec<_> = self.turns.iter().map(|(i, earlier)| (*i, terms.likeness(earlier, &flat))).collect();
        let nearest = alike.iter().copied().fold((None, 0.0), |best, (i, likeness)| if likeness > best.1 { (Some(i), likeness) } else { best });
        let said = alike.iter().filter(|(_, likeness)| *likeness >= threshold).count();
        if self.turns.len() == REMEMBERED {
            self.turns.remove(0);
        }
        self.turns.push((turn, terms));
        (nearest.1, nearest.0, u8::try_from(said + 1).unwrap_or(u8::MAX))
    }
}
