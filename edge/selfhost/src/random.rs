//! Randomness from the operating system.

use std::sync::{
    LazyLock,
    atomic::{AtomicU64, Ordering},
};

/// That many random bytes in hex.
pub fn hex(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    getrandom::fill(&mut buffer).expect("the operating system has randomness");
    buffer.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A peer's number: below 2^53, and none that was there before. It opens nothing, so counting on
/// from a random one will do.
pub fn peer_id() -> desk::PeerId {
    static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| {
        AtomicU64::new(getrandom::u64().expect("the operating system has randomness"))
    });
    desk::PeerId(NEXT.fetch_add(1, Ordering::Relaxed) & ((1 << 53) - 1))
}
