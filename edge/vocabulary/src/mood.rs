//! How urgent, and how frustrated.

use crate::table::table;

table! {
    /// How urgent a conversation is: how far it is moved ahead in the queue.
    #[derive(Default)]
    Priority {
        /// By the time of arrival.
        #[default]
        Standard = "standard",
        /// Ahead by `medium_head_start_seconds` of the site's settings.
        Medium = "medium",
        /// Ahead by `high_head_start_seconds` of the site's settings.
        High = "high",
    }
}

table! {
    /// The level of frustration.
    #[derive(Default)]
    Sentiment {
        /// Nothing shows frustration.
        #[default]
        Neutral = "neutral",
        /// Something did not work, and it shows.
        MildlyFrustrated = "mildly_frustrated",
        /// The bot has failed them, or a loss is at stake.
        VeryFrustrated = "very_frustrated",
        /// Insults, shouting, threats to leave.
        Angry = "angry",
    }
}
