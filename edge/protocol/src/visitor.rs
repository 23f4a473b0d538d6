//! The visitor's side.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Commitment, ContextPackage, ConversationId, FallbackChoice, FallbackOption, Message, MessageId, Millis, Outcome, QueuedBecause, Rejection,
    Staffing, Text, WaitEstimate,
};

/// What a visitor's browser asks of the desk. There is none before a handoff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum VisitorCommand<T = Text> {
    /// Once, by POST, when a person is needed. The frame's token becomes the conversation's. Answered with the state.
    RequestHandoff { package: Box<ContextPackage<T>> },
    /// On every new socket, and when polling: replays the state and exactly the messages after this number, at most a page of them.
    Resume { after: u64 },
    /// A message. Answered with `said`, which carries its number.
    Say { message: MessageId, text: Text },
    /// While keys are pressed, at most every few seconds.
    Type {},
    /// The browser has every message up to this number.
    MarkReceived { seq: u64 },
    /// Every message up to this number was on the screen: the panel open, the page in front.
    MarkRead { seq: u64 },
    /// While waiting, or after an unanswered wait.
    ChooseFallback { fallback: FallbackChoice },
    /// Back to the queue: from a promise, or from the end while it may be reopened.
    Rejoin {},
    /// The visitor changed their mind and goes back to the bot.
    Leave {},
    /// Deletes the conversation at the desk, now. Answered with a receipt.
    Erase {},
    /// After the close: effort 1 (very hard) to 7 (very easy), satisfaction 1 to 5.
    Rate { effort: Option<u8>, satisfaction: Option<u8> },
    /// Keeps the socket alive and shows that it is.
    Ping {},
}

impl<T> VisitorCommand<T> {
    /// The package of a handoff, or else the command as it is.
    pub fn into_package(self) -> Result<Box<ContextPackage<T>>, VisitorCommand> {
        Err(match self {
            Self::RequestHandoff { package } => return Ok(package),
            Self::Resume { after } => VisitorCommand::Resume { after },
            Self::Say { message, text } => VisitorCommand::Say { message, text },
            Self::Type {} => VisitorCommand::Type {},
            Self::MarkReceived { seq } => VisitorCommand::MarkReceived { seq },
            Self::MarkRead { seq } => VisitorCommand::MarkRead { seq },
            Self::ChooseFallback { fallback } => VisitorCommand::ChooseFallback { fallback },
            Self::Rejoin {} => VisitorCommand::Rejoin {},
            Self::Leave {} => VisitorCommand::Leave {},
            Self::Erase {} => VisitorCommand::Erase {},
            Self::Rate { effort, satisfaction } => VisitorCommand::Rate { effort, satisfaction },
            Self::Ping {} => VisitorCommand::Ping {},
        })
    }
}

/// What the desk tells a visitor's browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisitorEvent {
    /// On the handoff, when the queue moves, when the wait is long, and when an agent vanished. `position` 1 is next.
    /// `is_long` says that the wait passes the site's limit, so that the choices are worth a word.
    Queued { position: u32, wait: Option<WaitEstimate>, staffing: Staffing, choices: Vec<FallbackOption>, because: QueuedBecause, is_long: bool },
    /// An agent accepted and is reading the card, at the latest until then.
    Reviewing { agent: String, until: Millis },
    /// The agent pressed Connect, or the review time is over.
    Connected { agent: String },
    /// A message is at the desk: the visitor's own (so it is safe), or the agent's.
    Said { message: Message },
    /// A console of the agent has every message up to this number.
    Received { seq: u64 },
    /// The agent has seen every message up to this number.
    Read { seq: u64 },
    /// The agent is pressing keys.
    AgentTyping {},
    /// A callback or a ticket is promised, or its promise was renewed.
    Promised { commitment: Commitment },
    /// Nobody has written for a while: unless somebody does, it closes then.
    Closing { at: Millis },
    /// It is over. `may_rate` asks for effort and satisfaction; `choices` are left when nobody answered; `rejoin` is
    /// taken until `reopen_until`.
    Closed { outcome: Outcome, may_rate: bool, choices: Vec<FallbackOption>, reopen_until: Option<Millis> },
    /// It is deleted.
    Erased { receipt: Receipt },
    /// The rating is kept.
    Rated {},
    /// The end of a replay: the number of the last message at the desk, and the desk's time. With `more` the replay was a page, and
    /// what follows is asked for by `resume` with the number of the last message in it.
    Resumed {
        last: u64,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        more: bool,
        #[serde(default)]
        now: Millis,
    },
    /// Something was not taken; nothing of it was kept.
    Rejected { rejection: Rejection },
    /// The answer to `ping`.
    Pong {},
}

/// What was deleted, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    pub conversation: ConversationId,
    pub at: Millis,
    /// Messages deleted, the transcript's lines among them.
    pub messages: u64,
}
