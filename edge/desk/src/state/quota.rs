//! How often something may be done: the generic cell rate algorithm (GCRA), one number a key, which
//! is kept with whatever it limits.

use protocol::Millis;
use serde::{Deserialize, Serialize};

/// One more every so many ms, and so many at once after a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub every_ms: Millis,
    pub at_once: u64,
}

/// What was done so far: the time at which all of it would have been due at the quota's pace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RateLimiter(Millis);

impl RateLimiter {
    /// Takes one, or says in how many ms one may be taken.
    pub fn take(&mut self, now: Millis, quota: Quota) -> Result<(), Millis> {
        let due = if self.is_of_another_time(now, quota.every_ms * quota.at_once) {
            now
        } else {
            self.0.max(now)
        } + quota.every_ms;
        let latest = now + quota.every_ms * quota.at_once;
        if due > latest {
            return Err(due - latest);
        }
        self.0 = due;
        Ok(())
    }

    /// Whether it is as if nothing had been done, of a quota whose burst, all at once,
    /// takes that long.
    pub fn is_open(&self, now: Millis, burst_ms: Millis) -> bool {
        self.0 <= now || self.is_of_another_time(now, burst_ms)
    }

    /// Further ahead than its own burst no limiter comes: the clock was ahead when it was set, and
    /// has been put right.
    fn is_of_another_time(&self, now: Millis, burst_ms: Millis) -> bool {
        self.0 > now + burst_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_at_once_and_then_at_the_pace() {
        let (quota, mut limiter) = (Quota { every_ms: 200, at_once: 3 }, RateLimiter::default());
        let passed = |limiter: &mut RateLimiter, now| {
            (0..10).filter(|_| limiter.take(now, quota).is_ok()).count()
        };
        assert_eq!(passed(&mut limiter, 1_000), 3);
        assert_eq!(limiter.take(1_000, quota), Err(200));
        assert_eq!(passed(&mut limiter, 1_199), 0);
        assert_eq!(passed(&mut limiter, 1_400), 2);
        assert!(!limiter.is_open(1_999, 600) && limiter.is_open(2_000, 600));
        assert_eq!(passed(&mut limiter, 60_000), 3);
    }

    #[test]
    fn a_gate_further_ahead_than_its_own_burst_is_none() {
        let (quota, mut limiter) = (Quota { every_ms: 200, at_once: 3 }, RateLimiter::default());
        let a_year = 365 * 24 * 60 * 60 * 1000;
        assert!(limiter.take(1_000 + a_year, quota).is_ok());
        assert!(limiter.is_open(1_000, 600));
        assert_eq!((0..10).filter(|_| limiter.take(1_000, quota).is_ok()).count(), 3);
    }
}
