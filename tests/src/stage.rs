//! The edge as a process and the shop on another origin, each on a port of its own, with a data folder that goes away.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    io::{BufRead, BufReader},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const BINARY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/release/selfhost");

pub struct Stage {
    pub edge: String,
    pub shop: String,
    /// The sign-in links that the edge printed at its last start: Maria's, Jonas's.
    pub links: Vec<String>,
    port: u16,
    process: Child,
    folder: TempDir,
}

impl Stage {
    /// With the demo's settings.
    pub fn new() -> Result<Self> {
        Self::with(|settings| settings)
    }

    /// With the demo's settings, changed.
    pub fn with(change: impl FnOnce(String) -> String) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let shop = TcpListener::bind("127.0.0.1:0")?;
        let shop_port = shop.local_addr()?.port();
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let edge = format!("http://127.0.0.1:{port}");
        fs::write(folder.path().join("site.toml"), change(demo::settings(shop_port)))?;
        let address = edge.clone();
        thread::spawn(move || demo::serve(&shop, &address));
        let (process, links) = start(folder.path().to_owned(), port)?;
        Ok(Self { edge, shop: format!("http://localhost:{shop_port}"), links, port, process, folder })
    }

    /// As a power cut of the process: no time to say good-bye.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// On the same data and the same port.
    pub fn start_again(&mut self) -> Result<()> {
        (self.process, self.links) = start(self.folder.path().to_owned(), self.port)?;
        Ok(())
    }

    /// Asks it to stop, as an operator does, and says how it ended.
    pub fn stop(&mut self) -> Result<std::process::ExitStatus> {
        Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status()?;
        Ok(self.process.wait()?)
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Everything that the edge wrote to its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // It may have been killed by the test already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn start(folder: PathBuf, port: u16) -> Result<(Child, Vec<String>)> {
    let log = fs::OpenOptions::new().create(true).append(true).open(folder.join("log"))?;
    let mut process = Command::new(BINARY)
        .arg("serve")
        .arg("--config")
        .arg(folder.join("site.toml"))
        .arg("--data")
        .arg(&folder)
        .args(["--listen", &format!("127.0.0.1:{port}")])
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .with_context(|| format!("starting {BINARY}: build it with `cargo xtask build`"))?;
    let mut lines = BufReader::new(process.stdout.take().context("the edge's output")?).lines();
    let mut links = Vec::new();
    while links.len() < 2 {
        let Some(line) = lines.next() else { bail!("the edge ended before it listened") };
        if let Some((_, link)) = line?.split_once(": http") {
            links.push(format!("http{link}"));
        }
    }
    thread::spawn(move || lines.for_each(drop));
    let start = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if start.elapsed() > Duration::from_secs(10) {
            bail!("the edge does not listen");
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok((process, links))
}
