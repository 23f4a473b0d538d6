//! How things end.

use crate::table::table;

table! {
    /// How a conversation ended.
    Outcome {
        /// The agent solved it.
        Resolved = "resolved",
        /// The agent ended it unsolved.
        Unresolved = "unresolved",
        /// The agent passed it to work that goes on elsewhere.
        FollowUp = "follow_up",
        /// A callback or a ticket was kept.
        Fulfilled = "fulfilled",
        /// The visitor left before being answered.
        Abandoned = "abandoned",
        /// Nobody answered within the longest wait.
        Unanswered = "unanswered",
        /// Both were silent for too long.
        Idle = "idle",
    }
}

table! {
    /// How something that the bot tried ended.
    ActionOutcome {
        /// The visitor said that it helped.
        Helped = "helped",
        /// The visitor said that it did not.
        DidNotHelp = "did_not_help",
        /// The visitor took the bot's offer.
        Accepted = "accepted",
        /// The visitor declined the bot's offer.
        Declined = "declined",
        /// The visitor did not say.
        Unanswered = "unanswered",
    }
}
