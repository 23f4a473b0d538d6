//! `baton doctor`: looks at what an operator would otherwise hear of from visitors. It changes
//! nothing, but for moving a log into its file.

use anyhow::{Context, Result, bail};
use desk::store;
use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, SystemTime},
};

use crate::{
    clock, config, config::Config, findings, folder, integrity, marker, operator, sqlite::Database,
};

/// Below this a disk is nearly full.
const LITTLE_SPACE: u64 = 1 << 30;
/// Clocks further apart than this give wrong opening hours and wrong promises.
const CLOCKS_APART: Duration = Duration::from_secs(30);
/// 1 January 2026: this program is not older.
const BUILT_AFTER_MS: u64 = 1_767_225_600_000;
/// For one answer from outside.
const PATIENCE_SECONDS: &str = "10";

/// What was found, in lines, and how much of it is wrong.
#[derive(Default)]
pub struct Report {
    pub lines: Vec<String>,
    pub problems: usize,
}

impl Report {
    fn fine(&mut self, text: impl AsRef<str>) {
        self.lines.push(format!("ok     {}", text.as_ref()));
    }

    fn odd(&mut self, text: impl AsRef<str>) {
        self.lines.push(format!("look   {}", text.as_ref()));
    }

    fn problem(&mut self, text: impl AsRef<str>) {
        self.problems += 1;
        self.lines.push(format!("WRONG  {}", text.as_ref()));
    }

    fn add(&mut self, found: Result<String>) {
        match found {
            Ok(fine) => self.fine(fine),
            Err(error) => self.problem(format!("{error:#}")),
        }
    }
}

/// Looks at the settings, the data folder and, from outside, at an address.
pub fn examine(settings: &Path, data: &Path, url: Option<&str>) -> Report {
    let mut report = Report::default();
    report.fine(format!("baton {}", env!("CARGO_PKG_VERSION")));
    let config = config::read(settings);
    match &config {
        Ok(config) => {
            report.fine(format!("{}: {} site(s)", settings.display(), config.site.len()));
            config::oddities(config).iter().for_each(|odd| report.odd(odd));
        }
        Err(error) => report.problem(format!("{error:#}")),
    }
    clock_of(data, &mut report);
    folder_of(data, &mut report);
    if let Ok(config) = &config {
        desks(config, data, &mut report);
        if let Some(url) = url {
            outside(config, url.trim_end_matches('/'), &mut report);
        }
    }
    report
}

/// A file cannot have been written after now.
fn clock_of(data: &Path, report: &mut Report) {
    let now = SystemTime::now();
    let newest = folder::own_files(data)
        .iter()
        .filter_map(|path| fs::metadata(path).ok()?.modified().ok())
        .max();
    match newest
        .and_then(|newest| newest.duration_since(now).ok())
        .filter(|ahead| *ahead > CLOCKS_APART)
    {
        Some(ahead) => report.problem(format!(
            "the clock is or was wrong: a file was written {} s in the future",
            ahead.as_secs()
        )),
        None if clock::wall() < BUILT_AFTER_MS => report.problem("the clock is years behind"),
        None => report.fine("the clock is not before the last write"),
    }
}

fn folder_of(data: &Path, report: &mut Report) {
    if !data.is_dir() {
        return report.problem(format!(
            "{} is not a folder: is --data the server's data folder?",
            data.display()
        ));
    }
    match folder::server(data) {
        Some(server) => {
            let listens = server.listens.map_or_else(
                || "does not listen yet".to_owned(),
                |address| format!("listens on {address}"),
            );
            report.fine(format!("the server runs: process {}, {listens}", server.process));
        }
        None => report.odd(format!("no server uses {}", data.display())),
    }
    let open = folder::open_to_others(data);
    match open.first() {
        Some(path) => report.problem(format!(
            "{} and {} more can be read by other users; the next start makes them private",
            path.display(),
            open.len() - 1
        )),
        None => report.fine(format!("{} can be read by its owner only", data.display())),
    }
    #[cfg(unix)]
    report.add(space(data));
}

#[cfg(unix)]
fn space(data: &Path) -> Result<String> {
    let disk = rustix::fs::statvfs(data).context("reading the free disk space")?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let text = format!("{} MB free on the disk of {}", free >> 20, data.display());
    if free < LITTLE_SPACE { bail!("only {text}") } else { Ok(text) }
}

