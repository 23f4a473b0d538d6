//! How far visitors, networks and the site have come with what is limited: limiters that are kept
//! in storage, so that a desk that slept knows them; how much of one network is open; and how many
//! frames it has sent, of whatever kind.

use protocol::Millis;
use std::collections::BTreeMap;

use crate::state::{
    credentials::Digest,
    quota::{Quota, RateLimiter},
};

/// With fewer paces than this nobody looks which of them are over.
const FEW_PACES: usize = 1024;

/// The limiters that hold something back, by a digest of what each limits.
#[derive(Default)]
pub struct RateLimits {
    limiters: BTreeMap<Digest, RateLimiter>,
    /// What is not closed, by network and at the site.
    open: BTreeMap<Digest, Open>,
    open_at_site: Open,
    /// How many frames came, by network. In memory alone: a question must not cost a write, and
    /// what is forgotten is a minute at most.
    frames: BTreeMap<Digest, RateLimiter>,
    /// With so many of them those that are over are looked for.
    sweep_at: usize,
}

/// Conversations that are not closed, and bytes of text in them.
#[derive(Clone, Copy, Default)]
pub struct Open {
    pub conversations: u32,
    pub bytes: u64,
}

impl RateLimits {
    pub fn restore(limiters: BTreeMap<Digest, RateLimiter>) -> Self {
        Self { limiters, ..Self::default() }
    }

    /// How far something has come.
    pub fn limiter(&self, key: &Digest) -> RateLimiter {
        self.limiters.get(key).copied().unwrap_or_default()
    }

    pub fn set_limiter(&mut self, key: Digest, limiter: RateLimiter) {
        self.limiters.insert(key, limiter);
    }

    /// Forgets the limiters that limit nothing any more, and says which.
    pub fn take_idle_limiters(&mut self, now: Millis, within: Millis) -> Vec<Digest> {
        self.limiters
            .extract_if(.., |_, limiter| limiter.is_open(now, within))
            .map(|(key, _)| key)
            .collect()
    }

    pub fn has_limiters(&self) -> bool {
        !self.limiters.is_empty()
    }

    /// What is open of a network; nothing is counted where none is known.
    pub fn open_of(&self, network: Option<&Digest>) -> Open {
        network.and_then(|network| self.open.get(network)).copied().unwrap_or_default()
    }

    pub fn open_at_site(&self) -> Open {
        self.open_at_site
    }

    /// One conversation more, with so many bytes.
    pub fn opened(&mut self, network: Option<&Digest>, bytes: u64) {
        let of_network = network.map(|network| self.open.entry(*network).or_default());
        for open in of_network.into_iter().chain([&mut self.open_at_site]) {
            open.conversations += 1;
            open.bytes += bytes;
        }
    }

    /// One conversation fewer.
    pub fn closed(&mut self, network: Option<&Digest>, bytes: u64) {
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
    pub fn grew(&mut self, network: Option<&Digest>, bytes: u64) {
        let of_network = network.and_then(|network| self.open.get_mut(network));
        of_network.into_iter().chain([&mut self.open_at_site]).for_each(|open| open.bytes += bytes);
    }

    /// Counts one frame of that network, or says in how many ms one may come.
    pub fn frame(&mut self, now: Millis, network: Digest, quota: Quota) -> Result<(), Millis> {
        if self.frames.len() >= self.sweep_at {
            self.frames.retain(|_, limiter| !limiter.is_open(now, quota.every_ms * quota.at_once));
            self.sweep_at = FEW_PACES.max(2 * self.frames.len());
        }
        self.frames.entry(network).or_default().take(now, quota)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_of_frames_is_bounded_by_what_comes_in_a_while() {
        let (mut rate_limits, quota) =
            (RateLimits::default(), Quota { every_ms: 10, at_once: 1_000 });
        for n in 0..100_000u64 {
            // A network of its own each, ten a ms.
            assert!(rate_limits.frame(n / 10, Digest::of(n.to_be_bytes()), quota).is_ok());
            assert!(rate_limits.frames.len() <= FEW_PACES);
        }
    }
}
