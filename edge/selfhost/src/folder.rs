//! The data folder: used by one server at a time, and read by nobody but its owner.

use anyhow::{Context, Result, bail};
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{Read, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

/// Where the copies of a data folder are.
pub const BACKUPS: &str = "backups";

/// Held locked by the server that uses the folder. It says which process that is and where it
/// listens.
const LOCK: &str = "baton.lock";

/// The folder, for as long as this lives.
#[derive(Debug)]
pub struct Held {
    lock: File,
}

/// The server that uses a folder, as it wrote that down.
#[derive(Debug, PartialEq, Eq)]
pub struct Server {
    pub process: u32,
    /// None until it listens.
    pub listens: Option<SocketAddr>,
}

/// Makes the folder if there is none, takes it for this process alone, and takes from everybody
/// else the right to read it.
pub fn take(folder: &Path) -> Result<Held> {
    fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    let mut held = lock(folder)?;
    held.note(None)?;
    close_to_others(folder)?;
    Ok(held)
}

/// Takes the folder, if no server uses it, for work that none may disturb.
pub fn lock(folder: &Path) -> Result<Held> {
    let path = folder.join(LOCK);
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let lock = options.open(&path).with_context(|| format!("opening {}", path.display()))?;
    // Whoever only asks [`server`] holds it for a moment.
    let is_held = |lock: &File| matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
    if is_held(&lock) {
        thread::sleep(Duration::from_millis(50));
    }
    match lock.try_lock() {
        Ok(()) => Ok(Held { lock }),
        Err(TryLockError::WouldBlock) => {
            let who = read(&path)
                .map_or_else(String::new, |server| format!(" (process {})", server.process));
            bail!("{} is in use by another server{who}: stop the server first", folder.display())
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("locking {}", path.display()))
        }
    }
}

/// The server that uses the folder; none if none does.
pub fn server(folder: &Path) -> Option<Server> {
    let path = folder.join(LOCK);
    match File::open(&path).ok()?.try_lock_shared() {
        Err(TryLockError::WouldBlock) => read(&path),
        _ => None,
    }
}

fn read(path: &Path) -> Option<Server> {
    let mut text = String::new();
    File::open(path).ok()?.read_to_string(&mut text).ok()?;
    let mut words = text.split_whitespace();
    Some(Server {
        process: words.next()?.parse().ok()?,
        listens: words.next().and_then(|address| address.parse().ok()),
    })
}

impl Held {
    /// Says where the server listens.
    pub fn note(&mut self, listens: Option<SocketAddr>) -> Result<()> {
        let text = format!(
            "{} {}\n",
            std::process::id(),
            listens.map(|address| address.to_string()).unwrap_or_default()
        );
        self.lock
            .set_len(0)
            .and_then(|()| self.lock.write_all(text.as_bytes()))
            .context("writing the lock file")?;
        Ok(std::io::Seek::rewind(&mut self.lock)?)
    }
}

/// What stands in a data folder and is ours.
pub fn own_files(folder: &Path) -> Vec<PathBuf> {
    let in_folder = |folder: &Path| {
        fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect::<Vec<_>>()
    };
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        path.is_file()
            && (name.contains(".sqlite")
                || name.ends_with(".desk")
                || name == LOCK
                || name == "operator.token")
    };
    in_folder(folder).into_iter().chain(in_folder(&folder.join(BACKUPS))).filter(is_ours).collect()
}

/// Files that others than the owner may read, the folder among them.
#[cfg(unix)]
pub fn open_to_others(folder: &Path) -> Vec<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let is_open = |path: &PathBuf| {
        fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
    };
    let folders = [folder.to_owned(), folder.join(BACKUPS)];
    folders.into_iter().chain(own_files(folder)).filter(is_open).collect()
}

#[cfg(not(unix))]
pub fn open_to_others(_: &Path) -> Vec<PathBuf> {
    Vec::new()
}

/// New files are the owner's only, by the process's mask; this is for what was there before.
fn close_to_others(folder: &Path) -> Result<()> {
    for path in open_to_others(folder) {
        close(&path)?;
        tracing::info!("{}: other users could read it; they no longer can", path.display());
    }
    Ok(())
}

/// Takes from everybody but the owner the right to read a file or a folder.
pub fn close(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = if path.is_dir() { 0o700 } else { 0o600 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode))
            .with_context(|| format!("closing {} to others", path.display()))?;
    }
    Ok(())
}

/// Files that this process makes are readable by its owner only.
pub fn make_private_files() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_serves_one_server_which_says_where_it_listens() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(server(folder.path()), None);
        let mut held = take(folder.path()).unwrap();
        let listens: SocketAddr = "127.0.0.1:8787".parse().unwrap();
        held.note(Some(listens)).unwrap();
        assert_eq!(
            server(folder.path()),
            Some(Server { process: std::process::id(), listens: Some(listens) })
        );
        let refused = take(folder.path()).unwrap_err().to_string();
        assert!(refused.contains("in use by another server (process "), "{refused}");
        drop(held);
        assert_eq!(server(folder.path()), None);
        take(folder.path()).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn what_others_could_read_before_is_closed_to_them_and_what_is_not_ours_is_left() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir_all(data.join(BACKUPS)).unwrap();
        let ours = [
            "shop.sqlite",
            "shop.sqlite-wal",
            "shop.desk",
            "backups/shop-1.sqlite",
            "shop.sqlite.before-1",
        ];
        let names = ours.iter().chain(&["site.toml"]);
        names.for_each(|name| fs::write(data.join(name), "").unwrap());
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let foreign = mode(&data.join("site.toml"));
        let _held = take(&data).unwrap();
        ours.iter().for_each(|name| assert_eq!(mode(&data.join(name)), 0o600, "{name}"));
        assert_eq!((mode(&data), mode(&data.join(BACKUPS))), (0o700, 0o700));
        assert_eq!(mode(&data.join("site.toml")), foreign);
        assert_eq!(open_to_others(&data), Vec::<PathBuf>::new());
    }
}
