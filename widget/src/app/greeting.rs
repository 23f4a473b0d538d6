//! What is said first.

use super::{App, Fresh};
use crate::locale;

impl App {
    /// Once, before anything else. It waits until it is known whether there are answers, so that
    /// nothing is promised that the bot cannot do.
    pub(super) fn greet(&mut self, fresh: &Fresh) {
        if self.thread.lines.is_empty() {
            let can_answer = self.answers.as_ref().is_some_and(|answers| !answers.is_empty());
            let greeting = self.settings.greeting.clone();
            let back = locale::back(&self.settings, fresh.now);
            match if back.is_none() { greeting.open } else { greeting.closed } {
                // The site's own words.
                Some(words) => self.say(fresh, words.as_str()),
                None => {
                    self.say(fresh, locale::greeting(greeting.bot.as_deref(), back, can_answer))
                }
            }
        }
    }
}
