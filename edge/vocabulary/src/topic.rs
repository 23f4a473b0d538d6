//! The topics that always go to a person.

use crate::{Priority, table::table};

/// The table, and what the reader learns to recognise it by.
macro_rules! topics {
    ($($(#[$meaning:meta])* $variant:ident = $code:literal, $priority:ident, $learned:tt;)+) => {
        table! {
            /// The topics that always go to a person, the weightiest first.
            Topic {
                $($(#[$meaning])* $variant = $code,)+
            }
        }

        impl Topic {
            /// How urgent it is where the site's rules say nothing else.
            pub fn priority(self) -> Priority {
                match self {
                    $(Self::$variant => Priority::$priority,)+
                }
            }
        }

        topics!(@learned [] $($variant $learned)+);
    };
    (@learned [$($row:tt)*] $variant:ident [$($set:literal)*] $($rest:tt)*) => {
        topics!(@learned [$($row)* $(($set, $variant))*] $($rest)*);
    };
    (@learned [$(($set:literal, $variant:ident))*]) => {
        /// What the reader's model has learned to recognise, in its order, and the topic of each.
        pub const LEARNED: &[(&str, Topic)] = &[$(($set, Topic::$variant),)*];
    };
}

// A row: the code, its priority, and the labels of its examples in
// `widget/signals/train/examples/topics.txt`. A topic without labels is told from words.
topics! {
    /// A charge that the visitor disputes.
    BillingDispute = "billing_dispute", High, ["billing"];
    /// A refund, of any amount; the site's rules say from which amount on it goes to a person.
    Refund = "refund", High, [];
    /// Lawyers, courts, data protection.
    Legal = "legal", Medium, ["legal"];
    /// An account that somebody else uses, or may use.
    AccountSecurity = "account_security", High, ["security"];
    /// Bereavement, illness and the like.
    Sensitive = "sensitive", Medium, ["bereavement" "medical"];
    /// Somebody may harm themselves: always to a person, at once, with the site's own sentence.
    SelfHarm = "self_harm", High, [];
    /// A formal complaint.
    Complaint = "complaint", Medium, ["complaint"];
}
