//! Delivering: what goes to the desk next, what its answers settle, and what the visitor reads when
//! something is refused.

use protocol::{
    ConversationId, Escalation, Outcome, Rejection, RejectionCode, Token, VisitorCommand,
    VisitorEvent,
};
use words::Said;

use super::{App, Command, Fresh};
use crate::{
    delivery::{self, Answer, Delay, Next, Way, Why},
    fit, locale, said,
    thread::{Mark, Question, Stage, Unsent, UnsentKind, Wait},
};

/// A wait up to this is short enough to be told without its end, in ms.
const SHORT_WAIT_MS: u64 = 66_000;
/// After this long on its way a handoff has a way on beside it, in ms.
const STUCK_MS: u64 = 30_000;
/// One need is handed over whole, and once more in few words.
const TRIES: u8 = 2;

/// What is to be sent now.
#[derive(Debug, PartialEq, Eq)]
pub enum Try {
    Nothing,
    /// Look again after so many ms.
    Later(u64),
    /// A frame, by request or over the open socket.
    Post(String),
    Send(String),
}

impl App {
    /// The next try; whoever asks must make it.
    pub fn next_try(&mut self, fresh: &Fresh) -> Try {
        let next = self.decide_try(fresh);
        if self.thread.stage != Stage::HandingOff {
            (self.handing_off_since, self.has_way_on) = (None, false);
            return next;
        }
        let since = *self.handing_off_since.get_or_insert(fresh.elapsed);
        let stuck_in = STUCK_MS.saturating_sub(fresh.elapsed.saturating_sub(since));
        let stated = self.stated_wait(fresh);
        // Nobody who needs help at once waits half a minute to hear that nobody was reached.
        let is_urgent = self.delay.is_some() && self.is_in_crisis();
        if !self.has_way_on && (stuck_in == 0 || stated > SHORT_WAIT_MS || is_urgent) {
            self.has_way_on = true;
            let way_on = locale::way_on(self.settings.contact.as_ref());
            let all = match is_urgent {
                true => vec![said::crisis_unreached(), said::crisis_alone(), way_on],
                false => vec![way_on],
            };
            self.notice(fresh, all);
        }
        match next {
            Try::Later(ms) => {
                // The time of the next try, if it is that which is waited for.
                if self.has_way_on
                    && self.delay.is_some_and(|delay| delay != Delay::NoConnection)
                    && self.delivery.is_idle()
                {
                    self.delay = Some(Delay::BusyUntil(fresh.now + ms));
                }
                Try::Later(if self.has_way_on { ms } else { ms.min(stuck_in) })
            }
            next => next,
        }
    }

    /// How much is left of the wait that the edge stated, in ms.
    pub(crate) fn stated_wait(&self, fresh: &Fresh) -> u64 {
        self.thread.wait.map_or(0, |wait| wait.remaining(fresh.now))
    }

    pub(super) fn try_now(&mut self, fresh: &Fresh, commands: &mut Vec<Command>) {
        if self.stated_wait(fresh) == 0 {
            self.delivery.hurry();
            commands.push(Command::Deliver);
        }
    }

