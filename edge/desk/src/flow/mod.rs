//! What follows from commands and from the time: offers, timers, positions in the queue, promises.

pub mod admission;
pub mod board;
pub mod missed;
pub mod notify;
pub mod offers;
pub mod positions;
pub mod presence;
pub mod promises;
pub mod reconfigure;
pub mod timers;
