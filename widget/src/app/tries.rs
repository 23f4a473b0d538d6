//! The next try to bring what is unsent to the desk, and what the visitor is told while it waits.

use protocol::{Millis, VisitorCommand};

use super::{App, Command, Fresh};
use crate::{
    delivery::{Delay, Way},
    locale, said,
    thread::Stage,
};

/// A wait up to this is short enough to be told without its end, in ms.
const SHORT_WAIT_MS: u64 = 66_000;
/// What has waited for this long has a way on beside it, in ms.
const STUCK_MS: u64 = 30_000;

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

/// What of the tries matters to the visitor.
#[derive(Debug, Default)]
pub struct Tries {
    /// When what waits is tried again, where that is worth telling.
    pub next_at: Option<Millis>,
    /// It has not been taken for so long that the visitor was told what there is besides.
    pub has_way_on: bool,
    /// What waits first, and since when, by the clock that never jumps.
    stuck: Option<(u32, Millis)>,
}

impl App {
    /// The next try; whoever asks must make it.
    pub fn next_try(&mut self, fresh: &Fresh) -> Try {
        let next = self.decide_try(fresh);
        let Some(owed) = self.owed() else {
            self.tries = Tries::default();
            return next;
        };
        let since = match self.tries.stuck {
            Some((known, since)) if known == owed => since,
            _ => {
                self.tries.has_way_on = false;
                self.tries.stuck = Some((owed, fresh.elapsed));
                fresh.elapsed
            }
        };
        let stuck_in = STUCK_MS.saturating_sub(fresh.elapsed.saturating_sub(since));
        let stated = self.stated_wait(fresh);
        let is_handoff = self.thread.stage == Stage::HandingOff;
        // Nobody who needs help at once waits half a minute to hear that nobody was reached.
        let is_urgent = is_handoff && self.delay.is_some() && self.is_in_crisis();
        if !self.tries.has_way_on && (stuck_in == 0 || stated > SHORT_WAIT_MS || is_urgent) {
            self.tries.has_way_on = true;
            self.delay.get_or_insert(Delay::Unreached);
            let way_on = locale::way_on(self.settings.contact.as_ref(), is_handoff);
            let all = match is_urgent {
                true => vec![said::crisis_unreached(), said::crisis_alone(), way_on],
                false => vec![way_on],
            };
            self.notice(fresh, all);
        }
        let Try::Later(ms) = next else { return next };
        // The time of the next try, if it is that which is waited for.
        if self.delivery.is_idle() || stated > 0 {
            let is_told = self.tries.has_way_on || stated > SHORT_WAIT_MS;
            self.tries.next_at = is_told.then_some(fresh.now + ms);
        }
        Try::Later(if self.tries.has_way_on { ms } else { ms.min(stuck_in) })
    }

    /// What waits first to be taken: the handoff, or a command's number.
    pub(super) fn owed(&self) -> Option<u32> {
        match self.thread.stage {
            Stage::HandingOff => Some(0),
            _ => self.thread.unsent.first().map(|unsent| unsent.number),
        }
    }

    /// Whether what waits may be tried at once: the desk itself stated no wait.
    pub fn may_try_now(&self, now: Millis) -> bool {
        self.thread.wait.is_none_or(|wait| wait.is_from_way || wait.remaining(now) == 0)
    }

    /// How much is left of a stated wait, in ms.
    pub(crate) fn stated_wait(&self, fresh: &Fresh) -> u64 {
        self.thread.wait.map_or(0, |wait| wait.remaining(fresh.now))
    }

    pub(super) fn try_now(&mut self, fresh: &Fresh, commands: &mut Vec<Command>) {
        if !self.may_try_now(fresh.now) {
            return;
        }
        if self.thread.wait.take().is_some_and(|wait| wait.is_from_way) {
            self.delivery.overrule();
        }
        self.delivery.hurry();
        commands.push(Command::Deliver);
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

    /// Something was heard: why what waits first was delayed stands until that is taken.
    pub(super) fn hear_progress(&mut self, owed: Option<u32>, is_beside: bool) {
        let is_on = !is_beside && (self.owed().is_none() || self.owed() != owed);
        if is_on || self.delay == Some(Delay::NoConnection) {
            self.delay = None;
        }
    }
}
