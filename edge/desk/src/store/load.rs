//! Reads what was written.

use protocol::{AgentId, Author, ConversationId, Message, MessageId, Seq, Text, limits};
use serde::Deserialize;
use std::collections::BTreeMap;

use crate::{
    state::{
        clock::Clock,
        conversation::Conversation,
        messages::{Messages, Part, Wanted},
        package::Body,
        peer::PeerId,
        row::Row,
        wait_model::{HANDLED, Kind, OUTCOMES, WaitOutcome},
    },
    store::{
        kept::{Kept, Unreadable},
        sql::{
            self, Sql, StoreError, Value, as_hash, as_integer, as_text, number, read, text,
            unreadable,
        },
    },
};

/// The package of that row.
pub fn package<S: Sql>(sql: &mut S, row: Row) -> Result<Option<Body>, S::Error> {
    let rows = sql.query("SELECT body FROM package WHERE n = ?1", &[number(row.0)])?;
    Ok(rows.first().and_then(|row| as_text(row.first())).map(Body::new))
}

const MESSAGE: &str =
    "SELECT conversation, seq, id, author, at, text, name FROM message WHERE conversation = ?1";

/// The messages that a desk wants of a closed conversation.
pub fn messages<S: Sql>(sql: &mut S, wanted: &Wanted) -> Result<Vec<Message>, S::Error> {
    // One more than a page tells that there are more, and one is that from which it goes on.
    let most = number(limits::PAGE_MESSAGES as u64 + 2);
    let id = text(&wanted.conversation.0);
    let rows = match &wanted.part {
        Part::All => sql.query(&format!("{MESSAGE} ORDER BY seq"), &[id])?,
        Part::After(seq) => sql.query(
            &format!("{MESSAGE} AND seq >= ?2 ORDER BY seq LIMIT ?3"),
            &[id, seq_number(*seq), most],
        )?,
        Part::Before(seq) => {
            let mut rows = sql.query(
                &format!("{MESSAGE} AND seq < ?2 ORDER BY seq DESC LIMIT ?3"),
                &[id, seq_number(*seq), most],
            )?;
            rows.reverse();
            rows
        }
        Part::Named(name) => sql.query(&format!("{MESSAGE} AND id = ?2"), &[id, text(&name.0)])?,
    };
    Ok(rows.iter().filter_map(|row| Some(message(row)?.1)).collect())
}

/// A number that a peer sent, as far as the database counts.
fn seq_number(seq: Seq) -> Value<'static> {
    number(seq.0.min(limits::MAX_MILLIS))
}

/// Reads everything that a desk starts from. A row that cannot be read is passed over and named in
/// [`Kept::unreadable`]: what it said of one conversation, agent or quota is missing, and the desk
/// serves everybody else.
pub fn load<S: Sql>(sql: &mut S) -> Result<Kept, StoreError<S::Error>> {
    let mut kept = Kept::default();
    load_conversations(sql, &mut kept)?;
    for row in
        sql.query("SELECT value FROM meta WHERE key = 'leapt_at'", &[]).map_err(StoreError::Sql)?
    {
        kept.clock = Clock::leapt(as_integer(row.first()).unwrap_or_default());
    }
    for row in
        sql.query("SELECT at FROM event ORDER BY n DESC LIMIT 1", &[]).map_err(StoreError::Sql)?
    {
        kept.clock = kept.clock.seen(as_integer(row.first()).unwrap_or_default());
    }
    each(sql, &mut kept, "agent", "SELECT id, body FROM agent", |kept, id, body| {
        let id = as_text(id).ok_or("no id")?;
        kept.agents.insert(AgentId(id.to_owned()), body.read()?);
        Ok(())
    })?;
    each(sql, &mut kept, "peer", "SELECT id, body FROM peer", |kept, id, body| {
        let id = as_integer(id).ok_or("no id")?;
        kept.peers.insert(PeerId(id), body.read()?);
        Ok(())
    })?;
    each(sql, &mut kept, "pass", "SELECT hash, body FROM pass", |kept, hash, body| {
        let hash = as_hash(hash).ok_or("no hash")?;
        kept.credentials.push((hash, body.read()?));
        Ok(())
    })?;
    each(sql, &mut kept, "gate", "SELECT hash, body FROM gate", |kept, hash, body| {
        let hash = as_hash(hash).ok_or("no hash")?;
        kept.limiters.insert(hash, body.read()?);
        Ok(())
    })?;
    let latest = |kind: &str, most: usize| {
        format!(
            "SELECT n, body FROM (SELECT n, body FROM pace WHERE kind = '{kind}' ORDER BY n DESC \
             LIMIT {most}) ORDER BY n"
        )
    };
    each(sql, &mut kept, "pace", &latest("handled", HANDLED), |kept, _, body| {
        kept.wait_model.handled(body.read()?);
        Ok(())
    })?;
    each(sql, &mut kept, "pace", &latest("ended", OUTCOMES), |kept, _, body| {
        kept.wait_model.over(body.read()?);
        Ok(())
    })?;
    for kind in Kind::ALL {
        each(sql, &mut kept, "pace", &latest(kind.name(), OUTCOMES), |kept, _, body| {
            kept.wait_model.learn(&body.read::<WaitOutcome>()?);
            Ok(())
        })?;
    }
    Ok(kept)
}

