//! Messages, before and after the handoff.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{MessageId, Millis, Seq, Text};

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The visitor.
    Visitor,
    /// The bot on the page; only in transcripts.
    Bot,
    /// The agent.
    Agent,
}

/// A line of the transcript that a handoff carries: what was said before the desk knew of the
/// conversation. The visitor's browser alone tells it.
// `T`: whoever only looks at the words may leave them where they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TranscriptLine<T = Text> {
    /// Who wrote it, as the visitor's browser tells: nobody verifies it, whomever it names. It is
    /// shown to agents as the browser's word.
    pub author: Author,
    /// When it was said, by the visitor's clock.
    pub at: Millis,
    /// The words.
    pub text: T,
    /// How sure the bot was of its answer, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

/// A message at the desk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// Its number within the conversation: from 1, without gaps.
    pub seq: Seq,
    pub id: MessageId,
    pub author: Author,
    /// The name of the agent who wrote it, as it was then: a conversation may change hands, a line
    /// does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When the desk took it.
    pub at: Millis,
    /// The words.
    pub text: Text,
}
