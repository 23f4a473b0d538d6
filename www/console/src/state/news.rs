//! What makes an agent look: what rings, and how much of it is not looked at yet.

use protocol::{AgentEvent, Author, ConversationId};
use words::Said;

use super::State;
use crate::{said, speech::own, text};

/// So many characters of a message stand in a notification.
const BODY_CHARS: usize = 120;
/// So many rings wait at most for the page to carry them out.
const RINGS: usize = 20;

/// A sound, and a notification where that is allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct Ring {
    pub id: u64,
    /// What it is about: a later one replaces it, and it goes when that has been looked at.
    pub about: ConversationId,
    pub title: Said,
    pub body: String,
}

impl State {
    /// Before the event changes anything.
    pub(super) fn ring_for(&mut self, event: &AgentEvent) {
        let (about, title, body) = match event {
            AgentEvent::Offered { conversation, claim, summary, note, .. } => {
                if self.offers.get(conversation).is_some_and(|known| known.claim == *claim) {
                    return;
                }
                let title = match note {
                    Some(note) => said::notify_passed_on(own(&note.from)),
                    None => said::notify_offer(),
                };
                (conversation, title, summary.reveal())
            }
            AgentEvent::Said { conversation, message }
                if message.author == Author::Visitor && !self.is_looked_at(conversation) =>
            {
                let talk = self.held.get(conversation).map(|held| &held.talk);
                if talk.is_some_and(|talk| talk.messages.iter().any(|known| known.id == message.id))
                    || !self.concerns_me(conversation)
                {
                    return;
                }
                let promise = || {
                    self.board
                        .promises
                        .iter()
                        .find(|row| row.conversation == *conversation)?
                        .name
                        .as_ref()
                };
                let name = talk
                    .and_then(|talk| talk.name())
                    .or_else(|| promise().map(|name| name.reveal()));
                (
                    conversation,
                    name.map_or_else(said::notify_message_nameless, |name| {
                        said::notify_message(own(name))
                    }),
                    message.text.reveal(),
                )
            }
            AgentEvent::PromiseDue { promise }
                if promise.owner.is_none() || promise.owner.as_ref() == self.me() =>
            {
                let title = if promise.commitment.missed {
                    said::notify_promise_missed()
                } else {
                    said::notify_promise_due()
                };
                (&promise.conversation, title, promise.summary.reveal())
            }
            _ => return,
        };
        let ring = Ring {
            id: self.counter + 1,
            about: about.clone(),
            title,
            body: text::first_words(&text::shown(body), BODY_CHARS),
        };
        self.counter += 1;
        self.rings.push(ring);
        let excess = self.rings.len().saturating_sub(RINGS);
        self.rings.drain(..excess);
    }

    /// A conversation that this agent holds, or a promise that this agent keeps or that nobody
    /// does.
    fn concerns_me(&self, id: &ConversationId) -> bool {
        let promise = self.board.promises.iter().find(|row| row.conversation == *id);
        self.held.get(id).is_some_and(|held| held.over.is_none())
            || promise.is_some_and(|row| row.owner.is_none() || row.owner.as_ref() == self.me())
    }

    /// What is not looked at yet, and how much of it there is.
    pub fn news(&self) -> Vec<(ConversationId, usize)> {
        let offers = self.offers.keys().map(|id| (id.clone(), 1));
        let messages = self
            .held
            .iter()
            .filter(|(_, held)| held.over.is_none())
            .map(|(id, held)| (id.clone(), held.unread()));
        let promises = self
            .promise_news
            .iter()
            .filter(|(id, _)| self.concerns_me(id))
            .map(|(id, n)| (id.clone(), *n as usize));
        let due = self.due.iter().map(|row| (row.conversation.clone(), 1));
        offers.chain(messages).chain(promises).chain(due).filter(|(_, n)| *n > 0).collect()
    }

    /// `(2) Baton console`.
    pub fn title(&self) -> Said {
        match self.news().iter().map(|(_, n)| n).sum::<usize>() {
            0 => said::title(),
            n => said::title_with_news(n as u64),
        }
    }
}