/// The body of a row.
struct Stored<'a>(Option<&'a Value<'a>>);

impl Stored<'_> {
    fn read<T: for<'a> Deserialize<'a>>(&self) -> Result<T, String> {
        sql::parse(self.0)
    }
}

/// Takes each row of a key and a body, and notes those that cannot be read.
fn each<S: Sql>(
    sql: &mut S,
    kept: &mut Kept,
    table: &'static str,
    statement: &str,
    mut take: impl FnMut(&mut Kept, Option<&Value<'_>>, &Stored<'_>) -> Result<(), String>,
) -> Result<(), StoreError<S::Error>> {
    for row in sql.query(statement, &[]).map_err(StoreError::Sql)? {
        if let Err(why) = take(kept, row.first(), &Stored(row.get(1))) {
            let number = as_integer(row.first()).map(|number| number.to_string());
            // Not what a row of secrets is found by.
            let name = as_text(row.first()).filter(|_| table == "agent").map(str::to_owned);
            let row = number.or(name).unwrap_or_else(|| "of a hidden key".to_owned());
            kept.unreadable.push(Unreadable { table, row, why });
        }
    }
    Ok(())
}

fn load_conversations<S: Sql>(sql: &mut S, kept: &mut Kept) -> Result<(), StoreError<S::Error>> {
    let last = "SELECT MAX(n) FROM (SELECT MAX(n) AS n FROM conversation UNION ALL SELECT MAX(n) \
                FROM package)";
    kept.last_row = sql
        .query(last, &[])
        .map_err(StoreError::Sql)?
        .first()
        .and_then(|row| as_integer(row.first()))
        .map_or_else(Row::default, Row);
    let counts = "SELECT conversation, MAX(seq), COUNT(*) FROM message GROUP BY conversation";
    let mut counted = BTreeMap::new();
    for row in sql.query(counts, &[]).map_err(StoreError::Sql)? {
        if let (Some(id), Some(last), Some(count)) =
            (as_text(row.first()), as_integer(row.get(1)), as_integer(row.get(2)))
        {
            counted.insert(ConversationId(id.to_owned()), (Seq(last), count));
        }
    }
    for row in sql.query("SELECT n, body FROM conversation", &[]).map_err(StoreError::Sql)? {
        let number = as_integer(row.first()).unwrap_or_default();
        match load_conversation(sql, Row(number), row.get(1), &counted) {
            Ok(conversation) => {
                counted.remove(&conversation.id);
                kept.conversations.push(conversation);
            }
            Err(StoreError::Row { table, why }) => {
                kept.unreadable.push(Unreadable { table, row: number.to_string(), why });
                let id = sql
                    .query("SELECT conversation FROM package WHERE n = ?1", &[sql::number(number)])
                    .map_err(StoreError::Sql)?;
                kept.lost.extend(
                    id.first()
                        .and_then(|row| as_text(row.first()))
                        .map(|id| ConversationId(id.to_owned())),
                );
            }
            Err(other) => return Err(other),
        }
    }
    // What is left has no conversation, or one that cannot be read.
    for id in counted.into_keys() {
        if kept.lost.insert(id.clone()) {
            kept.unreadable.push(Unreadable {
                table: "message",
                row: id.0,
                why: "its conversation is missing".to_owned(),
            });
        }
    }
    Ok(())
}

/// One conversation with its messages, if it is open; of a closed one they are only counted.
fn load_conversation<S: Sql>(
    sql: &mut S,
    row: Row,
    body: Option<&Value<'_>>,
    counted: &BTreeMap<ConversationId, (Seq, u64)>,
) -> Result<Conversation, StoreError<S::Error>> {
    let mut conversation: Conversation = read("conversation", body)?;
    conversation.row = row;
    let (last, count) = counted.get(&conversation.id).copied().unwrap_or_default();
    if last.0 != count {
        return Err(unreadable("message", "its number leaves a gap"));
    }
    if conversation.state().is_closed() {
        conversation.messages = Messages::of_number(last);
    } else if last > Seq::NONE {
        let all = Wanted { conversation: conversation.id.clone(), part: Part::All };
        for message in messages(sql, &all).map_err(StoreError::Sql)? {
            if message.seq != conversation.messages.last().next() {
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

fn message(row: &[Value<'_>]) -> Option<(ConversationId, Message)> {
    let message = Message {
        seq: Seq(as_integer(row.get(1))?),
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
