//! The visitor's side.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

use crate::{
    Commitment, ContextPackage, ConversationId, FallbackChoice, FallbackOption, Message, MessageId,
    Millis, Outcome, QueuedBecause, Rejection, Seq, Staffing, Text, WaitEstimate,
    kinds::same_variant,
};

/// What a visitor's browser asks of the desk. There is none before a handoff.
// `P`: the desk keeps the text of a package beside what it reads of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum VisitorCommand<P = Box<ContextPackage>> {
    /// Asks for a person, by POST. The first frame of a conversation: its token becomes the
    /// conversation's. Answered with the state, usually `queued`.
    RequestHandoff { package: P },
    /// The first frame on every new socket, and the way to poll: replays the state and exactly the
    /// messages after `after`, at most a page of them, and ends with `resumed`. It subscribes the
    /// socket to the conversation.
    Resume {
        /// The number of the last message that the client has; 0 if it has none.
        after: Seq,
    },
    /// Sends a message. Answered with `said`, which carries its number.
    Say {
        message: MessageId,
        /// Not blank, at most `MAX_MESSAGE_CHARS` characters.
        text: Text,
        /// They may be about to harm themselves. A conversation that waits is then as urgent as one
        /// that is handed over for it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        crisis: bool,
    },
    /// The visitor is typing. Sent while keys are pressed, at most every few seconds.
    Type {},
    /// The visitor went to another page. Told when it changes, at most once in a few seconds; has
    /// no answer.
    Visit {
        /// Its path, without a query, at most `MAX_PAGE_BYTES` bytes.
        page: Text,
    },
    /// The browser has received every message up to `seq`.
    MarkReceived { seq: Seq },
    /// Every message up to `seq` has been on the screen: the panel open, the page in front.
    MarkRead { seq: Seq },
    /// Takes a promise instead of waiting; while waiting, or after a wait that nobody answered.
    ChooseFallback { fallback: FallbackChoice },
    /// Goes back to the queue: from a promise, or after the end while the conversation may be
    /// reopened.
    Rejoin {},
    /// Leaves the queue: the visitor changed their mind and goes back to the bot.
    Leave {},
    /// Deletes the conversation at the desk, at once. Answered with `erased`.
    Erase {},
    /// Rates a conversation that is closed. Answered with `rated`.
    Rate {
        /// Customer effort, 1 (very hard) to 7 (very easy).
        effort: Option<u8>,
        /// Customer satisfaction, 1 to 5.
        satisfaction: Option<u8>,
    },
    /// Keeps the socket open. Answered with `pong`.
    Ping {},
}

/// A command in a conversation that there is: any but the handoff that begins it.
pub type ConversationCommand = VisitorCommand<Infallible>;

impl<P> VisitorCommand<P> {
    /// The package of a handoff, or else the command in a conversation.
    pub fn into_package(self) -> Result<P, ConversationCommand> {
        Err(same_variant!(self, VisitorCommand:
            RequestHandoff { package } => return Ok(package);
            Resume { after }, Say { message, text, crisis }, Type {}, Visit { page },
            MarkReceived { seq }, MarkRead { seq }, ChooseFallback { fallback }, Rejoin {},
            Leave {}, Erase {}, Rate { effort, satisfaction }, Ping {},
        ))
    }
}

/// What the desk tells a visitor's browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisitorEvent {
    /// The conversation waits. Told on the handoff, when the queue moves, when the wait is long,
    /// and when an agent vanished.
    Queued {
        /// 1 is next.
        position: u32,
        /// Absent where too little is known for an honest estimate.
        wait: Option<WaitEstimate>,
        staffing: Staffing,
        /// What the visitor may choose instead of waiting.
        choices: Vec<FallbackOption>,
        because: QueuedBecause,
        /// The wait passes the site's limit, so that the choices are worth a word.
        is_long: bool,
    },
    /// An agent accepted and is reading the card.
    Reviewing {
        /// The agent's name.
        agent: String,
        /// When the visitor is connected at the latest.
        until: Millis,
    },
    /// The agent pressed Connect, or the review time is over: the conversation is live.
    Connected {
        /// The agent's name.
        agent: String,
    },
    /// A message is stored at the desk: the visitor's own, which is thereby acknowledged, or the
    /// agent's.
    Said { message: Message },
    /// A console of the agent has received every message up to `seq`.
    Received { seq: Seq },
    /// The agent has seen every message up to `seq`.
    Read { seq: Seq },
    /// The agent is typing.
    AgentTyping {},
    /// A callback or a ticket is promised, or its promise was renewed.
    Promised { commitment: Commitment },
    /// Nobody has written for a while: unless somebody does, the conversation closes.
    Closing {
        /// When it closes.
        at: Millis,
    },
    /// The conversation is over.
    Closed {
        outcome: Outcome,
        /// A rating is welcome.
        may_rate: bool,
        /// What is left to choose when nobody answered.
        choices: Vec<FallbackOption>,
        /// `rejoin` is taken until then; `null` if it is not.
        reopen_until: Option<Millis>,
    },
    /// The conversation is deleted.
    Erased { receipt: Receipt },
    /// The rating is stored.
    Rated {},
    /// The end of a replay.
    Resumed {
        /// The number of the last message at the desk.
        last: Seq,
        /// The replay was one page of several: ask for the next by `resume` with the number of its
        /// last message.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        more: bool,
        #[serde(default)]
        now: Millis,
        /// The id of the message that has the number of `after` here. A client that knows another
        /// one by that number, or more messages than `last`, was told of a history that the desk
        /// has lost, as after an older copy was put back: it asks again from 0, and says again
        /// what is its own and not among the answers, with the same ids.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<MessageId>,
    },
    /// A frame was not taken; nothing of it was kept.
    Rejected { rejection: Rejection },
    /// The answer to `ping`.
    Pong {},
}

/// What was deleted, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    pub conversation: ConversationId,
    /// When it was deleted.
    pub at: Millis,
    /// Messages deleted, the transcript's lines among them.
    pub messages: u64,
}
