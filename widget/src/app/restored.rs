//! A desk that knows less than it did: an older copy was put back in its place. Nothing that was
//! said is taken for safe any more unless the desk tells it again, and what it does not have is
//! brought to it once more, with the same ids.

use protocol::{Author, MessageId, Seq, VisitorCommand};

use super::{App, Command, Fresh};
use crate::{
    said,
    thread::{Line, Mark},
};

impl App {
    /// The end of what follows message `after`: forgets every number if the desk has another
    /// message there, or none. Whether it did.
    pub(super) fn forgets(&mut self, after: Seq, last: Seq, at_desk: Option<&MessageId>) -> bool {
        let line = self.numbered().find(|line| line.seq == Some(after));
        let is_other = match (line.and_then(|line| line.id.as_ref()), at_desk) {
            (Some(here), Some(at_desk)) => here != at_desk,
            _ => false,
        };
        let forgets = is_other || last < after;
        if forgets {
            self.numbered().for_each(|line| line.seq = None);
            self.thread.last_seq = Seq::NONE;
            (self.told_received, self.told_read) = (Seq::NONE, Seq::NONE);
        }
        forgets
    }

    /// All that the desk has was told: what it once had and does not have any more has no number.
    /// The visitor's words go there again; an agent's are marked.
    pub(super) fn bring_what_is_lost(&mut self, fresh: &Fresh, commands: &mut Vec<Command>) {
        let first = self.thread.first_line.min(self.thread.lines.len());
        let mut again = Vec::new();
        let mut is_lost = false;
        for line in self.thread.lines[first..].iter_mut().filter(|line| was_at_desk(line)) {
            is_lost = true;
            line.mark = Mark::Failed;
            if let (Author::Visitor, Some(message)) = (line.author, line.id.clone()) {
                line.mark = Mark::Sending;
                again.push(VisitorCommand::Say { message, text: line.text.clone(), crisis: false });
            }
        }
        if is_lost {
            again.iter().for_each(|say| self.thread.owe(say));
            self.notice(fresh, said::desk_has_lost());
            commands.push(Command::Deliver);
        }
    }

    /// The lines of this conversation that have a number of the desk.
    fn numbered(&mut self) -> impl Iterator<Item = &mut Line> {
        let first = self.thread.first_line.min(self.thread.lines.len());
        self.thread.lines[first..].iter_mut().filter(|line| line.seq.is_some())
    }
}

/// Whether the desk had it, and has not told it since its numbers were forgotten.
fn was_at_desk(line: &Line) -> bool {
    let was_there = match line.author {
        Author::Visitor => matches!(line.mark, Mark::Sent | Mark::Delivered | Mark::Read),
        Author::Agent => line.mark != Mark::Failed,
        Author::Bot => false,
    };
    was_there && line.seq.is_none() && line.id.is_some()
}
