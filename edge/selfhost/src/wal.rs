//! Whether a desk's log holds what SQLite will not take from it. SQLite reads a log up to the first
//! frame that is broken and begins anew from there, without a word: right after a power cut, which
//! leaves the end of the last transaction unwritten, and a loss of what was acknowledged where a
//! disk has changed or cut what it had written. This tells the two apart. It is no repair.
//!
//! What proves a loss, whatever became of the machine: a frame whose checksum goes on from the end
//! of a transaction behind the broken frame. It was written after that transaction was on disk. A
//! log that was cut off has no such frame, and looks as after a power cut. The format is
//! [SQLite's](https://sqlite.org/fileformat2.html).

use anyhow::{Context, Result};
use std::{
    fs::File,
    io::{BufReader, Read},
    path::{Path, PathBuf},
};

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// SQLite's default, which desks have.
const PAGE: usize = 4096;
/// Its last bit says in which order the words of the checksums are read.
const MAGIC: u32 = 0x377f_0682;

/// What is lost of the log of a desk that nobody uses, in a sentence; none if nothing is known to
/// be.
pub fn loss(file: &Path) -> Option<String> {
    let path = log(file);
    match look(&path) {
        Ok(None) => None,
        Ok(Some(Loss { frames, taken })) => Some(format!(
            "{} is damaged: of {frames} pages that were written to it SQLite can take {taken}, and \
             what was acknowledged with the others is lost. Look after the disk; if a copy is \
             newer than that, put it back with `baton restore`",
            path.display()
        )),
        Err(error) => Some(format!("{} cannot be read: {error:#}", path.display())),
    }
}

