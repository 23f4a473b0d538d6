//! One conversation in the browser: everything that must survive a reload.

mod age;
mod line;
mod stage;
mod unsent;

use protocol::{
    ActionTried, Author, ConversationId, Escalation, Millis, Profile, Seq, Signal, Text, Token,
    TranscriptLine, VERSION, VisitorCommand, limits,
};
use serde::{Deserialize, Serialize};

use crate::{identity::Identity, speech};
pub use age::Age;
pub use line::{Key, Line, Mark, Source};
pub use stage::{Ask, Question, Stage};
pub use unsent::{Unsent, UnsentKind, Wait};

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
    pub last_seq: Seq,
    /// How many lines the visitor has had in sight.
    #[serde(default)]
    pub seen: usize,
    /// How far the desk's clock is ahead of this browser's, in ms.
    #[serde(default)]
    pub desk_ahead: f64,
    pub panel_open: bool,
    pub unread: u32,
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
            last_seq: Seq::NONE,
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
