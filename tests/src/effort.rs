//! How much a check tries: as much as a push has time for, or with `BATON_LONG`, which `cargo xtask
//! test --long` sets, as much as a release deserves. A variable of the check's own says any other
//! number.

use std::time::{SystemTime, UNIX_EPOCH};

pub fn is_long() -> bool {
    std::env::var_os("BATON_LONG").is_some()
}

/// How often something is done.
pub fn times(variable: &str, push: u32, long: u32) -> u32 {
    let given = std::env::var(variable).ok().and_then(|n| n.parse().ok());
    given.unwrap_or(if is_long() { long } else { push })
}

/// Of places that lie in a row, those to try: every one in a long run, else one of so many; the
/// seed says which, so that pushes try all of them in time.
pub fn places(of: usize, seed: u64) -> impl Iterator<Item = usize> {
    let of = if is_long() { 1 } else { of };
    ((seed >> 1) as usize % of..).step_by(of)
}

/// From `BATON_SEED`, or from the time.
pub fn seed() -> u64 {
    let given = std::env::var("BATON_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or_else(|| {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_nanos() as u64) | 1
    })
}
