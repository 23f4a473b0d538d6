//! What peers ask of the desk, and what it answers.

pub mod agent;
pub mod holding;
pub mod reading;
pub mod transfer;
pub mod visitor;
