//! The host's SQLite.

use desk::store::{Sql, Value};
use js_sys::Array;
use std::fmt;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Of one desk, as the host made it.
    pub type Storage;

    /// Runs a statement with its values and gives all rows, each an array; throws when it fails.
    #[wasm_bindgen(method, catch, structural)]
    fn read(this: &Storage, sql: &str, values: Array) -> Result<Array, JsValue>;

    /// Runs a statement that gives no rows.
    #[wasm_bindgen(method, catch, structural)]
    fn write(this: &Storage, sql: &str, values: Array) -> Result<(), JsValue>;
}

/// The host's storage threw.
#[derive(Debug)]
pub struct Failed(String);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failed {}

fn failed(error: JsValue) -> Failed {
    Failed(js_sys::Error::from(error).to_string().into())
}

impl Sql for Storage {
    type Error = Failed;

    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<(), Failed> {
        self.write(sql, values.iter().map(bind).collect()).map_err(failed)
    }

    fn query(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
    ) -> Result<Vec<Vec<Value<'static>>>, Failed> {
        let rows = self.read(sql, values.iter().map(bind).collect()).map_err(failed)?;
        Ok(rows
            .iter()
            .map(|row| Array::from(&row).iter().map(|value| read(&value)).collect())
            .collect())
    }
}

fn bind(value: &Value<'_>) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        // Below 2^53, see `protocol::Millis`.
        Value::Integer(n) => JsValue::from_f64(*n as f64),
        Value::Text(text) => JsValue::from_str(text),
    }
}

fn read(value: &JsValue) -> Value<'static> {
    match (value.as_f64(), value.as_string()) {
        (Some(n), _) => Value::Integer(n as i64),
        (_, Some(text)) => Value::Text(text.into()),
        _ => Value::Null,
    }
}
