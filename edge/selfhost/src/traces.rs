//! What `secure_delete` leaves behind. When SQLite balances a tree it writes a page anew from its
//! end (`rebuildPage`), and what stood before the rows that are there now stays, in space that
//! belongs to nobody: rows that were moved to another page, which are then deleted there only. This
//! overwrites that space in a file whose log is empty and whose pages nobody has in memory.

use std::{
    fs::File,
    io::{self, Error},
};

/// Read at once: a multiple of every page's size.
const CHUNK: usize = 1 << 20;
/// In a larger file a page that continues a row could look like one of a tree: its first byte is
/// the highest of the next page's number.
const MOST_PAGES: u64 = 1 << 25;

/// Overwrites the free space of every page, and gives how many had something in it. (The format:
/// sqlite.org/fileformat2.html, 1.6.)
#[cfg(unix)]
pub fn wipe(file: &File) -> io::Result<usize> {
    use std::os::unix::fs::FileExt;
    let length = file.metadata()?.len();
    let mut header = [0; 100];
    if length < 100 {
        return Ok(0);
    }
    file.read_exact_at(&mut header, 0)?;
    let page = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size if size.is_power_of_two() && size >= 512 => usize::from(size),
        _ => return Err(Error::other("the page size is none")),
    };
    if length / page as u64 >= MOST_PAGES {
        return Err(Error::other("the file has too many pages"));
    }
    let (mut chunk, mut at, mut wiped) = (vec![0; CHUNK], 0, 0);
    while at < length {
        let read = usize::try_from(length - at).unwrap_or(CHUNK).min(CHUNK);
        file.read_exact_at(&mut chunk[..read], at)?;
        for (i, page) in chunk[..read].chunks_exact(page).enumerate() {
            let start = at + (i * page.len()) as u64;
            let Some(free) = free_space(page, if start == 0 { 100 } else { 0 }) else { continue };
            if page[free.clone()].iter().any(|byte| *byte != 0) {
                file.write_all_at(&vec![0; free.len()], start + free.start as u64)?;
                wiped += 1;
            }
        }
        at += read as u64;
    }
    if wiped > 0 {
        file.sync_data()?;
    }
    Ok(wiped)
}

#[cfg(not(unix))]
pub fn wipe(_: &File) -> io::Result<usize> {
    Ok(0)
}

/// Between the pointers to a page's rows and the first row; none if it is no page of a tree.
fn free_space(page: &[u8], header: usize) -> Option<std::ops::Range<usize>> {
    let pointers = match page[header] {
        2 | 5 => header + 12,
        10 | 13 => header + 8,
        _ => return None,
    };
    let number = |at: usize| usize::from(u16::from_be_bytes([page[at], page[at + 1]]));
    let rows = match number(header + 5) {
        0 => 65_536,
        at => at,
    };
    let free = pointers + 2 * number(header + 3)..rows;
    (free.start <= free.end && free.end <= page.len()).then_some(free)
}

#[cfg(test)]
mod tests {
    use crate::sqlite::Database;
    use desk::store::{Sql, Value};
    use std::fs;

    fn text(n: usize, length: usize) -> [Value<'static>; 2] {
        [
            Value::Integer(n as i64),
            Value::Text(format!("{n:04}CANARY{}", "x".repeat(length)).into()),
        ]
    }

    /// Rows of many lengths, inserted and deleted in many orders.
    #[test]
    fn what_was_deleted_is_nowhere_and_what_was_not_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.sqlite");
        let mut database = Database::open(&path).unwrap();
        database
            .execute(
                "CREATE TABLE message (n INTEGER, body TEXT, PRIMARY KEY (n)) WITHOUT ROWID",
                &[],
            )
            .unwrap();
        let order = |step: usize| (0..400).map(move |i| i * step % 400);
        for n in order(37) {
            database
                .execute("INSERT INTO message VALUES (?1, ?2)", &text(n, 1 + n * 53 % 1900))
                .unwrap();
            if n % 7 == 0 {
                database.commit().unwrap();
            }
        }
        database.commit().unwrap();
        let mut deleted = Vec::new();
        for (i, n) in order(61).enumerate().filter(|(_, n)| n % 4 != 0) {
            database.execute("DELETE FROM message WHERE n = ?1", &text(n, 0)[..1]).unwrap();
            deleted.push(n);
            if i % 50 == 0 {
                database.commit().unwrap();
                database.purge().unwrap();
                let bytes = [
                    fs::read(&path).unwrap(),
                    fs::read(path.with_extension("sqlite-wal")).unwrap(),
                ]
                .concat();
                let is_left = |n: &&usize| {
                    let word = format!("{n:04}CANARY");
                    bytes.windows(word.len()).any(|window| window == word.as_bytes())
                };
                assert_eq!(deleted.iter().filter(is_left).count(), 0, "after {}", deleted.len());
            }
        }
        database.commit().unwrap();
        drop(database);
        let mut database = Database::open(&path).unwrap();
        assert_eq!(
            database.query("PRAGMA integrity_check", &[]).unwrap(),
            [[Value::Text("ok".into())]]
        );
        let kept = database.query("SELECT n, body FROM message ORDER BY n", &[]).unwrap();
        let expected: Vec<_> =
            (0..400).step_by(4).map(|n| text(n, 1 + n * 53 % 1900).to_vec()).collect();
        assert_eq!(kept, expected);
    }
}
