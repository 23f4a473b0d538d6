//! What agents ask.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

use crate::{
    Claim, ConversationId, MessageId, Outcome, Seq, Text, Token, TransferTarget,
    kinds::same_variant,
};

/// What an agent's console asks of the desk. A `claim` is the number of the agent's hold on a
/// conversation; a write with an older number is refused with `stale_claim`.
// `L`: in a session there is no link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AgentCommand<L = Token> {
    /// Signs in, by POST to `sign-in`, with the secret of a one-time link. The reply sets the
    /// cookie that stands for the agent from then on.
    SignIn {
        /// The secret of the link: what stands behind its `#`.
        link: L,
    },
    /// Ends the session of this cookie.
    SignOut {},
    /// The first frame on every socket: subscribes it to the board, the offers, and the
    /// conversations that the agent holds.
    Watch {},
    /// Says whether the agent takes new offers.
    SetAvailable {
        /// False keeps new offers away and passes on one that is unanswered; conversations that the
        /// agent holds stay.
        available: bool,
    },
    /// Takes an offer. Answered with `accepted`, which carries the card.
    Accept { conversation: ConversationId, claim: Claim },
    /// Declines an offer, which goes to the next agent.
    Decline { conversation: ConversationId, claim: Claim },
    /// Asks for more time to read the card; granted once.
    ExtendReview { conversation: ConversationId, claim: Claim },
    /// Ends the review: the visitor is told who they talk to, and the conversation is live.
    Connect { conversation: ConversationId, claim: Claim },
    /// Offers the live conversation to another agent, who may decline. It stays with this one until
    /// it is accepted.
    Transfer {
        conversation: ConversationId,
        claim: Claim,
        to: TransferTarget,
        /// For the next agent; at most `MAX_SHORT_CHARS` characters.
        note: Text,
    },
    /// Takes a waiting conversation, whoever it would have been offered to. Answered with
    /// `accepted`.
    Take {
        /// Which one; `null` takes the first of the queue.
        conversation: Option<ConversationId>,
    },
    /// A supervisor takes a conversation that another agent holds.
    TakeOver { conversation: ConversationId },
    /// The console cannot read what it was sent of this conversation: it goes back to the head of
    /// the queue, for another agent.
    Unreadable { conversation: ConversationId, claim: Claim },
    /// Asks, after a gap in the connection, what became of a conversation that the page still shows
    /// and of which nothing was told after `watch`. Answered with `withdrawn`, `closed` or `gone`;
    /// with nothing where it stands as it stood, and for a promise or a missed visitor, which the
    /// board tells of.
    CheckHold {
        conversation: ConversationId,
        /// That of the hold; 0 where the page has none.
        claim: Claim,
    },
    /// Sends a message to the visitor. Answered with `said`, in every tab of the agent.
    Say {
        conversation: ConversationId,
        claim: Claim,
        message: MessageId,
        /// Not blank, at most `MAX_MESSAGE_CHARS` characters.
        text: Text,
    },
    /// The agent is typing. Sent while keys are pressed, at most every few seconds.
    Type { conversation: ConversationId, claim: Claim },
    /// The console has received every message up to `seq`.
    MarkReceived { conversation: ConversationId, claim: Claim, seq: Seq },
    /// Every message up to `seq` has been on the screen: the conversation selected, the tab in
    /// front.
    MarkRead { conversation: ConversationId, claim: Claim, seq: Seq },
    /// Asks for a page of earlier messages. Answered with `messages`.
    ReadMessages {
        conversation: ConversationId,
        /// The number of the earliest message that the console has.
        before: Seq,
    },
    /// Asks for earlier lines of the transcript. Answered with `transcript`.
    ReadTranscript {
        conversation: ConversationId,
        /// The number of the earliest line that the console has; 0 is the first of all.
        before: u32,
    },
    /// Ends the conversation.
    Resolve {
        conversation: ConversationId,
        claim: Claim,
        /// `resolved`, `unresolved` or `follow_up`.
        outcome: Outcome,
        /// May be empty; at most `MAX_SHORT_CHARS` characters.
        reason: Text,
    },
    /// Reports a promise (a callback or a ticket) as kept. From the agent who keeps it.
    Fulfil {
        conversation: ConversationId,
        /// How it was kept; at most `MAX_SHORT_CHARS` characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Text>,
    },
    /// Asks for the card of a promise, or of a visitor whom nobody answered. Answered with
    /// `opened`.
    Open { conversation: ConversationId },
    /// Makes this agent the one who keeps the promise: nobody else then acts on it. Answered with
    /// `opened`, whose claim goes with `say`.
    ClaimPromise { conversation: ConversationId },
    /// Gives the promise back to whoever takes it next.
    ReleasePromise { conversation: ConversationId },
    /// Takes a visitor whom nobody answered off the board: an agent has dealt with them.
    DismissMissed { conversation: ConversationId },
    /// Deletes a conversation on request. For supervisors. Answered with `erased`.
    Erase { conversation: ConversationId },
    /// Keeps the socket open. Answered with `pong`.
    Ping {},
}

/// A command of an agent who has signed in: any but the sign-in.
pub type SessionCommand = AgentCommand<Infallible>;

impl<L> AgentCommand<L> {
    /// The link of a sign-in, or else the command in a session.
    pub fn into_link(self) -> Result<L, SessionCommand> {
        Err(same_variant!(self, AgentCommand:
            SignIn { link } => return Ok(link);
            SignOut {}, Watch {}, SetAvailable { available }, Accept { conversation, claim },
            Decline { conversation, claim }, ExtendReview { conversation, claim },
            Connect { conversation, claim }, Transfer { conversation, claim, to, note },
            Take { conversation }, TakeOver { conversation }, Unreadable { conversation, claim },
            CheckHold { conversation, claim }, Say { conversation, claim, message, text },
            Type { conversation, claim }, MarkReceived { conversation, claim, seq },
            MarkRead { conversation, claim, seq }, ReadMessages { conversation, before },
            ReadTranscript { conversation, before },
            Resolve { conversation, claim, outcome, reason }, Fulfil { conversation, note },
            Open { conversation }, ClaimPromise { conversation }, ReleasePromise { conversation },
            DismissMissed { conversation }, Erase { conversation }, Ping {},
        ))
    }
}
