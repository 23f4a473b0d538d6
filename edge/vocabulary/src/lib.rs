//! The words that every part of Baton shares: topics, priorities, moods, signals, what may be
//! chosen instead of waiting, and how things end. Each is a row of a table: its meaning, its code
//! in JSON and in word files, and what is known of it.
//!
//! What is not here: what follows from a word (the widget and the desk decide that) and how it is
//! said (the word files do). Nothing of ours stands below this crate.

mod ends;
mod fallback;
mod mood;
mod signal;
mod table;
mod topic;

pub use ends::{ActionOutcome, Outcome};
pub use fallback::FallbackKind;
pub use mood::{Priority, Sentiment};
pub use signal::SignalKind;
pub use topic::{LEARNED, Topic};
