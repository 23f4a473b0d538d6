//! What is said first.

use super::{App, Fresh};
use crate::locale::Locale;

impl App {
    /// Once, before anything else. It waits until it is known whether there are answers, so that nothing is promised that the
    /// bot cannot do.
    pub(super) fn greet(&mut self, fresh: &Fresh) {
        if self.thread.lines.is_empty() {
            let can_answer = self.answers.as_ref().is_some_and(|answers| !answers.is_empty());
            let text = Locale::greeting(&self.settings, fresh.now, can_answer);
            self.say(fresh, &text);
        }
    }
}
