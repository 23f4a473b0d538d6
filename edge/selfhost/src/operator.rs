//! The operator: whoever can read the data folder. Commands such as `baton link` ask the running server with a secret that stands there.

use anyhow::{Context, Result, bail};
use std::{fs, path::Path};

use crate::random;

const FILE: &str = "operator.token";

/// The operator's secret, made at the first start and readable by its owner only.
pub fn token(folder: &Path) -> Result<String> {
    let path = folder.join(FILE);
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

/// Asks the running server for something that only the operator may have.
pub fn ask(server: &str, folder: &Path, what: &str) -> Result<String> {
    let token = fs::read_to_string(folder.join(FILE)).context("reading the operator's token: is --data the server's folder?")?;
    let url = format!("{server}/v1/operator/{what}");
    match ureq::post(&url).header("authorization", format!("Bearer {}", token.trim())).send_empty() {
        Ok(mut response) => Ok(response.body_mut().read_to_string()?),
        Err(ureq::Error::StatusCode(404)) => bail!("{server} knows no {what}: no such site or agent, or the token is another server's"),
        Err(wrong) => Err(wrong).with_context(|| format!("asking {server}")),
    }
}
