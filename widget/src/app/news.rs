//! What the desk says, and what it acknowledges.

use protocol::{Author, Millis, Outcome, QueuedBecause, Staffing, VisitorEvent};

use super::{App, Command, Fresh};
use crate::{
    locale, said,
    speech::when,
    thread::{Mark, Stage, UnsentKind},
};

/// How long "is typing" stands without news, in ms.
const TYPING_MS: Millis = 4_000;

impl App {
    /// Takes an event of the desk, by whatever way it came.
    pub(super) fn hear_desk(
        &mut self,
        fresh: &Fresh,
        mut event: VisitorEvent,
        commands: &mut Vec<Command>,
    ) {
        self.cut_since = None;
        // None of these acknowledges a command.
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
                // A promise of another kind is the one that was made before.
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

    /// Says who has joined. The notice stands before what this agent has already said, which came
    /// while the page was away.
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
}

/// Whether people have had the conversation and are done with it.
fn outcome_is_final(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Resolved | Outcome::Fulfilled | Outcome::Unresolved | Outcome::FollowUp
    )
}

/// Whether words after the end are meant for people. A visitor who left the queue went back to the
/// bot.
pub fn outcome_reopens(outcome: Outcome) -> bool {
    outcome != Outcome::Abandoned
}
