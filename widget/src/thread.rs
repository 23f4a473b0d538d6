//! One conversation in the browser: everything that must survive a reload.

mod unsent;

use protocol::{
    ActionTried, Author, Commitment, ConversationId, Escalation, FallbackKind, FallbackOption,
    MessageId, Millis, Outcome, Profile, QueuedBecause, Signal, Staffing, Text, Token,
    TranscriptLine, VERSION, VisitorCommand, WaitEstimate, limits,
};
use serde::{Deserialize, Serialize};
use words::Said;

use crate::{identity::Identity, speech};
pub use unsent::{Unsent, UnsentKind};

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
        matches!(
            self,
            Self::HandingOff
                | Self::Waiting { .. }
                | Self::Reviewing { .. }
                | Self::Live { .. }
                | Self::Promised { .. }
        )
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
    pub seq: Option<u64>,
    #[serde(default)]
    pub mark: Mark,
    #[serde(default)]
    pub key: Option<Key>,
    /// What it says, where the text is the widget's own.
    #[serde(default)]
    pub said: Vec<Said>,
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

/// A stated wait, over a reload too; a clock that was put back makes it no longer than it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    pub until: Millis,
    pub ms: Millis,
    #[serde(default)]
    pub is_from_way: bool,
}

impl Wait {
    pub fn remaining(&self, now: Millis) -> Millis {
        self.until.saturating_sub(now).min(self.ms)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    /// How often this browser began anew, how often it forgot all, and how often it was written
    /// since: of two tabs' states the later one holds.
    #[serde(default)]
    pub age: Age,
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
    /// Not asked before that.
    #[serde(default)]
    pub wait: Option<Wait>,
    /// The handoff left out the oldest lines: the talk was too long to pass on whole.
    #[serde(default)]
    pub is_cut: bool,
    /// The decision that the handoff stands on, and how often it was tried.
    #[serde(default)]
    pub handed: Option<Escalation>,
    #[serde(default)]
    pub tries: u8,
    /// The desk's last message without a gap.
    pub last_seq: u64,
    /// How many lines the visitor has had in sight.
    #[serde(default)]
    pub seen: usize,
    /// How far the desk's clock is ahead of this browser's, in ms.
    #[serde(default)]
    pub desk_ahead: f64,
    pub panel_open: bool,
    pub unread: u32,
}

/// See [`Thread::age`]: compared in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Age {
    pub forgotten: u32,
    pub begun: u32,
    pub written: u32,
}

/// What is over is kept in the browser for this long, in ms; after it, it is forgotten.
pub const KEPT_MS: Millis = 30 * 24 * 60 * 60 * 1000;

impl Thread {
    pub fn new(conversation: ConversationId, token: Token) -> Self {
        Self {
            age: Age::default(),
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
            wait: None,
            is_cut: false,
            handed: None,
            tries: 0,
            last_seq: 0,
            seen: 0,
            desk_ahead: 0.0,
            panel_open: false,
            unread: 0,
        }
    }

    /// Keeps the newest signals: the last words say best what is wanted.
    pub fn note_signals(&mut self, found: &[Signal]) {
        self.signals.extend_from_slice(found);
        let old = self.signals.len().saturating_sub(limits::MAX_LIST_ITEMS);
        self.signals.drain(..old);
    }

    /// Keeps a command until the desk acknowledges it.
    pub fn owe(&mut self, command: &VisitorCommand) {
        if let Some(unsent) = Unsent::of(self.owed + 1, command) {
            self.owed = unsent.number;
            self.unsent.push(unsent);
        }
    }

