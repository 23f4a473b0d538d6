//! A context package at the desk: its text as it came, which agents are shown, and the little of it
//! that the desk itself reads.

use protocol::{Category, ContextPackage, Priority, Profile, Sentiment, Text};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt, sync::Arc};
use xxhash_rust::xxh64::xxh64;

use crate::state::credentials::Digest;

/// The JSON of a package as it came. It does not print itself.
#[derive(Clone)]
pub struct Body(Arc<str>);

impl Body {
    pub fn new(json: &str) -> Self {
        Self(json.into())
    }

    /// The text itself, for storage.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(crate) fn package(&self) -> serde_json::Result<ContextPackage<Words<'_>>> {
        serde_json::from_str(&self.0)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body(hidden)")
    }
}

/// A line's words, left where they are in the frame.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Words<'a>(#[serde(borrow)] Cow<'a, str>);

impl Words<'_> {
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

/// What the desk itself reads of a package.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    pub summary: Text,
    pub category: Category,
    pub language: String,
    pub priority: Priority,
    pub sentiment: Sentiment,
    /// The visitor's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// What tells the visitor from others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<Digest>,
    /// Where the visitor can be reached: an e-mail address, else a telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Text>,
    /// Of the transcript.
    pub lines: u64,
    /// Of the package as it came.
    #[serde(default)]
    pub bytes: u64,
}

impl Brief {
    pub(crate) fn of(package: ContextPackage<Words<'_>>, bytes: usize) -> Self {
        Self {
            visitor: identity(&package.profile),
            contact: contact(package.profile.email.as_ref(), package.profile.phone.as_ref()),
            summary: package.summary,
            category: package.category,
            language: package.language,
            priority: package.escalation.priority,
            sentiment: package.sentiment,
            name: package.profile.name,
            lines: package.transcript.len() as u64,
            bytes: bytes as u64,
        }
    }
}

/// Where a visitor can be reached, as far as the page or they themselves said: an e-mail address,
/// else a telephone number.
fn contact(email: Option<&Text>, phone: Option<&Text>) -> Option<Text> {
    email.filter(|email| !email.is_blank()).or(phone.filter(|phone| !phone.is_blank())).cloned()
}

/// What tells a visitor from another: the account at the site, or else the address. Hashed, since
/// it is only compared.
fn identity(profile: &Profile) -> Option<Digest> {
    let account =
        profile.account.as_ref().map(|account| Digest::of(format!("account:{}", account.reveal())));
    let email = || {
        profile.email.as_ref().map(|email| {
            Digest::of(format!("email:{}", email.reveal().trim().to_ascii_lowercase()))
        })
    };
    account.or_else(email)
}

/// What tells a request from another with the same id. Only whoever holds the conversation's token
/// gets as far as to be compared, so it need not resist anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// XXH64 of the package's text.
    Text(u64),
    /// XXH64 of the package in the desk's own writing: before version 3 nothing else was kept.
    Rewritten(u64),
}

impl Request {
    pub fn of(body: &Body) -> Self {
        Self::Text(xxh64(body.reveal().as_bytes(), 0))
    }

    pub(crate) fn rewritten(package: &ContextPackage<Words<'_>>) -> Self {
        let json = serde_json::to_string(package).expect("a package is plain JSON");
        Self::Rewritten(xxh64(json.as_bytes(), 0))
    }

    /// Whether that package is the one that was requested.
    pub fn is_of(self, body: &Body) -> bool {
        match self {
            Self::Text(_) => self == Self::of(body),
            Self::Rewritten(_) => {
                body.package().is_ok_and(|package| self == Self::rewritten(&package))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKAGE: &str = r#"{"summary":"s","intent":"i","category":"c","language":"en",
        "profile":{},"sentiment":"neutral","transcript":[],"highlights":[],"actions":[],
        "next_steps":[],
        "escalation":{"trigger":"explicit","reason":"r","priority":"high","signals":[]}}"#;

    #[test]
    fn a_request_of_an_older_version_is_known_again_however_it_is_written() {
        let old = Request::rewritten(&Body::new(PACKAGE).package().unwrap());
        assert!(old.is_of(&Body::new(&PACKAGE.replace(',', ", "))));
        assert!(!old.is_of(&Body::new(&PACKAGE.replace("high", "medium"))));
    }

    #[test]
    fn a_body_does_not_print_itself() {
        assert_eq!(format!("{:?}", Body::new("my card is 4111")), "Body(hidden)");
    }
}
