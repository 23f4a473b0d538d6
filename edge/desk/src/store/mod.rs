//! The only SQL: what is kept, over a two-method synchronous trait, so that every host's SQLite serves.
//!
//! A conversation is a row whose body is JSON; its package, which never changes, and its messages are rows of their own; every change of
//! state appends an event row in the same transaction. Metrics and audit read that log. It holds no message text.
//!
//! What comes often is numbered, so that a new row stands behind the last: a page of the file then serves many.

pub(crate) mod batch;
mod prune;
mod tables;

use protocol::{AgentId, Author, ConversationId, Message, MessageId, Millis, Text, limits};
use serde::{Deserialize, Serialize};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    desk::PeerId,
    state::{
        clock::Clock,
        conversation::Conversation,
        credentials::{Hash, Pass},
        listeners::Seat,
        messages::{Messages, Part, Wanted},
        quota::Gate,
        roster::Presence,
        wait_model::{Ended, HANDLED, Kind, OUTCOMES, Pace, Was},
    },
    wire::package::Body,
};

pub use crate::store::tables::{SCHEMA_VERSION, belong_to, hand_over, owner, prepare};

/// Of one statement, which binds at most a hundred values (a limit of Durable Objects).
const MOST_ROWS: usize = 16;

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    Null,
    Integer(i64),
    Text(Cow<'a, str>),
}

/// A host's SQLite.
pub trait Sql {
    /// What can go wrong there.
    type Error: std::error::Error + Send + Sync + 'static;
    /// Runs a statement.
    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<(), Self::Error>;
    /// Reads all rows.
    fn query(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Vec<Value<'static>>>, Self::Error>;
}

/// One thing to keep.
#[derive(Clone, Debug)]
pub enum Record {
    Conversation(Arc<Conversation>),
    Message(ConversationId, Message),
    Event {
        at: Millis,
        conversation: Option<ConversationId>,
        agent: Option<AgentId>,
        kind: &'static str,
    },
    Agent(AgentId, Presence),
    /// Who is not in the settings any more.
    AgentRemoved(AgentId),
    Peer(PeerId, Seat),
    PeerLeft(PeerId),
    Pass(Hash, Pass),
    PassEnded(Hash),
    /// How far the handoffs of something have come; what, is hashed.
    Gate(Hash, Gate),
    GateEnded(Hash),
    /// How long a conversation took an agent's place.
    Handled {
        at: Millis,
        took: Millis,
    },
    /// How a wait ended.
    Ended {
        at: Millis,
        ended: Ended,
    },
    /// What a wait turned out to be, beside what was said.
    Waited {
        at: Millis,
        was: Was,
    },
    /// The clock leapt.
    Clock(Clock),
    /// Rows of the log and of the pace from before that time are not needed any more.
    Prune {
        before: Millis,
    },
    /// A context package, once. The conversation's own row, of the same number, has all that changes.
    Package {
        row: u64,
        conversation: ConversationId,
        body: Body,
    },
    /// Everything of a conversation but its events, which name nobody.
    Erase {
        conversation: ConversationId,
        row: u64,
    },
}

/// Everything that a desk starts from.
#[derive(Clone, Default)]
pub struct Kept {
    pub(crate) conversations: Vec<Conversation>,
    /// Only in memory: a store is asked for one when its card is sent.
    packages: BTreeMap<u64, Body>,
    pub(crate) agents: BTreeMap<AgentId, Presence>,
    pub(crate) peers: BTreeMap<PeerId, Seat>,
    pub(crate) passes: Vec<(Hash, Pass)>,
    pub(crate) gates: BTreeMap<Hash, Gate>,
    pub(crate) pace: Pace,
    pub(crate) clock: Clock,
    /// The last number of a conversation.
    pub(crate) last_row: u64,
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

impl Kept {
    /// Keeps a record in memory, as [`save`] does in a database: for desks that need not outlive their program.
    pub fn keep(&mut self, record: Record) {
        match record {
            Record::Conversation(conversation) => {
                // Its messages are records of their own.
                let row = |messages, conversation| Conversation { messages, told: None, ..Arc::unwrap_or_clone(conversation) };
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
            Record::Pass(hash, pass) => self.passes.push((hash, pass)),
            Record::PassEnded(hash) => self.passes.retain(|(own, _)| *own != hash),
            Record::Gate(hash, gate) => _ = self.gates.insert(hash, gate),
            Record::GateEnded(hash) => _ = self.gates.remove(&hash),
            Record::Handled { took, .. } => self.pace.handled(took),
            Record::Ended { ended, .. } => self.pace.over(ended),
            Record::Waited { was, .. } => self.pace.learn(&was),
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
            Part::After(seq) => own.messages.page_after(*seq).to_vec(),
            Part::Before(seq) => own.messages.page_before(*seq).to_vec(),
            Part::Named(id) => own.messages.with_id(id).cloned().into_iter().collect(),
            Part::All => own.messages.all().to_vec(),
        })
    }

