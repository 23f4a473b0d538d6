//! `cargo xtask demo`: the whole product on embedded defaults.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
    thread,
};

use crate::build;

pub fn run(port: u16, shop_port: u16, data: &Path) -> Result<()> {
    // Before the long build: a port that is taken is better known now.
    let shop = TcpListener::bind(("127.0.0.1", shop_port)).with_context(|| format!("port {shop_port} for the shop: try --shop-port"))?;
    drop(TcpListener::bind(("127.0.0.1", port)).with_context(|| format!("port {port} for the edge: try --port"))?);
    build::binary()?;
    fs::create_dir_all(data)?;
    let config = data.join("site.toml");
    fs::write(&config, demo::settings(shop_port))?;
    let mut edge = Command::new("target/release/selfhost")
        .arg("serve")
        .arg("--config")
        .arg(&config)
        .arg("--data")
        .arg(data)
        .args(["--listen", &format!("127.0.0.1:{port}")])
        .stdout(Stdio::piped())
        .spawn()
        .context("starting the edge")?;
    let lines = BufReader::new(edge.stdout.take().context("the edge's output")?).lines();
    println!("\nBaton is running. Ctrl-C stops it; a second start finds every conversation still there.\n");
    println!("  the shop      http://localhost:{shop_port}/");
    thread::spawn(move || demo::serve(&shop, &format!("http://127.0.0.1:{port}")));
    for line in lines {
        let line = line?;
        if let Some((who, link)) = line.strip_prefix("sign-in link, once, ").and_then(|rest| rest.split_once(": ")) {
            println!("  {who:<13} {link}");
        }
        if line.starts_with("Baton listens") {
            println!("  the data      {}", data.display());
            println!(
                "  sign-in links, each once; a new one: target/release/selfhost link --site shop --agent maria --data {} --server http://127.0.0.1:{port}",
                data.display()
            );
        }
    }
    // Ctrl-C reaches the edge as well; it stops by itself.
    let status = edge.wait()?;
    if !status.success() {
        bail!("the edge ended with {status}");
    }
    println!("stopped");
    Ok(())
}
