//! The only SQL: what is kept, over a two-method synchronous trait, so that every host's SQLite serves.
//!
//! A conversation is a row whose body is JSON; its messages are rows of their own; every change of state appends an event
//! row in the same transaction. Metrics and audit read that log. It holds no message text.

use protocol::{AgentId, Author, ConversationId, Message, MessageId, Millis, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::{
    access::{Hash, Pass},
    conversation::Conversation,
    desk::PeerId,
    listeners::Listener,
    quota::Gate,
    roster::Presence,
    wait::{Ended, HANDLED, Kind, OUTCOMES, Pace, Was},
};

/// The version of the tables.
pub const SCHEMA_VERSION: u64 = 2;

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Integer(i64),
    Text(String),
}

/// A host's SQLite.
pub trait Sql {
    /// What can go wrong there.
    type Error: std::error::Error + Send + Sync + 'static;
    /// Runs a statement.
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<(), Self::Error>;
    /// Reads all rows.
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Vec<Value>>, Self::Error>;
}

/// One thing to keep.
#[derive(Clone, Debug)]
pub enum Record {
    Conversation(Box<Conversation>),
    Message(ConversationId, Message),
    Event {
        at: Millis,
        conversation: Option<ConversationId>,
        agent: Option<AgentId>,
        kind: &'static str,
    },
    Agent(AgentId, Presence),
    Peer(PeerId, Listener),
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
    /// A context package, once, as JSON. The conversation's own row has all that changes.
    Package {
        row: u64,
        conversation: ConversationId,
        body: String,
    },
    /// Everything of a conversation but its events, which name nobody.
    Erase {
        conversation: ConversationId,
        package_row: u64,
    },
}

/// Everything that a desk starts from.
#[derive(Clone, Default)]
pub struct Kept {
    pub(crate) conversations: Vec<Conversation>,
    pub(crate) agents: BTreeMap<AgentId, Presence>,
    pub(crate) peers: BTreeMap<PeerId, Listener>,
    pub(crate) passes: Vec<(Hash, Pass)>,
    pub(crate) gates: BTreeMap<Hash, Gate>,
    pub(crate) pace: Pace,
}

impl Kept {
    /// Keeps a record in memory, as [`save`] does in a database: for desks that need not outlive their program.
    pub fn keep(&mut self, record: Record) {
        match record {
            Record::Conversation(conversation) => match self.conversations.iter_mut().find(|own| own.id == conversation.id) {
                Some(own) => {
                    let messages = std::mem::take(&mut own.messages);
                    *own = Conversation { messages, ..*conversation };
                }
                None => self.conversations.push(*conversation),
            },
            Record::Message(id, message) => {
                let own = self.conversations.iter_mut().find(|own| own.id == id);
                own.expect("a conversation is kept before its messages").messages.push(message);
            }
            Record::Agent(id, presence) => _ = self.agents.insert(id, presence),
            Record::Peer(id, listener) => _ = self.peers.insert(id, listener),
            Record::PeerLeft(id) => _ = self.peers.remove(&id),
            Record::Pass(hash, pass) => self.passes.push((hash, pass)),
            Record::PassEnded(hash) => self.passes.retain(|(own, _)| *own != hash),
            Record::Gate(hash, gate) => _ = self.gates.insert(hash, gate),
            Record::GateEnded(hash) => _ = self.gates.remove(&hash),
            Record::Handled { took, .. } => self.pace.handled(took),
            Record::Ended { ended, .. } => self.pace.over(ended),
            Record::Waited { was, .. } => self.pace.learn(&was),
            Record::Erase { conversation, .. } => self.conversations.retain(|own| own.id != conversation),
            // The conversation itself carries its package here.
            Record::Event { .. } | Record::Package { .. } => {}
        }
    }