    /// One frame with the thread's credential, around a command that is JSON already. Ids and
    /// tokens need no escape.
    pub fn frame(&self, command: &str) -> String {
        let (conversation, token) = (&self.conversation.0, &self.token.0);
        let credential = format!(r#""conversation":"{conversation}","token":"{token}""#);
        format!(r#"{{"v":{VERSION},{credential},"command":{command}}}"#)
    }

    /// The same for a command that is not kept.
    pub fn frame_of(&self, command: &VisitorCommand) -> String {
        self.frame(&serde_json::to_string(command).unwrap_or_default())
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
        self.age = Age { begun: old.age.begun + 1, ..old.age };
        // What had not arrived goes along: it is said in this conversation.
        self.first_line =
            old.lines.iter().position(|line| line.mark == Mark::Sending).unwrap_or(old.lines.len());
        self.lines = old.lines;
        for line in self.lines.iter_mut().filter(|line| line.mark == Mark::Sending) {
            (line.mark, line.id) = (Mark::None, None);
        }
        self.seen = old.seen;
        self.desk_ahead = old.desk_ahead;
        self.profile = old.profile;
        self.identity = old.identity;
        self.panel_open = old.panel_open;
    }

    /// Nothing of what was said and of who the visitor is stays in this browser, in this tab and in
    /// others.
    pub fn forget(&mut self, conversation: ConversationId, token: Token) {
        let old = std::mem::replace(self, Self::new(conversation, token));
        self.age = Age { forgotten: old.age.forgotten + 1, begun: 0, written: old.age.written };
        self.desk_ahead = old.desk_ahead;
        self.panel_open = old.panel_open;
    }

    /// Takes out what is over for longer than it is kept. Whether nothing is left that is worth
    /// keeping.
    pub fn forget_old(&mut self, now: Millis) -> bool {
        let is_old = |line: &Line| line.at.saturating_add(KEPT_MS) < now;
        let old = self.lines[..self.first_line.min(self.lines.len())]
            .iter()
            .take_while(|line| is_old(line))
            .count();
        self.lines.drain(..old);
        self.first_line = self.first_line.saturating_sub(old);
        self.seen = self.seen.saturating_sub(old);
        let until = match &self.stage {
            Stage::Closed { reopen_until, .. } => reopen_until.unwrap_or(0),
            stage if stage.is_at_desk() => return false,
            _ => 0,
        };
        self.unsent.is_empty()
            && until.saturating_add(KEPT_MS) < now
            && self.lines.iter().all(is_old)
    }

    /// Says what the widget has said in the language of this page. What another version said, and
    /// only that one can say, stays as it was.
    pub fn say_again(&mut self) {
        for line in self.lines.iter_mut().filter(|line| !line.said.is_empty()) {
            if let Some(text) = speech::try_say(&line.said) {
                line.text = Text::new(text);
            }
        }
    }

    /// Two tabs wrote at once: what only the other has is taken in as well. Whether there was any.
    pub fn take_in(&mut self, mut other: Self) -> bool {
        if self.conversation != other.conversation {
            if self.age >= other.age {
                return false;
            }
            *self = other;
            return true;
        }
        if other.stage.is_at_desk() && !self.stage.is_at_desk() && self.age <= other.age {
            std::mem::swap(self, &mut other);
        }
        let before = (self.lines.len(), self.unsent.len());
        for line in other.lines {
            let is_same = |own: &Line| match (&own.id, &line.id) {
                (Some(own), Some(id)) => own == id,
                // The other tab may speak another language.
                _ if !own.said.is_empty() && !line.said.is_empty() => {
                    (own.author, own.at) == (line.author, line.at) && own.said == line.said
                }
                _ => (own.author, own.at) == (line.author, line.at) && own.text == line.text,
            };
            if !self.lines.iter().any(is_same) {
                let place = self
                    .lines
                    .iter()
                    .rposition(|own| own.at <= line.at)
                    .map_or(0, |place| place + 1);
                self.lines.insert(place.max(self.first_line.min(self.lines.len())), line);
            }
        }
        for unsent in other.unsent {
            let is_known = self.unsent.iter().any(|own| own.command == unsent.command);
            let is_there = unsent.message.is_some()
                && self.lines.iter().any(|line| line.id == unsent.message && line.seq.is_some());
            if !is_known && !is_there && unsent.kind == UnsentKind::Say {
                self.owed += 1;
                self.unsent.push(Unsent { number: self.owed, ..unsent });
            }
        }
        self.last_seq = self.last_seq.min(other.last_seq);
        self.seen = self.seen.max(other.seen).min(self.lines.len());
        before != (self.lines.len(), self.unsent.len())
    }

    /// What was said before the handoff, for the context package.
    pub fn transcript(&self) -> Vec<TranscriptLine> {
        let all = &self.lines[self.first_line.min(self.lines.len())..];
        all.iter()
            .map(|line| TranscriptLine {
                author: line.author,
                at: self.desk_time(line.at),
                text: line.text.clone(),
                confidence: line.confidence,
            })
            .collect()
    }

    /// This browser's time as the desk's clock has it.
    pub fn desk_time(&self, at: Millis) -> Millis {
        (at as f64 + self.desk_ahead).max(0.0) as Millis
    }

    /// The desk's time as this browser's clock has it.
    pub fn own_time(&self, at: Millis) -> Millis {
        (at as f64 - self.desk_ahead).max(0.0) as Millis
    }

    /// The place that the next line will have in the transcript.
    pub fn next_line(&self) -> u32 {
        u32::try_from(self.lines.len().saturating_sub(self.first_line)).unwrap_or(u32::MAX)
    }

    /// Lines that came since the visitor last looked.
    pub fn unseen(&self) -> u32 {
        let new = self.lines.iter().skip(self.seen).filter(|line| line.author != Author::Visitor);
        u32::try_from(new.count()).unwrap_or(u32::MAX)
    }
}
