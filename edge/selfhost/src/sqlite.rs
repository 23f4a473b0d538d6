//! A desk's SQLite file: WAL, `synchronous=FULL`, one writer.

use desk::store::{Sql, Value};
use rusqlite::{
    Connection, OpenFlags,
    types::{ToSqlOutput, ValueRef},
};
use std::path::Path;

use crate::checkpoints::Checkpoints;

/// More than the desk has.
const STATEMENTS: usize = 64;

/// The first write opens a transaction, which lasts until `commit`.
pub struct Database {
    connection: Connection,
    checkpoints: Checkpoints,
    is_changed: bool,
}

/// Opens a desk's file for this process alone, as often as it likes. The index of its log is in memory and not beside it, so that it can be
/// opened on a full disk.
pub fn connect(path: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags_and_vfs(path, OpenFlags::default(), c"unix-excl")
}

impl Database {
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        let mut connection = connect(path)?;
        connection.execute_batch(
            // Pages of 8 kB: a package takes half as many writes. (A file that was made with others keeps them.)
            "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; \
             PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -16000;",
        )?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let checkpoints = Checkpoints::of(&mut connection, path.to_owned())?;
        Ok(Self { connection, checkpoints, is_changed: false })
    }

    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// When this returns, what was saved survives a power cut.
    pub fn commit(&mut self) -> rusqlite::Result<()> {
        if std::mem::take(&mut self.is_changed) {
            self.connection.execute_batch("COMMIT")?;
            self.checkpoints.after_commit(&self.connection);
        }
        Ok(())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.checkpoints.end();
    }
}

impl Sql for Database {
    type Error = rusqlite::Error;

    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> rusqlite::Result<()> {
        if !std::mem::replace(&mut self.is_changed, true) {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        self.connection.prepare_cached(sql)?.execute(rusqlite::params_from_iter(values.iter().map(bind)))?;
        Ok(())
    }

    fn query(&mut self, sql: &str, values: &[Value<'_>]) -> rusqlite::Result<Vec<Vec<Value<'static>>>> {
        let mut statement = self.connection.prepare(sql)?;
        let columns = statement.column_count();
        let rows = statement.query_map(rusqlite::params_from_iter(values.iter().map(bind)), |row| {
            (0..columns).map(|i| Ok(read(row.get_ref(i)?))).collect::<rusqlite::Result<Vec<_>>>()
        })?;
        rows.collect()
    }
}

fn bind<'a>(value: &'a Value<'_>) -> ToSqlOutput<'a> {
    ToSqlOutput::Borrowed(match value {
        Value::Null => ValueRef::Null,
        Value::Integer(n) => ValueRef::Integer(*n),
        Value::Text(text) => ValueRef::Text(text.as_bytes()),
    })
}

fn read(value: ValueRef<'_>) -> Value<'static> {
    match value {
        ValueRef::Integer(n) => Value::Integer(n),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned().into()),
        // The tables have neither reals nor blobs.
        ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => Value::Null,
    }
}
