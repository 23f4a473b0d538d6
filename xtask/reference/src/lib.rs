//! The reference documents of `docs/`, generated from the types and their doc comments.
//!
//! The test beside this crate holds that each file is current; `cargo xtask docs` writes them anew.

mod events;
mod markdown;
mod protocol;
mod schema;
mod settings;

/// Every generated document: its path in the repository, and its text.
pub fn documents() -> Vec<(&'static str, String)> {
    vec![
        ("docs/protocol.md", protocol::document()),
        ("docs/settings.md", settings::document()),
        ("docs/events.md", events::document()),
    ]
}
