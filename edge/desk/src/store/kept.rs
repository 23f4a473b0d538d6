//! Everything that a desk starts from.

use protocol::{AgentId, ConversationId, Message};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use crate::{
    state::{
        clock::Clock,
        conversation::Conversation,
        credentials::{Credential, Digest},
        listeners::Seat,
        messages::{Messages, Part, Wanted},
        package::Body,
        peer::PeerId,
        quota::RateLimiter,
        roster::Presence,
        row::Row,
        wait_model::WaitModel,
    },
    store::record::Record,
};

/// Everything that a desk starts from.
#[derive(Clone, Default)]
pub struct Kept {
    pub(crate) conversations: Vec<Conversation>,
    /// Only in memory: a store is asked for one when its card is sent.
    packages: BTreeMap<Row, Body>,
    pub(crate) agents: BTreeMap<AgentId, Presence>,
    pub(crate) peers: BTreeMap<PeerId, Seat>,
    pub(crate) credentials: Vec<(Digest, Credential)>,
    pub(crate) limiters: BTreeMap<Digest, RateLimiter>,
    pub(crate) wait_model: WaitModel,
    pub(crate) clock: Clock,
    /// The last number of a conversation.
    pub(crate) last_row: Row,
    /// Conversations that are there and cannot be read, by their ids and by their rows.
    pub(crate) lost: BTreeSet<ConversationId>,
    pub(crate) unreadable: Vec<Unreadable>,
}

/// A row that cannot be read. It stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub table: &'static str,
    /// Which, as far as that can be read.
    pub row: String,
    pub why: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, row, why } = self;
        write!(
            f,
            "a row cannot be read; it is left as it is, and everything else is served: table \
             {table}, row {row}, {why}"
        )
    }
}

impl Kept {
    /// Keeps a record in memory, as [`save`] does in a database: for desks that need not outlive
    /// their program.
    pub fn keep(&mut self, record: Record) {
        match record {
            Record::Conversation(conversation) => {
                // Its messages are records of their own.
                let row = |messages, conversation: Arc<Conversation>| {
                    let mut conversation = Arc::unwrap_or_clone(conversation);
                    (conversation.messages, conversation.told) = (messages, None);
                    conversation
                };
                self.last_row = self.last_row.max(conversation.row);
                match self.conversations.iter_mut().find(|own| own.id == conversation.id) {
                    Some(own) => *own = row(std::mem::take(&mut own.messages), conversation),
                    None => self.conversations.push(row(Messages::default(), conversation)),
                }
            }
            Record::Message(id, message) => {
                let own = self.conversations.iter_mut().find(|own| own.id == id);
                own.expect("a conversation is kept before its messages").messages.push(message);
            }
            Record::Agent(id, presence) => _ = self.agents.insert(id, presence),
            Record::AgentRemoved(id) => _ = self.agents.remove(&id),
            Record::Peer(id, listener) => _ = self.peers.insert(id, listener),
            Record::PeerLeft(id) => _ = self.peers.remove(&id),
            Record::Credential(hash, credential) => self.credentials.push((hash, credential)),
            Record::CredentialEnded(hash) => self.credentials.retain(|(own, _)| *own != hash),
            Record::RateLimiter(hash, limiter) => _ = self.limiters.insert(hash, limiter),
            Record::RateLimiterEnded(hash) => _ = self.limiters.remove(&hash),
            Record::Handled { took, .. } => self.wait_model.handled(took),
            Record::WaitEnd { ended, .. } => self.wait_model.over(ended),
            Record::Waited { was, .. } => self.wait_model.learn(&was),
            Record::Package { row, body, .. } => _ = self.packages.insert(row, body),
            Record::Erase { conversation, row } => {
                self.conversations.retain(|own| own.id != conversation);
                self.packages.remove(&row);
            }
            Record::Event { at, .. } => self.clock = self.clock.seen(at),
            Record::Clock(clock) => self.clock = clock,
            Record::Prune { .. } => {}
        }
    }

    /// The messages that a desk wants, as [`messages`] reads them from a database.
    pub fn messages(&self, wanted: &Wanted) -> Vec<Message> {
        let own = self.conversations.iter().find(|own| own.id == wanted.conversation);
        own.map_or_else(Vec::new, |own| match &wanted.part {
            Part::After(seq) => own
                .messages
                .with_number(*seq)
                .into_iter()
                .chain(own.messages.page_after(*seq))
                .cloned()
                .collect(),
            Part::Before(seq) => own.messages.page_before(*seq).to_vec(),
            Part::Named(id) => own.messages.with_id(id).cloned().into_iter().collect(),
            Part::All => own.messages.all().to_vec(),
        })
    }

    /// The package of that row.
    pub fn package(&self, row: Row) -> Option<&Body> {
        self.packages.get(&row)
    }

    pub fn conversations(&self) -> &[Conversation] {
        &self.conversations
    }

    pub fn unreadable(&self) -> &[Unreadable] {
        &self.unreadable
    }

    pub fn agents(&self) -> &BTreeMap<AgentId, Presence> {
        &self.agents
    }
}
