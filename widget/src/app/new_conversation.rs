//! Another conversation in place of the one that is over, lost or erased: what goes along, and what
//! this browser forgets.

use protocol::{ConversationId, Seq, Token};
use signals::{Reader, Reading};
use words::Said;

use super::{App, Command, Fresh};
use crate::{said, thread::Stage};

impl App {
    /// Begins another conversation below the closed one.
    pub(super) fn begin_again(&mut self, fresh: &Fresh, commands: &mut Vec<Command>) {
        self.notice(fresh, said::new_conversation());
        self.thread.begin_again(ConversationId((fresh.id)()), Token((fresh.token)()));
        self.start_reading_anew();
        if self.thread.next_line() > 0 {
            self.learn(self.models.clone());
        }
        commands.push(Command::CloseSocket);
    }

    /// Gives the new conversation a reader that has read nothing of the one before.
    pub(super) fn start_reading_anew(&mut self) {
        self.reader = Reader::new(self.models.clone(), self.settings.rules.thresholds.rephrasing);
        self.forget_page_state();
    }

    /// The conversation was closed too long ago to be reopened: what was to be said there is said
    /// to the bot, in a new one.
    pub(super) fn say_in_a_new_conversation(&mut self, fresh: &Fresh, commands: &mut Vec<Command>) {
        let unsent = std::mem::take(&mut self.thread.unsent);
        let ids: Vec<_> = unsent.into_iter().filter_map(|unsent| unsent.message).collect();
        let (words, lines) =
            std::mem::take(&mut self.thread.lines).into_iter().partition::<Vec<_>, _>(|line| {
                line.id.as_ref().is_some_and(|id| line.seq.is_none() && ids.contains(id))
            });
        self.thread.lines = lines;
        if words.is_empty() {
            self.notice(fresh, said::too_late());
            if let Stage::Closed { reopen_until, .. } = &mut self.thread.stage {
                *reopen_until = None;
            }
            return;
        }
        self.begin_again(fresh, commands);
        for line in words {
            self.hear(fresh, line.text.reveal(), commands);
        }
    }

    /// Forgets everything in this browser: what was said, who the visitor is, and the
    /// conversation's credential at the desk.
    pub(super) fn forget(&mut self, fresh: &Fresh, words: Said, commands: &mut Vec<Command>) {
        self.thread.forget(ConversationId((fresh.id)()), Token((fresh.token)()));
        self.start_reading_anew();
        self.notice(fresh, words);
        commands.push(Command::CloseSocket);
        commands.push(Command::ForgetDraft);
    }

    /// Resets what this page knows of the conversation and the thread does not keep.
    pub(super) fn forget_page_state(&mut self) {
        self.latest = Reading::default();
        self.held = self.held.take().map(|_| Vec::new());
        self.waiting_for_answers = None;
        self.typing_until = 0;
        (self.delay, self.cut_since, self.error) = (None, None, None);
        self.tries = Default::default();
        (self.is_rated, self.is_full, self.is_connected) = (false, false, false);
        (self.asked_after, self.told_received, self.told_read) = (None, Seq::NONE, Seq::NONE);
        self.reopened = None;
    }
}
