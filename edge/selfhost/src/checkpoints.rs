//! Moves a desk's log into its file beside the desk's thread, whose visitors would have to wait
//! while thousands of pages are copied.
//!
//! A log begins anew only once all of it has been moved while nobody writes. So the bulk is moved
//! and synced by a thread of its own while the desk goes on, and the little that came meanwhile by
//! the desk itself, between two transactions.
//!
//! What was erased stands in the log until that is emptied, which the desk waits for before it
//! sends a receipt.

use anyhow::{Context, Result};
use rusqlite::{Connection, ffi};
use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, AtomicUsize, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::connection::connect;

/// The log's length at which it is moved: 8 MB. Moving takes three syncs however little there is.
const PAGES: u32 = 1_000;
/// The length at which the desk waits for it to be moved.
const MOST_PAGES: u32 = 8_000;
/// So long at most, in case it cannot be moved.
const WAIT: Duration = Duration::from_millis(100);
/// What came during the first round is moved by the second, and what came during that is little.
const ROUNDS: usize = 2;
/// The priority of a thread that moves: nearly the lowest.
#[cfg(target_os = "linux")]
const NICE: i32 = 15;
/// After a failure; until then the log grows.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Who may move the log: SQLite lets only one do so at a time, and no reader may stand in the way
/// of its being emptied.
#[derive(Clone, Default)]
pub struct Turn {
    held: Arc<Mutex<()>>,
    /// How many wait for it.
    wanted: Arc<AtomicUsize>,
}

impl Turn {
    /// Waits for it.
    pub fn take(&self) -> MutexGuard<'_, ()> {
        self.wanted.fetch_add(1, Ordering::Relaxed);
        let guard = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        self.wanted.fetch_sub(1, Ordering::Relaxed);
        guard
    }

    /// Whether somebody waits for it.
    pub fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Relaxed) > 0
    }
}

/// Of one open file.
pub struct Checkpoints {
    path: PathBuf,
    /// Of the log after the last commit.
    pages: Arc<AtomicU32>,
    turn: Turn,
    /// Begun when the log is that long for the first time.
    mover: Option<Mover>,
    /// Left by the thread.
    file: Option<File>,
}

struct Mover {
    /// Taken only while the thread has nothing to do.
    wake: SyncSender<()>,
    /// Says that the bulk has been moved.
    moved: Receiver<()>,
    /// Gives the file back: closing it ends the connections' locks, so that it is closed last.
    thread: JoinHandle<File>,
}

impl Checkpoints {
    /// Takes the place of SQLite's own.
    pub fn of(connection: &mut Connection, path: PathBuf) -> rusqlite::Result<Self> {
        let pages = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&pages);
        connection.wal_hook(Some(move |_: &mut _, pages| {
            counted.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        }))?;
        Ok(Self { path, pages, turn: Turn::default(), mover: None, file: None })
    }

    /// What was committed stands, whatever becomes of this.
    pub fn after_commit(&mut self, connection: &Connection) {
        if self.pages.load(Ordering::Relaxed) >= PAGES
            && let Err(error) = self.advance(connection)
        {
            tracing::warn!(
                "{}: the end of the WAL could not be checkpointed: {error:#}",
                self.path.display()
            );
        }
    }

    fn advance(&mut self, connection: &Connection) -> Result<()> {
        let mover = match &mut self.mover {
            Some(mover) => mover,
            none => none.insert(Mover::start(&self.path, self.turn.clone())?),
        };
        if mover.moved.try_recv().is_err() {
            // Refused while it is at it.
            let _ = mover.wake.try_send(());
            if self.pages.load(Ordering::Relaxed) < MOST_PAGES
                || mover.moved.recv_timeout(WAIT).is_err()
            {
                return Ok(());
            }
        }
        // Another round of the thread does as well.
        let Ok(_turn) = self.turn.held.try_lock() else { return Ok(()) };
        Ok(checkpoint(connection)?)
    }

    /// Moves all of the log into the file and cuts it to nothing, so that nothing of what was
    /// deleted stands in either. To be called between two transactions.
    pub fn empty(&self, connection: &Connection) -> rusqlite::Result<()> {
        let _turn = self.turn.take();
        if connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))? {
            let why = "the log cannot be emptied while somebody reads it".to_owned();
            return Err(rusqlite::Error::SqliteFailure(
                ffi::Error::new(ffi::SQLITE_BUSY),
                Some(why),
            ));
        }
        self.pages.store(0, Ordering::Relaxed);
        Ok(())
    }

    /// To be held by whoever else reads the log at length.
    pub fn turn(&self) -> Turn {
        self.turn.clone()
    }

    /// Waits for what is under way. To be called before the connection is closed, so that it is the
    /// last: SQLite then moves what is left.
    pub fn end(&mut self) {
        self.file = self.mover.take().and_then(|Mover { thread, wake, .. }| {
            drop(wake);
            // If it panicked it has said so.
            thread.join().ok()
        });
    }
}

