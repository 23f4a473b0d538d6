//! `site.toml`: a mistake in it is refused at start, with the line and what was expected.

use anyhow::{Context, Result, bail};
use desk::settings::SiteSettings;
use serde::Deserialize;
use std::path::Path;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The address under which browsers reach this server, for example `https://baton.example.org`. Without it the
    /// `Host` header decides, which is right without a proxy.
    pub public_url: Option<String>,
    /// Connections at once.
    #[serde(default = "default_connections")]
    pub max_connections: usize,
    #[serde(default)]
    pub site: Vec<SiteSettings>,
}

fn default_connections() -> usize {
    12_000
}

pub fn read(path: &Path) -> Result<Config> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    parse(&text).with_context(|| format!("{} is not right", path.display()))
}

fn parse(text: &str) -> Result<Config> {
    let config: Config = toml::from_str(text)?;
    if config.site.is_empty() {
        bail!("no [[site]] in it: expected at least one");
    }
    for (i, site) in config.site.iter().enumerate() {
        if let Err(why) = site.check() {
            bail!("line {}: {why}", line_of(text, i));
        }
        if config.site[..i].iter().any(|other| other.key == site.key) {
            bail!("line {}: site key `{}` stands twice", line_of(text, i), site.key);
        }
    }
    Ok(config)
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
    }

    #[test]
    fn rules_may_be_set_a_few_at_a_time() {
        let config = parse("[[site]]\nkey = \"a\"\nname = \"A\"\norigins = []\n[site.rules.thresholds]\nrefund_amount = 50\n").unwrap();
        assert_eq!(config.site[0].rules.thresholds.refund_amount, 50.0);
        assert_eq!(config.site[0].rules.rule.len(), 6);
    }
}
