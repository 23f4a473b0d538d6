//! Numbers that the desk gives. They count, so that one comes after another; nothing is reckoned
//! with them.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        /// As what it is written: a number.
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                u64::inline_schema()
            }

            fn schema_name() -> Cow<'static, str> {
                u64::schema_name()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                u64::json_schema(generator)
            }
        }

        impl $name {
            /// Before the first: there is none.
            pub const NONE: Self = Self(0);

            /// The one that is given after it.
            pub const fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }
    };
}

number! {
    /// A message's number within its conversation: from 1, without gaps.
    Seq
}
number! {
    /// The number of an agent's hold on a conversation, or of an offer of it: from 1, another one
    /// each time.
    Claim
}

impl Seq {
    pub const FIRST: Self = Self(1);
    /// Behind every message that there can be.
    pub const END: Self = Self(u64::MAX);
}
