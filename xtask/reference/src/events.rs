//! `docs/events.md`: every kind of the event log.

use desk::EventKind;

use crate::markdown::table;

/// What the log is; written by a person.
const BEGINNING: &str = include_str!("events.md");

pub fn document() -> String {
    let rows = EventKind::ALL
        .iter()
        .map(|kind| vec![format!("`{}`", kind.name()), kind.meaning().to_owned()]);
    let kinds = table(&["kind", "what happened"], rows);
    format!("{BEGINNING}{}\n", kinds.trim_end())
}
