//! Whose conversation this is: another account of the page starts afresh, and a sign-out forgets.

use protocol::{Author, ConversationId, Profile, Token};

use super::{App, Command, Fresh};
use crate::{
    identity::{Identity, merge},
    thread::{Age, Thread},
};

impl App {
    /// The page says who the visitor is. Somebody else than before sees nothing of what was said:
    /// it is put away for the one who said it.
    pub(super) fn identify(&mut self, fresh: &Fresh, said: Profile, commands: &mut Vec<Command>) {
        let who = Identity::of(&said);
        let is_other = who.is_other_than(&self.thread.identity);
        if is_other {
            let place = commands.len();
            let old = self.start_afresh(fresh, commands);
            if let Some(key) = old.identity.key().filter(|_| !old.lines.is_empty()) {
                // Before anything of it is emptied: what is half written goes along.
                commands.insert(place, Command::PutAway { key, thread: Box::new(old) });
            }
        }
        let is_new = is_other || self.thread.identity == Identity::default();
        if let Some(key) = who.key().filter(|_| is_new && !self.has_spoken()) {
            commands.push(Command::BringBack { key });
        }
        self.thread.identity.add(who);
        merge(&mut self.thread.profile, said);
    }

    /// What this visitor said here before somebody else did.
    pub(super) fn bring_back(&mut self, thread: Thread, commands: &mut Vec<Command>) {
        if self.has_spoken() {
            return;
        }
        let new = std::mem::replace(&mut self.thread, thread);
        self.thread.say_again();
        self.thread.age = Age { begun: new.age.begun + 1, ..new.age };
        self.thread.panel_open = new.panel_open;
        self.thread.identity.add(new.identity);
        merge(&mut self.thread.profile, new.profile);
        self.forget_page_state();
        self.learn(self.models.clone());
        if self.thread.stage.is_at_desk() || !self.thread.unsent.is_empty() {
            commands.push(Command::OpenSocket);
            commands.push(Command::Deliver);
        }
        self.thread.unread = self.thread.unseen();
        commands.push(Command::Unread(self.thread.unread));
    }

    /// A new conversation of somebody else, with nothing of the old one, which is given back. What
    /// the browser keeps of it is deleted.
    pub(super) fn start_afresh(&mut self, fresh: &Fresh, commands: &mut Vec<Command>) -> Thread {
        let old = self.thread.clone();
        self.thread.forget(ConversationId((fresh.id)()), Token((fresh.token)()));
        self.forget_page_state();
        self.learn(self.models.clone());
        commands.extend([
            Command::CloseSocket,
            Command::Forget,
            Command::ForgetDraft,
            Command::Unread(0),
        ]);
        if self.thread.panel_open {
            self.greet(fresh);
        }
        old
    }

    fn has_spoken(&self) -> bool {
        self.thread.lines.iter().any(|line| line.author == Author::Visitor)
    }
}
