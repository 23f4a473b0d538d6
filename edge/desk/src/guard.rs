//! How many handoffs may come from one visitor, from one network and to the site: gates that are kept in storage, so that a desk that
//! slept knows them, and a count of what is open.

use protocol::{Millis, Rejection, RejectionCode};
use std::collections::BTreeMap;

use crate::{
    access::Hash,
    deadlines::Due,
    desk::{Desk, Peer},
    quota::{Gate, Quota},
    settings::Quotas,
    store::Record,
};

const HOUR_MS: Millis = 60 * 60 * 1000;

/// The gates that are not open, by a hash of what each guards.
#[derive(Default)]
pub struct Guard {
    gates: BTreeMap<Hash, Gate>,
    /// Conversations that are not closed, by network.
    open: BTreeMap<Hash, u32>,
}

impl Guard {
    pub fn restore(gates: BTreeMap<Hash, Gate>) -> Self {
        Self { gates, open: BTreeMap::new() }
    }

    /// One conversation of that network more, or one fewer.
    pub fn count(&mut self, network: &Hash, is_open: bool) {
        let open = self.open.entry(*network).or_default();
        *open = if is_open { *open + 1 } else { open.saturating_sub(1) };
        if *open == 0 {
            self.open.remove(network);
        }
    }
}

impl Desk {
    /// Lets a new handoff in and counts it, or says when to try again. What is refused counts nowhere.
    pub(crate) fn admit_handoff(&mut self, now: Millis, peer: &Peer, visitor: Option<Hash>) -> Result<(), Rejection> {
        let quotas = &self.settings.quotas;
        if let Some(network) = &peer.network
            && self.guard.open.get(network).is_some_and(|open| *open >= quotas.address_open)
        {
            return Err(slow_down("too many conversations of this network are open", 60_000));
        }
        let mut passed = Vec::new();
        for (key, quota, why) in gates(quotas, visitor, peer.network) {
            let mut gate = self.guard.gates.get(&key).copied().unwrap_or_default();
            gate.pass(now, quota).map_err(|wait| slow_down(why, wait))?;
            passed.push((key, gate));
        }
        for (key, gate) in passed {
            self.guard.gates.insert(key, gate);
            self.save(Record::Gate(key, gate));
        }
        if self.deadlines.at(&Due::Gates).is_none() {
            self.deadlines.set(Due::Gates, Some(now + HOUR_MS));
        }
        Ok(())
    }

    /// Forgets the gates that are open again.
    pub(crate) fn sweep_gates(&mut self, now: Millis) {
        let open: Vec<_> = self.guard.gates.iter().filter(|(_, gate)| gate.is_open(now)).map(|(key, _)| *key).collect();
        for key in open {
            self.guard.gates.remove(&key);
            self.save(Record::GateEnded(key));
        }
        self.deadlines.set(Due::Gates, Some(now + HOUR_MS).filter(|_| !self.guard.gates.is_empty()));
    }
}

/// What a handoff must pass.
fn gates(quotas: &Quotas, visitor: Option<Hash>, network: Option<Hash>) -> impl Iterator<Item = (Hash, Quota, &'static str)> {
    let visitor = visitor.map(|visitor| (visitor, an_hour(quotas.visitor_handoffs, 1), "too many handoffs of this visitor"));
    let network = network.map(|network| (network, an_hour(quotas.address_handoffs, 1), "too many handoffs from this network"));
    let site = (Hash::of("site"), an_hour(quotas.site_handoffs, 10), "too many handoffs at this site");
    visitor.into_iter().chain(network).chain([site])
}

/// So many an hour, and that share of them at once.
fn an_hour(most: u32, share: u64) -> Quota {
    let most = u64::from(most.max(1));
    Quota { every_ms: (HOUR_MS / most).max(1), at_once: (most / share).max(1) }
}

fn slow_down(why: &str, wait_ms: Millis) -> Rejection {
    Rejection::new(RejectionCode::SlowDown, why).limit(wait_ms.div_ceil(1000).max(1))
}
