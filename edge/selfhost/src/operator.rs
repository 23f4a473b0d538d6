//! The operator: whoever can read the data folder. Commands such as `baton link` ask the running
//! server with a secret that stands there.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    net::{Ipv4Addr, Ipv6Addr},
    path::Path,
};

use crate::{folder, random};

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
    let mut file = options.open(&path).with_context(|| format!("creating {}", path.display()))?;
    std::io::Write::write_all(&mut file, token.as_bytes())
        .with_context(|| format!("writing {}", path.display()))?;
    Ok(token)
}

/// The address of the server that uses a folder, as it can be asked from this machine; or of
/// another that is named.
pub fn address(server: Option<&str>, folder: &Path) -> Result<String> {
    if let Some(server) = server {
        // "Every address" is none that a browser can go to.
        return Ok(server
            .trim_end_matches('/')
            .replace("://0.0.0.0", "://127.0.0.1")
            .replace("://[::]", "://[::1]"));
    }
    let running = folder::server(folder).with_context(|| {
        format!("no server uses {}: is --data the server's folder?", folder.display())
    })?;
    let mut listens = running.listens.context("the server does not listen yet")?;
    if listens.ip().is_unspecified() {
        listens.set_ip(if listens.is_ipv4() {
            Ipv4Addr::LOCALHOST.into()
        } else {
            Ipv6Addr::LOCALHOST.into()
        });
    }
    Ok(format!("http://{listens}"))
}

/// Asks the running server for something that only the operator may have.
pub fn ask(server: Option<&str>, folder: &Path, what: &str) -> Result<String> {
    let server = address(server, folder)?;
    let token = fs::read_to_string(folder.join(FILE))
        .context("reading the operator's token: is --data the server's folder?")?;
    let url = format!("{server}/v1/operator/{what}");
    match ureq::post(&url).header("authorization", format!("Bearer {}", token.trim())).send_empty()
    {
        Ok(mut response) => Ok(response.body_mut().read_to_string()?),
        Err(ureq::Error::StatusCode(404)) => bail!(
            "{server} knows no {what}: no such site, agent or conversation, or the token is \
             another server's"
        ),
        Err(error) => Err(error).with_context(|| format!("asking {server}")),
    }
}
