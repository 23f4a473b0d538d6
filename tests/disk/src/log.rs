//! The record: kind, thread, length of the path, path, place, length of the bytes, bytes; numbers
//! little-endian.

use libc::{c_int, c_void};
use std::{env, ffi::CString, os::unix::ffi::OsStrExt, sync::OnceLock};

use crate::real;

#[derive(Clone, Copy)]
#[repr(u8)]
pub enum Kind {
    Write = b'W',
    /// From here on a sync of the same thread need not have what is done to that file.
    SyncBegins = b'B',
    /// Everything done to that file before the sync began is on disk; of a folder, the names in it.
    Sync = b'S',
    /// The place is the new length.
    Truncate = b'T',
    Create = b'C',
    Unlink = b'U',
    /// Bytes that are about to leave by a socket; the place is its number.
    Sent = b'A',
}

struct Log {
    file: c_int,
    /// The folder of the desks.
    folder: String,
}

static LOG: OnceLock<Option<Log>> = OnceLock::new();

fn log() -> Option<&'static Log> {
    LOG.get_or_init(|| {
        let path = env::var_os("BATON_DISK_LOG")?;
        let folder = env::var("BATON_DISK_FOLDER").unwrap_or_default();
        let name = CString::new(path.as_bytes()).ok()?;
        // SAFETY: the name ends with a zero byte.
        let file = unsafe {
            real::open64(
                name.as_ptr(),
                libc::O_CREAT | libc::O_WRONLY | libc::O_APPEND | libc::O_CLOEXEC,
                0o600,
            )
        };
        (file >= 0).then_some(Log { file, folder })
    })
    .as_ref()
}

pub fn is_on() -> bool {
    log().is_some()
}

pub fn is_folder(path: &str) -> bool {
    log().is_some_and(|log| log.folder == path)
}

pub fn record(kind: Kind, path: &str, place: u64, bytes: &[u8]) {
    let Some(log) = log() else { return };
    let mut record = vec![kind as u8];
    // SAFETY: it only reads.
    record.extend(unsafe { libc::gettid() }.to_le_bytes());
    record.extend((path.len() as u32).to_le_bytes());
    record.extend(path.as_bytes());
    record.extend(place.to_le_bytes());
    record.extend((bytes.len() as u32).to_le_bytes());
    record.extend(bytes);
    // SAFETY: the buffer is as long as said. One append is whole.
    unsafe { real::write(log.file, record.as_ptr().cast::<c_void>(), record.len()) };
}
