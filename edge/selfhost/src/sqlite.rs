//! A desk's SQLite file: WAL, `synchronous=FULL`, one writer.

use desk::store::{Sql, Value};
use rusqlite::{
    Connection, OpenFlags, ffi,
    types::{ToSqlOutput, ValueRef},
};
use std::{
    fs::File,
    io,
    path::Path,
    time::{Duration, Instant},
};

use crate::{
    checkpoints::Checkpoints,
    connection::connect,
    integrity::{self, Beside, Checked},
    marker::Files,
    traces,
};

/// More than the desk has.
const STATEMENTS: usize = 64;

/// The first write opens a transaction, which lasts until `commit`.
pub struct Database {
    connection: Connection,
    checkpoints: Checkpoints,
    files: Files,
    check: Option<Beside>,
    is_changed: bool,
    has_saved: bool,
    /// When what was deleted is to be taken out of the free space of the file's pages.
    wipe_at: Option<Instant>,
    /// By which that is done. Closing it would end the connection's locks, so that it is closed
    /// after that.
    file: Option<File>,
}

/// A file of up to 128 MB is wiped at once, within some hundredths of a second.
const WIPED_AT_ONCE: u64 = 128 << 20;
/// A larger one so long after something was deleted.
const WIPE_AFTER: Duration = Duration::from_secs(60);

impl Database {
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = connect(path)?;
        connection.execute_batch(
            // Pages of 8 kB: a package takes half as many writes. (A file that was made with others
            // keeps them.)
            "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON; \
             PRAGMA cell_size_check = ON; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -16000;",
        )?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Self::over(connection, path)
    }

    /// Opens a file that nobody uses, only to read it: a copy.
    pub fn look(path: &Path) -> rusqlite::Result<Self> {
        Self::over(Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?, path)
    }

    fn over(mut connection: Connection, path: &Path) -> rusqlite::Result<Self> {
        let checkpoints = Checkpoints::of(&mut connection, path.to_owned())?;
        Ok(Self {
            connection,
            checkpoints,
            files: Files::of(path),
            check: None,
            is_changed: false,
            has_saved: false,
            wipe_at: None,
            file: None,
        })
    }

    /// Refuses a file that is damaged, as far as that is seen in the time of a start; the rest is
    /// checked beside the desk, and said.
    pub fn check(&mut self, path: &Path) -> anyhow::Result<()> {
        if integrity::at_start(&mut self.connection)? == Checked::Unfinished {
            let name = path.to_owned();
            self.check_beside(path, move |checked| {
                if let Err(error) = checked {
                    tracing::error!("{}: {error:#}", name.display());
                }
            })?;
        }
        Ok(())
    }

    /// Checks all of the file beside the desk, in place of a check that is under way.
    pub fn check_beside(
        &mut self,
        path: &Path,
        then: impl FnOnce(anyhow::Result<()>) + Send + 'static,
    ) -> anyhow::Result<()> {
        self.check = None;
        self.check = Some(Beside::start(path, self.checkpoints.turn(), then)?);
        Ok(())
    }

    pub fn connection_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }

    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// When this returns, what was saved survives a power cut. A file that somebody deleted or
    /// replaced meanwhile is an error: what is in the log is moved into the desk's file then, as
    /// long as that is where it was.
    pub fn commit(&mut self) -> rusqlite::Result<()> {
        if std::mem::take(&mut self.is_changed) {
            self.connection.execute_batch("COMMIT")?;
            self.has_saved = true;
            self.checkpoints.after_commit(&self.connection);
        }
        let Some(path) = self.files.replaced() else { return Ok(()) };
        let saved = match self.checkpoints.empty(&self.connection) {
            Ok(()) => "its log is moved into the open file".to_owned(),
            Err(error) => format!("its log cannot be moved: {error:#}"),
        };
        let why = format!(
            "{} was deleted or replaced by another program while it was in use; {saved}",
            path.display()
        );
        Err(rusqlite::Error::SqliteFailure(
            ffi::Error::new(ffi::SQLITE_READONLY_DBMOVED),
            Some(why),
        ))
    }

    /// Whether anything was saved since it was opened.
    pub fn has_saved(&self) -> bool {
        self.has_saved
    }

    /// Takes what was deleted out of the log, and out of what SQLite leaves of it in the file; of a
    /// large file the last within a minute.
    pub fn purge(&mut self) -> rusqlite::Result<()> {
        self.checkpoints.empty(&self.connection)?;
        if self.opened().and_then(|file| file.metadata()).map_err(failed)?.len() <= WIPED_AT_ONCE {
            self.wipe()
        } else {
            self.wipe_at.get_or_insert(Instant::now() + WIPE_AFTER);
            Ok(())
        }
    }

    /// Does what was put off, if its time has come.
    pub fn tend(&mut self) -> rusqlite::Result<()> {
        match self.wipe_at {
            Some(at) if at <= Instant::now() => self.finish(),
            _ => Ok(()),
        }
    }

    /// Does what was put off, whatever its time: for who closes the file and may not open it again
    /// soon.
    pub fn finish(&mut self) -> rusqlite::Result<()> {
        if self.wipe_at.is_none() {
            return Ok(());
        }
        self.checkpoints.empty(&self.connection)?;
        self.wipe()
    }

    fn wipe(&mut self) -> rusqlite::Result<()> {
        // What it has in memory it would write again as it was.
        self.connection.execute_batch("PRAGMA shrink_memory")?;
        self.opened().and_then(traces::wipe).map_err(failed)?;
        self.wipe_at = None;
        Ok(())
    }

    fn opened(&mut self) -> io::Result<&File> {
        let path = self.connection.path().unwrap_or_default();
        match &mut self.file {
            Some(file) => Ok(file),
            none => Ok(none.insert(File::options().read(true).write(true).open(path)?)),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.check = None;
        self.checkpoints.end();
    }
}

impl Sql for Database {
    type Error = rusqlite::Error;

    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> rusqlite::Result<()> {
        if !std::mem::replace(&mut self.is_changed, true) {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        self.connection
            .prepare_cached(sql)?
            .execute(rusqlite::params_from_iter(values.iter().map(bind)))?;
        Ok(())
    }

    fn query(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
    ) -> rusqlite::Result<Vec<Vec<Value<'static>>>> {
        let mut statement = self.connection.prepare(sql)?;
        let columns = statement.column_count();
        let rows =
            statement.query_map(rusqlite::params_from_iter(values.iter().map(bind)), |row| {
                (0..columns)
                    .map(|i| Ok(read(row.get_ref(i)?)))
                    .collect::<rusqlite::Result<Vec<_>>>()
            })?;
        rows.collect()
    }
}

fn failed(error: io::Error) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(
        ffi::Error::new(ffi::SQLITE_IOERR),
        Some(format!("taking out what was deleted: {error}")),
    )
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