    pub fn conversations(&self) -> &[Conversation] {
        &self.conversations
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
}

/// Makes the tables, or checks their version.
pub fn prepare<S: Sql>(sql: &mut S) -> Result<(), StoreError<S::Error>> {
    let mut run = |statement: &str| sql.execute(statement, &[]).map_err(StoreError::Sql);
    run("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID")?;
    let version = "SELECT value FROM meta WHERE key = 'schema_version'";
    match sql.query(version, &[]).map_err(StoreError::Sql)?.first().and_then(|row| row.first()) {
        Some(Value::Integer(found)) if *found as u64 > SCHEMA_VERSION => return Err(StoreError::Newer { found: *found as u64 }),
        Some(Value::Integer(found)) if *found as u64 == SCHEMA_VERSION => return Ok(()),
        _ => {}
    }
    // Each statement may have run before: a start that was cut off is simply done again.
    for statement in [
        "CREATE TABLE IF NOT EXISTS conversation (id TEXT PRIMARY KEY, state TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE IF NOT EXISTS message (conversation TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, author TEXT NOT NULL, \
         at INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (conversation, seq), UNIQUE (conversation, id)) WITHOUT ROWID",
        "CREATE TABLE IF NOT EXISTS event (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, conversation TEXT, agent TEXT)",
        "CREATE TABLE IF NOT EXISTS agent (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE IF NOT EXISTS peer (id INTEGER PRIMARY KEY, body TEXT NOT NULL)",
        "CREATE TABLE IF NOT EXISTS pace (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL)",
        "CREATE INDEX IF NOT EXISTS pace_kind ON pace (kind, n)",
        "CREATE TABLE IF NOT EXISTS pass (hash TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE IF NOT EXISTS gate (hash TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID",
        // Numbered, so that a new one stands behind the last: they are most of what is written.
        "CREATE TABLE IF NOT EXISTS package (n INTEGER PRIMARY KEY, conversation TEXT NOT NULL, body TEXT NOT NULL)",
        // Version 1 kept it within the conversation.
        "INSERT INTO package (conversation, body) SELECT id, json_extract(body, '$.package') FROM conversation \
         WHERE json_type(body, '$.package') = 'object'",
        "UPDATE conversation SET body = json_remove(body, '$.package') WHERE json_type(body, '$.package') = 'object'",
    ] {
        sql.execute(statement, &[]).map_err(StoreError::Sql)?;
    }
    let version = [Value::Integer(SCHEMA_VERSION as i64)];
    sql.execute("INSERT INTO meta (key, value) VALUES ('schema_version', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value", &version)
        .map_err(StoreError::Sql)
}

/// Keeps one record.
pub fn save<S: Sql>(sql: &mut S, record: &Record) -> Result<(), S::Error> {
    match record {
        Record::Conversation(conversation) => sql.execute(
            "INSERT INTO conversation (id, state, body) VALUES (?1, ?2, ?3) \
             ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body",
            &[text(&conversation.id.0), text(conversation.state.name()), json(conversation)],
        ),
        Record::Message(conversation, message) => sql.execute(
            "INSERT INTO message (conversation, seq, id, author, at, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            &[
                text(&conversation.0),
                Value::Integer(message.seq as i64),
                text(&message.id.0),
                text(author_name(message.author)),
                Value::Integer(message.at as i64),
                text(message.text.reveal()),
            ],
        ),
        Record::Event { at, conversation, agent, kind } => sql.execute(
            "INSERT INTO event (at, kind, conversation, agent) VALUES (?1, ?2, ?3, ?4)",
            &[
                Value::Integer(*at as i64),
                text(kind),
                conversation.as_ref().map_or(Value::Null, |id| text(&id.0)),
                agent.as_ref().map_or(Value::Null, |id| text(&id.0)),
            ],
        ),
        Record::Agent(id, presence) => sql.execute(
            "INSERT INTO agent (id, body) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            &[text(&id.0), json(presence)],
        ),
        Record::Peer(id, listener) => sql.execute(
            "INSERT INTO peer (id, body) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            &[Value::Integer(id.0 as i64), json(listener)],
        ),
        Record::PeerLeft(id) => sql.execute("DELETE FROM peer WHERE id = ?1", &[Value::Integer(id.0 as i64)]),
        Record::Pass(hash, pass) => sql.execute(
            "INSERT INTO pass (hash, body) VALUES (?1, ?2) ON CONFLICT (hash) DO UPDATE SET body = excluded.body",
            &[text(hash.as_str()), json(pass)],
        ),
        Record::PassEnded(hash) => sql.execute("DELETE FROM pass WHERE hash = ?1", &[text(hash.as_str())]),
        Record::Gate(hash, gate) => sql.execute(
            "INSERT INTO gate (hash, body) VALUES (?1, ?2) ON CONFLICT (hash) DO UPDATE SET body = excluded.body",
            &[text(hash.as_str()), json(gate)],
        ),
        Record::GateEnded(hash) => sql.execute("DELETE FROM gate WHERE hash = ?1", &[text(hash.as_str())]),
        Record::Handled { at, took } => {
            sql.execute("INSERT INTO pace (at, kind, body) VALUES (?1, 'handled', ?2)", &[Value::Integer(*at as i64), json(took)])
        }
        Record::Ended { at, ended } => {
            sql.execute("INSERT INTO pace (at, kind, body) VALUES (?1, 'ended', ?2)", &[Value::Integer(*at as i64), json(ended)])
        }
        Record::Waited { at, was } => {
            sql.execute("INSERT INTO pace (at, kind, body) VALUES (?1, ?2, ?3)", &[Value::Integer(*at as i64), text(was.said.kind.name()), json(was)])
        }
        Record::Package { row, conversation, body } => sql.execute(
            "INSERT INTO package (n, conversation, body) VALUES (?1, ?2, ?3)",
            &[Value::Integer(*row as i64), text(&conversation.0), text(body)],
        ),
        Record::Erase { conversation, package_row } => {
            let id = text(&conversation.0);
            sql.execute("DELETE FROM message WHERE conversation = ?1", std::slice::from_ref(&id))?;
            sql.execute("DELETE FROM package WHERE n = ?1", &[Value::Integer(*package_row as i64)])?;
            sql.execute("DELETE FROM conversation WHERE id = ?1", &[id])
        }
    }
}

