//! The log of events, and what is counted from it.

pub mod metrics;
