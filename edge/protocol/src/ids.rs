//! Ids, secrets and times. Ids are minted at random by whoever writes the thing, so any command may
//! arrive twice.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

use crate::limits::{ID_CHARS, TOKEN_CHARS};

/// Milliseconds since 1970-01-01 UTC. Below 2^53, so that JavaScript and Durable Objects keep it
/// exactly.
pub type Millis = u64;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// Whether it has the length and the alphabet (`0-9 a-z A-Z _ -`) of an id.
            pub fn is_well_formed(&self) -> bool {
                ID_CHARS.contains(&self.0.len())
                    && self.0.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// One conversation. 128 random bits, minted by the widget.
    ConversationId
}
id! {
    /// One message. Random, minted by whoever wrote it.
    MessageId
}
id! {
    /// One agent, as the operator named them in the settings, for example `maria`.
    AgentId
}

/// A site's public key, as in `data-site`. It names the site and opens nothing.
pub type SiteKey = String;

/// A bearer secret of at least 128 random bits. The edge keeps only its hash; it never stands in a
/// URL.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Token(pub String);

impl Token {
    /// Whether it has the length and the alphabet of a token; says nothing about who it belongs to.
    pub fn is_well_formed(&self) -> bool {
        TOKEN_CHARS.contains(&self.0.len()) && self.0.bytes().all(|b| b.is_ascii_alphanumeric())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}
