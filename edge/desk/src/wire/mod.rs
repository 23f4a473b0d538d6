//! Text in, text out: frames and packages are read and checked here, and cards are written.

pub mod card;
pub mod frame;
mod parse;
pub mod validate;
pub mod write;