    fn decide_try(&mut self, fresh: &Fresh) -> Try {
        let wait = self.stated_wait(fresh);
        if wait > 0 && !self.thread.unsent.is_empty() {
            return Try::Later(wait);
        }
        // Nothing is asked of the desk before a handoff.
        if self.thread.unsent.is_empty()
            && matches!(self.thread.stage, Stage::Bot | Stage::Asking { .. })
        {
            return Try::Nothing;
        }
        // A handoff that is neither in the outbox nor answered for: where it stands is asked.
        let is_open = self.thread.stage == Stage::HandingOff && self.thread.unsent.is_empty();
        if is_open && !self.is_connected && !self.delivery.is_polling() {
            self.delivery.poll();
        }
        let thread = &self.thread;
        match self.delivery.next(fresh.elapsed, (fresh.random)(), &thread.unsent, self.is_connected)
        {
            Way::Nothing => Try::Nothing,
            Way::Later(ms) => Try::Later(ms),
            Way::Post(place) => Try::Post(thread.frame(&thread.unsent[place].command)),
            Way::Send(place) => Try::Send(thread.frame(&thread.unsent[place].command)),
            Way::Poll => {
                self.asked_after = Some(thread.last_seq);
                Try::Post(thread.frame_of(&VisitorCommand::Resume { after: thread.last_seq }))
            }
        }
    }

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
        let is_reached = answer.status > 0;
        match (answer.refusal(), answer.events) {
            (_, Some(events)) => {
                // Refusals last: what is to be waited for outlasts whatever else the answer tells.
                let (refusals, news): (Vec<_>, Vec<_>) = events
                    .into_iter()
                    .partition(|event| matches!(event, VisitorEvent::Rejected { .. }));
                let is_refused = !refusals.is_empty();
                news.into_iter()
                    .chain(refusals)
                    .for_each(|event| self.hear_desk(fresh, event, commands));
                self.delivery.finish(false);
                match self.unsent(asked) {
                    _ if is_refused => {}
                    Some(unsent) => self.not_heard(fresh, Some(unsent), commands),
                    // Where it stands was asked, and not said.
                    None if self.thread.stage == Stage::HandingOff
                        && self.thread.unsent.is_empty() =>
                    {
                        self.not_heard(fresh, None, commands)
                    }
                    None => self.delivery.succeeded(),
                }
            }
            (Some(rejection), None) => {
                let is_unclear = rejection.code == RejectionCode::Unavailable;
                let unsent = self.unsent(asked);
                self.delivery.finish(is_unclear);
                self.refuse(fresh, unsent, rejection, commands);
                if !is_reached {
                    self.delay = Some(Delay::NoConnection);
                    self.cut_since.get_or_insert(fresh.now);
                }
            }
            (None, None) => {
                let unsent = self.unsent(asked);
                self.delivery.finish(true);
                self.not_heard(fresh, unsent, commands);
            }
        }
    }

    /// An answer that says neither yes nor no: asked again a few times, then it is taken for a no.
    fn not_heard(&mut self, fresh: &Fresh, unsent: Option<Unsent>, commands: &mut Vec<Command>) {
        self.delay = Some(Delay::Busy);
        let is_no = self.delivery.unclear(fresh.elapsed, (fresh.random)());
        match unsent {
            Some(unsent) if is_no => {
                self.carry_out(fresh, unsent, RejectionCode::Malformed, commands)
            }
            None if is_no && self.thread.stage == Stage::HandingOff => {
                self.take_new_name(fresh);
                self.handoff_is_refused(fresh, said::not_taken());
            }
            Some(_) => {}
            None => self.keep_asking(),
        }
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
            return self.wait(fresh, &rejection, commands);
        }
        match unsent {
            Some(unsent) => self.carry_out(fresh, unsent, rejection.code, commands),
            None if rejection.code == RejectionCode::NotFound => self.lose(fresh, commands),
            // A question for what is new was not understood; a mark or a sign of life may be
            // refused for nothing.
            None if self.delivery.is_polling() => self.not_heard(fresh, None, commands),
            None => {}
        }
    }

    /// The desk asks for patience.
    fn wait(&mut self, fresh: &Fresh, rejection: &Rejection, commands: &mut Vec<Command>) {
        let ms = self.delivery.refused(fresh.elapsed, (fresh.random)(), rejection.limit);
        self.delay = Some(Delay::Busy);
        if rejection.limit.is_some() {
            let until = fresh.now + ms;
            self.thread.wait = Some(Wait { until, ms });
            if ms > SHORT_WAIT_MS {
                self.delay = Some(Delay::BusyUntil(until));
            }
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
        (self.delay, self.has_way_on, self.handing_off_since) = (None, false, None);
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
    unsent.command.starts_with(&format!("{{\"{name}\""))
}