    /// The package of that row.
    pub fn package(&self, row: u64) -> Option<&Body> {
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

/// Why the stored desk cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError<E: std::error::Error + 'static> {
    #[error("running a statement")]
    Sql(#[source] E),
    #[error("a stored {table} row cannot be read: {why}")]
    Row { table: &'static str, why: String },
    #[error("the file has tables of version {found}, this program knows up to {SCHEMA_VERSION}: run a newer one")]
    Newer { found: u64 },
    #[error("the file is the desk of the site `{found}`")]
    Foreign { found: String },
}

/// Keeps one record.
pub fn save<S: Sql>(sql: &mut S, record: &Record) -> Result<(), S::Error> {
    match record {
        Record::Conversation(conversation) => save_conversations(sql, &[conversation_row(conversation)]),
        Record::Message(conversation, message) => sql.execute(
            "INSERT INTO message (conversation, seq, id, author, at, text, name) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            &[
                text(&conversation.0),
                number(message.seq),
                text(&message.id.0),
                text(author_name(message.author)),
                number(message.at),
                text(message.text.reveal()),
                message.by.as_deref().map_or(Value::Null, text),
            ],
        ),
        Record::Event { .. } => save_events(sql, std::slice::from_ref(record)),
        Record::Agent(id, presence) => sql.execute(
            "INSERT INTO agent (id, body) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            &[text(&id.0), body(presence)],
        ),
        Record::AgentRemoved(id) => sql.execute("DELETE FROM agent WHERE id = ?1", &[text(&id.0)]),
        Record::Peer(id, listener) => sql.execute(
            "INSERT INTO peer (id, body) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            &[number(id.0), body(listener)],
        ),
        Record::PeerLeft(id) => sql.execute("DELETE FROM peer WHERE id = ?1", &[number(id.0)]),
        Record::Pass(hash, pass) => sql.execute(
            "INSERT INTO pass (hash, body) VALUES (?1, ?2) ON CONFLICT (hash) DO UPDATE SET body = excluded.body",
            &[Value::Text(hash.hex().into()), body(pass)],
        ),
        Record::PassEnded(hash) => sql.execute("DELETE FROM pass WHERE hash = ?1", &[Value::Text(hash.hex().into())]),
        Record::Gate(hash, gate) => save_gates(sql, &[(*hash, *gate)]),
        Record::GateEnded(hash) => sql.execute("DELETE FROM gate WHERE hash = ?1", &[Value::Text(hash.hex().into())]),
        Record::Clock(clock) => sql.execute(
            "INSERT INTO meta (key, value) VALUES ('leapt_at', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            &[number(clock.leapt_at())],
        ),
        Record::Prune { before } => prune::prune(sql, *before),
        Record::Handled { at, took } => sql.execute("INSERT INTO pace (at, kind, body) VALUES (?1, 'handled', ?2)", &[number(*at), body(took)]),
        Record::Ended { at, ended } => sql.execute("INSERT INTO pace (at, kind, body) VALUES (?1, 'ended', ?2)", &[number(*at), body(ended)]),
        Record::Waited { at, was } => {
            sql.execute("INSERT INTO pace (at, kind, body) VALUES (?1, ?2, ?3)", &[number(*at), text(was.said.kind.name()), body(was)])
        }
        Record::Package { row, conversation, body } => sql
            .execute("INSERT INTO package (n, conversation, body) VALUES (?1, ?2, ?3)", &[number(*row), text(&conversation.0), text(body.reveal())]),
        Record::Erase { conversation, row } => {
            sql.execute("DELETE FROM message WHERE conversation = ?1", &[text(&conversation.0)])?;
            sql.execute("DELETE FROM package WHERE n = ?1", &[number(*row)])?;
            sql.execute("DELETE FROM conversation WHERE n = ?1", &[number(*row)])
        }
    }
}

/// A conversation as it is written.
pub(crate) type ConversationRow = [Value<'static>; 3];

pub(crate) fn conversation_row(own: &Conversation) -> ConversationRow {
    [number(own.row), text(own.state.name()), body(own)]
}

/// Keeps several conversations, each once.
pub(crate) fn save_conversations<S: Sql>(sql: &mut S, rows: &[ConversationRow]) -> Result<(), S::Error> {
    let replaced = "ON CONFLICT (n) DO UPDATE SET state = excluded.state, body = excluded.body";
    insert(sql, "INSERT INTO conversation (n, state, body) VALUES", rows, replaced)
}

/// Keeps several events, in order; passes over what is none.
pub(crate) fn save_events<S: Sql>(sql: &mut S, records: &[Record]) -> Result<(), S::Error> {
    let row = |record| match record {
        &Record::Event { at, ref conversation, ref agent, kind } => {
            let id = |id: Option<&'_ String>| id.map_or(Value::Null, |id| Value::Text(id.clone().into()));
            Some([number(at), text(kind), id(conversation.as_ref().map(|id| &id.0)), id(agent.as_ref().map(|id| &id.0))])
        }
        _ => None,
    };
    let rows: Vec<_> = records.iter().filter_map(row).collect();
    insert(sql, "INSERT INTO event (at, kind, conversation, agent) VALUES", &rows, "")
}

/// Inserts rows, some at a time: as many as two, four, eight or sixteen, so that there are few different statements.
fn insert<const N: usize, S: Sql>(sql: &mut S, head: &str, mut rows: &[[Value<'_>; N]], tail: &str) -> Result<(), S::Error> {
    while !rows.is_empty() {
        let (some, rest) = rows.split_at(1 << rows.len().min(MOST_ROWS).ilog2());
        let places = vec![format!("({})", ["?"; N].join(", ")); some.len()].join(", ");
        sql.execute(&format!("{head} {places} {tail}"), some.as_flattened())?;
        rows = rest;
    }
    Ok(())
}

/// Keeps how far several gates have come, in one statement.
pub(crate) fn save_gates<S: Sql>(sql: &mut S, gates: &[(Hash, Gate)]) -> Result<(), S::Error> {
    if gates.is_empty() {
        return Ok(());
    }
    let all = "INSERT INTO gate (hash, body) SELECT value ->> 0, value ->> 1 FROM json_each(?1) WHERE true \
               ON CONFLICT (hash) DO UPDATE SET body = excluded.body";
    sql.execute(all, &[body(&gates)])
}

/// The package of that row.
pub fn package<S: Sql>(sql: &mut S, row: u64) -> Result<Option<Body>, S::Error> {
    let rows = sql.query("SELECT body FROM package WHERE n = ?1", &[number(row)])?;
    Ok(rows.first().and_then(|row| as_text(row.first())).map(Body::new))
}

const MESSAGE: &str = "SELECT conversation, seq, id, author, at, text, name FROM message WHERE conversation = ?1";

/// The messages that a desk wants of a closed conversation.
pub fn messages<S: Sql>(sql: &mut S, wanted: &Wanted) -> Result<Vec<Message>, S::Error> {
    // One more than a page tells that there are more.
    let most = number(limits::PAGE_MESSAGES as u64 + 1);
    let id = text(&wanted.conversation.0);
    let rows = match &wanted.part {
        Part::All => sql.query(&format!("{MESSAGE} ORDER BY seq"), &[id])?,
        Part::After(seq) => sql.query(&format!("{MESSAGE} AND seq > ?2 ORDER BY seq LIMIT ?3"), &[id, seq_number(*seq), most])?,
        Part::Before(seq) => {
            let mut rows = sql.query(&format!("{MESSAGE} AND seq < ?2 ORDER BY seq DESC LIMIT ?3"), &[id, seq_number(*seq), most])?;
            rows.reverse();
            rows
        }
        Part::Named(name) => sql.query(&format!("{MESSAGE} AND id = ?2"), &[id, text(&name.0)])?,
    };
    Ok(rows.iter().filter_map(|row| Some(message(row)?.1)).collect())
}

/// A number that a peer sent, as far as the database counts.
fn seq_number(seq: u64) -> Value<'static> {
    number(seq.min(limits::MAX_MILLIS))
}

/// Reads everything that a desk starts from. A conversation that cannot be read is passed over and named in [`Kept::unreadable`].
pub fn load<S: Sql>(sql: &mut S) -> Result<Kept, StoreError<S::Error>> {
    let mut kept = Kept::default();
    load_conversations(sql, &mut kept)?;
    let mut rows = |statement: &str| sql.query(statement, &[]).map_err(StoreError::Sql);
    for row in rows("SELECT value FROM meta WHERE key = 'leapt_at'")? {
        kept.clock = Clock::leapt(as_integer(row.first()).unwrap_or_default());
    }
    for row in rows("SELECT at FROM event ORDER BY n DESC LIMIT 1")? {
        kept.clock = kept.clock.seen(as_integer(row.first()).unwrap_or_default());
    }
    for row in rows("SELECT id, body FROM agent")? {
        let id = as_text(row.first()).ok_or_else(|| unreadable("agent", "no id"))?;
        kept.agents.insert(AgentId(id.to_owned()), read("agent", row.get(1))?);
    }
    for row in rows("SELECT id, body FROM peer")? {
        let id = as_integer(row.first()).ok_or_else(|| unreadable("peer", "no id"))?;
        kept.peers.insert(PeerId(id), read("peer", row.get(1))?);
    }
    for row in rows("SELECT hash, body FROM pass")? {
        let hash = as_hash(row.first()).ok_or_else(|| unreadable("pass", "no hash"))?;
        kept.passes.push((hash, read("pass", row.get(1))?));
    }
    for row in rows("SELECT hash, body FROM gate")? {
        let hash = as_hash(row.first()).ok_or_else(|| unreadable("gate", "no hash"))?;
        kept.gates.insert(hash, read("gate", row.get(1))?);
    }
    let latest = |kind: &str, most: usize| {
        format!("SELECT body FROM (SELECT n, body FROM pace WHERE kind = '{kind}' ORDER BY n DESC LIMIT {most}) ORDER BY n")
    };
    for row in rows(&latest("handled", HANDLED))? {
        kept.pace.handled(read("pace", row.first())?);
    }
    for row in rows(&latest("ended", OUTCOMES))? {
        kept.pace.over(read("pace", row.first())?);
    }
    for kind in Kind::ALL {
        for row in rows(&latest(kind.name(), OUTCOMES))? {
            kept.pace.learn(&read::<Was, _>("pace", row.first())?);
        }
    }
    Ok(kept)
}

fn load_conversations<S: Sql>(sql: &mut S, kept: &mut Kept) -> Result<(), StoreError<S::Error>> {
    let last = "SELECT MAX(n) FROM (SELECT MAX(n) AS n FROM conversation UNION ALL SELECT MAX(n) FROM package)";
    kept.last_row = sql.query(last, &[]).map_err(StoreError::Sql)?.first().and_then(|row| as_integer(row.first())).unwrap_or_default();
    let counts = "SELECT conversation, MAX(seq), COUNT(*) FROM message GROUP BY conversation";
    let mut counted = BTreeMap::new();
    for row in sql.query(counts, &[]).map_err(StoreError::Sql)? {
        if let (Some(id), Some(last), Some(count)) = (as_text(row.first()), as_integer(row.get(1)), as_integer(row.get(2))) {
            counted.insert(ConversationId(id.to_owned()), (last, count));
        }
    }
    for row in sql.query("SELECT n, body FROM conversation", &[]).map_err(StoreError::Sql)? {
        let number = as_integer(row.first()).unwrap_or_default();
        match load_conversation(sql, number, row.get(1), &counted) {
            Ok(conversation) => {
                counted.remove(&conversation.id);
                kept.conversations.push(conversation);
            }
            Err(StoreError::Row { table, why }) => {
                kept.unreadable.push(Unreadable { table, row: number.to_string(), why });
                let id = sql.query("SELECT conversation FROM package WHERE n = ?1", &[self::number(number)]).map_err(StoreError::Sql)?;
                kept.lost.extend(id.first().and_then(|row| as_text(row.first())).map(|id| ConversationId(id.to_owned())));
            }
            Err(other) => return Err(other),
        }
    }
    // What is left has no conversation, or one that cannot be read.
    for id in counted.into_keys() {
        if kept.lost.insert(id.clone()) {
            kept.unreadable.push(Unreadable { table: "message", row: id.0, why: "its conversation is missing".to_owned() });
        }
    }
    Ok(())
}

/// One conversation with its messages, if it is open; of a closed one they are only counted.
fn load_conversation<S: Sql>(
    sql: &mut S,
    row: u64,
    body: Option<&Value<'_>>,
    counted: &BTreeMap<ConversationId, (u64, u64)>,
) -> Result<Conversation, StoreError<S::Error>> {
    let mut conversation = Conversation { row, ..read("conversation", body)? };
    let (last, count) = counted.get(&conversation.id).copied().unwrap_or_default();
    if last != count {
        return Err(unreadable("message", "its number leaves a gap"));
    }
    if conversation.state.is_closed() {
        conversation.messages = Messages::of_number(last);
    } else if last > 0 {
        let all = Wanted { conversation: conversation.id.clone(), part: Part::All };
        for message in messages(sql, &all).map_err(StoreError::Sql)? {
            if message.seq != conversation.messages.last() + 1 {
                return Err(unreadable("message", "its number leaves a gap"));
            }
            conversation.messages.push(message);
        }
        if conversation.messages.last() != last {
            return Err(unreadable("message", "a column has another type"));
        }
    }
    Ok(conversation)
}

/// The conversations that were erased.
pub fn erased<S: Sql>(sql: &mut S) -> Result<Vec<ConversationId>, S::Error> {
    let rows = sql.query("SELECT DISTINCT conversation FROM event WHERE kind = 'erased'", &[])?;
    Ok(rows.iter().filter_map(|row| as_text(row.first())).map(|id| ConversationId(id.to_owned())).collect())
}

/// Erases what an older copy still has of these conversations, and logs it there; gives how many it had.
pub fn erase_again<S: Sql>(sql: &mut S, now: Millis, erased: &[ConversationId]) -> Result<usize, StoreError<S::Error>> {
    prepare(sql)?;
    let mut had = 0;
    for id in erased {
        let found = sql.query("SELECT n FROM package WHERE conversation = ?1", &[text(&id.0)]).map_err(StoreError::Sql)?;
        let mut keep = |record| save(sql, &record).map_err(StoreError::Sql);
        if let Some(row) = found.first().and_then(|row| as_integer(row.first())) {
            had += 1;
            keep(Record::Erase { conversation: id.clone(), row })?;
        }
        keep(Record::Event { at: now, conversation: Some(id.clone()), agent: None, kind: "erased" })?;
    }
    Ok(had)
}

pub(crate) fn text(text: &str) -> Value<'_> {
    Value::Text(text.into())
}

/// Below 2^53.
pub(crate) fn number(n: u64) -> Value<'static> {
    Value::Integer(n as i64)
}

fn body(value: &impl Serialize) -> Value<'static> {
    Value::Text(serde_json::to_string(value).expect("what is stored is plain JSON").into())
}

pub(crate) fn as_text<'a>(value: Option<&'a Value<'_>>) -> Option<&'a str> {
    match value {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

pub(crate) fn as_integer(value: Option<&Value<'_>>) -> Option<u64> {
    match value {
        Some(Value::Integer(n)) => u64::try_from(*n).ok(),
        _ => None,
    }
}

fn as_hash(value: Option<&Value<'_>>) -> Option<Hash> {
    as_text(value).and_then(Hash::from_hex)
}

pub(crate) fn read<T: for<'a> Deserialize<'a>, E: std::error::Error>(table: &'static str, body: Option<&Value<'_>>) -> Result<T, StoreError<E>> {
    let body = as_text(body).ok_or_else(|| unreadable(table, "no body"))?;
    // The position only: the body holds what people wrote.
    serde_json::from_str(body).map_err(|wrong| unreadable(table, &format!("at column {}", wrong.column())))
}

pub(crate) fn unreadable<E: std::error::Error>(table: &'static str, why: &str) -> StoreError<E> {
    StoreError::Row { table, why: why.to_owned() }
}

fn message(row: &[Value<'_>]) -> Option<(ConversationId, Message)> {
    let message = Message {
        seq: as_integer(row.get(1))?,
        id: MessageId(as_text(row.get(2))?.to_owned()),
        author: match as_text(row.get(3))? {
            "visitor" => Author::Visitor,
            "bot" => Author::Bot,
            "agent" => Author::Agent,
            _ => return None,
        },
        by: as_text(row.get(6)).map(str::to_owned),
        at: as_integer(row.get(4))?,
        text: Text::new(as_text(row.get(5))?),
    };
    Some((ConversationId(as_text(row.first())?.to_owned()), message))
}

fn author_name(author: Author) -> &'static str {
    match author {
        Author::Visitor => "visitor",
        Author::Bot => "bot",
        Author::Agent => "agent",
    }
}
