//! Every conversation of the desk, by its id and by its number.
#![expect(
    clippy::disallowed_types,
    reason = "ids are only looked up: nobody sees the order of a `HashMap` here"
)]

use protocol::ConversationId;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use crate::state::{conversation::Conversation, credentials::Digest, row::Row};

/// The id is what people ask by; the number, which is its row in the store, is what the desk goes
/// by.
#[derive(Default)]
pub struct Conversations {
    rows: HashMap<ConversationId, Row>,
    /// Shared with a record until that is written: one that changes before is copied, with all its
    /// messages.
    all: BTreeMap<Row, Arc<Conversation>>,
    /// Those that the store has and that cannot be read.
    lost: BTreeSet<ConversationId>,
    /// The last number of all, lost or not.
    last: Row,
}

impl Conversations {
    /// With the last number that the store has, and what cannot be read there: its numbers and ids
    /// are taken.
    pub fn restore(last: Row, lost: BTreeSet<ConversationId>) -> Self {
        Self { last, lost, ..Self::default() }
    }

    /// Whether the store has one of that id, and it cannot be read.
    pub fn is_lost(&self, id: &ConversationId) -> bool {
        self.lost.contains(id)
    }

    pub fn insert(&mut self, conversation: Conversation) {
        self.last = self.last.max(conversation.row);
        self.rows.insert(conversation.id.clone(), conversation.row);
        self.all.insert(conversation.row, Arc::new(conversation));
    }

    pub fn remove(&mut self, id: &ConversationId) -> Option<Arc<Conversation>> {
        self.all.remove(&self.rows.remove(id)?)
    }

    pub fn get(&self, id: &ConversationId) -> Option<&Conversation> {
        self.at(*self.rows.get(id)?)
    }

    pub fn get_mut(&mut self, id: &ConversationId) -> Option<&mut Conversation> {
        self.at_mut(*self.rows.get(id)?)
    }

    /// One that who asks has just found, opened or made. That it is there is an invariant of the
    /// desk: without it tests stop, and a desk at work goes on with everybody else.
    pub fn known(&self, id: &ConversationId) -> Option<&Conversation> {
        let known = self.get(id);
        debug_assert!(known.is_some(), "a conversation that was there is not");
        known
    }

    /// The same, to be changed.
    pub fn known_mut(&mut self, id: &ConversationId) -> Option<&mut Conversation> {
        debug_assert!(self.rows.contains_key(id), "a conversation that was there is not");
        self.get_mut(id)
    }

    /// Whether a token opens a conversation. For one that is absent another is looked at, so that
    /// neither what is done nor how much of the memory is touched tells absent from foreign.
    pub fn opens(&self, id: &ConversationId, token: &Digest) -> bool {
        let any = Row(1 + token.number() % self.last.0.max(1));
        let row = self.rows.get(id).copied();
        let looked_at =
            self.all.range(row.unwrap_or(any)..).next().map(|(_, conversation)| conversation);
        let is_same = looked_at.is_some_and(|conversation| conversation.token.is_same(token));
        is_same & row.is_some()
    }

    /// By its number.
    pub fn at(&self, row: Row) -> Option<&Conversation> {
        self.all.get(&row).map(Arc::as_ref)
    }

    pub fn at_mut(&mut self, row: Row) -> Option<&mut Conversation> {
        self.all.get_mut(&row).map(Arc::make_mut)
    }

    /// The numbers of all.
    pub fn rows(&self) -> Vec<Row> {
        self.all.keys().copied().collect()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Conversation> {
        self.all.values().map(Arc::as_ref)
    }

    /// As it is now, to be saved.
    pub fn record(&self, row: Row) -> Option<Arc<Conversation>> {
        self.all.get(&row).cloned()
    }

    /// The last number that was given.
    pub fn last_row(&self) -> Row {
        self.last
    }
}
