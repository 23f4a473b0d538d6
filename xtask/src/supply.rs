//! What others wrote: which licences, from where, and what is there in several versions.
//! `deny.toml` says what may be, in the words of cargo-deny, which reads it too where it is
//! installed.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::Command,
};

const POLICY: &str = "deny.toml";

#[derive(Deserialize)]
struct Policy {
    licenses: Licenses,
    bans: Bans,
    sources: Sources,
}

#[derive(Deserialize)]
struct Licenses {
    allow: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Bans {
    /// Older versions that may stand beside the newest, and why.
    skip: Vec<Skip>,
}

#[derive(Deserialize)]
struct Skip {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

pub fn check() -> Result<()> {
    let policy: Policy = toml::from_str(&fs::read_to_string(POLICY).context("reading deny.toml")?)
        .context("deny.toml")?;
    let output = Command::new("cargo")
        .args(["metadata", "--locked", "--format-version", "1"])
        .output()
        .context("cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let packages = serde_json::from_slice::<Metadata>(&output.stdout)?.packages;
    let mut error = Vec::new();
    for package in packages.iter().filter(|package| package.source.is_some()) {
        let name = format!("{} {}", package.name, package.version);
        if !package.source.as_ref().is_some_and(|source| {
            policy.sources.allow_registry.iter().any(|own| source.ends_with(own.as_str()))
        }) {
            error.push(format!("{name} comes from elsewhere than the registries of deny.toml"));
        }
        match &package.license {
            Some(license) if is_allowed(license, &policy.licenses.allow) => {}
            Some(license) => error.push(format!("{name}: the licence {license} is not allowed")),
            None => error.push(format!("{name} names no licence")),
        }
    }
    error.extend(duplicates(&packages, &policy.bans.skip));
    match error.is_empty() {
        true => Ok(()),
        false => bail!("{}", error.join("\n")),
    }
}

/// Crates that are there in several versions without a reason, and reasons for what is not there.
fn duplicates(packages: &[Package], skip: &[Skip]) -> Vec<String> {
    let mut versions = BTreeMap::<_, Vec<_>>::new();
    for package in packages {
        versions.entry(package.name.as_str()).or_default().push(package.version.as_str());
    }
    let skipped = |name: &str, version: &str| {
        skip.iter().any(|skip| skip.name == format!("{name}@{version}") || skip.name == name)
    };
    let mut error = Vec::new();
    for (name, versions) in &versions {
        let open: Vec<_> = versions.iter().filter(|version| !skipped(name, version)).collect();
        if versions.len() > 1 && open.len() > 1 {
            error.push(format!(
                "{name} is there as {versions:?}: all but one need a reason in deny.toml"
            ));
        }
    }
    for skip in skip {
        let (name, version) = skip.name.split_once('@').unwrap_or((&skip.name, ""));
        if !versions
            .get(name)
            .is_some_and(|all| all.len() > 1 && (version.is_empty() || all.contains(&version)))
        {
            error.push(format!("deny.toml skips {}, which is not there twice", skip.name));
        }
        if skip.reason.is_empty() {
            error.push(format!("deny.toml skips {} without a reason", skip.name));
        }
    }
    error
}

/// Whether an SPDX expression can be met by licences that are allowed: `OR` binds less than `AND`;
/// an older way to write `OR` is `/`.
fn is_allowed(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<_> = spaced.split_whitespace().collect();
    let mut at = 0;
    either(&words, &mut at, allowed) && at == words.len()
}

fn either(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut met = both(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= both(words, at, allowed);
    }
    met
}

fn both(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut met = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, allowed);
    }
    met
}

fn one(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let met = either(words, at, allowed);
        *at += 1;
        return met;
    }
    let mut name = (*word).to_owned();
    if words.get(*at) == Some(&"WITH") {
        name = format!("{name} WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
    }
    allowed.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_is_allowed_if_one_may_choose_so() {
        let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"]
            .map(str::to_owned)
            .into();
        for fine in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/Apache-2.0",
            "(MIT OR GPL-3.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(is_allowed(fine, &allowed), "{fine}");
        }
        for not in [
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT OR Apache-2.0) AND GPL-3.0",
            "Apache-2.0 WITH other",
            "",
            "MIT MIT",
        ] {
            assert!(!is_allowed(not, &allowed), "{not}");
        }
    }

    #[test]
    fn a_second_version_needs_a_reason_and_a_reason_a_second_version() {
        let package = |name: &str, version: &str| Package {
            name: name.into(),
            version: version.into(),
            license: None,
            source: None,
        };
        let skip = |name: &str| Skip { name: name.into(), reason: "an older one".into() };
        let twice = [package("a", "1.0.0"), package("a", "2.0.0"), package("b", "1.0.0")];
        assert_eq!(duplicates(&twice, &[]).len(), 1);
        assert_eq!(duplicates(&twice, &[skip("a@1.0.0")]), Vec::<String>::new());
        assert_eq!(duplicates(&twice, &[skip("a@1.0.0"), skip("b@1.0.0")]).len(), 1);
    }
}
