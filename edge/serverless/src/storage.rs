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
    fn run(this: &Storage, sql: &str, values: Array) -> Result<Array, JsValue>;
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

impl Storage {
    fn carry_out(&self, sql: &str, values: &[Value<'_>]) -> Result<Array, Failed> {
        let values = values.iter().map(bind).collect();
        self.run(sql, values).map_err(|wrong| Failed(js_sys::Error::from(wrong).to_string().into()))
    }
}

impl Sql for Storage {
    type Error = Failed;

    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<(), Failed> {
        self.carry_out(sql, values).map(drop)
    }

    fn query(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Vec<Value<'static>>>, Failed> {
        let rows = self.carry_out(sql, values)?;
        Ok(rows.iter().map(|row| Array::from(&row).iter().map(|value| read(&value)).collect()).collect())
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
