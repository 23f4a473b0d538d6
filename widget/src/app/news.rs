//! What the desk says, and what it acknowledges.

use protocol::{Author, Outcome, QueuedBecause, RejectionCode, Staffing, VisitorCommand, VisitorEvent};

use super::{App, Command, Delay, Fresh, TYPING_MS, line};
use crate::{
    locale::Locale,
    thread::{Line, Mark, Stage, UnsentKind},
};

impl App {
    pub(super) fn hear_desk(&mut self, fresh: &Fresh, event: VisitorEvent, commands: &mut Vec<Command>) {
        self.delay = None;
        match event {
            VisitorEvent::Queued { position, wait, staffing, choices, because, is_long } => {
                let is_new = matches!(self.thread.stage, Stage::HandingOff);
                let was_long = matches!(self.thread.stage, Stage::Waiting { is_long: true, .. });
                let was_waiting = matches!(self.thread.stage, Stage::Waiting { .. });
                self.handoff_is_safe(commands);
                self.thread.settle(&[UnsentKind::Rejoin]);
                let place = Locale::queued(because, position, wait, staffing);
                // Where nobody is there, the place says already what there is instead.
                let instead = if is_long && staffing == Staffing::Staffed { Locale::NEED_NOT_WAIT } else { "" };
                if is_new {
                    self.notice(fresh, format!("{} {place} {instead}", Locale::understood(self.has_issue())).trim_end());
                } else if because != QueuedBecause::Moved || !was_waiting || (is_long && !was_long) {
                    self.notice(fresh, format!("{place} {instead}").trim_end());
                    self.note_unread(commands);
                }
                self.thread.stage = Stage::Waiting { position, wait, staffing, choices, because, is_long };
            }
            VisitorEvent::Reviewing { agent, .. } => {
                self.handoff_is_safe(commands);
                self.thread.question = None;
                self.thread.stage = Stage::Reviewing { agent };
            }
            VisitorEvent::Connected { agent } => {
                self.handoff_is_safe(commands);
                self.thread.question = None;
                if !matches!(&self.thread.stage, Stage::Live { agent: known } if *known == agent) {
                    self.notice(fresh, &Locale::connected(&agent));
                    self.note_unread(commands);
                }
                self.thread.stage = Stage::Live { agent };
            }
            VisitorEvent::Said { message } => self.hear_message(message, commands),
            VisitorEvent::Received { .. } => {}
            VisitorEvent::Read { seq } => {
                for line in &mut self.thread.lines {
                    if line.author == Author::Visitor && line.seq.is_some_and(|own| own <= seq) {
                        line.mark = Mark::Read;
                    }
                }
            }
            VisitorEvent::AgentTyping {} => self.typing_until = fresh.now + TYPING_MS,
            VisitorEvent::Promised { commitment } => {
                self.handoff_is_safe(commands);
                self.thread.settle(&[UnsentKind::Fallback]);
                self.thread.question = None;
                self.error = None;
                if !matches!(&self.thread.stage, Stage::Promised { commitment: known } if *known == commitment) {
                    self.notice(fresh, &Locale::promised(&commitment));
                    self.note_unread(commands);
                }
                self.thread.stage = Stage::Promised { commitment };
            }
            VisitorEvent::Closing { at } => {
                self.notice(fresh, &Locale::closing(at));
                self.note_unread(commands);
            }
            VisitorEvent::Erased { receipt } => {
                self.thread.settle(&[UnsentKind::Handoff, UnsentKind::Say, UnsentKind::Leave, UnsentKind::Rate, UnsentKind::Erase]);
                self.begin_again(fresh, commands);
                self.thread.lines.clear();
                self.thread.first_line = 0;
                self.notice(fresh, &Locale::erased(&receipt));
            }
            VisitorEvent::Closed { outcome, may_rate, choices, reopen_until } => {
                self.handoff_is_safe(commands);
                self.thread.settle(&[UnsentKind::Handoff, UnsentKind::Say, UnsentKind::Leave]);
                if !matches!(self.thread.stage, Stage::Closed { .. }) {
                    self.notice(fresh, Locale::closed(outcome));
                    self.note_unread(commands);
                }
                self.thread.stage = Stage::Closed { outcome, may_rate, choices, reopen_until };
                if matches!(outcome, Outcome::Resolved | Outcome::Fulfilled | Outcome::Unresolved | Outcome::FollowUp) && !may_rate {
                    commands.push(Command::CloseSocket);
                }
            }
            VisitorEvent::Rated {} => {
                self.thread.settle(&[UnsentKind::Rate]);
                if let Stage::Closed { may_rate, .. } = &mut self.thread.stage {
                    *may_rate = false;
                }
                self.notice(fresh, Locale::RATED);
                commands.push(Command::CloseSocket);
            }
            VisitorEvent::Resumed { .. } | VisitorEvent::Pong {} => {}
            VisitorEvent::Rejected { rejection } => self.hear_rejection(fresh, rejection, commands),
        }
    }

