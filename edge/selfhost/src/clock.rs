//! The time, as the core takes it.

use protocol::Millis;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The wall clock's time.
pub fn wall() -> Millis {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as Millis)
}

/// The time, which never goes back while the process lives, whatever the wall clock does.
pub struct Clock {
    wall_at_start: Millis,
    start: Instant,
}

impl Clock {
    pub fn start() -> Self {
        Self { wall_at_start: wall(), start: Instant::now() }
    }

    pub fn now(&self) -> Millis {
        self.wall_at_start + self.start.elapsed().as_millis() as Millis
    }
}
