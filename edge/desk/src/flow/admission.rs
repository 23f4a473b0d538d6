//! Who may come into the queue and who may ask: by visitor, by network and at the site.

use protocol::{ConversationId, Millis, Rejection, RejectionCode};

use crate::{
    desk::Desk,
    site::settings::Quotas,
    state::{credentials::Digest, deadlines::Due, peer::Peer, quota::Quota},
    store::Record,
};

const HOUR_MS: Millis = 60 * 60 * 1000;
const MINUTE_MS: Millis = 60 * 1000;
/// Of a minute's frames so many parts may come at once: as of a house whose pages all come back
/// after the network was away.
const FRAMES_AT_ONCE: u64 = 6;
/// Of the bytes that a site may hold so many tenths are for new conversations; the rest is for
/// those that are open.
const SITE_TENTHS_FOR_NEW: u64 = 9;
/// When what is full may have room again.
const FULL_RETRY_MS: Millis = 60 * 1000;

impl Desk {
    /// Whether one more frame of that peer is taken, or one more socket of it. Some frames have
    /// paces of their own beside this one; others, as a poll, a mark, a repetition or what cannot
    /// be read, have this alone. Who is signed in as an agent has none.
    pub(crate) fn may_ask(&mut self, now: Millis, peer: &Peer) -> Result<(), Rejection> {
        let Some(network) = peer.network.filter(|_| self.agent_behind(now, peer).is_none()) else {
            return Ok(());
        };
        let most = u64::from(self.settings.quotas.address_frames.max(1));
        let quota =
            Quota { every_ms: (MINUTE_MS / most).max(1), at_once: (most / FRAMES_AT_ONCE).max(1) };
        self.rate_limits
            .frame(now, network, quota)
            .map_err(|wait| slow_down("too many frames of this network", wait))
    }

    /// Lets somebody into the queue and counts it, or says when to try again: a new handoff, or one
    /// who comes back from a promise or from the end. What is refused counts nowhere.
    pub(crate) fn admit(
        &mut self,
        now: Millis,
        peer: &Peer,
        visitor: Option<Digest>,
    ) -> Result<(), Rejection> {
        let mut passed = Vec::new();
        for (key, quota, why) in limiters(&self.settings.quotas, visitor, peer.network) {
            let mut limiter = self.rate_limits.limiter(&key);
            limiter.take(now, quota).map_err(|wait| slow_down(why, wait))?;
            passed.push((key, limiter));
        }
        for (key, limiter) in passed {
            self.rate_limits.set_limiter(key, limiter);
            self.save(Record::RateLimiter(key, limiter));
        }
        if self.deadlines.at(&Due::RateLimiters).is_none() {
            self.deadlines.set(Due::RateLimiters, Some(now + HOUR_MS));
        }
        Ok(())
    }

    /// Whether one more conversation may be open, with so many bytes.
    pub(crate) fn may_open(&self, network: Option<&Digest>, bytes: u64) -> Result<(), Rejection> {
        let (quotas, at_site) = (&self.settings.quotas, self.rate_limits.open_at_site());
        if self.rate_limits.open_of(network).conversations >= quotas.address_open {
            return Err(slow_down(
                "too many conversations of this network are open",
                FULL_RETRY_MS,
            ));
        }
        let most_bytes = quotas.site_open_bytes / 10 * SITE_TENTHS_FOR_NEW;
        if at_site.conversations >= quotas.site_open || at_site.bytes + bytes > most_bytes {
            return Err(slow_down("too many conversations of this site are open", FULL_RETRY_MS));
        }
        self.may_grow(network, bytes)
    }

    /// Whether so many bytes more may be in what is open.
    pub(crate) fn may_grow(&self, network: Option<&Digest>, bytes: u64) -> Result<(), Rejection> {
        let quotas = &self.settings.quotas;
        if self.rate_limits.open_of(network).bytes + bytes > quotas.address_open_bytes {
            return Err(slow_down(
                "the open conversations of this network hold as much as they may",
                FULL_RETRY_MS,
            ));
        }
        if self.rate_limits.open_at_site().bytes + bytes > quotas.site_open_bytes {
            return Err(slow_down(
                "the open conversations of this site hold as much as they may",
                FULL_RETRY_MS,
            ));
        }
        Ok(())
    }

    /// Whether a conversation that may be closed may be open again.
    pub(crate) fn may_reopen(&self, peer: &Peer, id: &ConversationId) -> Result<(), Rejection> {
        let closed =
            self.conversations.get(id).filter(|conversation| conversation.state().is_closed());
        closed.map_or(Ok(()), |conversation| {
            self.may_open(peer.network.as_ref(), conversation.weight())
        })
    }

    /// Counts what was closed, and to the network that opens it again.
    pub(crate) fn reopen(&mut self, peer: &Peer, id: &ConversationId) {
        if let Some(closed) =
            self.conversations.get_mut(id).filter(|conversation| conversation.state().is_closed())
        {
            closed.network = peer.network;
            self.rate_limits.opened(peer.network.as_ref(), closed.weight());
        }
    }

    /// Forgets the rate limiters that limit nothing any more.
    pub(crate) fn sweep_gates(&mut self, now: Millis) {
        for key in self.rate_limits.take_idle_limiters(now, HOUR_MS) {
            self.save(Record::RateLimiterEnded(key));
        }
        self.deadlines.set(
            Due::RateLimiters,
            Some(now + HOUR_MS).filter(|_| self.rate_limits.has_limiters()),
        );
    }
}

/// By what a visitor is known again. Whoever fills in a form may say to be anybody: so it is not
/// the account or the address alone, but with the network it came from. Who claims to be somebody
/// else then spends their own quota, not that person's, and is not led to the agent who knows that
/// person. Where the host knows no network, all are of one.
pub(crate) fn visitor(identity: Option<Digest>, network: Option<Digest>) -> Option<Digest> {
    identity.map(|identity| network.map_or(identity, |network| identity.with(&network)))
}

/// What must be passed on the way into the queue.
fn limiters(
    quotas: &Quotas,
    visitor: Option<Digest>,
    network: Option<Digest>,
) -> impl Iterator<Item = (Digest, Quota, &'static str)> {
    let visitor = visitor.map(|visitor| {
        (
            visitor,
            an_hour(quotas.visitor_handoffs, 1),
            "too many requests of this visitor for a person",
        )
    });
    let network = network.map(|network| {
        (
            network,
            an_hour(quotas.address_handoffs, 1),
            "too many requests of this network for a person",
        )
    });
    let site = (
        Digest::of("site"),
        an_hour(quotas.site_handoffs, 10),
        "too many requests for a person at this site",
    );
    visitor.into_iter().chain(network).chain([site])
}

/// So many an hour, and that share of them at once.
fn an_hour(most: u32, share: u64) -> Quota {
    let most = u64::from(most.max(1));
    Quota { every_ms: (HOUR_MS / most).max(1), at_once: (most / share).max(1) }
}

pub(crate) fn slow_down(why: &str, wait_ms: Millis) -> Rejection {
    Rejection::new(RejectionCode::SlowDown, why).limit(wait_ms.div_ceil(1000).max(1))
}
