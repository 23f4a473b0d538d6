//! The tables, and the way to them from those of older versions.

use std::sync::Arc;

use crate::{
    state::{
        conversation::Conversation,
        package::{Body, Brief, Request},
        row::Row,
    },
    store::{
        record::Record,
        save::save,
        sql::{
            SCHEMA_VERSION, Sql, StoreError, Value, as_integer, as_text, number, read, text,
            unreadable,
        },
    },
};

const TABLES: [&str; 10] = [
    "CREATE TABLE IF NOT EXISTS conversation (n INTEGER PRIMARY KEY, state TEXT NOT NULL, body \
     TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS message (conversation TEXT NOT NULL, seq INTEGER NOT NULL, id \
     TEXT NOT NULL, author TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL, name TEXT, \
     PRIMARY KEY (conversation, seq), UNIQUE (conversation, id)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS event (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT \
     NULL, conversation TEXT, agent TEXT)",
    "CREATE TABLE IF NOT EXISTS agent (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS peer (id INTEGER PRIMARY KEY, body TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS pace (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT \
     NULL, body TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS pace_kind ON pace (kind, n)",
    "CREATE TABLE IF NOT EXISTS pass (hash TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS gate (hash TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS package (n INTEGER PRIMARY KEY, conversation TEXT NOT NULL, body \
     TEXT NOT NULL)",
];

/// Before the site's key: the column would make a number of one that is all digits.
const OWNER: &str = "site ";
/// Rows that a migration has in memory at once.
const AT_ONCE: u64 = 200;

/// Makes the tables, brings those of an older version to this one, and refuses those of a newer
/// one. In one transaction.
pub fn prepare<S: Sql>(sql: &mut S) -> Result<(), StoreError<S::Error>> {
    let mut run = |statement: &str| sql.execute(statement, &[]).map_err(StoreError::Sql);
    run("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT \
         ROWID")?;
    let version = "SELECT value FROM meta WHERE key = 'schema_version'";
    let rows = sql.query(version, &[]).map_err(StoreError::Sql)?;
    let found = rows.first().and_then(|row| as_integer(row.first()));
    let mut run = |statement: &str| sql.execute(statement, &[]).map_err(StoreError::Sql);
    match found {
        Some(SCHEMA_VERSION) => return Ok(()),
        Some(found) if found > SCHEMA_VERSION => return Err(StoreError::Newer { found }),
        Some(found) => {
            // Before version 4 a message did not keep the name of the agent who wrote it.
            run("ALTER TABLE message ADD COLUMN name TEXT")?;
            // Before version 3 conversations had no number.
            if found < 3 {
                run("ALTER TABLE conversation RENAME TO unnumbered")?;
            }
        }
        None => {}
    }
    for statement in TABLES {
        run(statement)?;
    }
    if found.is_some_and(|found| found < 3) {
        number_conversations(sql)?;
    }
    sql.execute(
        "INSERT INTO meta (key, value) VALUES ('schema_version', ?1) ON CONFLICT (key) DO UPDATE \
         SET value = excluded.value",
        &[number(SCHEMA_VERSION)],
    )
    .map_err(StoreError::Sql)
}

/// The site whose desk this is; none in what was made before it was written down.
pub fn owner<S: Sql>(sql: &mut S) -> Result<Option<String>, S::Error> {
    let rows = sql.query("SELECT value FROM meta WHERE key = 'site'", &[])?;
    let own = rows.first().and_then(|row| as_text(row.first())?.strip_prefix(OWNER));
    Ok(own.map(str::to_owned))
}

/// Writes down whose desk this is, whoever's it was.
pub fn hand_over<S: Sql>(sql: &mut S, site: &str) -> Result<(), S::Error> {
    let own = Value::Text(format!("{OWNER}{site}").into());
    sql.execute(
        "INSERT INTO meta (key, value) VALUES ('site', ?1) ON CONFLICT (key) DO UPDATE SET value \
         = excluded.value",
        &[own],
    )
}

/// Refuses another site's desk; writes down whose it is if that is not known.
pub fn belong_to<S: Sql>(sql: &mut S, site: &str) -> Result<(), StoreError<S::Error>> {
    match owner(sql).map_err(StoreError::Sql)? {
        Some(own) if own == site => Ok(()),
        Some(found) => Err(StoreError::Foreign { found }),
        None => hand_over(sql, site).map_err(StoreError::Sql),
    }
}

/// Gives every conversation the number of its package, and the brief of it.
fn number_conversations<S: Sql>(sql: &mut S) -> Result<(), StoreError<S::Error>> {
    // Version 1 kept the package within the conversation.
    for statement in [
        "INSERT INTO package (conversation, body) SELECT id, json_extract(body, '$.package') FROM \
         unnumbered WHERE json_type(body, '$.package') = 'object'",
        "UPDATE unnumbered SET body = json_remove(body, '$.package') WHERE json_type(body, \
         '$.package') = 'object'",
    ] {
        sql.execute(statement, &[]).map_err(StoreError::Sql)?;
    }
    let mut last = 0;
    loop {
        let some = "SELECT package.n, package.body, unnumbered.body FROM package JOIN unnumbered \
                    ON unnumbered.id = package.conversation WHERE package.n > ?1 ORDER BY \
                    package.n LIMIT ?2";
        let rows = sql.query(some, &[number(last), number(AT_ONCE)]).map_err(StoreError::Sql)?;
        for row in &rows {
            last = as_integer(row.first()).ok_or_else(|| unreadable("package", "no number"))?;
            let conversation = numbered(sql, Row(last), row.get(1), row.get(2))?;
            save(sql, &Record::Conversation(Arc::new(conversation))).map_err(StoreError::Sql)?;
        }
        if rows.is_empty() {
            break;
        }
    }
    sql.execute("DROP TABLE unnumbered", &[]).map_err(StoreError::Sql)
}

fn numbered<S: Sql>(
    sql: &mut S,
    row: Row,
    package: Option<&Value<'_>>,
    body: Option<&Value<'_>>,
) -> Result<Conversation, StoreError<S::Error>> {
    let bytes = as_text(package).map_or(0, str::len);
    let package = as_text(package).map(Body::new);
    let package = package
        .as_ref()
        .and_then(|body| body.package().ok())
        .ok_or_else(|| unreadable("package", "no package"))?;
    let request =
        serde_json::to_string(&Request::rewritten(&package)).expect("a request is plain JSON");
    let brief = serde_json::to_string(&Brief::of(package, bytes)).expect("a brief is plain JSON");
    // What stood there was the SHA-256 of the package, in hex.
    let whole = "SELECT json_set(?1, '$.request', json(?2), '$.brief', json(?3)) WHERE CASE WHEN \
                 json_valid(?1) THEN json_type(?1, '$.request') = 'text' END";
    let body = as_text(body).unwrap_or_default();
    let rows =
        sql.query(whole, &[text(body), text(&request), text(&brief)]).map_err(StoreError::Sql)?;
    let whole = rows
        .first()
        .and_then(|row| row.first())
        .ok_or_else(|| unreadable("conversation", "no object with a request"))?;
    let mut conversation: Conversation = read("conversation", Some(whole))?;
    conversation.row = row;
    if conversation.waiting_since == 0 {
        // Version 1 did not have it.
        conversation.waiting_since = conversation.requested_at;
    }
    Ok(conversation)
}
