//! What peers ask of the desk, and what it answers.

pub mod agent;
pub mod erasing;
pub mod fallback;
pub mod handoff;
pub mod holding;
pub mod messages;
pub mod reading;
pub mod sign_in;
pub mod transfer;
pub mod visitor;
