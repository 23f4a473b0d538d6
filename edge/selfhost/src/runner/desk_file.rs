//! A site's desk and its database: opened, handled in transactions, and dropped and opened anew
//! when a save fails or the desk panics.

use anyhow::Result;
use desk::{EventText, Input, PeerId, StoredDesk, settings::SiteSettings, store::StoreError};
use rusqlite::ErrorCode;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::trouble::Trouble;
use crate::{clock, marker, sqlite::Database};

/// How long a desk waits to be opened again whose file has failed twice in a row: as on a full
/// disk. Reading it for every frame would be all that it does.
const REOPEN_FAILING_AFTER: Duration = Duration::from_secs(1);
/// How long a desk waits to be opened again whose file is damaged or gone: until somebody has put
/// a copy back.
const REOPEN_DAMAGED_AFTER: Duration = Duration::from_secs(30);

/// Why a transaction was given up.
pub enum Failure {
    Save(StoreError<rusqlite::Error>),
    Panic,
}

pub struct DeskFile {
    pub settings: SiteSettings,
    pub path: PathBuf,
    /// `None` after a failure, until the desk is open again.
    pub stored: Option<StoredDesk<Database>>,
    /// Whether this process has found the file whole.
    is_checked: bool,
    /// Whether the file was found damaged.
    is_damaged: bool,
    /// A file that is damaged, or fails again and again, is not opened before.
    not_before: Option<Instant>,
    trouble: Trouble,
}

impl DeskFile {
    pub fn new(settings: SiteSettings, folder: &Path) -> Self {
        let path = folder.join(format!("{}.sqlite", settings.key));
        Self {
            settings,
            path,
            stored: None,
            is_checked: false,
            is_damaged: false,
            not_before: None,
            trouble: Trouble::default(),
        }
    }

    /// Whether the file was found damaged and is left alone for a while.
    pub fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// Opens the desk unless it is open, or to be left alone for a while. True if it is open.
    pub fn open_again(&mut self) -> bool {
        let may_try = self.not_before.is_none_or(|at| at <= Instant::now());
        if self.stored.is_none()
            && may_try
            && let Err(error) = self.open()
        {
            self.tell(|| match is_damage(&error) {
                true => format!("this site is not served: {error:#}"),
                false => format!("the desk's file cannot be written: {error:#}"),
            });
        }
        self.stored.is_some()
    }

    /// Opens the desk. A file that is damaged, or has failed a moment ago, then waits before the
    /// next try.
    pub fn open(&mut self) -> Result<()> {
        (self.not_before, self.is_damaged) = (None, false);
        self.restore().inspect_err(|error| {
            self.is_damaged = is_damage(error);
            let wait = if self.is_damaged { REOPEN_DAMAGED_AFTER } else { REOPEN_FAILING_AFTER };
            self.not_before = Some(Instant::now() + wait);
        })
    }

    /// Tells the operator what is wrong with the file, once a minute.
    pub fn tell(&mut self, what: impl FnOnce() -> String) {
        if self.trouble.comes(Instant::now()) {
            tracing::error!(site = self.settings.key, "{}", what());
        }
    }

    /// Restores the desk as after a start: without a socket.
    fn restore(&mut self) -> Result<()> {
        marker::expect_desk(&self.path)?;
        let mut database = Database::open(&self.path)?;
        if !self.is_checked {
            database.check(&self.path)?;
            self.is_checked = true;
        }
        let mut stored =
            StoredDesk::open(database, self.settings.clone(), clock::wall(), |_| false)?;
        stored.sql.commit()?;
        if !self.trouble.is_fresh(Instant::now()) {
            for row in stored.unreadable() {
                tracing::error!(site = self.settings.key, "{row}");
            }
        }
        // Purges what was erased just before a crash. A failure here leaves a desk that can still
        // be read.
        if let Err(error) = stored
            .sql
            .purge()
            .map_err(anyhow::Error::from)
            .and_then(|()| marker::opened(&self.path))
        {
            self.tell(|| format!("{error:#}"));
        }
        self.stored = Some(stored);
        Ok(())
    }

    /// Handles inputs in one transaction of an open desk; gives what to send now that it is on
    /// disk.
    pub fn handle(&mut self, inputs: &[Input]) -> Result<Vec<(PeerId, EventText)>, Failure> {
        let stored = self.stored.as_mut().expect("the desk is open");
        let work = AssertUnwindSafe(|| {
            #[cfg(test)]
            assert!(!inputs.iter().any(super::tests::is_fatal), "as the test asked");
            let sends = stored.handle(clock::wall(), inputs)?;
            stored.sql.commit().map_err(StoreError::Sql)?;
            // One of them may be the receipt.
            if stored.must_purge() {
                stored.sql.purge().map_err(StoreError::Sql)?;
            }
            Ok(sends)
        });
        let sends = catch_unwind(work).map_err(|_| Failure::Panic)?.map_err(Failure::Save)?;
        if stored.sql.has_saved() && self.trouble.goes(Instant::now()) {
            tracing::info!(site = self.settings.key, "the desk's file can be written again");
        }
        Ok(sends)
    }

    /// Drops the desk, whose memory may be ahead of the file.
    pub fn give_up(&mut self, failure: Failure) {
        const DROPPED: &str = "the desk is dropped and will be rebuilt from its file";
        self.stored = None;
        match failure {
            Failure::Save(error) => {
                let error = anyhow::Error::from(error);
                self.is_checked &= !is_damage(&error);
                let now = Instant::now();
                let is_again = self.trouble.is_fresh(now);
                self.not_before = is_again.then(|| now + REOPEN_FAILING_AFTER);
                self.tell(|| format!("{DROPPED}: {error:#}"));
            }
            Failure::Panic => tracing::error!(site = self.settings.key, "{DROPPED}: a panic"),
        }
    }

    /// Closes the desk at the end of the process.
    pub fn close(&mut self) {
        if self.stored.take().is_some()
            && let Err(error) = marker::closed(&self.path)
        {
            tracing::warn!(site = self.settings.key, "{error:#}");
        }
    }
}

/// Whether an error is one that does not pass by itself, as a full disk or a locked file does.
fn is_damage(error: &anyhow::Error) -> bool {
    let of_sqlite = error.chain().find_map(|cause| cause.downcast_ref::<rusqlite::Error>());
    match of_sqlite.and_then(rusqlite::Error::sqlite_error_code) {
        Some(code) => matches!(code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase),
        None => !error.chain().any(|cause| cause.is::<std::io::Error>()),
    }
}
