//! What time it is, for a desk whose host may have a wrong clock for a while: at a start before the
//! network answers, after a snapshot, on a machine that was suspended.
//!
//! A step back of no more than a minute is a correction: the desk waits until the time comes again.
//! A longer one is believed, and whatever would then lie further ahead than its own span is brought
//! back. Whether a leap forward is an error cannot be told at once, so that what it would end
//! waits: conversations and promises for ten minutes, the deletion of what is closed for a day. If
//! the clock is put right before, nothing happened.

use protocol::Millis;

/// Steps back that are corrections.
const CORRECTION_MS: Millis = 60 * 1000;
/// A host calls when something is due: what is overdue by more than this was leapt over.
const LEAP_MS: Millis = 60 * 60 * 1000;
const ENDING_WAITS_MS: Millis = 10 * 60 * 1000;
const DELETING_WAITS_MS: Millis = 24 * 60 * 60 * 1000;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// The latest time that the desk has seen.
    seen: Millis,
    /// When the last leap forward was noticed.
    leapt_at: Millis,
}

/// How the time came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Usual,
    /// Further than anything that is due explains.
    Leap,
    /// Back by more than a correction.
    Back,
}

impl Clock {
    /// One that leapt at that time.
    pub(crate) fn leapt(at: Millis) -> Self {
        Self { seen: 0, leapt_at: at }
    }

    pub(crate) fn leapt_at(self) -> Millis {
        self.leapt_at
    }

    /// As it was when the desk was last called.
    pub fn seen(self, at: Millis) -> Self {
        Self { seen: at, ..self }
    }

    pub(crate) fn last_seen(self) -> Millis {
        self.seen
    }

    /// The time that counts, by the time of the host and by what is due first.
    pub fn step(&mut self, host: Millis, first_due: Option<Millis>) -> (Millis, Step) {
        if host + CORRECTION_MS < self.seen {
            self.seen = host;
            self.leapt_at = self.leapt_at.min(host);
            return (host, Step::Back);
        }
        let now = host.max(self.seen);
        self.seen = now;
        if first_due.is_some_and(|due| due + LEAP_MS < now) {
            self.leapt_at = now;
            return (now, Step::Leap);
        }
        (now, Step::Usual)
    }

    /// Whether what stood since that time may have been cut short.
    pub fn has_leapt_since(self, at: Millis) -> bool {
        self.leapt_at >= at
    }

    /// When what was to end at a time ends.
    pub fn ending(&self, at: Millis) -> Millis {
        self.after_leap(at, ENDING_WAITS_MS)
    }

    /// When what was to be deleted at a time is deleted.
    pub fn deleting(&self, at: Millis) -> Millis {
        self.after_leap(at, DELETING_WAITS_MS)
    }

    fn after_leap(&self, at: Millis, wait: Millis) -> Millis {
        // Not one that was due just then: a leap is an hour at least.
        if at <= self.leapt_at { at.max(self.leapt_at + wait) } else { at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: Millis = 60 * 60 * 1000;
    const NOW: Millis = 1_800_000_000_000;

    #[test]
    fn a_correction_makes_no_time_pass_backwards() {
        let mut clock = Clock::default().seen(NOW);
        assert_eq!(clock.step(NOW - 5_000, None), (NOW, Step::Usual));
        assert_eq!(clock.step(NOW + 1, None), (NOW + 1, Step::Usual));
    }

    #[test]
    fn a_host_that_was_away_or_is_wrong_ends_nothing_at_once() {
        let mut clock = Clock::default().seen(NOW);
        let due = NOW + HOUR_MS;
        let year = NOW + 365 * 24 * HOUR_MS;
        assert_eq!(clock.step(year, Some(due)), (year, Step::Leap));
        assert_eq!(
            (clock.ending(due), clock.deleting(due)),
            (year + HOUR_MS / 6, year + 24 * HOUR_MS)
        );
        assert!(clock.has_leapt_since(year - 30_000) && !clock.has_leapt_since(year + 1));
        assert_eq!(clock.ending(year + 5), year + 5, "what is begun since is as ever");
        // Put right.
        assert_eq!(clock.step(NOW + 1_000, Some(due)), (NOW + 1_000, Step::Back));
        assert_eq!((clock.ending(due), clock.deleting(due)), (due, due));
    }

    #[test]
    fn a_sleep_until_what_is_due_is_no_leap() {
        let mut clock = Clock::default().seen(NOW);
        let due = NOW + 90 * 24 * HOUR_MS;
        assert_eq!(clock.step(due + 20, Some(due)), (due + 20, Step::Usual));
        assert_eq!(clock.deleting(due), due);
    }
}
