//! Randomness from the operating system.

/// That many random bytes in hex.
pub fn hex(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    getrandom::fill(&mut buffer).expect("the operating system has randomness");
    buffer.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A peer's number: below 2^53, never met again.
pub fn peer_id() -> desk::PeerId {
    let random = getrandom::u64().expect("the operating system has randomness");
    desk::PeerId(random >> 11)
}
