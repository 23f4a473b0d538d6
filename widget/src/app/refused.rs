//! What follows from a refusal that stands: what happens to the command, and what the visitor
//! reads. [`delivery::after`] is the table; this carries it out.

use protocol::{Outcome, RejectionCode, VisitorCommand};
use words::Said;

use super::{App, Command, Fresh, handoff::MOST_TRIES};
use crate::{
    delivery::{self, Next, Why},
    fallback, said,
    thread::{Mark, Stage, Unsent, UnsentKind},
};

impl App {
    /// Does what the table says of a refusal that stands. In every case the command leaves the
    /// outbox, at least for the moment.
    pub(super) fn carry_out(
        &mut self,
        fresh: &Fresh,
        unsent: Unsent,
        code: RejectionCode,
        commands: &mut Vec<Command>,
    ) {
        self.delay = None;
        self.delivery.succeeded();
        self.thread.unsent.retain(|kept| kept.number != unsent.number);
        match delivery::after(unsent.kind, code) {
            Next::Later => self.thread.unsent.insert(0, unsent),
            Next::Arrived => {
                commands.push(Command::OpenSocket);
                self.delivery.poll();
            }
            Next::Shorter => {
                match self.thread.handed.clone().filter(|_| self.thread.tries < MOST_TRIES) {
                    Some(escalation) => {
                        self.take_new_name(fresh);
                        self.hand_over(fresh, escalation, commands);
                    }
                    None => self.handoff_is_refused(fresh, said::not_taken()),
                }
            }
            Next::Lost => self.lose(fresh, commands),
            Next::Gone => self.forget(fresh, said::nothing_left(), commands),
            Next::Reopen if self.reopened != unsent.message => {
                self.reopened.clone_from(&unsent.message);
                self.thread.owe(&VisitorCommand::Rejoin {});
                if let Some(rejoin) = self.thread.unsent.pop() {
                    self.thread.unsent.splice(0..0, [rejoin, unsent]);
                }
            }
            Next::Reopen => self.message_is_refused(fresh, &unsent, said::message_not_taken()),
            Next::BeginAgain => self.say_in_a_new_conversation(fresh, commands),
            Next::AskAgain => {
                self.error = fallback::asked(self.thread.question.as_ref()).map(fallback::bad);
            }
            Next::Settled => {}
            Next::Words(why) => self.say_why(fresh, &unsent, why, commands),
        }
        commands.push(Command::Deliver);
    }

    fn say_why(&mut self, fresh: &Fresh, unsent: &Unsent, why: Why, commands: &mut Vec<Command>) {
        let words = match why {
            Why::Version => said::old_page(),
            Why::Full => said::full(),
            Why::Message => said::message_not_taken(),
            Why::Handoff => said::not_taken(),
            Why::Other => said::not_possible(),
        };
        self.is_full |= why == Why::Full;
        match unsent.kind {
            UnsentKind::Handoff => self.handoff_is_refused(fresh, words),
            UnsentKind::Say => self.message_is_refused(fresh, unsent, words),
            _ => {
                self.thread.question = None;
                self.notice(fresh, words);
                commands.push(Command::OpenSocket);
                commands
                    .push(Command::Send(VisitorCommand::Resume { after: self.thread.last_seq }));
            }
        }
    }

    fn message_is_refused(&mut self, fresh: &Fresh, unsent: &Unsent, words: Said) {
        if let Some(line) = self.thread.lines.iter_mut().find(|line| line.id == unsent.message) {
            line.mark = Mark::Failed;
        }
        self.notice(fresh, words);
    }

    /// The desk does not know the conversation: commands that are unsent cannot be delivered there,
    /// and the words stay on the screen.
    pub(super) fn lose(&mut self, fresh: &Fresh, commands: &mut Vec<Command>) {
        if matches!(self.thread.stage, Stage::Bot | Stage::Asking { .. }) {
            return;
        }
        for line in self.thread.lines.iter_mut().filter(|line| line.mark == Mark::Sending) {
            line.mark = Mark::Failed;
        }
        self.thread.unsent.clear();
        self.notice(fresh, said::lost_for_desk());
        self.thread.stage = Stage::Closed {
            outcome: Outcome::Unresolved,
            may_rate: false,
            choices: Vec::new(),
            reopen_until: None,
        };
        commands.push(Command::CloseSocket);
    }
}
