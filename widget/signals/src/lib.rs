//! What a visitor's words say: pure, deterministic, and in the browser. No I/O, no web, nothing
//! learned from the visitor.
//!
//! A [`Reader`] keeps one conversation. Tell it what the bot said with [`Reader::hear_bot`], and
//! let it [`Reader::read`] each message of the visitor: what comes back is a [`Reading`], every
//! part of it with the words that show it. What follows from a reading is not decided here; that is
//! the site's rules, in the widget.

mod bytes;
mod crisis;
mod explicit;
mod facts;
mod features;
mod finding;
mod intents;
mod issue;
pub mod language;
mod lexicon;
mod linear;
mod masking;
mod math;
mod meaning;
mod mentions;
mod models;
mod names;
mod reader;
mod regression;
mod rephrasing;
mod sentiment;
mod topics;
mod vectors;
mod words;

pub use bytes::Damaged;
pub use crisis::is_crisis;
pub use facts::{Amount, Facts, email_in, is_email, phone_in};
pub use finding::Finding;
pub use intents::{Intent, Intents};
pub use language::language;
pub use masking::{Masked, mask};
pub use meaning::{Meaning, Weights};
pub use mentions::{mention, says_something};
pub use models::{Base, Models, Pack};
pub use names::{Name, is_refusal, name_in};
pub use reader::{Reader, Reading, TopicFinding};
pub use rephrasing::Said;
pub use sentiment::Level;

/// What the training program needs, so that it sees texts exactly as the reader does.
pub mod learn {
    pub use crate::{
        features::{BotSaid, Features},
        language,
        lexicon::{Concept, Lexicon, Table},
        linear::Linear,
        math::logistic,
        meaning::Meaning,
        models::{Base, Models, Pack, head},
        regression::{Regression, TERMS, terms},
        vectors::{PART, SIZE, Vectors},
        words::Words,
    };
}
