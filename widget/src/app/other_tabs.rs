//! Other tabs of this browser, which show the same conversation: what they have written is taken
//! over, and one of them leads, which alone speaks with the desk.

use super::{App, Command};
use crate::{delivery::Delivery, thread::Thread};

impl App {
    /// Another tab has written: its state is this tab's as well, but for what is on this tab's
    /// screen.
    pub(super) fn take_over(&mut self, other: Thread) -> Vec<Command> {
        let mut commands = Vec::new();
        if other.age < self.thread.age {
            return commands;
        }
        let (is_open, before) = (self.thread.panel_open, self.thread.age);
        let (conversation, stage) = (self.thread.conversation.clone(), self.thread.stage.clone());
        if other.age == before {
            // Both wrote at once.
            if self.thread.take_in(other) {
                commands.push(Command::Save);
            }
        } else {
            self.thread = other;
        }
        self.thread.say_again();
        self.thread.panel_open = is_open;
        if self.thread.conversation != conversation {
            self.start_reading_anew();
            (self.is_connected, self.delivery) = (false, Delivery::default());
            commands.push(Command::CloseSocket);
        }
        if self.thread.age.forgotten > before.forgotten {
            commands.push(Command::ForgetDraft);
        }
        if !self.thread.stage.is_at_desk() || stage != self.thread.stage {
            self.learn(self.models.clone());
        }
        if self.thread.stage.is_at_desk() {
            commands.push(Command::OpenSocket);
        }
        commands.extend([Command::Deliver, Command::Unread(self.thread.unseen())]);
        commands
    }

    /// This tab speaks with the desk from here on, or another one does.
    pub(super) fn lead(&mut self, leads: bool) -> Vec<Command> {
        if leads && (self.thread.stage.is_at_desk() || !self.thread.unsent.is_empty()) {
            return vec![Command::OpenSocket, Command::Deliver];
        }
        if !leads {
            (self.is_connected, self.delivery, self.cut_since) = (false, Delivery::default(), None);
            return vec![Command::CloseSocket];
        }
        Vec::new()
    }
}
