//! Who may do what. Secrets are kept as SHA-256 hashes and compared in constant time.

use protocol::{AgentId, Millis};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt};
use subtle::ConstantTimeEq;

/// How long a sign-in lasts, whatever happens: a console that was left open is closed after a
/// working day.
pub const SIGN_IN_MS: Millis = 12 * 60 * 60 * 1000;

/// The SHA-256 of a secret, or of what is only compared. In hex where it is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash([u8; 32]);

impl Hash {
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

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.hex())
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let hex = String::deserialize(from)?;
        Self::from_hex(&hex).ok_or_else(|| D::Error::custom("expected 64 hex digits"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hash(hidden)")
    }
}

/// What a secret of an agent opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassKind {
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
pub struct Pass {
    pub kind: PassKind,
    pub agent: AgentId,
    #[serde(flatten)]
    pub term: Term,
}

impl Pass {
    pub fn new(kind: PassKind, agent: AgentId, until: Millis) -> Self {
        Self { kind, agent, term: Term::until(until) }
    }
}

/// The agents' links and cookies. Looked up by hash, so that the time of a look-up says nothing of
/// the secret.
#[derive(Default)]
pub struct Access {
    passes: BTreeMap<Hash, Pass>,
}

impl Access {
    pub fn restore(passes: impl IntoIterator<Item = (Hash, Pass)>) -> Self {
        Self { passes: passes.into_iter().collect() }
    }

    pub fn add(&mut self, hash: Hash, pass: Pass) {
        self.passes.insert(hash, pass);
    }

    pub fn remove(&mut self, hash: &Hash) -> Option<Pass> {
        self.passes.remove(hash)
    }

    /// The agent behind a secret of that kind, if it is still good.
    pub fn agent(&self, now: Millis, kind: PassKind, secret: &str) -> Option<AgentId> {
        let pass = self.passes.get(&Hash::of(secret))?;
        (pass.kind == kind && now < pass.term.end(now)).then(|| pass.agent.clone())
    }

    /// The agents of all secrets.
    pub fn agents(&self) -> impl Iterator<Item = &AgentId> {
        self.passes.values().map(|pass| &pass.agent)
    }

    /// The hashes of an agent's secrets.
    pub fn of(&self, agent: &AgentId) -> Vec<Hash> {
        self.passes.iter().filter(|(_, pass)| pass.agent == *agent).map(|(hash, _)| *hash).collect()
    }

    /// The hashes of an agent's links that nobody has used.
    pub fn links_of(&self, agent: &AgentId) -> Vec<Hash> {
        let links = self
            .passes
            .iter()
            .filter(|(_, pass)| pass.agent == *agent && pass.kind == PassKind::Link);
        links.map(|(hash, _)| *hash).collect()
    }

    /// How long a cookie is good.
    pub fn term(&self, cookie: &str) -> Option<Term> {
        self.passes.get(&Hash::of(cookie)).map(|pass| pass.term)
    }

    /// After the clock went back; gives what changed.
    pub fn bring_back(&mut self, now: Millis) -> Vec<(Hash, Pass)> {
        let cookies = self.passes.iter_mut().filter(|(_, pass)| pass.kind == PassKind::Cookie);
        cookies
            .filter_map(|(hash, pass)| pass.term.bring_back(now).then(|| (*hash, pass.clone())))
            .collect()
    }

    /// Hashes whose time is over.
    pub fn expired(&self, now: Millis) -> Vec<Hash> {
        self.passes
            .iter()
            .filter(|(_, pass)| pass.term.end(now) <= now)
            .map(|(hash, _)| *hash)
            .collect()
    }
}
