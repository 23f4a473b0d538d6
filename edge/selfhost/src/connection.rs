//! How a desk's file is opened.

use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// Opens a desk's file for this process alone, as often as it likes. The index of its log is in
/// memory and not beside it, so that it can be opened on a full disk.
pub fn connect(path: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags_and_vfs(path, OpenFlags::default(), c"unix-excl")
}
