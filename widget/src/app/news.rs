//! What the desk says, and what it acknowledges.

use protocol::{
    Author, ConversationId, Message, MessageId, Millis, Outcome, QueuedBecause, Staffing, Token,
    VisitorCommand, VisitorEvent,
};
use words::Said;

use super::{App, Command, Fresh, TYPING_MS, line};
use crate::{
    locale, said,
    speech::when,
    thread::{Line, Mark, Stage, UnsentKind},
};

/// A difference between the two clocks that is not worth a word, in ms.
const CLOCK_IS_RIGHT_MS: f64 = 60_000.0;

impl App {
    pub(super) fn hear_desk(
        &mut self,
        fresh: &Fresh,
        mut event: VisitorEvent,
        commands: &mut Vec<Command>,
    ) {
        self.cut_since = None;
        // A sign of life and a number say nothing of what is owed.
        let is_beside = matches!(
            event,
            VisitorEvent::Resumed { .. } | VisitorEvent::Pong {} | VisitorEvent::Rejected { .. }
        );
        let owed = self.owed();
        self.in_own_time(&mut event);
        match event {
            VisitorEvent::Queued { position, wait, staffing, choices, because, is_long } => {
                let is_new = matches!(self.thread.stage, Stage::HandingOff);
                let was_long = matches!(self.thread.stage, Stage::Waiting { is_long: true, .. });
                let was_waiting = matches!(self.thread.stage, Stage::Waiting { .. });
                // The agent left while this page was cut off, and the reason went by unheard.
                let was_with_agent =
                    matches!(self.thread.stage, Stage::Reviewing { .. } | Stage::Live { .. });
                let because = if was_with_agent && because == QueuedBecause::Moved {
                    QueuedBecause::AgentLeft
                } else {
                    because
                };
                self.handoff_is_safe(commands);
                self.thread.settle(&[UnsentKind::Rejoin]);
                let mut place = locale::queued(because, position, wait, staffing);
                // Where nobody is there, the place says already what there is instead.
                if is_long && staffing == Staffing::Staffed {
                    place.push(said::need_not_wait());
                }
                if self.is_in_crisis() && staffing != Staffing::Staffed {
                    place.insert(0, said::crisis_alone());
                }
                if is_new {
                    let mut all = locale::understood(self.has_issue() && !self.thread.is_cut);
                    all.append(&mut place);
                    self.notice(fresh, all);
                } else if because != QueuedBecause::Moved || !was_waiting || (is_long && !was_long)
                {
                    self.notice(fresh, place);
                    self.note_unread(commands);
                }
                self.thread.stage =
                    Stage::Waiting { position, wait, staffing, choices, because, is_long };
            }
            VisitorEvent::Reviewing { agent, .. } => {
                self.handoff_is_safe(commands);
                self.thread.settle(&[UnsentKind::Rejoin]);
                self.thread.question = None;
                self.thread.stage = Stage::Reviewing { agent };
            }
            VisitorEvent::Connected { agent } => {
                self.handoff_is_safe(commands);
                self.thread.settle(&[UnsentKind::Rejoin]);
                self.thread.question = None;
                if !matches!(&self.thread.stage, Stage::Live { agent: known } if *known == agent) {
                    self.say_connected(fresh, &agent);
                    self.note_unread(commands);
                }
                self.thread.stage = Stage::Live { agent };
            }
            VisitorEvent::Said { message } => self.hear_message(message, commands),
            VisitorEvent::Received { seq } => self.mark(seq, Mark::Delivered),
            VisitorEvent::Read { seq } => self.mark(seq, Mark::Read),
            VisitorEvent::AgentTyping {} => self.typing_until = fresh.now + TYPING_MS,
            VisitorEvent::Promised { commitment } => {
                self.handoff_is_safe(commands);
                // A promise of another kind is the one from before.
                self.thread.unsent.retain(|unsent| !unsent.is_promised_by(commitment.kind));
                if !self.thread.unsent.iter().any(|unsent| unsent.kind == UnsentKind::Fallback) {
                    self.thread.question = None;
                    self.error = None;
                }
                if !matches!(
                    &self.thread.stage,
                    Stage::Promised { commitment: known } if *known == commitment
                ) {
                    self.notice(fresh, locale::promised(&commitment));
                    self.note_unread(commands);
                }
                self.thread.stage = Stage::Promised { commitment };
            }
            VisitorEvent::Closing { at } => {
                self.notice(fresh, said::closing(when(at)));
                self.note_unread(commands);
            }
            VisitorEvent::Erased { receipt } => {
                self.forget(fresh, locale::erased(&receipt), commands)
            }
            VisitorEvent::Closed { outcome, may_rate, choices, reopen_until } => {
                self.handoff_is_safe(commands);
                // What was written before is still brought: it reopens the conversation.
                self.thread.settle(&[UnsentKind::Leave]);
                if !matches!(self.thread.stage, Stage::Closed { .. }) {
                    self.say_closed(fresh, outcome, reopen_until);
                    self.note_unread(commands);
                }
                self.thread.stage = Stage::Closed { outcome, may_rate, choices, reopen_until };
                if self.is_full {
                    self.begin_again(fresh, commands);
                } else if outcome_is_final(outcome) && !may_rate && self.thread.unsent.is_empty() {
                    commands.push(Command::CloseSocket);
                }
            }
            VisitorEvent::Rated {} => {
                self.thread.settle(&[UnsentKind::Rate]);
                if let Stage::Closed { may_rate, .. } = &mut self.thread.stage {
                    *may_rate = false;
                }
                self.notice(fresh, said::rated());
                commands.push(Command::CloseSocket);
            }
            VisitorEvent::Resumed { last, more, now, after } => {
                self.hear_end_of_replay(fresh, (last, more, after), now, commands)
            }
            VisitorEvent::Pong {} => {}
            VisitorEvent::Rejected { rejection } => self.hear_rejection(fresh, rejection, commands),
        }
        self.hear_progress(owed, is_beside);
    }

