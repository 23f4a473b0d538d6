//! One-time sign-in links. The command `baton link` asks the running server, with a secret that stands in the data folder.

use anyhow::{Context, Result, bail};
use desk::Hash;
use front::{LINK_MS, sign_in_link};
use protocol::{AgentId, Millis, PublicKey, Rejection};
use std::{fs, path::Path, time::SystemTime};

use crate::{random, runner::Runner};

const OPERATOR_FILE: &str = "operator.token";

/// The operator's secret, made at the first start and readable by its owner only.
pub fn operator_token(folder: &Path) -> Result<String> {
    let path = folder.join(OPERATOR_FILE);
    if let Ok(token) = fs::read_to_string(&path) {
        return Ok(token.trim().to_owned());
    }
    let token = random::hex(32);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).with_context(|| format!("creating {}", path.display()))?;
    std::io::Write::write_all(&mut file, token.as_bytes()).with_context(|| format!("writing {}", path.display()))?;
    Ok(token)
}

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

/// Asks the running server for a link.
pub fn ask(server: &str, folder: &Path, site: &str, agent: &str) -> Result<String> {
    let token = fs::read_to_string(folder.join(OPERATOR_FILE)).context("reading the operator's token: is --data the server's folder?")?;
    let url = format!("{server}/v1/operator/link/{site}/{agent}");
    match ureq::post(&url).header("authorization", format!("Bearer {}", token.trim())).send_empty() {
        Ok(mut response) => Ok(response.body_mut().read_to_string()?),
        Err(ureq::Error::StatusCode(404)) => bail!("no agent `{agent}` at site `{site}`, or the token is another server's"),
        Err(wrong) => Err(wrong).with_context(|| format!("asking {server}")),
    }
}
