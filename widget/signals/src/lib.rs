//! What a visitor's words say: pure, deterministic, and in the browser. No I/O, no web, nothing learned from the visitor.
//!
//! A [`Reader`] keeps one conversation. Tell it what the bot said with [`Reader::hear_bot`], and let it [`Reader::read`]
//! each message of the visitor: what comes back is a [`Reading`], every part of it with the words that show it. What
//! follows from a reading is not decided here; that is the site's rules, in the widget.

mod explicit;
mod facts;
mod language;
mod reader;
mod rephrasing;
mod sentiment;
mod terms;
mod topics;
mod words;

pub use facts::{Amount, Facts};
pub use language::language;
pub use reader::{Finding, Reader, Reading, Rephrased, TopicFinding};
pub use sentiment::Level;
pub use terms::{Terms, Weights};
pub use topics::TopicKind;