    /// Any state of the desk acknowledges the handoff.
    pub(super) fn handoff_is_safe(&mut self, commands: &mut Vec<Command>) {
        self.thread.settle(&[UnsentKind::Handoff]);
        (self.thread.handed, self.thread.tries) = (None, 0);
        commands.push(Command::OpenSocket);
        if !self.thread.unsent.is_empty() {
            commands.push(Command::Deliver);
        }
    }

    /// Desk and browser may have different clocks: all times are kept as the browser's clock has
    /// them.
    fn in_own_time(&self, event: &mut VisitorEvent) {
        let own = |at: &mut Millis| *at = self.thread.own_time(*at);
        match event {
            VisitorEvent::Queued { staffing, choices, .. } => {
                if let Staffing::Closed { opens_at: Some(at) } = staffing {
                    own(at);
                }
                choices.iter_mut().for_each(|choice| own(&mut choice.due));
            }
            VisitorEvent::Said { message } => own(&mut message.at),
            VisitorEvent::Promised { commitment } => own(&mut commitment.due),
            VisitorEvent::Closing { at } => own(at),
            VisitorEvent::Closed { choices, reopen_until, .. } => {
                reopen_until.iter_mut().for_each(own);
                choices.iter_mut().for_each(|choice| own(&mut choice.due));
            }
            _ => {}
        }
    }

    /// A page of the replay ends: the next is asked for, or all is there.
    fn hear_end_of_replay(
        &mut self,
        fresh: &Fresh,
        (last, more, at_desk): (u64, bool, Option<MessageId>),
        now: Millis,
        commands: &mut Vec<Command>,
    ) {
        let after = self.asked_after.take();
        let has_forgotten = after.is_some_and(|after| self.forgets(after, last, at_desk.as_ref()));
        // The state in this replay was read by the old difference.
        let has_moved = self.set_clock(fresh.now, now);
        let has_come = after.is_none_or(|after| self.thread.last_seq > after);
        if has_moved || has_forgotten || (more && has_come) {
            self.ask_for_rest(commands);
        } else {
            // A number that skips what the desk does not have any more is no gap.
            if !more {
                self.thread.last_seq = self.thread.last_seq.max(last);
                self.bring_what_is_lost(fresh, commands);
            }
            self.tell_received(commands);
            let seen = self.thread.seen;
            self.see(seen, commands);
        }
    }

    /// The desk has told its time. Whether the difference is another one than before.
    pub(super) fn set_clock(&mut self, own: Millis, desk: Millis) -> bool {
        if desk == 0 {
            return false;
        }
        let ahead = desk as f64 - own as f64;
        let ahead = if ahead.abs() < CLOCK_IS_RIGHT_MS { 0.0 } else { ahead };
        let has_moved = (ahead - self.thread.desk_ahead).abs() >= CLOCK_IS_RIGHT_MS;
        if has_moved {
            self.thread.desk_ahead = ahead;
        }
        has_moved
    }

    /// Asks for what follows the last message without a gap, once until it is answered.
    pub(super) fn ask_for_rest(&mut self, commands: &mut Vec<Command>) {
        let after = self.thread.last_seq;
        if self.asked_after.replace(after) != Some(after) {
            commands.push(Command::Send(VisitorCommand::Resume { after }));
        }
        if !self.is_connected {
            self.delivery.poll();
            commands.push(Command::Deliver);
        }
    }

    fn tell_received(&mut self, commands: &mut Vec<Command>) {
        if self.asked_after.is_none() && self.thread.last_seq > self.told_received {
            self.told_received = self.thread.last_seq;
            commands
                .push(Command::Send(VisitorCommand::MarkReceived { seq: self.thread.last_seq }));
        }
    }