    /// Any state of the desk acknowledges the handoff.
    pub(super) fn handoff_is_safe(&mut self, commands: &mut Vec<Command>) {
        self.thread.settle(&[UnsentKind::Handoff]);
        commands.push(Command::OpenSocket);
        if !self.thread.unsent.is_empty() {
            commands.push(Command::Deliver);
        }
    }

    pub(super) fn hear_message(&mut self, message: protocol::Message, commands: &mut Vec<Command>) {
        self.thread.settle_message(&message.id);
        match self.thread.lines.iter_mut().find(|line| line.id.as_ref() == Some(&message.id)) {
            Some(known) => {
                known.seq = Some(message.seq);
                known.at = message.at;
                if known.mark != Mark::Read && known.author == Author::Visitor {
                    known.mark = Mark::Delivered;
                }
            }
            None => {
                let mark = if message.author == Author::Visitor { Mark::Delivered } else { Mark::None };
                let line = line(message.author, message.at, message.text.reveal());
                self.thread.lines.push(Line { id: Some(message.id), seq: Some(message.seq), mark, ..line });
                if message.author == Author::Agent {
                    self.typing_until = 0;
                    self.note_unread(commands);
                }
            }
        }
        if message.seq == self.thread.last_seq + 1 {
            self.thread.last_seq = message.seq;
            if message.author == Author::Agent {
                commands.push(Command::Send(VisitorCommand::MarkReceived { seq: message.seq }));
            }
        } else if message.seq > self.thread.last_seq {
            // Something in between is missing: ask for exactly the rest.
            commands.push(Command::Send(VisitorCommand::Resume { after: self.thread.last_seq }));
        }
    }

    pub(super) fn hear_rejection(&mut self, fresh: &Fresh, rejection: protocol::Rejection, commands: &mut Vec<Command>) {
        match rejection.code {
            RejectionCode::SlowDown | RejectionCode::Unavailable => {
                self.delay = Some(Delay::Busy);
                commands.push(Command::RetryLater);
            }
            RejectionCode::NotFound => {
                // The desk does not know it: what is unsent cannot be delivered there, and the words stay on the screen.
                for line in &mut self.thread.lines {
                    if line.mark == Mark::Sending {
                        line.mark = Mark::Failed;
                    }
                }
                self.thread.unsent.clear();
                self.notice(fresh, Locale::LOST_FOR_DESK);
                self.thread.stage = Stage::Closed { outcome: Outcome::Unresolved, may_rate: false, choices: Vec::new(), reopen_until: None };
                commands.push(Command::CloseSocket);
            }
            _ => {
                if let Some(id) = &rejection.message {
                    self.thread.settle_message(id);
                    if let Some(line) = self.thread.lines.iter_mut().find(|line| line.id.as_ref() == Some(id)) {
                        line.mark = Mark::Failed;
                    }
                } else {
                    // What the desk will never take is not sent again; a wrong number or address is asked for once more.
                    let field = rejection.field.as_deref().unwrap_or_default();
                    if field.contains("choose_fallback") || rejection.code == RejectionCode::NotNow {
                        self.thread.settle(&[UnsentKind::Fallback, UnsentKind::Rate, UnsentKind::Rejoin]);
                    }
                    if field.contains("request_handoff") || rejection.code == RejectionCode::Conflict {
                        self.thread.settle(&[UnsentKind::Handoff]);
                    }
                    self.error = Some(rejection.why);
                }
            }
        }
    }
}
