//! A host's SQLite, and values of its rows.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

use crate::state::credentials::Digest;

/// The version of the tables.
pub const SCHEMA_VERSION: u64 = 4;

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    Null,
    Integer(i64),
    Text(Cow<'a, str>),
}

/// A host's SQLite.
pub trait Sql {
    /// What can go wrong there.
    type Error: std::error::Error + Send + Sync + 'static;
    /// Runs a statement.
    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<(), Self::Error>;
    /// Reads all rows.
    fn query(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
    ) -> Result<Vec<Vec<Value<'static>>>, Self::Error>;
}

/// Why the stored desk cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError<E: std::error::Error + 'static> {
    #[error("running a statement")]
    Sql(#[source] E),
    #[error("a stored {table} row cannot be read: {why}")]
    Row { table: &'static str, why: String },
    #[error(
        "the file has tables of version {found}, this program knows up to {SCHEMA_VERSION}: run a \
         newer one"
    )]
    Newer { found: u64 },
    #[error("the file is the desk of the site `{found}`")]
    Foreign { found: String },
}

pub(crate) fn text(text: &str) -> Value<'_> {
    Value::Text(text.into())
}

/// Below 2^53.
pub(crate) fn number(n: u64) -> Value<'static> {
    Value::Integer(n as i64)
}

pub(crate) fn body(value: &impl Serialize) -> Value<'static> {
    Value::Text(serde_json::to_string(value).expect("what is stored is plain JSON").into())
}

pub(crate) fn as_text<'a>(value: Option<&'a Value<'_>>) -> Option<&'a str> {
    match value {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

pub(crate) fn as_integer(value: Option<&Value<'_>>) -> Option<u64> {
    match value {
        Some(Value::Integer(n)) => u64::try_from(*n).ok(),
        _ => None,
    }
}

pub(crate) fn as_hash(value: Option<&Value<'_>>) -> Option<Digest> {
    as_text(value).and_then(Digest::from_hex)
}

pub(crate) fn read<T: for<'a> Deserialize<'a>, E: std::error::Error>(
    table: &'static str,
    body: Option<&Value<'_>>,
) -> Result<T, StoreError<E>> {
    parse(body).map_err(|why| unreadable(table, &why))
}

/// A body, or why it cannot be read.
pub(crate) fn parse<T: for<'a> Deserialize<'a>>(body: Option<&Value<'_>>) -> Result<T, String> {
    let body = as_text(body).ok_or("no body")?;
    // The position only: the body holds what people wrote.
    serde_json::from_str(body).map_err(|error| format!("at column {}", error.column()))
}

pub(crate) fn unreadable<E: std::error::Error>(table: &'static str, why: &str) -> StoreError<E> {
    StoreError::Row { table, why: why.to_owned() }
}
