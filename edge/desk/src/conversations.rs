//! Every conversation of the desk, by its id and by its number.
#![expect(clippy::disallowed_types, reason = "ids are only looked up: nobody sees the order of a `HashMap` here")]

use protocol::ConversationId;
use std::collections::{BTreeMap, HashMap};

use crate::conversation::Conversation;

/// The id is what people ask by; the number, which is its row in the store, is what the desk goes by.
#[derive(Default)]
pub struct Conversations {
    rows: HashMap<ConversationId, u64>,
    /// Boxed: they are large, and the tree moves what it holds.
    all: BTreeMap<u64, Box<Conversation>>,
}

impl Conversations {
    pub fn insert(&mut self, conversation: Conversation) {
        self.rows.insert(conversation.id.clone(), conversation.row);
        self.all.insert(conversation.row, Box::new(conversation));
    }

    pub fn remove(&mut self, id: &ConversationId) -> Option<Conversation> {
        self.all.remove(&self.rows.remove(id)?).map(|conversation| *conversation)
    }

    pub fn get(&self, id: &ConversationId) -> Option<&Conversation> {
        self.at(*self.rows.get(id)?)
    }

    pub fn get_mut(&mut self, id: &ConversationId) -> Option<&mut Conversation> {
        self.at_mut(*self.rows.get(id)?)
    }

    /// By its number.
    pub fn at(&self, row: u64) -> Option<&Conversation> {
        self.all.get(&row).map(Box::as_ref)
    }

    pub fn at_mut(&mut self, row: u64) -> Option<&mut Conversation> {
        self.all.get_mut(&row).map(Box::as_mut)
    }

    /// The last number.
    pub fn last_row(&self) -> u64 {
        self.all.last_key_value().map_or(0, |(row, _)| *row)
    }
}