    /// How far the visitor's own lines have come.
    fn mark(&mut self, seq: u64, mark: Mark) {
        for line in &mut self.thread.lines {
            if line.author == Author::Visitor && line.seq.is_some_and(|own| own <= seq) {
                line.mark = line.mark.max(mark);
            }
        }
    }

    pub(super) fn hear_message(&mut self, message: Message, commands: &mut Vec<Command>) {
        self.thread.settle_message(&message.id);
        commands.push(Command::Deliver);
        let seq = message.seq;
        let known = self.thread.lines.iter().position(|line| line.id.as_ref() == Some(&message.id));
        let is_news = known.is_none() && message.author == Author::Agent;
        let line = match known {
            Some(place) if self.thread.lines[place].seq == Some(seq) => None,
            Some(place) => Some(self.thread.lines.remove(place)),
            None => Some(Line {
                id: Some(message.id),
                by: message.by,
                ..line(message.author, message.at, message.text.reveal())
            }),
        };
        if let Some(mut line) = line {
            (line.seq, line.at) = (Some(seq), message.at);
            line.mark = if line.author == Author::Visitor { Mark::Sent } else { Mark::None };
            let place = self.place_by_number(seq, known);
            if is_news {
                self.thread.seen = self.thread.seen.min(place);
            }
            self.thread.lines.insert(place, line);
        }
        if is_news {
            self.typing_until = 0;
            self.note_unread(commands);
        }
        if seq == self.thread.last_seq + 1 {
            self.thread.last_seq = seq;
            if message.author == Author::Agent {
                self.tell_received(commands);
            }
        } else if seq > self.thread.last_seq {
            // Something in between is missing: ask for exactly the rest.
            self.ask_for_rest(commands);
        }
    }

    /// Where a message belongs among the lines: between those with earlier and with later numbers,
    /// where it stood or else at the end.
    fn place_by_number(&self, seq: u64, stood: Option<usize>) -> usize {
        let lines = &self.thread.lines;
        let first = self.thread.first_line.min(lines.len());
        let later = lines[first..]
            .iter()
            .position(|line| line.seq.is_some_and(|own| own > seq))
            .map(|place| place + first);
        let earlier = lines
            .iter()
            .rposition(|line| line.seq.is_some_and(|own| own < seq))
            .map_or(first, |place| place + 1);
        match (later, stood) {
            (Some(later), Some(stood)) => stood.min(later).max(earlier),
            (Some(_), None) => earlier,
            (None, Some(stood)) => stood.max(earlier).min(lines.len()),
            (None, None) => lines.len(),
        }
    }

    /// The notice stands before what this agent has said already: that came while the page was
    /// away.
    fn say_connected(&mut self, fresh: &Fresh, agent: &str) {
        let lines = &self.thread.lines;
        let since = lines
            .iter()
            .rposition(|line| line.is_notice && line.author == Author::Bot)
            .map_or(0, |place| place + 1);
        let first = lines[since..]
            .iter()
            .position(|line| line.author == Author::Agent && line.by.as_deref() == Some(agent));
        self.notice(fresh, said::connected(agent));
        if let Some(place) = first.map(|place| place + since)
            && let Some(mut notice) = self.thread.lines.pop()
        {
            notice.at = self.thread.lines[place].at;
            self.thread.lines.insert(place, notice);
        }
    }

    fn say_closed(&mut self, fresh: &Fresh, outcome: Outcome, reopen_until: Option<Millis>) {
        let mut all = vec![locale::closed(outcome)];
        match reopen_until.filter(|until| outcome_reopens(outcome) && *until > fresh.now) {
            Some(until) => all.push(locale::reopen_within(until - fresh.now)),
            None if outcome_is_final(outcome) || outcome == Outcome::Idle => {
                all.push(said::begin_new())
            }
            None => {}
        }
        self.notice(fresh, all);
    }

    /// Everything of it is gone from this browser: what was said, who the visitor is, and what
    /// opened it at the desk.
    pub(super) fn forget(&mut self, fresh: &Fresh, words: Said, commands: &mut Vec<Command>) {
        self.thread.forget(ConversationId((fresh.id)()), Token((fresh.token)()));
        self.start_reading_anew();
        self.notice(fresh, words);
        commands.push(Command::CloseSocket);
        commands.push(Command::ForgetDraft);
    }
}

/// People had it, and are done with it.
fn outcome_is_final(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Resolved | Outcome::Fulfilled | Outcome::Unresolved | Outcome::FollowUp
    )
}

/// Whether who writes after the end means people. Who left the queue went back to the bot.
pub fn outcome_reopens(outcome: Outcome) -> bool {
    outcome != Outcome::Abandoned
}
