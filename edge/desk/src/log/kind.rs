//! What can happen at a desk, as the log of events names it.

/// Makes the enum, and the name of each kind as it is stored: a stored name never changes its
/// meaning.
macro_rules! kinds {
    ($($(#[doc = $meaning:literal])+ $kind:ident = $name:literal,)+) => {
        /// What a row of the log of events says. Beside it stand the time, and of whom it is: a
        /// conversation, an agent, or both.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum EventKind {
            $($(#[doc = $meaning])+ $kind,)+
        }

        impl EventKind {
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// As it is stored.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }

            /// What it says, for documents.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$kind => concat!($($meaning),+).trim_ascii(),)+
                }
            }

            /// The kind of a stored name; a newer program may have written one that this one does
            /// not know.
            pub fn of_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$kind),)+
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// A visitor asked for a person, and came into the queue.
    HandoffRequested = "handoff_requested",
    /// They asked while the site was closed; stands behind `handoff_requested`.
    AfterHours = "after_hours",
    /// A visitor came back into the queue: from a promise, or from the end.
    Rejoined = "rejoined",
    /// An agent was asked to take the conversation.
    Offered = "offered",
    /// The agent did not answer in time.
    OfferExpired = "offer_expired",
    /// The agent went away, by their switch or by leaving, and the offer goes on to the next.
    OfferPassedOn = "offer_passed_on",
    /// The agent declined the offer.
    Declined = "declined",
    /// The agent accepted the offer and reads the card.
    Accepted = "accepted",
    /// An agent took a waiting visitor without an offer.
    Taken = "taken",
    /// The agent asked for more time to read the card.
    ReviewExtended = "review_extended",
    /// Agent and visitor talk.
    Connected = "connected",
    /// No console could read the conversation, and it waits again.
    Unreadable = "unreadable",
    /// The agent of the conversation vanished, and it waits again.
    AgentVanished = "agent_vanished",
    /// The agent of the conversation signed out, and it waits again.
    AgentSignedOut = "agent_signed_out",
    /// The agent is no longer in the settings; of a conversation: it was theirs, and waits again.
    AgentRemoved = "agent_removed",
    /// The visitor may be about to harm themselves, and the conversation is of the highest priority
    /// from here on.
    Raised = "raised",
    /// The visitor was told that it takes longer.
    WaitedLong = "waited_long",
    /// The visitor wrote.
    VisitorSaid = "visitor_said",
    /// The agent wrote.
    AgentSaid = "agent_said",
    /// A page of the visitor is open again.
    VisitorCame = "visitor_came",
    /// The visitor's last page was closed.
    VisitorWent = "visitor_went",
    /// The agent asked another one to take over.
    TransferOffered = "transfer_offered",
    /// The agent who was asked to take over did not.
    TransferPassedBy = "transfer_passed_by",
    /// The agent who was asked to take over accepted.
    Transferred = "transferred",
    /// A supervisor took the conversation over.
    TakenOver = "taken_over",
    /// Both were told that it closes soon, since nobody writes.
    IdleWarned = "idle_warned",
    /// A callback or an answer by e-mail was promised.
    Promised = "promised",
    /// An agent keeps the promise.
    PromiseClaimed = "promise_claimed",
    /// The promise is anybody's again.
    PromiseReleased = "promise_released",
    /// Agents were reminded of the promise.
    PromiseReminded = "promise_reminded",
    /// The promise was not kept in time, and there is a new time.
    PromiseMissed = "promise_missed",
    /// The end: the promise was kept.
    PromiseKept = "promise_kept",
    /// The end: the visitor took the promise back.
    PromiseCancelled = "promise_cancelled",
    /// The end: the agent resolved it.
    Resolved = "resolved",
    /// The end: the agent ended it unresolved.
    EndedUnresolved = "ended_unresolved",
    /// The end: the agent ended it, and something is still to be done.
    EndedWithFollowUp = "ended_with_follow_up",
    /// The end: the visitor left.
    Abandoned = "abandoned",
    /// The end: nobody answered within the longest wait, or a promise was missed for good.
    Unanswered = "unanswered",
    /// The end: nobody wrote for long.
    ClosedIdle = "closed_idle",
    /// An agent has dealt with a visitor whom nobody answered.
    MissedDismissed = "missed_dismissed",
    /// The visitor rated the conversation.
    Rated = "rated",
    /// Everything of the conversation but these rows was deleted.
    Erased = "erased",
    /// The agent signed in.
    AgentSignedIn = "agent_signed_in",
    /// The operator ended the agent's sessions and links.
    AgentRevoked = "agent_revoked",
    /// The agent's first console was opened.
    AgentCame = "agent_came",
    /// The agent's last console was closed.
    AgentWent = "agent_went",
    /// The agent takes conversations.
    AgentAvailable = "agent_available",
    /// The agent takes none.
    AgentAway = "agent_away",
    /// The desk set the agent away, since an offer went unanswered.
    AgentSetAway = "agent_set_away",
    /// The settings changed, and whether the agent's console is open is noted anew.
    AgentSettled = "agent_settled",
    /// The site's settings changed.
    SettingsChanged = "settings_changed",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_known_by_its_name() {
        assert!(EventKind::ALL.iter().all(|kind| EventKind::of_name(kind.name()) == Some(*kind)));
        assert_eq!(EventKind::of_name("something_newer"), None);
    }
}
