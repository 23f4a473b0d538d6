//! A small file beside a desk's own, such as `shop.desk`. It says that there is a desk, so that a
//! file that is empty or gone is not taken for a new one, and whether the desk is in use, so that a
//! log that is gone after a crash is noticed. SQLite can know neither.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::wal::log;

const IN_USE: &str = "in use\n";
const AT_REST: &str = "at rest\n";

fn marker(file: &Path) -> PathBuf {
    file.with_extension("desk")
}

/// Whether it says that there is a desk.
pub fn is_there(file: &Path) -> bool {
    marker(file).exists()
}

/// Refuses to begin anew where there was a desk.
pub fn expect_desk(file: &Path) -> Result<()> {
    if !is_there(file) {
        return Ok(());
    }
    let why = match fs::metadata(file) {
        Ok(found) if found.len() > 0 => return Ok(()),
        Ok(_) => "is empty",
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => "is gone",
        Err(error) => return Err(error).with_context(|| format!("looking at {}", file.display())),
    };
    bail!(
        "{} {why}, and there was a desk in it: put a copy back with `baton restore`, or delete {} \
         to begin anew",
        file.display(),
        marker(file).display()
    )
}

/// What is missing of a desk that was not closed: its log, which is there for as long as a desk is
/// open.
pub fn missing_log(file: &Path) -> Option<PathBuf> {
    let was_in_use = fs::read_to_string(marker(file)).is_ok_and(|said| said == IN_USE);
    Some(log(file)).filter(|log| was_in_use && file.exists() && !log.exists())
}

/// A desk is open in that file, which is on disk.
pub fn opened(file: &Path) -> Result<()> {
    write(file, IN_USE)
}

/// The desk is closed, and its log moved into the file.
pub fn closed(file: &Path) -> Result<()> {
    write(file, AT_REST)
}

fn write(file: &Path, text: &str) -> Result<()> {
    let path = marker(file);
    if fs::read_to_string(&path).is_ok_and(|said| said == text) {
        return Ok(());
    }
    fs::write(&path, text).with_context(|| format!("writing {}", path.display()))
}

/// The two files of an open desk, to notice when somebody deletes or replaces one: the desk would
/// go on in files that nobody can find.
#[derive(Debug)]
pub struct Files {
    /// Each with what it was when it was first seen.
    each: [(PathBuf, Option<Identity>); 2],
}

/// Which file it is, whatever its name.
type Identity = (u64, u64);

impl Files {
    pub fn of(file: &Path) -> Self {
        Self { each: [(file.to_owned(), None), (log(file), None)] }
    }

    /// A file that is not the one that was there before. Two questions to the system, each about a
    /// microsecond.
    pub fn replaced(&mut self) -> Option<&Path> {
        self.each.iter_mut().find_map(|(path, known)| {
            let found = identity(path);
            match *known {
                Some(known) => (found != Some(known)).then_some(&**path),
                None => {
                    *known = found;
                    None
                }
            }
        })
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Path) -> Option<Identity> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_or_missing_file_is_not_taken_for_a_new_desk() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shop.sqlite");
        expect_desk(&file).unwrap();
        fs::write(&file, "a desk").unwrap();
        opened(&file).unwrap();
        expect_desk(&file).unwrap();
        fs::write(&file, "").unwrap();
        assert!(
            expect_desk(&file)
                .unwrap_err()
                .to_string()
                .contains("is empty, and there was a desk in it")
        );
        fs::remove_file(&file).unwrap();
        assert!(
            expect_desk(&file)
                .unwrap_err()
                .to_string()
                .contains("is gone, and there was a desk in it")
        );
        fs::remove_file(folder.path().join("shop.desk")).unwrap();
        expect_desk(&file).unwrap();
    }

    #[test]
    fn a_log_that_is_gone_is_missed_only_after_a_desk_that_was_not_closed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shop.sqlite");
        fs::write(&file, "a desk").unwrap();
        assert_eq!(missing_log(&file), None);
        opened(&file).unwrap();
        assert_eq!(missing_log(&file), Some(folder.path().join("shop.sqlite-wal")));
        closed(&file).unwrap();
        assert_eq!(missing_log(&file), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_deleted_or_replaced_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shop.sqlite");
        fs::write(&file, "a desk").unwrap();
        let mut files = Files::of(&file);
        assert_eq!(files.replaced(), None);
        fs::write(log(&file), "its log").unwrap();
        assert_eq!(files.replaced(), None, "a log comes with the first write");
        fs::remove_file(log(&file)).unwrap();
        assert_eq!(files.replaced(), Some(&*log(&file)));
        let mut files = Files::of(&file);
        assert_eq!(files.replaced(), None);
        fs::write(folder.path().join("other"), "another").unwrap();
        fs::rename(folder.path().join("other"), &file).unwrap();
        assert_eq!(files.replaced(), Some(&*file));
    }
}
