//! What the visitor has seen: the count of unread lines, and the mark that tells the agent.

use protocol::{Author, VisitorCommand};

use super::{App, Command};

impl App {
    /// Something came that the visitor has not seen.
    pub(super) fn note_unread(&mut self, commands: &mut Vec<Command>) {
        self.thread.unread = self.thread.unseen();
        if !self.is_in_view {
            commands.push(Command::Unread(self.thread.unread));
        }
    }

    /// The first `lines` lines have been in sight: counts the unread ones anew, and tells the
    /// agent.
    pub(super) fn see(&mut self, lines: usize, commands: &mut Vec<Command>) {
        self.thread.seen = self.thread.seen.max(lines.min(self.thread.lines.len()));
        self.thread.unread = self.thread.unseen();
        commands.push(Command::Unread(self.thread.unread));
        let seen =
            &self.thread.lines[self.thread.first_line.min(self.thread.seen)..self.thread.seen];
        let seq = seen
            .iter()
            .filter(|line| line.author == Author::Agent)
            .filter_map(|line| line.seq)
            .max()
            .unwrap_or_default();
        if seq > self.told_read && self.thread.stage.is_at_desk() {
            self.told_read = seq;
            commands.push(Command::Send(VisitorCommand::MarkRead { seq }));
        }
    }
}
