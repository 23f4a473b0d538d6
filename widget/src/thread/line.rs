//! One line of the thread: who said it, what it stands for, and how far it has come.

use protocol::{Author, MessageId, Millis, Seq, Text};
use serde::{Deserialize, Serialize};
use words::Said;

/// What a line stands for, where something follows from it later. The words of a line are never
/// compared: they change with the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Key {
    /// The visitor pressed that an answer did not help.
    DidNotHelp,
    /// The words for somebody in a crisis.
    Crisis,
}

/// How far a message of the visitor has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Mark {
    #[default]
    None,
    /// In the outbox.
    Sending,
    /// Safe at the desk.
    Sent,
    /// A console of the agent has it.
    Delivered,
    /// The agent has seen it.
    Read,
    /// Not taken.
    Failed,
}

/// A page that an answer came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    pub title: String,
    pub url: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub author: Author,
    /// The name of the agent who wrote it.
    #[serde(default)]
    pub by: Option<String>,
    /// About the conversation itself: Baton speaks, or the visitor fills in what was asked.
    #[serde(default)]
    pub is_notice: bool,
    pub at: Millis,
    pub text: Text,
    #[serde(default)]
    pub confidence: Option<f32>,
    #[serde(default)]
    pub source: Option<Source>,
    #[serde(default)]
    pub id: Option<MessageId>,
    #[serde(default)]
    pub seq: Option<Seq>,
    #[serde(default)]
    pub mark: Mark,
    #[serde(default)]
    pub key: Option<Key>,
    /// What it says, where the text is the widget's own.
    #[serde(default)]
    pub said: Vec<Said>,
}
