//! Whole days through the real desk, with a virtual clock: visitors who come, wait, leave and talk,
//! and agents who come, go and take their time. The same seed gives the same day, to the byte.

pub mod baselines;
pub mod day;
pub mod draw;
mod frames;
pub mod reference;
pub mod run;
pub mod score;
