//! Copies of a desk's file: made while it runs, put back while it is stopped.

use anyhow::{Context, Result, bail};
use desk::store;
use protocol::ConversationId;
use rusqlite::{Connection, ErrorCode, MAIN_DB, backup::Progress};
use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    clock,
    folder::{self, BACKUPS},
    marker,
    sqlite::Database,
};

/// Copies an open desk by SQLite's online backup; gives the name of the copy within the data
/// folder. It has that name only once it is whole and on disk.
pub fn copy(connection: &Connection, data: &Path, site: &str) -> Result<String> {
    let folder = data.join(BACKUPS);
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    let name = format!("{BACKUPS}/{site}-{}.sqlite", clock::wall());
    let (unfinished, whole) = (data.join(format!("{name}.unfinished")), data.join(&name));
    connection
        .backup(MAIN_DB, &unfinished, None::<fn(Progress)>)
        .with_context(|| format!("copying to {}", unfinished.display()))?;
    settle(&unfinished, &whole)?;
    Ok(name)
}

/// Puts a copy in a desk's place and says what was done. The desk's own file is kept beside it. A
/// copy of another site is refused, unless it is of the one that is named.
pub fn restore(from: &Path, of: Option<&str>, data: &Path, site: &str) -> Result<String> {
    let found = check(from)?;
    if let Some(found) = found.as_ref().filter(|found| **found != of.unwrap_or(site)) {
        bail!(
            "{} is a copy of the site `{found}`: to put it in place of `{site}`, add `--of \
             {found}`",
            from.display()
        );
    }
    let _held = folder::take(data)?;
    let own = data.join(format!("{site}.sqlite"));
    let erased = if own.exists() { close(&own)? } else { Vec::new() };
    let new = data.join(format!("{site}.sqlite.restoring"));
    fs::copy(from, &new).with_context(|| format!("copying {}", from.display()))?;
    folder::close(&new)?;
    let again = erase_again(&new, &erased, site)?;
    let kept = data.join(format!("{site}.sqlite.before-{}", clock::wall()));
    let keeps_old = own.exists();
    if keeps_old {
        fs::hard_link(&own, &kept).with_context(|| format!("keeping {}", own.display()))?;
    }
    settle(&new, &own)?;
    marker::closed(&own)?;
    let old =
        if keeps_old { format!("; what was there is {}", kept.display()) } else { String::new() };
    Ok(format!(
        "{} is restored from {}, {again} conversation(s) erased since then stay erased{old}",
        own.display(),
        from.display()
    ))
}

/// A whole desk, that this program can read; gives whose it is, if that is written down.
fn check(path: &Path) -> Result<Option<String>> {
    let mut database =
        Database::look(path).with_context(|| format!("opening {}", path.display()))?;
    let connection = database.connection();
    let found: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .with_context(|| format!("reading {}", path.display()))?;
    if found != "ok" {
        bail!("{} is damaged: {found}", path.display());
    }
    let version: i64 = connection
        .query_row("SELECT value FROM meta WHERE key = 'schema_version'", [], |row| row.get(0))
        .with_context(|| format!("{} is not a desk's file", path.display()))?;
    if version > i64::try_from(store::SCHEMA_VERSION)? {
        bail!(
            "{} has tables of version {version}, this program knows up to {}: run a newer one",
            path.display(),
            store::SCHEMA_VERSION
        );
    }
    Ok(store::owner(&mut database)?)
}

/// Makes sure that nobody uses the desk's file, lets SQLite move its log into it, and gives the
/// conversations that were erased. A file that cannot be read has none to give; its log is put
/// aside.
fn close(path: &Path) -> Result<Vec<ConversationId>> {
    match Database::open(path).and_then(|mut database| store::erased(&mut database)) {
        Ok(erased) => Ok(erased),
        Err(error)
            if matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
            ) =>
        {
            bail!("{} is in use: stop the server first", path.display())
        }
        Err(error) => {
            tracing::warn!(
                "the desk's own file cannot be read, so what was erased since the copy is \
                 unknown: {error}"
            );
            let log = PathBuf::from(format!("{}-wal", path.display()));
            if log.exists() {
                fs::rename(&log, format!("{}.before-{}", log.display(), clock::wall()))?;
            }
            Ok(Vec::new())
        }
    }
}

/// Deletes from a copy what was erased after it was made, and writes down whose it is.
fn erase_again(path: &Path, erased: &[ConversationId], site: &str) -> Result<usize> {
    let mut database = Database::open(path)?;
    let again = store::erase_again(&mut database, clock::wall(), erased)?;
    store::hand_over(&mut database, site)?;
    database.commit()?;
    Ok(again)
}

/// Gives a file its final name once every byte of it is on disk.
fn settle(from: &Path, to: &Path) -> Result<()> {
    fs::File::open(from)
        .and_then(|file| file.sync_all())
        .with_context(|| format!("writing {}", from.display()))?;
    fs::rename(from, to)
        .with_context(|| format!("renaming {} to {}", from.display(), to.display()))?;
    let folder = to.parent().context("a file is in a folder")?;
    fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .with_context(|| format!("writing {}", folder.display()))
}
