//! What the widget and the console ask of a browser in the same way: a socket to the desk that
//! comes back by itself, clocks, and randomness.
//!
//! It knows no command and no event: frames are text, and what a frame says is read by its owner.
//! Invariant: two tries to connect are never closer than [`backoff::LEAST_MS`], whatever asks for
//! them.

pub mod backoff;
pub mod clock;
mod liveness;
pub mod random;
pub mod socket;