/// Reads everything that a desk starts from.
pub fn load<S: Sql>(sql: &mut S) -> Result<Kept, StoreError<S::Error>> {
    let mut kept = Kept::default();
    let mut rows = |statement: &str| sql.query(statement, &[]).map_err(StoreError::Sql);
    let mut by_id = BTreeMap::new();
    let mut packages = BTreeMap::new();
    for row in rows("SELECT n, conversation, body FROM package")? {
        let read = || Some((as_text(row.get(1))?, (as_integer(row.first())?, as_text(row.get(2))?)));
        packages.extend([read().ok_or_else(|| unreadable("package", "a column has another type"))?]);
    }
    for row in rows("SELECT id, body FROM conversation")? {
        let id = as_text(row.first()).ok_or_else(|| unreadable("conversation", "no id"))?;
        let (package_row, package) = packages.remove(&id).ok_or_else(|| unreadable("conversation", "its package is missing"))?;
        let body = as_text(row.get(1)).ok_or_else(|| unreadable("conversation", "no body"))?;
        let body = body.strip_prefix('{').ok_or_else(|| unreadable("conversation", "no object"))?;
        let whole = Value::Text(format!("{{\"package\":{package},{body}"));
        let mut conversation = Conversation { package_row, ..read("conversation", Some(&whole))? };
        if conversation.waiting_since == 0 {
            // Kept by version 1.
            conversation.waiting_since = conversation.requested_at;
        }
        by_id.insert(conversation.id.clone(), conversation);
    }
    for row in rows("SELECT conversation, seq, id, author, at, text FROM message ORDER BY conversation, seq")? {
        let (conversation, message) = message(&row).ok_or_else(|| unreadable("message", "a column has another type"))?;
        let conversation = by_id.get_mut(&conversation).ok_or_else(|| unreadable("message", "its conversation is missing"))?;
        if conversation.last() + 1 != message.seq {
            return Err(unreadable("message", "its number leaves a gap"));
        }
        conversation.messages.push(message);
    }
    kept.conversations = by_id.into_values().collect();
    for row in rows("SELECT id, body FROM agent")? {
        let id = as_text(row.first()).ok_or_else(|| unreadable("agent", "no id"))?;
        kept.agents.insert(AgentId(id), read("agent", row.get(1))?);
    }
    for row in rows("SELECT id, body FROM peer")? {
        let id = as_integer(row.first()).ok_or_else(|| unreadable("peer", "no id"))?;
        kept.peers.insert(PeerId(id), read("peer", row.get(1))?);
    }
    for row in rows("SELECT hash, body FROM pass")? {
        let hash = as_text(row.first()).ok_or_else(|| unreadable("pass", "no hash"))?;
        kept.passes.push((Hash::from_storage(hash), read("pass", row.get(1))?));
    }
    for row in rows("SELECT hash, body FROM gate")? {
        let hash = as_text(row.first()).ok_or_else(|| unreadable("gate", "no hash"))?;
        kept.gates.insert(Hash::from_storage(hash), read("gate", row.get(1))?);
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

/// The conversations that were erased.
pub fn erased<S: Sql>(sql: &mut S) -> Result<Vec<ConversationId>, S::Error> {
    let rows = sql.query("SELECT DISTINCT conversation FROM event WHERE kind = 'erased'", &[])?;
    Ok(rows.iter().filter_map(|row| as_text(row.first())).map(ConversationId).collect())
}

/// Erases what an older copy still has of these conversations, and logs it there; gives how many it had.
pub fn erase_again<S: Sql>(sql: &mut S, now: Millis, erased: &[ConversationId]) -> Result<usize, S::Error> {
    let mut had = 0;
    for id in erased {
        let found = sql.query("SELECT n FROM package WHERE conversation = ?1", &[text(&id.0)])?;
        if let Some(package_row) = found.first().and_then(|row| as_integer(row.first())) {
            had += 1;
            save(sql, &Record::Erase { conversation: id.clone(), package_row })?;
        }
        save(sql, &Record::Event { at: now, conversation: Some(id.clone()), agent: None, kind: "erased" })?;
    }
    Ok(had)
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn json(value: &impl Serialize) -> Value {
    Value::Text(serde_json::to_string(value).expect("what is stored is plain JSON"))
}

fn as_text(value: Option<&Value>) -> Option<String> {
    match value {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

fn as_integer(value: Option<&Value>) -> Option<u64> {
    match value {
        Some(Value::Integer(n)) => u64::try_from(*n).ok(),
        _ => None,
    }
}

fn read<T: for<'a> Deserialize<'a>, E: std::error::Error>(table: &'static str, body: Option<&Value>) -> Result<T, StoreError<E>> {
    let body = as_text(body).ok_or_else(|| unreadable(table, "no body"))?;
    // The position only: the body holds what people wrote.
    serde_json::from_str(&body).map_err(|wrong| unreadable(table, &format!("at column {}", wrong.column())))
}

fn unreadable<E: std::error::Error>(table: &'static str, why: &str) -> StoreError<E> {
    StoreError::Row { table, why: why.to_owned() }
}

fn message(row: &[Value]) -> Option<(ConversationId, Message)> {
    let message = Message {
        seq: as_integer(row.get(1))?,
        id: MessageId(as_text(row.get(2))?),
        author: match as_text(row.get(3))?.as_str() {
            "visitor" => Author::Visitor,
            "bot" => Author::Bot,
            "agent" => Author::Agent,
            _ => return None,
        },
        at: as_integer(row.get(4))?,
        text: Text::new(as_text(row.get(5))?),
    };
    Some((ConversationId(as_text(row.first())?), message))
}

fn author_name(author: Author) -> &'static str {
    match author {
        Author::Visitor => "visitor",
        Author::Bot => "bot",
        Author::Agent => "agent",
    }
}
