//! What the reader knows: the models that it reads with, the site's categories, and the words that
//! wait until the base model is loaded.

use protocol::Author;
use signals::{Intents, Models, Reader};

use super::{App, Command, Fresh};
use crate::thread::{Key, Stage};

/// A likeness from which on the examples decide.
const LIKE_AN_EXAMPLE: f32 = 0.35;

impl App {
    /// Takes other models and reads again with them what was said, except lines that wait for the
    /// base model.
    pub(super) fn learn(&mut self, models: Models) {
        self.models = models;
        let examples = self.settings.categories.iter().flat_map(|category| {
            category.examples.iter().map(|text| (category.key.as_str(), text.as_str()))
        });
        self.intents = Intents::learn(examples, &self.models);
        if let Some(answers) = &mut self.answers {
            answers.learn(&self.models);
        }
        self.reader = Reader::new(self.models.clone(), self.settings.rules.thresholds.rephrasing);
        let held = self.held.as_deref().unwrap_or_default();
        let lines = self.thread.lines.iter().enumerate().skip(self.thread.first_line);
        for (at, line) in lines.filter(|(_, line)| !line.is_notice || line.key.is_some()) {
            match line.author {
                _ if line.key == Some(Key::DidNotHelp) => self.reader.hear_failure(),
                _ if line.is_notice => {}
                Author::Visitor if held.contains(&at) => {}
                Author::Visitor => self.latest = self.reader.read(line.text.reveal()),
                Author::Bot => self.reader.hear_bot(line.text.reveal(), line.confidence),
                Author::Agent => {}
            }
        }
    }

    /// Reads a line that waited for the base: the bot answers it unless people have the
    /// conversation meanwhile.
    pub(super) fn read_late(&mut self, fresh: &Fresh, at: usize, commands: &mut Vec<Command>) {
        let Some(text) = self.thread.lines.get(at).map(|line| line.text.clone()) else { return };
        match self.thread.stage {
            Stage::Bot => self.understand(fresh, text.reveal(), at, commands),
            _ => self.read_aside(text.reveal(), at),
        }
    }

    /// The category that the site's examples say, else the one whose words fit best; of equal ones
    /// the first in the site's settings.
    pub(super) fn category_of(&self, text: &str) -> Option<String> {
        let intent = self.intents.find(text, &self.models);
        if let Some(intent) = intent.filter(|intent| intent.score >= LIKE_AN_EXAMPLE) {
            return Some(intent.name.to_owned());
        }
        let fits =
            self.settings.categories.iter().rev().filter_map(|category| {
                Some((signals::mention(text, &category.words)?, &category.key))
            });
        fits.max_by_key(|(fit, _)| *fit).map(|(_, key)| key.clone())
    }
}
