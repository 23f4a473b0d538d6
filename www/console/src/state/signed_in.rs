//! Who is signed in at this console, as far as that is known.

use protocol::{AgentEvent, AgentId, AwayBecause};
use std::rc::Rc;

use super::State;

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

impl State {
    pub(super) fn is_signed_in(&mut self, event: AgentEvent) {
        let AgentEvent::SignedIn { agent, name, available, supervisor, away_because, .. } = event
        else {
            return;
        };
        if self.me().is_some_and(|me| *me != agent) {
            // Another agent at this computer: nothing of the one before stays.
            let remembered = std::mem::take(&mut self.remembered);
            *self =
                Self { online: self.online, visible: self.visible, remembered, ..Self::default() };
        }
        self.link_refused = false;
        if !self.called.contains(&name) {
            Rc::make_mut(&mut self.called).insert(name.clone());
        }
        self.signed_in = SignedIn::As {
            agent,
            name,
            available,
            supervisor,
            away_because: away_because.filter(|_| !available),
        };
    }
}
