//! A disk that fails, and one that remembers: the library of `tests/disk`, preloaded into a host,
//! and what it recorded.

use anyhow::{Context, Result, ensure};
use std::{
    fs,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

const LIBRARY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/release/libdisk.so");

pub const ENOSPC: u64 = 28;
pub const EIO: u64 = 5;

/// The hand on a host's disk, from the file that both look at.
pub struct Hand(fs::File);

impl Hand {
    /// A new one, and the variables that put the host's disk into it.
    pub fn new(folder: &Path) -> Result<(Self, Vec<(&'static str, String)>)> {
        let path = folder.join("disk.control");
        fs::write(&path, [0; 64])?;
        let hand = Self(fs::OpenOptions::new().read(true).write(true).open(&path)?);
        Ok((hand, vec![preload()?, ("BATON_DISK_CONTROL", path.display().to_string())]))
    }

    /// Operations so far.
    pub fn operations(&self) -> Result<u64> {
        let mut bytes = [0; 8];
        self.0.read_exact_at(&mut bytes, 0)?;
        Ok(u64::from_le_bytes(bytes))
    }

    /// From the operation of this number on, so many fail.
    pub fn fail(&self, from: u64, times: u64, errno: u64) -> Result<()> {
        self.set(3, errno)?;
        self.set(2, times)?;
        self.set(1, from)
    }

    /// From now on every operation on a database's file itself fails, and none on its log.
    pub fn fail_beside_logs(&self, errno: u64) -> Result<()> {
        self.set(6, 1)?;
        self.fail(1, u64::MAX / 2, errno)
    }

    pub fn fail_no_more(&self) -> Result<()> {
        self.set(1, 0)?;
        self.set(6, 0)
    }

    /// At the operation of this number the host dies.
    pub fn die_at(&self, operation: u64) -> Result<()> {
        self.set(4, operation)
    }

    /// How long every sync takes longer.
    pub fn slow_us(&self, us: u64) -> Result<()> {
        self.set(5, us)
    }

    /// From now on the wall clock is so far ahead.
    pub fn move_clock(&self, seconds: u64) -> Result<()> {
        self.set(7, seconds)
    }

    fn set(&self, number: u64, value: u64) -> Result<()> {
        Ok(self.0.write_all_at(&value.to_le_bytes(), 8 * number)?)
    }
}

/// The variables that let a host's disk be recorded in a file.
pub fn recorded(folder: &Path, log: &Path) -> Result<Vec<(&'static str, String)>> {
    Ok(vec![
        preload()?,
        ("BATON_DISK_LOG", log.display().to_string()),
        ("BATON_DISK_FOLDER", folder.display().to_string()),
    ])
}

fn preload() -> Result<(&'static str, String)> {
    ensure!(Path::new(LIBRARY).exists(), "{LIBRARY} is not there: `cargo xtask test` builds it");
    Ok(("LD_PRELOAD", fs::canonicalize(LIBRARY)?.display().to_string()))
}

/// One thing that was asked of the disk, or sent by a socket.
#[derive(Clone, Debug)]
pub enum Operation {
    Write {
        thread: u32,
        path: PathBuf,
        place: u64,
        bytes: Vec<u8>,
    },
    SyncBegins {
        thread: u32,
        path: PathBuf,
    },
    /// Everything of that file before the sync began is on disk; of a folder, the names in it.
    Sync {
        thread: u32,
        path: PathBuf,
    },
    Truncate {
        path: PathBuf,
        length: u64,
    },
    Create {
        path: PathBuf,
    },
    Unlink {
        path: PathBuf,
    },
    Sent {
        socket: u64,
        bytes: Vec<u8>,
    },
}

/// Reads a record.
pub fn read(log: &Path) -> Result<Vec<Operation>> {
    let bytes = fs::read(log)?;
    let mut rest = bytes.as_slice();
    let mut operations = Vec::new();
    while let Some((kind, after)) = rest.split_first() {
        rest = after;
        let thread = u32::from_le_bytes(take(&mut rest)?);
        let path = PathBuf::from(String::from_utf8(take_bytes(&mut rest)?)?);
        let place = u64::from_le_bytes(take(&mut rest)?);
        let bytes = take_bytes(&mut rest)?;
        operations.push(match kind {
            b'W' => Operation::Write { thread, path, place, bytes },
            b'B' => Operation::SyncBegins { thread, path },
            b'S' => Operation::Sync { thread, path },
            b'T' => Operation::Truncate { path, length: place },
            b'C' => Operation::Create { path },
            b'U' => Operation::Unlink { path },
            b'A' => Operation::Sent { socket: place, bytes },
            other => anyhow::bail!("a record of kind {other}"),
        });
    }
    Ok(operations)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N]> {
    let (bytes, after) = rest.split_first_chunk().context("the record ends early")?;
    *rest = after;
    Ok(*bytes)
}

fn take_bytes(rest: &mut &[u8]) -> Result<Vec<u8>> {
    let length = u32::from_le_bytes(take(rest)?) as usize;
    let (bytes, after) = rest.split_at_checked(length).context("the record ends early")?;
    *rest = after;
    Ok(bytes.to_vec())
}
