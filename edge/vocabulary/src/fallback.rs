//! What may be chosen instead of waiting.

use crate::table::table;

table! {
    /// What may be chosen instead of waiting.
    FallbackKind {
        /// A telephone call.
        Callback = "callback",
        /// An answer by e-mail.
        Ticket = "ticket",
    }
}
