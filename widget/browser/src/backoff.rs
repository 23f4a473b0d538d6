//! Exponential backoff with full jitter: clients that lost the same desk do not come back to it all
//! at once. Pure: chance is an argument.

use protocol::Millis;

/// The shortest pause, in ms.
pub const LEAST_MS: Millis = 500;

/// The pause after so many failures in a row, from [`LEAST_MS`] to `longest`, in ms. `chance` is
/// uniform from 0 to 1.
pub fn pause(failures: u32, longest: Millis, chance: f64) -> Millis {
    let most = (LEAST_MS << failures.min(16)).min(longest);
    LEAST_MS + (most.saturating_sub(LEAST_MS) as f64 * chance) as Millis
}

#[cfg(test)]
mod tests {
    use super::pause;

    #[test]
    fn pauses_grow_with_each_failure_up_to_the_longest() {
        assert_eq!((pause(0, 60_000, 1.0), pause(1, 60_000, 0.0)), (500, 500));
        assert_eq!((pause(1, 60_000, 1.0), pause(3, 60_000, 1.0)), (1_000, 4_000));
        assert_eq!((pause(40, 60_000, 0.0), pause(40, 60_000, 1.0)), (500, 60_000));
        assert_eq!(pause(u32::MAX, 8_000, 1.0), 8_000);
    }
}
