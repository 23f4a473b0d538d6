//! Where the visitor is: told to the people who have the conversation whenever it changes, but at
//! most once in a few seconds, and then only the latest. What is not told now is of no use later,
//! so it waits in no outbox.

use protocol::{Millis, Text, VisitorCommand};

use super::{App, Command, Fresh};
use crate::thread::Stage;

/// Between two pages that are told, in ms.
const APART_MS: Millis = 5_000;

#[derive(Default)]
pub(super) struct Visits {
    /// Over this socket.
    told: Option<Text>,
    not_before: Millis,
}

impl Visits {
    /// Another socket: nothing was told over it.
    pub fn begin(&mut self) {
        self.told = None;
    }
}

impl App {
    /// Tells the page that the visitor is on, or asks to be called again when it may be told.
    pub(super) fn tell_page(&mut self, fresh: &Fresh) -> Option<Command> {
        let page = self.page.clone().filter(|page| self.visits.told.as_ref() != Some(page))?;
        let is_with_people = matches!(
            self.thread.stage,
            Stage::Waiting { .. } | Stage::Reviewing { .. } | Stage::Live { .. }
        );
        if !is_with_people || !self.is_connected {
            return None;
        }
        if fresh.elapsed < self.visits.not_before {
            return Some(Command::TellPageIn(self.visits.not_before - fresh.elapsed));
        }
        self.visits = Visits { told: Some(page.clone()), not_before: fresh.elapsed + APART_MS };
        Some(Command::Send(VisitorCommand::Visit { page }))
    }
}
