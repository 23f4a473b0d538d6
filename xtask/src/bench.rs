//! `cargo xtask bench`: figures against goals and baselines.

pub mod downloads;
pub mod edge;
pub mod signals;
