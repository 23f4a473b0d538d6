//! Whether a desk's file is whole, by SQLite's quick check, which reads all of it. A file that
//! takes longer is checked table by table beside the desk, which never waits for that.

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, ErrorCode};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::{checkpoints::Turn, connection::connect};

/// So long may a start take it: some hundred megabytes.
const AT_START: Duration = Duration::from_secs(1);
/// Steps of SQLite's machine between two questions whether to go on: well below a millisecond.
const STEPS: i32 = 1_000;
/// A check that gave way goes on after this.
const AGAIN_AFTER: Duration = Duration::from_secs(1);
/// How often one table is tried.
const TRIES: u32 = 100;

/// Whether it is known to be whole. Damage is an error.
#[derive(Debug, PartialEq, Eq)]
pub enum Checked {
    Whole,
    /// It took too long, or had to give way.
    Unfinished,
}

/// Checks a file as far as a start has time for.
pub fn at_start(connection: &mut Connection) -> Result<Checked> {
    let end = Instant::now() + AT_START;
    check(connection, "PRAGMA quick_check(5)", move || Instant::now() < end)
}

/// Checks all of it, however long that takes.
pub fn whole(connection: &mut Connection) -> Result<()> {
    check(connection, "PRAGMA quick_check(5)", || true).map(drop)
}

fn check(
    connection: &mut Connection,
    statement: &str,
    goes_on: impl Fn() -> bool + Send + 'static,
) -> Result<Checked> {
    connection.progress_handler(STEPS, Some(move || !goes_on()))?;
    let found = found(connection, statement);
    connection.progress_handler(0, None::<fn() -> bool>)?;
    match found {
        Ok(lines) if lines == ["ok"] => Ok(Checked::Whole),
        Ok(lines) => bail!("it is damaged: {}", lines.join("; ")),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
            Ok(Checked::Unfinished)
        }
        Err(error) => Err(error).context("checking it"),
    }
}

fn found(connection: &Connection, statement: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(statement)?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// A check beside an open desk. It ends when this is dropped.
pub struct Beside {
    stops: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Beside {
    /// Says at the end whether the file is whole.
    pub fn start(
        path: &Path,
        turn: Turn,
        then: impl FnOnce(Result<()>) + Send + 'static,
    ) -> Result<Self> {
        let stops = Arc::new(AtomicBool::new(false));
        let (path, own) = (path.to_owned(), Arc::clone(&stops));
        let thread = thread::Builder::new()
            .name("integrity".to_owned())
            .spawn(move || then(all_tables(&path, &turn, &own)));
        Ok(Self { stops, thread: Some(thread.context("starting a thread")?) })
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.stops.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // If it panicked it has said so.
            let _ = thread.join();
        }
    }
}

/// Whoever wants to move the log comes first: a reader would keep it from being emptied.
fn all_tables(path: &Path, turn: &Turn, stops: &Arc<AtomicBool>) -> Result<()> {
    let mut connection = connect(path)?;
    let tables = found(&connection, "SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    for table in &tables {
        let mut tries = 0;
        loop {
            if stops.load(Ordering::Relaxed) {
                bail!("the check was interrupted");
            }
            let (waited_for, stops) = (turn.clone(), Arc::clone(stops));
            let has_turn = turn.take();
            let checked =
                check(&mut connection, &format!("PRAGMA quick_check('{table}')"), move || {
                    !waited_for.is_wanted() && !stops.load(Ordering::Relaxed)
                })?;
            drop(has_turn);
            if checked == Checked::Whole {
                tracing::info!("{}: the table `{table}` is whole", path.display());
                break;
            }
            tries += 1;
            if tries == TRIES {
                bail!(
                    "the table `{table}` cannot be checked while the desk is so busy: run `baton \
                     doctor` while the server is stopped"
                );
            }
            thread::park_timeout(AGAIN_AFTER);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, path::PathBuf, sync::mpsc};

    fn file(folder: &Path) -> PathBuf {
        let path = folder.join("shop.sqlite");
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE filler (n INTEGER PRIMARY KEY, body TEXT); CREATE TABLE other (n)",
            )
            .unwrap();
        (0..2_000).for_each(|n| {
            _ = connection
                .execute("INSERT INTO filler VALUES (?1, ?2)", (n, "x".repeat(500)))
                .unwrap()
        });
        path
    }

    #[test]
    fn damage_is_found_and_what_is_whole_is_called_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        assert_eq!(at_start(&mut Connection::open(&path).unwrap()).unwrap(), Checked::Whole);
        let mut bytes = fs::read(&path).unwrap();
        let page = 4096 * (bytes.len() / 4096 / 2);
        bytes[page..page + 4096].fill(0x5a);
        fs::write(&path, bytes).unwrap();
        let damaged = at_start(&mut Connection::open(&path).unwrap()).unwrap_err().to_string();
        assert!(damaged.contains("damaged") || damaged.contains("checking it"), "{damaged}");
    }

    #[test]
    fn a_check_that_takes_too_long_ends_and_one_beside_the_desk_gives_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        let mut connection = Connection::open(&path).unwrap();
        assert_eq!(
            check(&mut connection, "PRAGMA quick_check", || false).unwrap(),
            Checked::Unfinished
        );
        assert_eq!(
            check(&mut connection, "PRAGMA quick_check('filler')", || true).unwrap(),
            Checked::Whole
        );
        let turn = Turn::default();
        let (told, hears) = mpsc::channel();
        let beside =
            Beside::start(&path, turn.clone(), move |checked| told.send(checked).unwrap()).unwrap();
        hears.recv().unwrap().unwrap();
        drop(beside);
        all_tables(&path, &turn, &Arc::new(AtomicBool::new(false))).unwrap();
    }
}
