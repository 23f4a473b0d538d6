//! `site.toml` as a whole: what a server is told, and its sites.

use desk::settings::SiteSettings;
use schemars::JsonSchema;
use serde::Deserialize;

/// The settings of one server.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The origin under which browsers reach this server, for example `https://baton.example.org`.
    /// Without it the server answers to `localhost` and to addresses only, so behind a proxy it is
    /// needed.
    pub public_url: Option<String>,
    /// The header in which the proxy before this server names the visitor's address: `x-real-ip`,
    /// `x-forwarded-for` or `forwarded`. Without it the connection's address counts, which is right
    /// without a proxy.
    pub address_header: Option<String>,
    /// How many proxies of yours, one behind the other, add an entry to that header: the visitor's
    /// is so many from the right.
    #[serde(default = "default_hops")]
    #[schemars(range(min = 1))]
    pub trusted_hops: usize,
    /// Connections at once, sockets among them; a tenth is kept for requests.
    #[serde(default = "default_connections")]
    #[schemars(range(min = 1))]
    pub max_connections: usize,
    /// The sites: at least one.
    #[serde(default)]
    pub site: Vec<SiteSettings>,
}

fn default_hops() -> usize {
    1
}

fn default_connections() -> usize {
    12_000
}

impl Config {
    /// Whether only sites differ.
    pub fn is_alike_but_for_sites(&self, other: &Self) -> bool {
        let rest = |config: &Self| {
            (
                config.public_url.clone(),
                config.address_header.clone(),
                config.trusted_hops,
                config.max_connections,
            )
        };
        rest(self) == rest(other)
    }
}
