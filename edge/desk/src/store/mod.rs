//! The only SQL: what is kept, over a two-method synchronous trait, so that every host's SQLite
//! serves.
//!
//! A conversation is a row whose body is JSON; its package, which never changes, and its messages
//! are rows of their own; every change of state appends an event row in the same transaction.
//! Metrics and audit read that log. It holds no message text.
//!
//! What comes often is numbered, so that a new row stands behind the last: a page of the file then
//! serves many.

pub(crate) mod batch;
mod erased;
mod kept;
mod load;
mod prune;
mod record;
mod save;
mod sql;
mod tables;

pub use erased::{erase_again, erased};
pub use kept::{Kept, Unreadable};
pub use load::{load, messages, package};
pub use record::Record;
pub use save::save;
pub use sql::{SCHEMA_VERSION, Sql, StoreError, Value};
pub use tables::{belong_to, hand_over, owner, prepare};
