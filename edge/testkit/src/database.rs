//! A store of the desk's own tables, in memory.

use desk::store::{Sql, Value};
use rusqlite::types::ValueRef;

pub struct Database(rusqlite::Connection);

impl Sql for Database {
    type Error = rusqlite::Error;
    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> rusqlite::Result<()> {
        self.0.prepare_cached(sql)?.execute(rusqlite::params_from_iter(values.iter().map(bind)))?;
        Ok(())
    }
    fn query(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
    ) -> rusqlite::Result<Vec<Vec<Value<'static>>>> {
        self.rows(sql, values)
    }
}

fn bind(value: &Value<'_>) -> rusqlite::types::Value {
    match value {
        Value::Null => rusqlite::types::Value::Null,
        Value::Integer(n) => (*n).into(),
        Value::Text(text) => text.clone().into_owned().into(),
    }
}

impl Default for Database {
    fn default() -> Self {
        Self(rusqlite::Connection::open_in_memory().expect("SQLite opens"))
    }
}

impl Database {
    pub fn rows(
        &self,
        sql: &str,
        values: &[Value<'_>],
    ) -> rusqlite::Result<Vec<Vec<Value<'static>>>> {
        let mut statement = self.0.prepare_cached(sql)?;
        let n = statement.column_count();
        let read = |value: ValueRef<'_>| match value {
            ValueRef::Integer(n) => Value::Integer(n),
            ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned().into()),
            _ => Value::Null,
        };
        statement
            .query_map(rusqlite::params_from_iter(values.iter().map(bind)), |row| {
                (0..n).map(|i| Ok(read(row.get_ref(i)?))).collect()
            })?
            .collect()
    }
}
