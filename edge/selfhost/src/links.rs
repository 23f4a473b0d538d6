//! One-time sign-in links.

use desk::Hash;
use front::{LINK_MS, sign_in_link};
use protocol::{AgentId, Millis, PublicKey, Rejection};
use std::time::SystemTime;

use crate::{random, runner::Runner};

/// Lets an agent sign in once with the secret whose hash this is.
pub async fn admit(runner: &Runner, agent: AgentId, secret: Hash) -> Result<(), Rejection> {
    let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis() as Millis);
    runner.admit(agent, secret, wall + LINK_MS).await.map(drop)
}

/// A new link for an agent.
pub async fn mint(runner: &Runner, base: &str, site: &PublicKey, agent: AgentId) -> Option<String> {
    let secret = random::hex(32);
    admit(runner, agent, Hash::of(&secret)).await.ok()?;
    Some(sign_in_link(base, site, &secret))
}
