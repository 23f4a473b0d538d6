//! What comes back for a request: events of the desk, its refusals, an answer of something on the
//! way in the desk's place, or nothing at all.

use protocol::{ConversationId, Rejection, RejectionCode, VisitorEvent};

use super::{App, Command, Fresh, handoff::MOST_TRIES};
use crate::{
    delivery::{self, Answer, Delay},
    thread::{Stage, Unsent, UnsentKind, Wait},
};

impl App {
    /// Takes the answer to a request. One for a conversation that was left meanwhile changes
    /// nothing but the time of the next try.
    pub(super) fn hear_answer(
        &mut self,
        fresh: &Fresh,
        conversation: &ConversationId,
        answer: Answer,
        commands: &mut Vec<Command>,
    ) {
        commands.push(Command::Deliver);
        if *conversation != self.thread.conversation {
            self.delivery.finish(false);
            if let Some(rejection) = answer.asks_for_patience() {
                self.delivery.refused(fresh.elapsed, (fresh.random)(), rejection.limit);
            }
            return;
        }
        let asked = self.delivery.in_flight();
        let Some(events) = answer.events else {
            return self.hear_way(fresh, asked, &answer, commands);
        };
        // Refusals are taken last, so that a wait that they state outlasts what else was told.
        let (refusals, news): (Vec<_>, Vec<_>) =
            events.into_iter().partition(|event| matches!(event, VisitorEvent::Rejected { .. }));
        let is_refused = !refusals.is_empty();
        news.into_iter().chain(refusals).for_each(|event| self.hear_desk(fresh, event, commands));
        self.delivery.finish(false);
        // The desk has said nothing of what was asked, or of a handoff that is not acknowledged.
        let is_open = self.unsent(asked).is_some()
            || (self.thread.stage == Stage::HandingOff && self.thread.unsent.is_empty());
        match is_open {
            _ if is_refused => {}
            true => self.not_heard(fresh),
            false => self.delivery.succeeded(),
        }
    }

    /// Nobody answered, or something on the way did in the desk's place: its page, an empty body.
    /// Only the desk refuses; this is asked again.
    fn hear_way(
        &mut self,
        fresh: &Fresh,
        asked: Option<u32>,
        answer: &Answer,
        commands: &mut Vec<Command>,
    ) {
        let unsent = self.unsent(asked);
        self.delivery.finish(true);
        let is_short = self.thread.tries >= MOST_TRIES || self.thread.handed.is_none();
        match unsent {
            // It has refused a body of that size twice: the handoff is made again in few words.
            Some(unsent)
                if unsent.kind == UnsentKind::Handoff
                    && answer.is_too_large()
                    && self.delivery.failures() > 0
                    && !is_short =>
            {
                return self.carry_out(fresh, unsent, RejectionCode::TooLarge, commands);
            }
            _ => self.wait(fresh, &answer.patience(), true, commands),
        }
        self.delay = Some(Delay::Unreached);
        if answer.status == 0 {
            self.delay = Some(Delay::NoConnection);
            self.cut_since.get_or_insert(fresh.now);
        }
    }

    /// An answer of the desk that says neither yes nor no.
    fn not_heard(&mut self, fresh: &Fresh) {
        self.delay = Some(Delay::Busy);
        self.delivery.failed(fresh.elapsed, (fresh.random)());
        self.keep_asking();
    }

    pub(super) fn hear_rejection(
        &mut self,
        fresh: &Fresh,
        rejection: Rejection,
        commands: &mut Vec<Command>,
    ) {
        // A page that cannot be told delays nothing that the visitor says.
        if rejection.field.as_deref().is_some_and(|field| field.starts_with("command.visit")) {
            return;
        }
        let unsent = match &rejection.message {
            Some(id) => {
                match self.thread.unsent.iter().find(|unsent| unsent.message.as_ref() == Some(id)) {
                    Some(unsent) => Some(unsent.clone()),
                    // The desk has answered for this message before.
                    None => return,
                }
            }
            None => {
                self.unsent(self.delivery.in_flight()).filter(|unsent| is_about(unsent, &rejection))
            }
        };
        self.refuse(fresh, unsent, rejection, commands);
    }

    fn refuse(
        &mut self,
        fresh: &Fresh,
        unsent: Option<Unsent>,
        rejection: Rejection,
        commands: &mut Vec<Command>,
    ) {
        if delivery::is_later(&rejection) {
            return self.wait(fresh, &rejection, false, commands);
        }
        match unsent {
            Some(unsent) => self.carry_out(fresh, unsent, rejection.code, commands),
            None if rejection.code == RejectionCode::NotFound => self.lose(fresh, commands),
            // A question for what is new was not understood; a mark or a sign of life may be
            // refused for nothing.
            None if self.delivery.is_polling() => self.not_heard(fresh),
            None => {}
        }
    }

    /// The desk asks to come later, or something on the way does.
    fn wait(
        &mut self,
        fresh: &Fresh,
        rejection: &Rejection,
        is_from_way: bool,
        commands: &mut Vec<Command>,
    ) {
        let is_from_way = is_from_way && self.may_try_now(fresh.now);
        let ms = self.delivery.refused(fresh.elapsed, (fresh.random)(), rejection.limit);
        self.delay = Some(Delay::Busy);
        if rejection.limit.is_some() {
            self.thread.wait = Some(Wait { until: fresh.now + ms, ms, is_from_way });
        }
        self.keep_asking();
        commands.push(Command::Deliver);
    }

    /// Asks for what is new where no socket brings it.
    fn keep_asking(&mut self) {
        if self.thread.stage.is_at_desk() && !self.is_connected {
            self.delivery.poll();
        }
    }

    fn unsent(&self, number: Option<u32>) -> Option<Unsent> {
        self.thread.unsent.iter().find(|unsent| Some(unsent.number) == number).cloned()
    }
}

/// A rejection that names a field of another command is about that one: a sign of life, a mark.
fn is_about(unsent: &Unsent, rejection: &Rejection) -> bool {
    let Some(named) = rejection.field.as_deref().and_then(|field| field.strip_prefix("command."))
    else {
        return true;
    };
    let name = named.split('.').next().unwrap_or_default();
    unsent.kind.name() == name
}
