//! The hosts, as processes: the binary, workerd with the Worker, and Deno.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

pub const BINARY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/release/selfhost");
/// Where `cargo xtask test` leaves the folders of the serverless hosts, and a module that panics
/// when asked to.
pub const FOLDERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/serverless");
const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/hosts/node_modules");
/// The operator of every stage.
pub const OPERATOR: &str = "the-operator-of-this-stage-and-of-no-other";

/// What runs the desks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    Selfhost,
    /// workerd, the runtime of Cloudflare's Workers, on SQLite files.
    Cloudflare,
    Deno,
}

impl Host {
    pub const ALL: [Self; 3] = [Self::Selfhost, Self::Cloudflare, Self::Deno];

    pub fn name(self) -> &'static str {
        match self {
            Self::Selfhost => "selfhost",
            Self::Cloudflare => "cloudflare",
            Self::Deno => "deno",
        }
    }

    /// Lays out a folder for a `site.toml` that stands in it.
    pub fn prepare(self, folder: &Path) -> Result<()> {
        if self == Self::Selfhost {
            return Ok(fs::write(folder.join("operator.token"), OPERATOR)?);
        }
        copy(&Path::new(FOLDERS).join(self.name()), folder)
            .context("the host's folder: `cargo xtask test` makes it")?;
        fs::write(
            folder.join("config.capnp"),
            include_str!("workerd.capnp").replace("{{operator}}", OPERATOR),
        )?;
        let sites = Command::new(BINARY)
            .args(["sites", "--config"])
            .arg(folder.join("site.toml"))
            .output()
            .context("reading the sites")?;
        if !sites.status.success() {
            bail!("{}", String::from_utf8_lossy(&sites.stderr));
        }
        Ok(fs::write(folder.join("sites.json"), sites.stdout)?)
    }

    /// Starts it on a port, under variables of the environment, and waits until it answers.
    pub fn start(self, folder: &Path, port: u16, variables: &[(&str, String)]) -> Result<Child> {
        let log = fs::OpenOptions::new().create(true).append(true).open(folder.join("log"))?;
        let mut command = self.command(folder, port)?;
        command.envs(variables.iter().map(|(name, value)| (*name, value.as_str())));
        let mut process = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("starting {}: `cargo xtask test` builds it", self.name()))?;
        let start = Instant::now();
        loop {
            if let Some(status) = process.try_wait()? {
                bail!(
                    "{} ended with {status}:\n{}",
                    self.name(),
                    fs::read_to_string(folder.join("log")).unwrap_or_default()
                );
            }
            if ureq::get(format!("http://127.0.0.1:{port}/healthz")).call().is_ok() {
                return Ok(process);
            }
            if start.elapsed() > Duration::from_secs(20) {
                let _ = process.kill();
                bail!("{} does not answer", self.name());
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn command(self, folder: &Path, port: u16) -> Result<Command> {
        let mut command;
        match self {
            Self::Selfhost => {
                command = Command::new(BINARY);
                command
                    .arg("serve")
                    .arg("--config")
                    .arg(folder.join("site.toml"))
                    .arg("--data")
                    .arg(folder);
                command.args(["--listen", &format!("127.0.0.1:{port}")]);
            }
            Self::Cloudflare => {
                fs::create_dir_all(folder.join("storage"))?;
                command = Command::new(
                    Path::new(PROGRAMS).join("@cloudflare/workerd-linux-64/bin/workerd"),
                );
                command
                    .arg("serve")
                    .arg(folder.join("config.capnp"))
                    .arg(format!("--socket-addr=http=127.0.0.1:{port}"));
                command
                    .arg(format!("--directory-path=storage={}", folder.join("storage").display()));
                command.arg(format!("--directory-path=assets={}", folder.join("assets").display()));
            }
            Self::Deno => {
                command = Command::new(Path::new(PROGRAMS).join("@deno/linux-x64-glibc/deno"));
                command
                    .args(["run", "--allow-net", "--allow-read", "--allow-write", "--allow-env"])
                    .arg(folder.join("main.js"));
                command
                    .env("PORT", port.to_string())
                    .env("OPERATOR_TOKEN", OPERATOR)
                    .env("DATA", folder);
            }
        }
        Ok(command)
    }

    /// The SQLite files in which it keeps the desks, their logs, and what says that they are there.
    pub fn files(self, folder: &Path) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for path in
                fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
            {
                if path.is_dir() {
                    folders.push(path);
                } else if path.file_name().is_some_and(|name| {
                    [".sqlite", ".desk"].iter().any(|part| name.to_string_lossy().contains(part))
                }) {
                    files.push(path);
                }
            }
        }
        files
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
