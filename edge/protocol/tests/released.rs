//! Frames of the releases before are still read: a page that was loaded before a deploy goes on
//! asking the edge after it, and a page of the new release may meet an edge of the old one. The
//! files are copies of `examples/` as they were released, and are never changed.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that panics has failed")]

use protocol::{AgentCommand, AgentEvent, VisitorCommand, VisitorEvent};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::{fs, path::PathBuf};

/// Every released frame of one side, with its path.
fn released(side: &str) -> Vec<(PathBuf, String)> {
    let mut frames = Vec::new();
    for release in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/released")).unwrap() {
        let folder = release.unwrap().path().join(side);
        let before = frames.len();
        frames.extend(
            fs::read_dir(&folder)
                .unwrap()
                .map(|file| file.unwrap().path())
                .map(|path| (path.clone(), fs::read_to_string(path).unwrap())),
        );
        assert!(frames.len() > before, "{} is empty", folder.display());
    }
    frames
}

/// A command is understood to the last field.
fn commands<T: Serialize + DeserializeOwned>(side: &str) {
    for (path, text) in released(side) {
        let was: Value = serde_json::from_str(&text).unwrap();
        let read = serde_json::from_str::<T>(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let is = serde_json::to_value(&read).unwrap();
        assert!(holds(&is, &was), "{}: something of it is lost: {is}", path.display());
    }
}

/// An event is read; of its fields some may have lost their use.
fn events<T: DeserializeOwned>(side: &str) {
    for (path, text) in released(side) {
        serde_json::from_str::<T>(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

/// Whether a value has everything that another has.
fn holds(is: &Value, was: &Value) -> bool {
    match (is, was) {
        (Value::Object(is), Value::Object(was)) => {
            was.iter().all(|(key, was)| is.get(key).is_some_and(|is| holds(is, was)))
        }
        (Value::Array(is), Value::Array(was)) => {
            is.len() == was.len() && is.iter().zip(was).all(|(is, was)| holds(is, was))
        }
        _ => is == was,
    }
}

#[test]
fn commands_of_released_pages_mean_what_they_meant() {
    commands::<VisitorCommand>("visitor_commands");
    commands::<AgentCommand>("agent_commands");
}

#[test]
fn events_of_a_released_edge_are_read() {
    events::<VisitorEvent>("visitor_events");
    events::<AgentEvent>("agent_events");
}
