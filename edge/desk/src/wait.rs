//! How long the wait will be, from what handling took of late. Says nothing when that is too little to go by.

use protocol::{Millis, WaitEstimate};
use std::collections::VecDeque;

/// Handle times remembered.
const REMEMBERED: usize = 50;
/// Fewer than these are too thin for an interval.
const LEAST: usize = 5;

/// Recent handle times: from connected to closed.
#[derive(Default)]
pub struct Pace {
    recent: VecDeque<Millis>,
}

impl Pace {
    pub fn add(&mut self, handle_ms: Millis) {
        if self.recent.len() == REMEMBERED {
            self.recent.pop_front();
        }
        self.recent.push_back(handle_ms);
    }

    /// The wait of who stands at `position` (1 is next), while `capacity` conversations can be held by the agents who are
    /// here and `free` of these places are empty. With k served ahead by c places at mean m, the wait is k m / c; the
    /// interval is one standard deviation to each side, taken as for exponential handle times.
    pub fn estimate(&self, position: u32, capacity: u32, free: u32) -> Option<WaitEstimate> {
        if capacity == 0 {
            return None;
        }
        if position <= free {
            return Some(WaitEstimate { from_seconds: 0, to_seconds: 60, coverage_percent: 80 });
        }
        if self.recent.len() < LEAST {
            return None;
        }
        let mean = self.recent.iter().sum::<Millis>() as f64 / self.recent.len() as f64 / 1000.0;
        let ahead = f64::from(position - free);
        let (expected, spread) = (ahead * mean / f64::from(capacity), ahead.sqrt() * mean / f64::from(capacity));
        let from = (expected - spread).max(0.0) as u32;
        Some(WaitEstimate { from_seconds: from, to_seconds: ((expected + 1.3 * spread) as u32).max(from + 60), coverage_percent: 80 })
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;

    #[test]
    fn thin_history_gives_no_number() {
        let mut pace = Pace::default();
        assert_eq!(pace.estimate(3, 2, 0), None);
        (0..5).for_each(|_| pace.add(120_000));
        let wait = pace.estimate(3, 2, 0).unwrap();
        assert!(wait.from_seconds <= 180 && 180 <= wait.to_seconds, "{wait:?}");
    }

    #[test]
    fn a_free_agent_means_under_a_minute_and_nobody_means_no_number() {
        assert_eq!(Pace::default().estimate(1, 2, 1).unwrap().to_seconds, 60);
        assert_eq!(Pace::default().estimate(1, 0, 0), None);
    }
}
