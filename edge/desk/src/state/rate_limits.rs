//! How far visitors, networks and the site have come with what is limited: gates that are kept in storage, so that a desk that slept knows
//! them; how much of one network is open; and how many frames it has sent, of whatever kind.

use protocol::Millis;
use std::collections::BTreeMap;

use crate::state::{
    credentials::Hash,
    quota::{Gate, Quota},
};

/// With fewer paces than this nobody looks which of them are over.
const FEW_PACES: usize = 1024;

/// The gates that are not open, by a hash of what each guards.
#[derive(Default)]
pub struct Guard {
    gates: BTreeMap<Hash, Gate>,
    /// What is not closed, by network.
    open: BTreeMap<Hash, Open>,
    /// How many frames came, by network. In memory alone: a question must not cost a write, and what is forgotten is a minute at most.
    frames: BTreeMap<Hash, Gate>,
    /// With so many of them those that are over are looked for.
    sweep_at: usize,
}

/// Conversations that are not closed, and bytes of text in them.
#[derive(Default)]
struct Open {
    conversations: u32,
    bytes: u64,
}

impl Guard {
    pub fn restore(gates: BTreeMap<Hash, Gate>) -> Self {
        Self { gates, ..Self::default() }
    }

    /// How far something has come.
    pub fn gate(&self, key: &Hash) -> Gate {
        self.gates.get(key).copied().unwrap_or_default()
    }

    pub fn set_gate(&mut self, key: Hash, gate: Gate) {
        self.gates.insert(key, gate);
    }

    /// Forgets the gates that are open again, and says which.
    pub fn take_open_gates(&mut self, now: Millis, within: Millis) -> Vec<Hash> {
        self.gates.extract_if(.., |_, gate| gate.is_open(now, within)).map(|(key, _)| key).collect()
    }

    pub fn has_gates(&self) -> bool {
        !self.gates.is_empty()
    }

    /// Conversations of a network that are not closed, and bytes of text in them.
    pub fn open_of(&self, network: &Hash) -> (u32, u64) {
        self.open.get(network).map_or((0, 0), |open| (open.conversations, open.bytes))
    }

    /// One conversation of that network more, with so many bytes.
    pub fn opened(&mut self, network: &Hash, bytes: u64) {
        let open = self.open.entry(*network).or_default();
        open.conversations += 1;
        open.bytes += bytes;
    }

    /// One conversation of that network fewer.
    pub fn closed(&mut self, network: &Hash, bytes: u64) {
        let Some(open) = self.open.get_mut(network) else { return };
        open.conversations = open.conversations.saturating_sub(1);
        open.bytes = open.bytes.saturating_sub(bytes);
        if open.conversations == 0 {
            self.open.remove(network);
        }
    }

    /// Counts one frame of that network, or says in how many ms one may come.
    pub fn frame(&mut self, now: Millis, network: Hash, quota: Quota) -> Result<(), Millis> {
        if self.frames.len() >= self.sweep_at {
            self.frames.retain(|_, gate| !gate.is_open(now, quota.every_ms * quota.at_once));
            self.sweep_at = FEW_PACES.max(2 * self.frames.len());
        }
        self.frames.entry(network).or_default().pass(now, quota)
    }

    /// So many bytes more in what is open of that network.
    pub fn grew(&mut self, network: &Hash, bytes: u64) {
        if let Some(open) = self.open.get_mut(network) {
            open.bytes += bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_of_frames_is_bounded_by_what_comes_in_a_while() {
        let (mut guard, quota) = (Guard::default(), Quota { every_ms: 10, at_once: 1_000 });
        for n in 0..100_000u64 {
            // A network of its own each, ten a ms.
            assert!(guard.frame(n / 10, Hash::of(n.to_be_bytes()), quota).is_ok());
            assert!(guard.frames.len() <= FEW_PACES);
        }
    }
}
