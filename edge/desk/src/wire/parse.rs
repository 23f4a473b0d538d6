//! From JSON to a frame's type, or to the rejection that says where the text stopped making sense.
//!
//! It knows the version of the protocol and no command.

use protocol::{Rejection, RejectionCode, VERSION, limits};
use serde::Deserialize;

/// Reads a frame of this version. The rejection of any other text names the place and what was
/// expected there, and never repeats what was sent.
pub(crate) fn parse<'a, T: Deserialize<'a>>(
    text: &'a str,
    max_bytes: usize,
    version: impl Fn(&T) -> u32,
) -> Result<T, Rejection> {
    if text.len() > max_bytes {
        return Err(Rejection::new(RejectionCode::TooLarge, "the frame has too many bytes")
            .limit(max_bytes as u64));
    }
    let error = match serde_json::from_str::<T>(text) {
        Ok(frame) if version(&frame) == VERSION => return Ok(frame),
        Ok(_) => return Err(unsupported()),
        Err(error) => error,
    };
    #[derive(Deserialize)]
    struct Version {
        v: u32,
    }
    Err(match serde_json::from_str::<Version>(text) {
        Ok(Version { v: VERSION }) => malformed(text, &error),
        Ok(_) => unsupported(),
        Err(_) if depth(text) > limits::MAX_JSON_DEPTH => too_deep(),
        Err(_) => {
            Rejection::new(RejectionCode::Malformed, "expected a JSON object with the version `v`")
                .at("v")
        }
    })
}

/// Names the place in a document at which it could not be read. No reader builds a value that its
/// type does not have, so nesting need only be measured here, once reading has failed.
fn malformed(text: &str, error: &serde_json::Error) -> Rejection {
    if depth(text) > limits::MAX_JSON_DEPTH {
        return too_deep();
    }
    let before = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum::<usize>()
        + error.column();
    let field = path_at(text.as_bytes().get(..before).unwrap_or(text.as_bytes()));
    Rejection::new(RejectionCode::Malformed, expectation(&error.to_string())).at(field)
}

fn too_deep() -> Rejection {
    Rejection::new(RejectionCode::TooLarge, "arrays and objects are nested too deep")
        .limit(limits::MAX_JSON_DEPTH as u64)
}

fn unsupported() -> Rejection {
    Rejection::new(RejectionCode::UnsupportedVersion, "this version is not supported")
        .at("v")
        .limit(u64::from(VERSION))
}

/// The path of the value at which the beginning of a document ends, for example `command.say.text`.
/// (`serde_path_to_error` would say it too, but compiles every type's reader a second time: a fifth
/// of the module that a serverless host loads.)
fn path_at(beginning: &[u8]) -> String {
    // Keys and indexes from the outside in; `None` for an object whose key has not been read yet.
    let mut way: Vec<Option<String>> = Vec::new();
    let (mut string, mut in_string, mut escaped) = (Vec::new(), false, false);
    for &byte in beginning {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => {
                in_string = !in_string;
                if in_string {
                    string.clear();
                }
            }
            _ if in_string => string.push(byte),
            b'{' => way.push(None),
            b'[' => way.push(Some("0".to_owned())),
            b'}' | b']' => _ = way.pop(),
            b':' => {
                if let Some(last) = way.last_mut() {
                    *last = Some(String::from_utf8_lossy(&string).into_owned());
                }
            }
            b',' => {
                if let Some(last) = way.last_mut() {
                    *last = last
                        .take()
                        .and_then(|index| index.parse::<usize>().ok())
                        .map(|index| (index + 1).to_string());
                }
            }
            _ => {}
        }
    }
    way.into_iter().flatten().collect::<Vec<_>>().join(".")
}

/// The part of serde's message that does not repeat what was sent: `invalid type: string "secret",
/// expected u64` becomes `expected u64`.
fn expectation(message: &str) -> String {
    let end = message.rfind(" at line ").unwrap_or(message.len());
    let message = &message[..end];
    match message.rfind("expected ") {
        Some(start) if message.starts_with("unknown field") => {
            format!("unknown field, {}", &message[start..])
        }
        Some(start) => message[start..].to_owned(),
        None if message.starts_with("missing field") => message.to_owned(),
        None => "not valid JSON of this shape".to_owned(),
    }
}

/// The deepest nesting of arrays and objects in a text, whether or not it is JSON.
fn depth(text: &str) -> usize {
    let (mut now, mut deepest, mut in_string, mut escaped) = (0usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                now += 1;
                deepest = deepest.max(now);
            }
            b']' | b'}' if !in_string => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_keys_and_indexes_and_no_keys_of_strings() {
        for (beginning, path) in [
            ("", ""),
            (r#"{"a":"#, "a"),
            (r#"{"a":{"b":1,"c":[true,{"d":"#, "a.c.1.d"),
            (r#"{"a":[1,2],"b":"x: {\"y\", ["#, "b"),
            (r#"{"a":1,"#, ""),
        ] {
            assert_eq!(path_at(beginning.as_bytes()), path, "{beginning}");
        }
    }

    #[test]
    fn brackets_in_strings_are_no_nesting() {
        assert_eq!(depth(r#"{"a":["[[[\"[[[",{}]}"#), 3);
    }
}
