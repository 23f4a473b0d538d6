//! A command that the desk has not acknowledged: what it is, beside its text.
//!
//! The text is written once and never read: the code to read a whole context package would weigh
//! more than the rest of the storage (`docs/decisions/0011`). So whatever is asked of a command
//! later stands beside its text as a value; nothing is searched for in the text.

use protocol::{FallbackKind, MessageId, Millis, VisitorCommand};
use serde::{Deserialize, Serialize};

use super::Thread;

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

impl UnsentKind {
    /// The command's name in a frame, with which a rejection begins the field that it names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Handoff => "request_handoff",
            Self::Say => "say",
            Self::Fallback => "choose_fallback",
            Self::Rejoin => "rejoin",
            Self::Leave => "leave",
            Self::Rate => "rate",
            Self::Erase => "erase",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unsent {
    /// Tells it from an equal one before it.
    #[serde(default)]
    pub number: u32,
    pub kind: UnsentKind,
    pub message: Option<MessageId>,
    /// Which fallback it chooses. None also for one that an older page has kept.
    #[serde(default)]
    pub fallback: Option<FallbackKind>,
    pub command: String,
}

impl Unsent {
    /// None for a command that the desk does not acknowledge.
    fn of(number: u32, command: &VisitorCommand) -> Option<Self> {
        let (mut message, mut fallback) = (None, None);
        let kind = match command {
            VisitorCommand::RequestHandoff { .. } => UnsentKind::Handoff,
            VisitorCommand::Say { message: id, .. } => {
                message = Some(id.clone());
                UnsentKind::Say
            }
            VisitorCommand::ChooseFallback { fallback: choice } => {
                fallback = Some(choice.kind());
                UnsentKind::Fallback
            }
            VisitorCommand::Rate { .. } => UnsentKind::Rate,
            VisitorCommand::Rejoin {} => UnsentKind::Rejoin,
            VisitorCommand::Leave {} => UnsentKind::Leave,
            VisitorCommand::Erase {} => UnsentKind::Erase,
            VisitorCommand::Resume { .. }
            | VisitorCommand::Type {}
            | VisitorCommand::Visit { .. }
            | VisitorCommand::MarkReceived { .. }
            | VisitorCommand::MarkRead { .. }
            | VisitorCommand::Ping {} => return None,
        };
        let command = serde_json::to_string(command).unwrap_or_default();
        Some(Self { number, kind, message, fallback, command })
    }

    /// Whether a promise of this kind acknowledges it. A choice that an older page has kept, of a
    /// kind that is not known, is acknowledged by any.
    pub fn is_promised_by(&self, kind: FallbackKind) -> bool {
        self.kind == UnsentKind::Fallback && self.fallback.is_none_or(|chosen| chosen == kind)
    }
}

impl Thread {
    /// Keeps a command until the desk acknowledges it.
    pub fn owe(&mut self, command: &VisitorCommand) {
        if let Some(unsent) = Unsent::of(self.owed + 1, command) {
            self.owed = unsent.number;
            self.unsent.push(unsent);
        }
    }

    /// Acknowledged, or given up.
    pub fn settle(&mut self, kinds: &[UnsentKind]) {
        self.unsent.retain(|unsent| !kinds.contains(&unsent.kind));
    }

    /// The desk has answered for this message.
    pub fn settle_message(&mut self, id: &MessageId) {
        self.unsent.retain(|unsent| unsent.message.as_ref() != Some(id));
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{FallbackChoice, Seq, Text};

    fn unsent(command: &VisitorCommand) -> Option<Unsent> {
        Unsent::of(1, command)
    }

    #[test]
    fn the_name_beside_a_command_is_the_name_in_its_text() {
        let fallback = FallbackChoice::Callback { phone: Text::new("+49 170 1234567") };
        for command in [
            VisitorCommand::Say {
                message: MessageId("m1".into()),
                text: Text::new("hello"),
                crisis: false,
            },
            VisitorCommand::ChooseFallback { fallback },
            VisitorCommand::Rate { effort: Some(1), satisfaction: None },
            VisitorCommand::Rejoin {},
            VisitorCommand::Leave {},
            VisitorCommand::Erase {},
        ] {
            let unsent = unsent(&command).unwrap();
            let text: serde_json::Value = serde_json::from_str(&unsent.command).unwrap();
            assert!(text.get(unsent.kind.name()).is_some(), "{:?}: {text}", unsent.kind);
        }
    }

    #[test]
    fn what_the_desk_does_not_acknowledge_is_not_kept() {
        assert_eq!(unsent(&VisitorCommand::Ping {}), None);
        assert_eq!(unsent(&VisitorCommand::Resume { after: Seq(7) }), None);
    }

    #[test]
    fn a_promise_of_another_kind_acknowledges_no_choice_whatever_was_written() {
        let email = Text::new("\"callback\"@example.org");
        let ticket = VisitorCommand::ChooseFallback { fallback: FallbackChoice::Ticket { email } };
        let ticket = unsent(&ticket).unwrap();
        assert!(!ticket.is_promised_by(FallbackKind::Callback));
        assert!(ticket.is_promised_by(FallbackKind::Ticket));
        let older = Unsent { fallback: None, ..ticket };
        assert!(older.is_promised_by(FallbackKind::Callback));
    }
}
