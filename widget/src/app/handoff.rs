//! The handoff on its way to the desk: the package goes into the outbox, is made again in few words
//! where it was too large, and may be taken back until the desk has it.

use protocol::{ContextPackage, ConversationId, Escalation, Token, VisitorCommand};
use words::Said;

use super::{App, Command, Fresh};
use crate::{
    fit, locale, package, said,
    thread::{Mark, Stage, UnsentKind},
};

/// How often a handoff is tried: with the whole package, and once more in few words.
pub(super) const MOST_TRIES: u8 = 2;

impl App {
    /// Puts the package into the outbox: whole at first, in few words after that was refused.
    pub(super) fn hand_over(
        &mut self,
        fresh: &Fresh,
        escalation: Escalation,
        commands: &mut Vec<Command>,
    ) {
        let most_bytes =
            if self.thread.tries == 0 { fit::PACKAGE_BYTES } else { fit::SHORT_PACKAGE_BYTES };
        let mut package = self.package(escalation.clone());
        let left_out = fit::fit(&mut package, most_bytes);
        self.thread.tries += 1;
        self.thread.is_cut = left_out > 0;
        self.thread.handed = Some(escalation);
        self.thread.stage = Stage::HandingOff;
        self.thread.owe(&VisitorCommand::RequestHandoff { package: Box::new(package) });
        // The handoff goes first, before whatever was written meanwhile.
        self.thread.unsent.rotate_right(1);
        let mut words = match left_out {
            0 if self.is_in_crisis() => vec![said::crisis_reaching()],
            0 => vec![said::handing_off()],
            _ => vec![said::handing_off_cut(left_out as u64)],
        };
        // Nobody who needs help at once waits for a desk that is closed.
        if let Some(back) = locale::back(&self.settings, fresh.now).filter(|_| self.is_in_crisis())
        {
            words.splice(0..0, [said::crisis_alone(), back]);
        }
        if left_out > 0 || self.thread.tries == 1 {
            self.notice(fresh, words);
        }
        commands.push(Command::Deliver);
    }

    fn package(&self, escalation: Escalation) -> ContextPackage {
        package::context_package(
            &self.thread,
            &self.settings,
            &self.latest,
            escalation,
            self.page.clone(),
        )
    }

    /// Any state of the desk acknowledges the handoff.
    pub(super) fn handoff_is_safe(&mut self, commands: &mut Vec<Command>) {
        self.thread.settle(&[UnsentKind::Handoff]);
        (self.thread.handed, self.thread.tries) = (None, 0);
        commands.push(Command::OpenSocket);
        if !self.thread.unsent.is_empty() {
            commands.push(Command::Deliver);
        }
    }

    /// The visitor does not wait for the handoff to be delivered. If it may have arrived, that
    /// conversation is left to itself: the desk closes it when the visitor does not come.
    pub(super) fn take_back_handoff(&mut self, fresh: &Fresh) {
        let handoff = self.thread.unsent.iter().find(|unsent| unsent.kind == UnsentKind::Handoff);
        if handoff.is_none_or(|handoff| self.delivery.may_have_arrived(handoff.number)) {
            self.take_new_name(fresh);
        }
        // A stated wait holds for whatever is asked next.
        let wait = self.thread.wait;
        self.back_to_bot();
        self.thread.wait = wait;
        self.say(fresh, said::go_on());
    }

    /// Another id and another token, so that the next handoff is another conversation at the desk.
    pub(super) fn take_new_name(&mut self, fresh: &Fresh) {
        self.thread.conversation = ConversationId((fresh.id)());
        self.thread.token = Token((fresh.token)());
    }

    /// Gives the conversation back to the bot. What was written meanwhile stays in the thread, and
    /// goes along with the next handoff.
    pub(super) fn handoff_is_refused(&mut self, fresh: &Fresh, words: Said) {
        self.back_to_bot();
        self.notice(fresh, words);
    }

    fn back_to_bot(&mut self) {
        self.thread.unsent.clear();
        self.thread.wait = None;
        self.thread.tries = 0;
        self.thread.stage = Stage::Bot;
        (self.delay, self.tries) = (None, Default::default());
        for line in self.thread.lines.iter_mut().filter(|line| line.seq.is_none()) {
            (line.id, line.mark) = (None, Mark::None);
        }
    }
}