impl Mover {
    fn start(path: &Path, turn: Turn) -> Result<Self> {
        let file = File::open(path).context("opening the file")?;
        // Of no length: a request that comes while the thread is at work is not kept.
        let (wake, requests) = sync_channel(0);
        let (done, moved) = sync_channel(1);
        let path = path.to_owned();
        let name = "checkpoints".to_owned();
        let thread = thread::Builder::new()
            .name(name)
            .spawn(move || run(&path, file, &turn, &requests, &done))
            .context("starting a thread")?;
        Ok(Self { wake, moved, thread })
    }
}

fn run(
    path: &Path,
    file: File,
    turn: &Turn,
    requests: &Receiver<()>,
    done: &SyncSender<()>,
) -> File {
    // Where there are fewer processors than work, visitors go first. (Elsewhere it would slow the
    // whole process.)
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(NICE);
    let (mut own, mut not_before) = (None, Instant::now());
    while requests.recv().is_ok() {
        if Instant::now() < not_before {
            continue;
        }
        let has_turn = turn.take();
        let moved = move_bulk(own.take(), path, &file);
        drop(has_turn);
        match moved {
            Ok(connection) => {
                own = Some(connection);
                // One that nobody has taken yet says the same.
                let _ = done.try_send(());
            }
            Err(error) => {
                tracing::warn!("{}: the WAL could not be checkpointed: {error:#}", path.display());
                not_before = Instant::now() + TRY_AGAIN_AFTER;
            }
        }
    }
    file
}

fn move_bulk(own: Option<Connection>, path: &Path, file: &File) -> Result<Connection> {
    let connection = match own {
        Some(connection) => connection,
        None => connect(path)?,
    };
    for _ in 0..ROUNDS {
        checkpoint(&connection)?;
        // SQLite does so only when nothing is left in the log.
        file.sync_data()?;
    }
    Ok(connection)
}

/// Moves what can be moved without waiting for anybody.
fn checkpoint(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}

#[cfg(test)]
mod tests {
    use desk::store::{Sql, Value};
    use std::{
        fs::{self, File},
        io::Read,
        path::Path,
    };

    use super::MOST_PAGES;
    use crate::sqlite::Database;

    /// How often the log has begun anew, by its header.
    fn times_begun(path: &Path) -> u32 {
        let mut header = [0; 16];
        File::open(path.with_extension("sqlite-wal")).unwrap().read_exact(&mut header).unwrap();
        u32::from_be_bytes(header[12..].try_into().unwrap())
    }

    #[test]
    fn a_log_begins_anew_while_it_is_written_and_stays_within_bounds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.sqlite");
        let mut database = Database::open(&path).unwrap();
        database.execute("CREATE TABLE filler (n INTEGER PRIMARY KEY, body TEXT)", &[]).unwrap();
        database.commit().unwrap();
        let (before, body) = (times_begun(&path), Value::Text("x".repeat(100_000).into()));
        // 250 MB: several times as much as may stand in the log.
        let rows = 2_500;
        for _ in 0..rows {
            database
                .execute("INSERT INTO filler (body) VALUES (?1)", std::slice::from_ref(&body))
                .unwrap();
            database.commit().unwrap();
        }
        assert!(times_begun(&path) > before, "it began anew");
        let most = u64::from(MOST_PAGES + MOST_PAGES / 4) * 8192;
        assert!(
            fs::metadata(path.with_extension("sqlite-wal")).unwrap().len() < most,
            "the desk waited for it"
        );
        drop(database);
        assert!(
            !path.with_extension("sqlite-wal").exists(),
            "the last connection moves what is left"
        );
        let mut again = Database::open(&path).unwrap();
        let kept =
            again.query("SELECT count(*) FROM filler WHERE length(body) = 100000", &[]).unwrap();
        assert_eq!(kept, [[Value::Integer(rows)]]);
    }
}