/// The log of a desk's file.
pub fn log(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

#[derive(Debug, PartialEq, Eq)]
struct Loss {
    frames: u64,
    taken: u64,
}

/// Reads a log once, as far as SQLite wrote it.
fn look(log: &Path) -> Result<Option<Loss>> {
    let Ok(file) = File::open(log) else { return Ok(None) };
    let length = file.metadata().context("its length")?.len();
    let mut log = BufReader::with_capacity(1 << 20, file);
    let mut header = [0; HEADER];
    if length <= HEADER as u64 || log.read_exact(&mut header).is_err() {
        return Ok(None);
    }
    let Some(form) = Form::of(&header) else {
        // It was on disk before the first frame was written: SQLite takes nothing of what follows.
        let frames = (length - HEADER as u64) / (FRAME_HEADER + page_size(&header)) as u64;
        return Ok((frames > 0).then_some(Loss { frames, taken: 0 }));
    };
    let mut found = Found::new(form.sum);
    let mut frame = vec![0; FRAME_HEADER + form.page];
    while log.read_exact(&mut frame).is_ok() && found.goes_on(&form, &frame) {}
    let Found { proven, taken, .. } = found;
    Ok((proven > taken).then_some(Loss { frames: proven, taken }))
}

/// The size of a page, which a damaged head may not tell.
fn page_size(header: &[u8; HEADER]) -> usize {
    let said = word(header, 8) as usize;
    if is_page_size(said) { said } else { PAGE }
}

fn is_page_size(bytes: usize) -> bool {
    bytes.is_power_of_two() && (512..=65_536).contains(&bytes)
}

type Sum = [u32; 2];

/// What the head of a log says of its frames.
struct Form {
    is_big_endian: bool,
    page: usize,
    salts: [u8; 8],
    sum: Sum,
}

impl Form {
    /// None of a head that SQLite does not take.
    fn of(header: &[u8; HEADER]) -> Option<Self> {
        let magic = word(header, 0);
        let is_big_endian = magic & 1 == 1;
        let sum = sum(is_big_endian, [0; 2], &header[..24]);
        let page = word(header, 8) as usize;
        let is_fine = magic & !1 == MAGIC
            && sum == [word(header, 24), word(header, 28)]
            && is_page_size(page);
        let salts = header[16..24].try_into().expect("eight bytes");
        is_fine.then_some(Self { is_big_endian, page, salts, sum })
    }
}

/// How far a log has been read.
struct Found {
    /// The checksum that the last frame has.
    sum: Sum,
    ends_transaction: bool,
    is_broken: bool,
    read: u64,
    /// The last frame that SQLite takes.
    taken: u64,
    /// The last frame that was written after a transaction behind a broken one was on disk.
    proven: u64,
}

impl Found {
    fn new(sum: Sum) -> Self {
        Self { sum, ends_transaction: false, is_broken: false, read: 0, taken: 0, proven: 0 }
    }

    /// Takes the next frame; false where the frames of an earlier round of the log begin.
    fn goes_on(&mut self, form: &Form, frame: &[u8]) -> bool {
        let is_of_round = frame[8..16] == form.salts;
        // What is broken may be the salts, of one frame.
        if !is_of_round && self.is_broken {
            return false;
        }
        self.read += 1;
        let own = [word(frame, 16), word(frame, 20)];
        let before = sum(form.is_big_endian, self.sum, &frame[..8]);
        let follows = is_of_round && sum(form.is_big_endian, before, &frame[FRAME_HEADER..]) == own;
        if self.is_broken && follows && self.ends_transaction {
            self.proven = self.read;
        }
        self.is_broken |= !follows;
        self.ends_transaction = is_of_round && word(frame, 4) > 0;
        if !self.is_broken && self.ends_transaction {
            self.taken = self.read;
        }
        if self.proven > 0 {
            self.proven = self.read;
        }
        self.sum = own;
        true
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

/// SQLite's checksum of words, which goes on from one before.
fn sum(is_big_endian: bool, [mut one, mut two]: Sum, bytes: &[u8]) -> Sum {
    for pair in bytes.chunks_exact(8) {
        let (first, second) = pair.split_at(4);
        let read = |word: &[u8]| {
            let word = word.try_into().expect("four bytes");
            if is_big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }
        };
        one = one.wrapping_add(read(first)).wrapping_add(two);
        two = two.wrapping_add(read(second)).wrapping_add(one);
    }
    [one, two]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;
    use std::fs;

    const FRAME: usize = FRAME_HEADER + PAGE;
    /// Of one transaction of the log here.
    const FRAMES: usize = 4;

    /// The file of a desk that was killed after five transactions.
    fn killed(folder: &tempfile::TempDir) -> PathBuf {
        let (open, file) = (folder.path().join("open"), folder.path().join("shop.sqlite"));
        let connection = Connection::open(&open).unwrap();
        connection
            .execute_batch(
                "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA wal_autocheckpoint = 0; CREATE TABLE filler (body TEXT)",
            )
            .unwrap();
        let say = |length: usize| {
            let body = "x".repeat(length);
            _ = connection.execute("INSERT INTO filler VALUES (?1)", [body]).unwrap();
        };
        // A round of the log before, longer than this one, whose frames stand behind it.
        say(40 * PAGE);
        connection.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(())).unwrap();
        (0..5).for_each(|_| say(2 * PAGE));
        fs::copy(&open, &file).unwrap();
        fs::copy(log(&open), log(&file)).unwrap();
        file
    }

    /// What is lost after a change of the log, and what is said of it.
    fn after(change: impl FnOnce(&mut Vec<u8>)) -> Option<(u64, u64)> {
        let folder = tempfile::tempdir().unwrap();
        let file = killed(&folder);
        let mut bytes = fs::read(log(&file)).unwrap();
        assert!(bytes.len() > frame(5 * FRAMES + 10), "an earlier round stands behind");
        change(&mut bytes);
        fs::write(log(&file), bytes).unwrap();
        let lost = look(&log(&file)).unwrap();
        let said = loss(&file).unwrap_or_default();
        assert_eq!(lost.is_some(), said.contains("is damaged: of "), "{said}");
        // As SQLite has it.
        let connection = Connection::open(&file).unwrap();
        let rows: i64 =
            connection.query_row("SELECT count(*) FROM filler", [], |row| row.get(0)).unwrap();
        if let Some(Loss { taken, .. }) = lost {
            assert_eq!(rows as u64, 1 + taken / FRAMES as u64);
        }
        lost.map(|Loss { frames, taken }| (frames, taken))
    }

    /// Where the n-th frame begins, the first being 1.
    fn frame(n: usize) -> usize {
        HEADER + (n - 1) * FRAME
    }

    #[test]
    fn a_log_that_sqlite_takes_whole_is_no_loss_whatever_stands_behind_it() {
        assert_eq!(after(|_| ()), None);
        assert_eq!(after(Vec::clear), None);
        assert_eq!(loss(Path::new("none.sqlite")), None);
    }

    #[test]
    fn what_a_power_cut_leaves_of_the_last_transaction_is_no_loss() {
        let last = 5 * FRAMES;
        for broken in [frame(last) + 100, frame(last - 1) + 100, frame(last - 2) + 10] {
            assert_eq!(after(|log| log[broken] ^= 1), None, "{broken}");
        }
        assert_eq!(after(|log| log.truncate(frame(last) + 1_000)), None);
    }

    #[test]
    fn a_bit_that_changed_before_later_transactions_is_a_loss() {
        for place in [0, 8, 16, 20, FRAME_HEADER, FRAME - 1] {
            for broken in 2 * FRAMES + 1..=3 * FRAMES {
                let lost = after(|log| log[frame(broken) + place] ^= 1);
                assert_eq!(lost, Some((20, 2 * FRAMES as u64)), "{broken} {place}");
            }
        }
        assert!(matches!(after(|log| log[17] ^= 1), Some((20.., 0))), "the head");
        // What it says of the size of a page as well, and no more than one short transaction.
        let garbage = |log: &mut Vec<u8>| {
            log.truncate(frame(FRAMES + 1));
            log[..HEADER].fill(0xff);
        };
        assert_eq!(after(garbage), Some((FRAMES as u64, 0)), "no head");
    }
}
