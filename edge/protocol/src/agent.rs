//! The agent's side.

mod command;
mod event;

pub use command::{AgentCommand, SessionCommand};
pub use event::{AgentEvent, AwayBecause, WithdrawnBecause};
