//! When something must happen to a conversation, and what a clock that was ahead has put too far
//! off.

use protocol::Millis;

use crate::{
    site::settings::{Times, ms, retention},
    state::{clock::Clock, conversation::Conversation, standing::State},
};

impl Conversation {
    /// When something must happen to it.
    pub fn deadline(&self, times: &Times) -> Millis {
        self.due_at(times, &Clock::default())
    }

    /// The same by a clock that may have leapt.
    pub(crate) fn due_at(&self, times: &Times, clock: &Clock) -> Millis {
        let own = match &self.state {
            State::Queued { notice_at, give_up_at } => {
                let ask_again = self.passed_by.values().copied().min().unwrap_or(Millis::MAX);
                clock
                    .ending(*give_up_at)
                    .min(*notice_at)
                    .min(ask_again)
                    .min(self.look_again_at.unwrap_or(Millis::MAX))
            }
            State::Offered { until, give_up_at, .. } => clock.ending(*give_up_at).min(*until),
            State::Reviewing { until, .. } => *until,
            State::Live { idle_at, warned, transfer, .. } => {
                let idle_at = clock.ending(*idle_at);
                let quiet = if *warned {
                    idle_at
                } else {
                    idle_at.saturating_sub(ms(times.idle_warning_seconds))
                };
                quiet.min(transfer.as_ref().map_or(Millis::MAX, |transfer| transfer.until))
            }
            State::Promised { commitment, remind_at, .. } => {
                clock.ending(commitment.due.min(remind_at.unwrap_or(Millis::MAX)))
            }
            State::Closed { erase_at, .. } => clock.deleting(*erase_at),
        };
        own.min(self.abandoned_at(times).map_or(Millis::MAX, |at| clock.ending(at)))
    }

    /// When a visitor whose page is gone counts as having left.
    pub fn abandoned_at(&self, times: &Times) -> Option<Millis> {
        self.visitor_gone_since
            .filter(|_| self.state.is_waiting())
            .map(|since| since + ms(times.abandon_seconds))
    }

    /// Until when it may be reopened.
    pub fn reopen_until(&self, times: &Times) -> Option<Millis> {
        match self.state {
            State::Closed { at, .. } => Some(at + ms(times.reopen_seconds)),
            _ => None,
        }
    }

    /// Nothing lies further ahead than its own span; for a clock that was ahead.
    pub(crate) fn bring_back(&mut self, now: Millis, times: &Times) {
        let by = |at: &mut Millis, seconds: u32| *at = (*at).min(now + ms(seconds));
        by(&mut self.requested_at, 0);
        by(&mut self.waiting_since, 0);
        for at in [&mut self.offered_at, &mut self.connected_at, &mut self.visitor_gone_since]
            .into_iter()
            .flatten()
        {
            by(at, 0);
        }
        self.passed_by.values_mut().for_each(|until| by(until, times.ask_again_seconds));
        self.told = None;
        match &mut self.state {
            State::Queued { notice_at, give_up_at } => {
                by(notice_at, times.long_wait_seconds);
                by(give_up_at, times.longest_wait_seconds);
                self.look_again_at = look_again_at(now, self.waiting_since, times);
            }
            State::Offered { until, give_up_at, .. } => {
                by(until, times.offer_seconds);
                by(give_up_at, times.longest_wait_seconds);
            }
            State::Reviewing { until, .. } => by(until, times.review_seconds.saturating_mul(2)),
            State::Live { idle_at, transfer, .. } => {
                by(idle_at, times.idle_seconds);
                if let Some(transfer) = transfer {
                    by(&mut transfer.until, times.offer_seconds);
                }
            }
            State::Promised { .. } => {}
            State::Closed { at, erase_at, .. } => {
                by(at, 0);
                *erase_at = (*erase_at).min(now + retention(times));
            }
        }
    }
}

/// The next moment after `now` at which more agents may be asked.
pub fn look_again_at(now: Millis, since: Millis, times: &Times) -> Option<Millis> {
    [times.known_agent_seconds, times.language_wait_seconds, times.skill_wait_seconds]
        .into_iter()
        .map(|seconds| since + ms(seconds))
        .filter(|at| *at > now)
        .min()
}
