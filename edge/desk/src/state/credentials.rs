//! Who may do what. Secrets are kept as SHA-256 hashes and compared in constant time.

use protocol::{AgentId, Millis};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, fmt};
use subtle::ConstantTimeEq;

/// How long a sign-in lasts, whatever happens: a console that was left open is closed after a
/// working day.
pub const SIGN_IN_MS: Millis = 12 * 60 * 60 * 1000;

/// The SHA-256 of a secret, or of what is only compared. In hex where it is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Of two that belong together.
    pub(crate) fn with(&self, other: &Self) -> Self {
        Self::of([self.0, other.0].concat())
    }

    /// A hash as it is written; none if it is something else.
    pub(crate) fn from_hex(hex: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if hex.len() != 64 || !hex.is_ascii() {
            return None;
        }
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }

    pub(crate) fn hex(&self) -> String {
        let nibbles = self.0.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        nibbles
            .map(|nibble| char::from_digit(u32::from(nibble), 16).expect("a nibble is a hex digit"))
            .collect()
    }

    /// Whether this is the hash of that secret; takes the same time either way.
    pub fn is_of(&self, secret: &str) -> bool {
        self.is_same(&Self::of(secret))
    }

    /// A number that looks random.
    pub(crate) fn number(&self) -> u64 {
        self.0[..8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// Whether the two are one; takes the same time either way.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.hex())
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let hex = String::deserialize(from)?;
        Self::from_hex(&hex).ok_or_else(|| D::Error::custom("expected 64 hex digits"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(hidden)")
    }
}

/// What a secret of an agent opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialKind {
    /// Signs in, once.
    Link,
    /// Stands for the agent from then on.
    Cookie,
}

/// How long a secret is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Term {
    pub until: Millis,
    /// The clock went back to before this sign-in began. While it is not known which time is right,
    /// the sign-in is good for this long by the earlier one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also_until: Option<Millis>,
}

impl Term {
    pub fn until(until: Millis) -> Self {
        Self { until, also_until: None }
    }

    /// When it ends, as far as is known at that time.
    pub fn end(&self, now: Millis) -> Millis {
        self.also_until.filter(|_| self.lies_ahead(now)).unwrap_or(self.until)
    }

    /// Whether a sign-in of that term has not begun.
    fn lies_ahead(&self, now: Millis) -> bool {
        self.until > now + SIGN_IN_MS
    }

    /// Lets a sign-in last no longer than one does, for a clock that went back; says whether that
    /// changed it. A desk that is rebuilt may notice the same step again.
    pub fn bring_back(&mut self, now: Millis) -> bool {
        let latest = now + SIGN_IN_MS;
        let is_later = self.lies_ahead(now) && self.also_until.is_none_or(|until| until > latest);
        if is_later {
            self.also_until = Some(latest);
        }
        is_later
    }
}

/// A secret of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    pub kind: CredentialKind,
    pub agent: AgentId,
    #[serde(flatten)]
    pub term: Term,
}

impl Credential {
    pub fn new(kind: CredentialKind, agent: AgentId, until: Millis) -> Self {
        Self { kind, agent, term: Term::until(until) }
    }
}

/// The agents' links and cookies. Looked up by hash, so that the time of a look-up says nothing of
/// the secret.
#[derive(Default)]
pub struct Access {
    credentials: BTreeMap<Digest, Credential>,
}

impl Access {
    pub fn restore(credentials: impl IntoIterator<Item = (Digest, Credential)>) -> Self {
        Self { credentials: credentials.into_iter().collect() }
    }

    pub fn add(&mut self, hash: Digest, credential: Credential) {
        self.credentials.insert(hash, credential);
    }

    pub fn remove(&mut self, hash: &Digest) -> Option<Credential> {
        self.credentials.remove(hash)
    }

    /// The agent behind a secret of that kind, if it is still good.
    pub fn agent(&self, now: Millis, kind: CredentialKind, secret: &str) -> Option<AgentId> {
        let credential = self.credentials.get(&Digest::of(secret))?;
        (credential.kind == kind && now < credential.term.end(now))
            .then(|| credential.agent.clone())
    }

    /// The agents of all secrets.
    pub fn agents(&self) -> impl Iterator<Item = &AgentId> {
        self.credentials.values().map(|credential| &credential.agent)
    }

    /// The hashes of an agent's secrets.
    pub fn of(&self, agent: &AgentId) -> Vec<Digest> {
        self.credentials
            .iter()
            .filter(|(_, credential)| credential.agent == *agent)
            .map(|(hash, _)| *hash)
            .collect()
    }

    /// The hashes of an agent's links that nobody has used.
    pub fn links_of(&self, agent: &AgentId) -> Vec<Digest> {
        let links = self.credentials.iter().filter(|(_, credential)| {
            credential.agent == *agent && credential.kind == CredentialKind::Link
        });
        links.map(|(hash, _)| *hash).collect()
    }

    /// How long a cookie is good.
    pub fn term(&self, cookie: &str) -> Option<Term> {
        self.credentials.get(&Digest::of(cookie)).map(|credential| credential.term)
    }

    /// After the clock went back; gives what changed.
    pub fn bring_back(&mut self, now: Millis) -> Vec<(Digest, Credential)> {
        let cookies = self
            .credentials
            .iter_mut()
            .filter(|(_, credential)| credential.kind == CredentialKind::Cookie);
        cookies
            .filter_map(|(hash, credential)| {
                credential.term.bring_back(now).then(|| (*hash, credential.clone()))
            })
            .collect()
    }

    /// Hashes whose time is over.
    pub fn expired(&self, now: Millis) -> Vec<Digest> {
        self.credentials
            .iter()
            .filter(|(_, credential)| credential.term.end(now) <= now)
            .map(|(hash, _)| *hash)
            .collect()
    }
}
