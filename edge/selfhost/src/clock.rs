//! The time, as the core takes it.

use protocol::Millis;
use std::time::{SystemTime, UNIX_EPOCH};

/// The wall clock, as it is at this moment: after a machine slept, or had its clock set right, this
/// is the right time at once. The core has its own answer to a clock that jumps.
pub fn wall() -> Millis {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as Millis)
}
