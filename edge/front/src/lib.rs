//! The front door: what an HTTP request may ask of a desk, by which origin, and what the answers
//! look like.
//!
//! A host turns a request into [`Asked`], carries out the [`Action`] that [`Front::action`] makes
//! of it, and sends the [`Answer`]. It decides nothing, so that every host answers alike. No async,
//! no clock, no randomness and no I/O here either.

mod action;
mod address;
mod answer;
mod config;
mod cookie;
mod origin;
mod pages;
mod routes;
mod socket;

pub use action::{Action, Asked, BODY_MS, Front, admit};
pub use address::{forwarded, forwarded_text};
pub use answer::{Answer, common_headers, unavailable};
pub use config::Config;
pub use origin::{local_origin, public_origin};
pub use pages::{Pages, SITES};
pub use routes::{ROUTES, Route, find};
pub use socket::{Close, FRAMES, Refused, SILENCE_MS, STRANGER_MS, Watch};
