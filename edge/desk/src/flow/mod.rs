//! What follows from commands and from the time: a conversation's way from state to state, offers,
//! timers, positions in the queue, promises, sessions.

pub mod admission;
pub mod board;
pub mod clock_steps;
pub mod missed;
pub mod notify;
pub mod offers;
pub mod positions;
pub mod presence;
pub mod promises;
pub mod reconfigure;
pub mod sessions;
pub mod timers;
pub mod transitions;
