//! How far visitors, networks and the site have come with what is limited: gates that are kept in
//! storage, so that a desk that slept knows them; how much of one network is open; and how many
//! frames it has sent, of whatever kind.

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
    /// What is not closed, by network and at the site.
    open: BTreeMap<Hash, Open>,
    open_at_site: Open,
    /// How many frames came, by network. In memory alone: a question must not cost a write, and
    /// what is forgotten is a minute at most.
    frames: BTreeMap<Hash, Gate>,
    /// With so many of them those that are over are looked for.
    sweep_at: usize,
}

/// Conversations that are not closed, and bytes of text in them.
#[derive(Clone, Copy, Default)]
pub struct Open {
    pub conversations: u32,
    pub bytes: u64,
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

    /// What is open of a network; nothing is counted where none is known.
    pub fn open_of(&self, network: Option<&Hash>) -> Open {
        network.and_then(|network| self.open.get(network)).copied().unwrap_or_default()
    }

    pub fn open_at_site(&self) -> Open {
        self.open_at_site
    }

    /// One conversation more, with so many bytes.
    pub fn opened(&mut self, network: Option<&Hash>, bytes: u64) {
        let of_network = network.map(|network| self.open.entry(*network).or_default());
        for open in of_network.into_iter().chain([&mut self.open_at_site]) {
            open.conversations += 1;
            open.bytes += bytes;
        }
    }

    /// One conversation fewer.
    pub fn closed(&mut self, network: Option<&Hash>, bytes: u64) {
        let of_network = network.and_then(|network| self.open.get_mut(network));
        for open in of_network.into_iter().chain([&mut self.open_at_site]) {
            open.conversations = open.conversations.saturating_sub(1);
            open.bytes = open.bytes.saturating_sub(bytes);
        }
        if let Some(network) =
            network.filter(|network| self.open_of(Some(network)).conversations == 0)
        {
            self.open.remove(network);
        }
    }

    /// So many bytes more in what is open.
    pub fn grew(&mut self, network: Option<&Hash>, bytes: u64) {
        let of_network = network.and_then(|network| self.open.get_mut(network));
        of_network.into_iter().chain([&mut self.open_at_site]).for_each(|open| open.bytes += bytes);
    }

    /// Counts one frame of that network, or says in how many ms one may come.
    pub fn frame(&mut self, now: Millis, network: Hash, quota: Quota) -> Result<(), Millis> {
        if self.frames.len() >= self.sweep_at {
            self.frames.retain(|_, gate| !gate.is_open(now, quota.every_ms * quota.at_once));
            self.sweep_at = FEW_PACES.max(2 * self.frames.len());
        }
        self.frames.entry(network).or_default().pass(now, quota)
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
