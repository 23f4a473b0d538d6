//! A text to learn from, with what is known of it.

use signals::learn::head;

/// A text with what is known of it.
pub struct Text {
    pub bot: Option<String>,
    pub text: String,
    /// For each head of the model the answer, 0 or 1, and how much it is worth; None where it is
    /// not known.
    pub answers: Vec<Option<(f32, f32)>>,
}

impl Text {
    pub fn new(text: impl Into<String>) -> Self {
        Self { bot: None, text: text.into(), answers: vec![None; head::COUNT] }
    }

    pub fn knows(mut self, head: usize, answer: bool, worth: f32) -> Self {
        self.answers[head] = Some((f32::from(u8::from(answer)), worth));
        self
    }

    pub fn level(self, level: usize, worth: f32) -> Self {
        head::FRUSTRATION
            .iter()
            .enumerate()
            .fold(self, |text, (i, head)| text.knows(*head, level > i, worth))
    }

    pub fn one_of(self, first: usize, names: &[&str], name: &str, worth: f32) -> Self {
        names
            .iter()
            .enumerate()
            .fold(self, |text, (i, known)| text.knows(first + i, *known == name, worth))
    }
}