fn desks(config: &Config, data: &Path, report: &mut Report) {
    let is_served = folder::server(data).is_some();
    // Held while the files are read, so that no server starts meanwhile.
    let held = if is_served { None } else { folder::lock(data).ok() };
    for site in &config.site {
        let file = data.join(format!("{}.sqlite", site.key));
        // While a server uses it, that has looked when it started.
        let found = if is_served { Vec::new() } else { findings::of(&file, &site.key) };
        found.iter().for_each(|found| report.problem(found));
        if let Err(error) = marker::expect_desk(&file) {
            report.problem(format!("{error:#}"));
        } else if !file.exists() {
            let new = format!("{} does not exist yet: the first start creates it", file.display());
            found.is_empty().then(|| report.odd(new));
        } else if is_served {
            let asked = operator::ask(None, data, &format!("check/{}", site.key));
            match asked {
                Ok(said) if said.trim() == "whole" => {
                    report.fine(format!("{}: whole", file.display()))
                }
                Ok(damage) => report.problem(format!("{}: {}", file.display(), damage.trim())),
                Err(error) => report.problem(format!("{}: {error:#}", file.display())),
            }
        } else if held.is_some() {
            report.add(at_rest(&file, &site.key).with_context(|| file.display().to_string()));
        }
        match findings::newest_copy(&[data.join(folder::BACKUPS)], &site.key) {
            Some((_, written)) => report.fine(format!(
                "{}: the newest copy is {} hour(s) old",
                site.key,
                written.elapsed().unwrap_or_default().as_secs() / 3600
            )),
            None => report.odd(format!(
                "{}: there is no copy, `baton backup --site {}` makes one",
                site.key, site.key
            )),
        }
    }
}

/// Reads everything of a desk that nobody uses.
fn at_rest(file: &Path, site: &str) -> Result<String> {
    let mut database = Database::open(file)?;
    integrity::whole(database.connection_mut())?;
    if let Some(owner) = store::owner(&mut database)?.filter(|owner| owner != site) {
        bail!("it is the desk of the site `{owner}`");
    }
    let kept = store::load(&mut database)?;
    Ok(format!("{}: whole, {} conversation(s)", file.display(), kept.conversations().len()))
}

/// As a browser comes to it: the proxy, the certificate and the sites' documents, by the machine's
/// own `curl`.
fn outside(config: &Config, url: &str, report: &mut Report) {
    report.add(answers(url, "/healthz", &[], 200));
    report.add(answers(url, "/v1/baton.js", &[], 200));
    for site in &config.site {
        report.add(answers(url, &format!("/v1/frame/{}", site.key), &[], 200));
        report.add(answers(url, &format!("/console/{}", site.key), &[], 200));
        // Refused with 403 if the server believes that browsers find it elsewhere.
        let origin = format!("Origin: {url}");
        let upgrade = [
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            &origin,
        ];
        report.add(answers(url, &format!("/v1/visitor/{}/socket", site.key), &upgrade, 101));
    }
    if let Some(public) =
        config.public_url.as_ref().filter(|public| public.trim_end_matches('/') != url)
    {
        report.odd(format!("`public_url` is {public}, and not {url}"));
    }
}

fn answers(url: &str, path: &str, headers: &[&str], expected: u16) -> Result<String> {
    let mut curl = Command::new("curl");
    curl.args([
        "--silent",
        "--show-error",
        "--http1.1",
        "--output",
        "/dev/null",
        "--write-out",
        "%{http_code}",
    ]);
    // A socket stays open: the answer is there long before.
    curl.args(["--max-time", if expected == 101 { "2" } else { PATIENCE_SECONDS }]);
    headers.iter().for_each(|header| _ = curl.args(["--header", header]));
    let output = curl.arg(format!("{url}{path}")).output().context("starting curl")?;
    let status: u16 = String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or(0);
    match status {
        status if status == expected => Ok(format!("{url}{path}: {status}")),
        0 => bail!("{url}{path}: {}", String::from_utf8_lossy(&output.stderr).trim()),
        403 if expected == 101 => {
            bail!(
                "{url}{path}: 403, the server does not take {url} for its own origin: set \
                 `public_url`, or make the proxy pass `Host` on"
            )
        }
        status => bail!("{url}{path}: {status}, expected {expected}"),
    }
}
