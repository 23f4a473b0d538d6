//! Whether a desk has more to do than it can in time.

use std::{
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    time::Duration,
};

/// Inputs of one transaction.
pub const MAX_BATCH: usize = 128;
/// How long an input may have to wait, by what the last transactions took; beyond it new ones are
/// refused early.
const MAX_WAIT: Duration = Duration::from_millis(60);

/// How much waits for a desk, and how fast it works that off.
#[derive(Default)]
pub struct Load {
    waiting: AtomicUsize,
    /// Of a transaction, a moving average.
    batch_us: AtomicU64,
}

impl Load {
    /// One more waits.
    pub fn comes(&self) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
    }

    /// So many wait no longer.
    pub fn goes(&self, so_many: usize) {
        self.waiting.fetch_sub(so_many, Ordering::Relaxed);
    }

    /// Whether a new one would have to wait too long.
    pub fn is_too_much(&self) -> bool {
        let batches = 1 + self.waiting.load(Ordering::Relaxed) / MAX_BATCH;
        let wait = Duration::from_micros(self.batch_us.load(Ordering::Relaxed))
            * u32::try_from(batches).unwrap_or(u32::MAX);
        batches > 1 && wait > MAX_WAIT
    }

    /// How long a transaction took.
    pub fn took(&self, batch: Duration) {
        let before = self.batch_us.load(Ordering::Relaxed);
        let took = u64::try_from(batch.as_micros()).unwrap_or(u64::MAX);
        self.batch_us.store((3 * before + took) / 4, Ordering::Relaxed);
    }
}
