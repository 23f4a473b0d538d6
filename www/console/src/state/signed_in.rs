//! Who is signed in at this console, as far as that is known.

use protocol::{AgentId, AwayBecause};

#[derive(Clone, Debug, PartialEq)]
pub enum SignedIn {
    /// Not known yet.
    Asking,
    As {
        agent: AgentId,
        name: String,
        available: bool,
        supervisor: bool,
        /// Why the desk set the agent away.
        away_because: Option<AwayBecause>,
    },
    No(SignedOut),
}

/// Why nobody is signed in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SignedOut {
    Never,
    /// The agent pressed it.
    Asked,
    /// The session ended by itself.
    Ended,
}
