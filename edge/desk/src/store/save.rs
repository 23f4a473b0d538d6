//! Writes records.

use protocol::Author;

use crate::{
    state::{conversation::Conversation, credentials::Digest, quota::RateLimiter},
    store::{
        prune,
        record::Record,
        sql::{Sql, Value, body, number, text},
    },
};

/// Of one statement, which binds at most a hundred values (a limit of Durable Objects).
const MOST_ROWS: usize = 16;

/// Keeps one record.
pub fn save<S: Sql>(sql: &mut S, record: &Record) -> Result<(), S::Error> {
    match record {
        Record::Conversation(conversation) => {
            save_conversations(sql, &[conversation_row(conversation)])
        }
        Record::Message(conversation, message) => sql.execute(
            "INSERT INTO message (conversation, seq, id, author, at, text, name) VALUES (?1, ?2, \
             ?3, ?4, ?5, ?6, ?7)",
            &[
                text(&conversation.0),
                number(message.seq.0),
                text(&message.id.0),
                text(author_name(message.author)),
                number(message.at),
                text(message.text.reveal()),
                message.by.as_deref().map_or(Value::Null, text),
            ],
        ),
        Record::Event { .. } => save_events(sql, std::slice::from_ref(record)),
        Record::Agent(id, presence) => sql.execute(
            "INSERT INTO agent (id, body) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET body = \
             excluded.body",
            &[text(&id.0), body(presence)],
        ),
        Record::AgentRemoved(id) => sql.execute("DELETE FROM agent WHERE id = ?1", &[text(&id.0)]),
        Record::Peer(id, listener) => sql.execute(
            "INSERT INTO peer (id, body) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET body = \
             excluded.body",
            &[number(id.0), body(listener)],
        ),
        Record::PeerLeft(id) => sql.execute("DELETE FROM peer WHERE id = ?1", &[number(id.0)]),
        Record::Credential(hash, credential) => sql.execute(
            "INSERT INTO pass (hash, body) VALUES (?1, ?2) ON CONFLICT (hash) DO UPDATE SET body \
             = excluded.body",
            &[Value::Text(hash.hex().into()), body(credential)],
        ),
        Record::CredentialEnded(hash) => {
            sql.execute("DELETE FROM pass WHERE hash = ?1", &[Value::Text(hash.hex().into())])
        }
        Record::RateLimiter(hash, limiter) => save_limiters(sql, &[(*hash, *limiter)]),
        Record::RateLimiterEnded(hash) => {
            sql.execute("DELETE FROM gate WHERE hash = ?1", &[Value::Text(hash.hex().into())])
        }
        Record::Clock(clock) => sql.execute(
            "INSERT INTO meta (key, value) VALUES ('leapt_at', ?1) ON CONFLICT (key) DO UPDATE \
             SET value = excluded.value",
            &[number(clock.leapt_at())],
        ),
        Record::Prune { before } => prune::prune(sql, *before),
        Record::Handled { at, took } => sql.execute(
            "INSERT INTO pace (at, kind, body) VALUES (?1, 'handled', ?2)",
            &[number(*at), body(took)],
        ),
        Record::WaitEnd { at, ended } => sql.execute(
            "INSERT INTO pace (at, kind, body) VALUES (?1, 'ended', ?2)",
            &[number(*at), body(ended)],
        ),
        Record::Waited { at, was } => sql.execute(
            "INSERT INTO pace (at, kind, body) VALUES (?1, ?2, ?3)",
            &[number(*at), text(was.said.kind.name()), body(was)],
        ),
        Record::Package { row, conversation, body } => sql.execute(
            "INSERT INTO package (n, conversation, body) VALUES (?1, ?2, ?3)",
            &[number(row.0), text(&conversation.0), text(body.reveal())],
        ),
        Record::Erase { conversation, row } => {
            sql.execute("DELETE FROM message WHERE conversation = ?1", &[text(&conversation.0)])?;
            sql.execute("DELETE FROM package WHERE n = ?1", &[number(row.0)])?;
            sql.execute("DELETE FROM conversation WHERE n = ?1", &[number(row.0)])
        }
    }
}

/// A conversation as it is written.
pub(crate) type ConversationRow = [Value<'static>; 3];

pub(crate) fn conversation_row(own: &Conversation) -> ConversationRow {
    [number(own.row.0), text(own.state().name()), body(own)]
}

/// Keeps several conversations, each once.
pub(crate) fn save_conversations<S: Sql>(
    sql: &mut S,
    rows: &[ConversationRow],
) -> Result<(), S::Error> {
    let replaced = "ON CONFLICT (n) DO UPDATE SET state = excluded.state, body = excluded.body";
    insert(sql, "INSERT INTO conversation (n, state, body) VALUES", rows, replaced)
}

/// Keeps several events, in order; passes over what is none.
pub(crate) fn save_events<S: Sql>(sql: &mut S, records: &[Record]) -> Result<(), S::Error> {
    let row = |record| match record {
        &Record::Event { at, ref conversation, ref agent, kind } => {
            let id = |id: Option<&'_ String>| {
                id.map_or(Value::Null, |id| Value::Text(id.clone().into()))
            };
            Some([
                number(at),
                text(kind.name()),
                id(conversation.as_ref().map(|id| &id.0)),
                id(agent.as_ref().map(|id| &id.0)),
            ])
        }
        _ => None,
    };
    let rows: Vec<_> = records.iter().filter_map(row).collect();
    insert(sql, "INSERT INTO event (at, kind, conversation, agent) VALUES", &rows, "")
}

/// Inserts rows, some at a time: as many as two, four, eight or sixteen, so that there are few
/// different statements.
fn insert<const N: usize, S: Sql>(
    sql: &mut S,
    head: &str,
    mut rows: &[[Value<'_>; N]],
    tail: &str,
) -> Result<(), S::Error> {
    while !rows.is_empty() {
        let (some, rest) = rows.split_at(1 << rows.len().min(MOST_ROWS).ilog2());
        let places = vec![format!("({})", ["?"; N].join(", ")); some.len()].join(", ");
        sql.execute(&format!("{head} {places} {tail}"), some.as_flattened())?;
        rows = rest;
    }
    Ok(())
}

/// Keeps how far several rate limiters have come, in one statement.
pub(crate) fn save_limiters<S: Sql>(
    sql: &mut S,
    limiters: &[(Digest, RateLimiter)],
) -> Result<(), S::Error> {
    if limiters.is_empty() {
        return Ok(());
    }
    let all = "INSERT INTO gate (hash, body) SELECT value ->> 0, value ->> 1 FROM json_each(?1) \
               WHERE true ON CONFLICT (hash) DO UPDATE SET body = excluded.body";
    sql.execute(all, &[body(&limiters)])
}

fn author_name(author: Author) -> &'static str {
    match author {
        Author::Visitor => "visitor",
        Author::Bot => "bot",
        Author::Agent => "agent",
    }
}
