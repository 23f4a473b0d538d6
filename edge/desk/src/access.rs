//! Who may do what. Secrets are kept as SHA-256 hashes and compared in constant time.

use protocol::{AgentId, Millis};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt};
use subtle::ConstantTimeEq;

/// How long a sign-in lasts, whatever happens (RELIABILITY, threat 9).
pub const SIGN_IN_MS: Millis = 12 * 60 * 60 * 1000;

/// The SHA-256 of a secret or of a request, in hex.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hash(String);

impl Hash {
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(bytes) {
            for nibble in [byte >> 4, byte & 15] {
                hex.push(char::from_digit(u32::from(nibble), 16).expect("a nibble is a hex digit"));
            }
        }
        Self(hex)
    }

    /// A hash as it stands in storage.
    pub(crate) fn from_storage(hex: String) -> Self {
        Self(hex)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the hash of that secret; takes the same time either way.
    pub fn is_of(&self, secret: &str) -> bool {
        self.0.as_bytes().ct_eq(Self::of(secret).0.as_bytes()).into()
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

/// A secret of an agent, until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    pub kind: PassKind,
    pub agent: AgentId,
    pub until: Millis,
}

/// The agents' links and cookies. Looked up by hash, so that the time of a look-up says nothing of the secret.
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
        (pass.kind == kind && now < pass.until).then(|| pass.agent.clone())
    }

    /// Hashes whose time is over.
    pub fn expired(&self, now: Millis) -> Vec<Hash> {
        self.passes.iter().filter(|(_, pass)| pass.until <= now).map(|(hash, _)| hash.clone()).collect()
    }
}
