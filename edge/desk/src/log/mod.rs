//! The log of events, and what is counted from it.

pub mod kind;
pub mod metrics;
