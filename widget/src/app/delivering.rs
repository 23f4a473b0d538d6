//! Delivering: what goes to the desk next, what its answers settle, and what the visitor reads when
//! something is refused.

use protocol::{
    ConversationId, Escalation, Outcome, Rejection, RejectionCode, Token, VisitorCommand,
    VisitorEvent,
};
use words::Said;

use super::{App, Command, Fresh};
use crate::{
    delivery::{self, Answer, Delay, Next, Why},
    fit, locale, said,
    thread::{Mark, Question, Stage, Unsent, UnsentKind, Wait},
};

/// One need is handed over whole, and once more in few words.
const TRIES: u8 = 2;

impl App {
    /// What a request brought. Of a conversation that was left meanwhile nothing is heard.
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
        // Refusals last: what is to be waited for outlasts whatever else the answer tells.
        let (refusals, news): (Vec<_>, Vec<_>) =
            events.into_iter().partition(|event| matches!(event, VisitorEvent::Rejected { .. }));
        let is_refused = !refusals.is_empty();
        news.into_iter().chain(refusals).for_each(|event| self.hear_desk(fresh, event, commands));
        self.delivery.finish(false);
        // What was asked, for which nothing was said: where a handoff stands, too.
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
        let is_short = self.thread.tries >= TRIES || self.thread.handed.is_none();
        match unsent {
            // It carries no body of that size: not only once, so in few words.
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
        // Where the visitor is delays nothing of what they say.
        if rejection.field.as_deref().is_some_and(|field| field.starts_with("command.visit")) {
            return;
        }
        let unsent = match &rejection.message {
            Some(id) => {
                match self.thread.unsent.iter().find(|unsent| unsent.message.as_ref() == Some(id)) {
                    Some(unsent) => Some(unsent.clone()),
                    // It was answered for before.
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

    /// The desk asks for patience, or something on the way does.
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

    /// Where no socket brings what is new, it is asked for.
    fn keep_asking(&mut self) {
        if self.thread.stage.is_at_desk() && !self.is_connected {
            self.delivery.poll();
        }
    }

    /// What the table says of a refusal that stands. In every case the command leaves the outbox.
    fn carry_out(
        &mut self,
        fresh: &Fresh,
        unsent: Unsent,
        code: RejectionCode,
        commands: &mut Vec<Command>,
    ) {
        self.delay = None;
        self.delivery.succeeded();
        self.thread.unsent.retain(|own| own.number != unsent.number);
        match delivery::after(unsent.kind, code) {
            Next::Later => self.thread.unsent.insert(0, unsent),
            Next::Arrived => {
                commands.push(Command::OpenSocket);
                self.delivery.poll();
            }
            Next::Shorter => match self.thread.handed.clone().filter(|_| self.thread.tries < TRIES)
            {
                Some(escalation) => {
                    self.take_new_name(fresh);
                    self.hand_over(fresh, escalation, commands);
                }
                None => self.handoff_is_refused(fresh, said::not_taken()),
            },
            Next::Lost => self.lose(fresh, commands),
            Next::Gone => self.forget(fresh, said::nothing_left(), commands),
            Next::Reopen if self.reopened != unsent.message => {
                self.reopened.clone_from(&unsent.message);
                self.thread.owe(&VisitorCommand::Rejoin {});
                if let Some(rejoin) = self.thread.unsent.pop() {
                    self.thread.unsent.splice(0..0, [rejoin, unsent]);
                }
            }
            Next::Reopen => self.message_is_refused(fresh, &unsent, said::message_not_taken()),
            Next::BeginAgain => self.say_in_a_new_conversation(fresh, commands),
            Next::AskAgain => {
                let is_phone = matches!(self.thread.question, Some(Question::Phone));
                self.error = Some(if is_phone { said::bad_phone() } else { said::bad_email() });
            }
            Next::Settled => {}
            Next::Words(why) => self.say_why(fresh, &unsent, why, commands),
        }
        commands.push(Command::Deliver);
    }

    fn say_why(&mut self, fresh: &Fresh, unsent: &Unsent, why: Why, commands: &mut Vec<Command>) {
        let words = match why {
            Why::Version => said::old_page(),
            Why::Full => said::full(),
            Why::Message => said::message_not_taken(),
            Why::Handoff => said::not_taken(),
            Why::Other => said::not_possible(),
        };
        self.is_full |= why == Why::Full;
        match unsent.kind {
            UnsentKind::Handoff => self.handoff_is_refused(fresh, words),
            UnsentKind::Say => self.message_is_refused(fresh, unsent, words),
            _ => {
                self.thread.question = None;
                self.notice(fresh, words);
                commands.push(Command::OpenSocket);
                commands
                    .push(Command::Send(VisitorCommand::Resume { after: self.thread.last_seq }));
            }
        }
    }

    fn message_is_refused(&mut self, fresh: &Fresh, unsent: &Unsent, words: Said) {
        if let Some(line) = self.thread.lines.iter_mut().find(|line| line.id == unsent.message) {
            line.mark = Mark::Failed;
        }
        self.notice(fresh, words);
    }

    /// Back to the bot. What was written meanwhile stands among the rest, and goes along with the
    /// next handoff.
    fn handoff_is_refused(&mut self, fresh: &Fresh, words: Said) {
        self.back_to_bot();
        self.notice(fresh, words);
    }

    fn back_to_bot(&mut self) {
        self.thread.unsent.clear();
        self.thread.wait = None;
        self.thread.tries = 0;
        self.thread.stage = Stage::Bot;
        (self.delay, self.tries) = (None, Default::default());
        for line in self.thread.lines.iter_mut().filter(|line| line.seq.is_none()) {
            (line.id, line.mark) = (None, Mark::None);
        }
    }

    /// The visitor does not wait for the handoff to be delivered. If it may have arrived, that
    /// conversation is left to itself: the desk closes it when the visitor does not come.
    pub(super) fn take_back_handoff(&mut self, fresh: &Fresh) {
        let handoff = self.thread.unsent.iter().find(|unsent| unsent.kind == UnsentKind::Handoff);
        if handoff.is_none_or(|handoff| self.delivery.may_have_arrived(handoff.number)) {
            self.take_new_name(fresh);
        }
        // A stated wait holds for whatever is asked next.
        let wait = self.thread.wait;
        self.back_to_bot();
        self.thread.wait = wait;
        self.say(fresh, said::go_on());
    }

    fn take_new_name(&mut self, fresh: &Fresh) {
        self.thread.conversation = ConversationId((fresh.id)());
        self.thread.token = Token((fresh.token)());
    }

    /// The package into the outbox: whole at first, in few words if that was refused.
    pub(super) fn hand_over(
        &mut self,
        fresh: &Fresh,
        escalation: Escalation,
        commands: &mut Vec<Command>,
    ) {
        let most_bytes =
            if self.thread.tries == 0 { fit::PACKAGE_BYTES } else { fit::SHORT_PACKAGE_BYTES };
        let mut package = self.package(escalation.clone());
        let left_out = fit::fit(&mut package, most_bytes);
        self.thread.tries += 1;
        self.thread.is_cut = left_out > 0;
        self.thread.handed = Some(escalation);
        self.thread.stage = Stage::HandingOff;
        self.thread.owe(&VisitorCommand::RequestHandoff { package: Box::new(package) });
        // First, whatever was written meanwhile.
        self.thread.unsent.rotate_right(1);
        let mut words = match left_out {
            0 if self.is_in_crisis() => vec![said::crisis_reaching()],
            0 => vec![said::handing_off()],
            _ => vec![said::handing_off_cut(left_out as u64)],
        };
        // Nobody who needs help at once waits for a desk that is closed.
        if let Some(back) = locale::back(&self.settings, fresh.now).filter(|_| self.is_in_crisis())
        {
            words.splice(0..0, [said::crisis_alone(), back]);
        }
        if left_out > 0 || self.thread.tries == 1 {
            self.notice(fresh, words);
        }
        commands.push(Command::Deliver);
    }

    /// The desk does not know it: what is unsent cannot be delivered there, and the words stay on
    /// the screen.
    fn lose(&mut self, fresh: &Fresh, commands: &mut Vec<Command>) {
        if matches!(self.thread.stage, Stage::Bot | Stage::Asking { .. }) {
            return;
        }
        for line in self.thread.lines.iter_mut().filter(|line| line.mark == Mark::Sending) {
            line.mark = Mark::Failed;
        }
        self.thread.unsent.clear();
        self.notice(fresh, said::lost_for_desk());
        self.thread.stage = Stage::Closed {
            outcome: Outcome::Unresolved,
            may_rate: false,
            choices: Vec::new(),
            reopen_until: None,
        };
        commands.push(Command::CloseSocket);
    }

    /// It was closed too long ago: what was to be said there is said to the bot, in a new
    /// conversation.
    fn say_in_a_new_conversation(&mut self, fresh: &Fresh, commands: &mut Vec<Command>) {
        let unsent = std::mem::take(&mut self.thread.unsent);
        let ids: Vec<_> = unsent.into_iter().filter_map(|unsent| unsent.message).collect();
        let (words, lines) =
            std::mem::take(&mut self.thread.lines).into_iter().partition::<Vec<_>, _>(|line| {
                line.id.as_ref().is_some_and(|id| line.seq.is_none() && ids.contains(id))
            });
        self.thread.lines = lines;
        if words.is_empty() {
            self.notice(fresh, said::too_late());
            if let Stage::Closed { reopen_until, .. } = &mut self.thread.stage {
                *reopen_until = None;
            }
            return;
        }
        self.begin_again(fresh, commands);
        for line in words {
            self.hear(fresh, line.text.reveal(), commands);
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
