//! What follows from the state: who waits longest, what is to be sent, and what was seen.

use protocol::{AgentCommand, Claim, ConversationId, Seq};
use std::rc::Rc;

use super::{Held, State};

impl State {
    /// Conversations that this agent holds.
    pub fn live(&self) -> usize {
        self.held.values().filter(|held| held.over.is_none()).count()
    }

    /// One's own conversations: who waits longest for a word first, then who was answered, then
    /// what is over.
    pub fn work(&self) -> Vec<(&ConversationId, &Rc<Held>)> {
        let mut work: Vec<_> = self.held.iter().collect();
        work.sort_by_cached_key(|(id, held)| {
            let since = held.talk.waits_since();
            let last = held.talk.messages.last().map_or(0, |message| message.at);
            (held.over.is_some(), since.is_none(), since.unwrap_or(last), (*id).clone())
        });
        work
    }

    /// What must be sent again until it is acknowledged.
    pub fn unsent(&self) -> Vec<AgentCommand> {
        let held = self
            .held
            .iter()
            .filter(|(_, held)| held.over.is_none())
            .map(|(id, held)| (id, held.claim, &held.talk));
        let kept = self
            .opened
            .iter()
            .map(|(id, opened)| (id, opened))
            .chain(&self.parked)
            .filter(|(_, opened)| !opened.is_over);
        let promise = kept.filter_map(|(id, opened)| Some((id, opened.claim?, &opened.talk)));
        held.chain(promise)
            .flat_map(|(id, claim, talk)| {
                talk.unsent.iter().map(move |(message, text)| AgentCommand::Say {
                    conversation: id.clone(),
                    claim,
                    message: message.clone(),
                    text: text.clone(),
                })
            })
            .collect()
    }

    /// For each conversation that is held, and the promise that this agent keeps and looks at: its
    /// claim, the last message that is here, and the last that was seen.
    pub fn marks(&self) -> Vec<(ConversationId, Claim, Seq, Seq)> {
        let held = self.held.iter().filter(|(_, held)| held.over.is_none());
        let held =
            held.map(|(id, held)| (id.clone(), held.claim, held.talk.last(), held.agent_read));
        let promise =
            self.opened.iter().filter(|(_, opened)| !opened.is_over).filter_map(|(id, opened)| {
                let last = opened.talk.last();
                Some((
                    id.clone(),
                    opened.claim?,
                    last,
                    if self.is_looked_at(id) { last } else { Seq::NONE },
                ))
            });
        held.chain(promise).collect()
    }
}
