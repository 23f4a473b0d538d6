//! One conversation in the browser: everything that must survive a reload.

use protocol::{
    ActionTried, Author, Commitment, ConversationId, Escalation, FallbackKind, FallbackOption, MessageId, Millis, Outcome, Profile, QueuedBecause,
    Signal, Staffing, Text, Token, TranscriptLine, VisitorCommand, WaitEstimate,
};
use serde::{Deserialize, Serialize};

use crate::identity::Identity;

/// Where the visitor stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Stage {
    /// With the bot.
    #[default]
    Bot,
    /// The escalation is decided; this is asked, one after the other.
    Asking {
        missing: Vec<Ask>,
        escalation: Escalation,
        /// The question that stands was asked before.
        #[serde(default)]
        again: bool,
    },
    /// Posted and not yet acknowledged.
    HandingOff,
    Waiting {
        position: u32,
        wait: Option<WaitEstimate>,
        staffing: Staffing,
        choices: Vec<FallbackOption>,
        because: QueuedBecause,
        is_long: bool,
    },
    Reviewing {
        agent: String,
    },
    Live {
        agent: String,
    },
    Promised {
        commitment: Commitment,
    },
    Closed {
        outcome: Outcome,
        may_rate: bool,
        choices: Vec<FallbackOption>,
        reopen_until: Option<Millis>,
    },
}

impl Stage {
    /// Whether the desk knows of the conversation and it goes on.
    pub fn is_at_desk(&self) -> bool {
        matches!(self, Self::HandingOff | Self::Waiting { .. } | Self::Reviewing { .. } | Self::Live { .. } | Self::Promised { .. })
    }
}

/// What is asked before a handoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// What it is about, in words or by a category.
    Issue,
    /// Which category it is of; what it is about was said.
    Category,
    Email,
    Name,
}

/// What a line stands for, where something follows from it later. The words of a line are never compared: they change with the
/// locale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Key {
    /// The visitor pressed that an answer did not help.
    DidNotHelp,
    /// The words for somebody in a crisis.
    Crisis,
}

/// How far a message of the visitor has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mark {
    #[default]
    None,
    /// In the outbox.
    Sending,
    /// Safe at the desk.
    Delivered,
    /// On the agent's screen.
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
    pub seq: Option<u64>,
    #[serde(default)]
    pub mark: Mark,
    #[serde(default)]
    pub key: Option<Key>,
}

/// What the bot waits to hear.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Question {
    /// Whether the answer helped; the index of the action it stands for.
    Helped {
        action: usize,
    },
    /// Whether to do what the answer offers.
    Action {
        action: usize,
        accepted: String,
        declined: String,
    },
    /// Whether a person should take over.
    Human {
        escalation: Escalation,
    },
    /// What it is about, before the number or the address for this is asked for.
    Issue {
        then: FallbackKind,
    },
    Phone,
    Email,
    /// Whether to delete the conversation at the desk.
    Erase,
}

/// What a command that waits in the outbox is about: which answer acknowledges it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnsentKind {
    Handoff,
    Say,
    Fallback,
    Rejoin,
    Leave,
    Rate,
    Erase,
}

/// A command that the desk has not acknowledged, as it goes over the wire: it is only ever written, never read again, and
/// the code to read a whole context package would weigh more than the rest of the storage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unsent {
    /// Tells it from an equal one before it.
    #[serde(default)]
    pub number: u32,
    pub kind: UnsentKind,
    pub message: Option<MessageId>,
    pub command: String,
}

impl Unsent {
    fn new(number: u32, command: &VisitorCommand) -> Self {
        let (kind, message) = match command {
            VisitorCommand::RequestHandoff { .. } => (UnsentKind::Handoff, None),
            VisitorCommand::Say { message, .. } => (UnsentKind::Say, Some(message.clone())),
            VisitorCommand::ChooseFallback { .. } => (UnsentKind::Fallback, None),
            VisitorCommand::Rate { .. } => (UnsentKind::Rate, None),
            VisitorCommand::Rejoin {} => (UnsentKind::Rejoin, None),
            VisitorCommand::Erase {} => (UnsentKind::Erase, None),
            _ => (UnsentKind::Leave, None),
        };
        Self { number, kind, message, command: serde_json::to_string(command).unwrap_or_default() }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    pub conversation: ConversationId,
    pub token: Token,
    pub stage: Stage,
    pub lines: Vec<Line>,
    /// The first line of this conversation; earlier ones belong to closed ones.
    pub first_line: usize,
    pub question: Option<Question>,
    pub signals: Vec<Signal>,
    pub actions: Vec<ActionTried>,
    pub profile: Profile,
    /// Whose conversation it is, as the page says.
    #[serde(default)]
    pub identity: Identity,
    pub category: Option<String>,
    /// The title of what the bot took the need for.
    pub matched: Option<String>,
    /// Turns since an offer of a person was declined.
    pub declined_ago: Option<u8>,
    /// Commands that the desk has not acknowledged.
    pub unsent: Vec<Unsent>,
    /// How many there were.
    #[serde(default)]
    pub owed: u32,
    /// The desk's last message without a gap.
    pub last_seq: u64,
    pub panel_open: bool,
    pub unread: u32,
}

impl Thread {
    pub fn new(conversation: ConversationId, token: Token) -> Self {
        Self {
            conversation,
            token,
            stage: Stage::Bot,
            lines: Vec::new(),
            first_line: 0,
            question: None,
            signals: Vec::new(),
            actions: Vec::new(),
            profile: Profile::default(),
            identity: Identity::default(),
            category: None,
            matched: None,
            declined_ago: None,
            unsent: Vec::new(),
            owed: 0,
            last_seq: 0,
            panel_open: false,
            unread: 0,
        }
    }

    /// Keeps a command until the desk acknowledges it.
    pub fn owe(&mut self, command: &VisitorCommand) {
        self.owed += 1;
        self.unsent.push(Unsent::new(self.owed, command));
    }

    /// Acknowledged, or given up.
    pub fn settle(&mut self, kinds: &[UnsentKind]) {
        self.unsent.retain(|unsent| !kinds.contains(&unsent.kind));
    }

    /// The desk has answered for this message.
    pub fn settle_message(&mut self, id: &MessageId) {
        self.unsent.retain(|unsent| unsent.message.as_ref() != Some(id));
    }

    /// A new conversation below the closed one; who the visitor is stays known.
    pub fn begin_again(&mut self, conversation: ConversationId, token: Token) {
        let old = std::mem::replace(self, Self::new(conversation, token));
        self.first_line = old.lines.len();
        self.lines = old.lines;
        self.profile = old.profile;
        self.identity = old.identity;
        self.panel_open = old.panel_open;
    }

    /// What was said before the handoff, for the context package.
    pub fn transcript(&self) -> Vec<TranscriptLine> {
        let all = &self.lines[self.first_line.min(self.lines.len())..];
        let skip = all.len().saturating_sub(protocol::limits::MAX_TRANSCRIPT_LINES);
        all[skip..]
            .iter()
            .map(|line| TranscriptLine { author: line.author, at: line.at, text: line.text.clone(), confidence: line.confidence })
            .collect()
    }

    /// The place that the next line will have in the transcript.
    pub fn next_line(&self) -> u32 {
        u32::try_from(self.lines.len().saturating_sub(self.first_line)).unwrap_or(u32::MAX)
    }
}
