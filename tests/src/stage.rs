//! The edge as a process and the shop on another origin, each on a port of its own, with a data
//! folder that goes away.

use anyhow::{Context, Result};
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus},
    thread,
};
use tempfile::TempDir;

use crate::host::{Host, OPERATOR};

pub struct Stage {
    pub host: Host,
    pub edge: String,
    pub shop: String,
    port: u16,
    process: Child,
    folder: TempDir,
}

impl Stage {
    /// The binary, with the demo's settings.
    pub fn new() -> Result<Self> {
        Self::with(|settings| settings)
    }

    /// The binary, with the demo's settings, changed.
    pub fn with(change: impl FnOnce(String) -> String) -> Result<Self> {
        Self::on(Host::Selfhost, change)
    }

    /// A host, with the demo's settings, changed.
    pub fn on(host: Host, change: impl FnOnce(String) -> String) -> Result<Self> {
        Self::laid_out(host, change, |_| Ok(()), &[])
    }

    /// The same, with another look at its folder before it starts, and variables of its
    /// environment.
    pub fn laid_out(
        host: Host,
        change: impl FnOnce(String) -> String,
        lay_out: impl FnOnce(&Path) -> Result<()>,
        variables: &[(&str, String)],
    ) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let shop = TcpListener::bind("127.0.0.1:0")?;
        let shop_port = shop.local_addr()?.port();
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let edge = format!("http://127.0.0.1:{port}");
        fs::write(folder.path().join("site.toml"), change(demo::settings(shop_port)))?;
        let address = edge.clone();
        thread::spawn(move || demo::serve(&shop, &address));
        host.prepare(folder.path())?;
        lay_out(folder.path())?;
        let process = host.start(folder.path(), port, variables)?;
        Ok(Self {
            host,
            edge,
            shop: format!("http://localhost:{shop_port}"),
            port,
            process,
            folder,
        })
    }

    /// A one-time sign-in link.
    pub fn link(&self, agent: &str) -> Result<String> {
        self.operator(&format!("link/shop/{agent}"))
    }

    /// What the operator is answered.
    pub fn operator(&self, what: &str) -> Result<String> {
        let asked = ureq::post(format!("{}/v1/operator/{what}", self.edge))
            .header("authorization", format!("Bearer {OPERATOR}"))
            .send_empty();
        Ok(asked
            .with_context(|| format!("the operator asks for {what}"))?
            .body_mut()
            .read_to_string()?)
    }

    /// As a power cut of the process: no time to say good-bye.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// On the same data and the same port.
    pub fn start_again(&mut self) -> Result<()> {
        self.start_again_with(&[])
    }

    /// The same, with variables of the host's environment.
    pub fn start_again_with(&mut self, variables: &[(&str, String)]) -> Result<()> {
        self.process = self.host.start(self.folder.path(), self.port, variables)?;
        Ok(())
    }

    /// Asks it to stop, as an operator does, and says how it ended.
    pub fn stop(&mut self) -> Result<ExitStatus> {
        Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status()?;
        Ok(self.process.wait()?)
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.process.try_wait()?)
    }

    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// Every file of the desks.
    pub fn files(&self) -> Vec<PathBuf> {
        self.host.files(self.folder.path())
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
