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

use crate::{
    build,
    running::Running,
    serverless::{self, Host},
    tools,
};

pub fn run(port: u16, shop_port: u16, data: &Path, host: Option<Host>) -> Result<()> {
    // Before the long build: a port that is taken is better known now.
    let shop = TcpListener::bind(("127.0.0.1", shop_port))
        .with_context(|| format!("port {shop_port} for the shop: try --shop-port"))?;
    drop(
        TcpListener::bind(("127.0.0.1", port))
            .with_context(|| format!("port {port} for the edge: try --port"))?,
    );
    fs::create_dir_all(data)?;
    let config = data.join("site.toml");
    fs::write(&config, demo::settings(shop_port))?;
    match host {
        None => on_this_machine(port, shop_port, shop, data, &config),
        Some(host) => on_a_host(host, port, shop_port, shop, data, &config),
    }
}

fn on_this_machine(
    port: u16,
    shop_port: u16,
    shop: TcpListener,
    data: &Path,
    config: &Path,
) -> Result<()> {
    build::binary()?;
    let mut edge = Command::new("target/release/selfhost");
    edge.arg("serve")
        .arg("--config")
        .arg(config)
        .arg("--data")
        .arg(data)
        .args(["--listen", &format!("127.0.0.1:{port}")])
        .stdout(Stdio::piped());
    let mut edge = Running::start(&mut edge).context("starting the edge")?;
    let lines = BufReader::new(edge.stdout().context("the edge's output")?).lines();
    println!(
        "\nBaton is running. Ctrl-C stops it; a second start finds every conversation still \
         there.\n"
    );
    println!("  the shop      http://localhost:{shop_port}/");
    thread::spawn(move || demo::serve(&shop, &format!("http://127.0.0.1:{port}")));
    for line in lines {
        if line?.starts_with("Baton listens") {
            println!("  the data      {}", data.display());
            let operator =
                fs::read_to_string(data.join("operator.token")).context("the operator's token")?;
            print_links(&format!("http://127.0.0.1:{port}"), operator.trim())?;
            println!(
                "  a new link:   target/release/selfhost link --site shop --agent maria --data {}",
                data.display()
            );
        }
    }
    let status = edge.wait()?;
    if !status.success() {
        bail!("the edge ended with {status}");
    }
    println!("stopped");
    Ok(())
}

/// Sign-in links of the demo's agents, each good once: it asks for them as an operator does.
fn print_links(address: &str, operator: &str) -> Result<()> {
    for agent in ["maria", "jonas"] {
        println!("  {agent:<13} {}", serverless::link(address, operator, agent)?);
    }
    Ok(())
}

/// The demo's operator, who lives on this machine only.
const OPERATOR_TOKEN: &str = "the-demos-operator";

fn on_a_host(
    host: Host,
    port: u16,
    shop_port: u16,
    shop: TcpListener,
    data: &Path,
    config: &Path,
) -> Result<()> {
    tools::hosts()?;
    let folder = data.join(host.name());
    serverless::build(host, config, &folder)?;
    let mut edge = match host {
        Host::Cloudflare => {
            let mut wrangler = serverless::wrangler();
            let (port, operator) = (port.to_string(), format!("OPERATOR_TOKEN:{OPERATOR_TOKEN}"));
            wrangler.args([
                "dev",
                "--ip",
                "127.0.0.1",
                "--port",
                &port,
                "--log-level",
                "error",
                "--var",
                &operator,
                "--persist-to",
            ]);
            wrangler
                .arg(std::path::absolute(data.join("state"))?)
                .arg("--config")
                .arg(folder.join("wrangler.jsonc"));
            wrangler
        }
        Host::Deno => {
            let mut deno = Command::new(tools::deno());
            deno.args(["run", "--allow-net", "--allow-read", "--allow-write", "--allow-env"])
                .arg(folder.join("main.js"));
            deno.envs([("PORT", port.to_string().as_str()), ("OPERATOR_TOKEN", OPERATOR_TOKEN)])
                .env("DATA", std::path::absolute(data.join("deno-state"))?);
            deno
        }
    };
    let edge = Running::start(&mut edge)
        .with_context(|| format!("starting the edge on {}", host.name()))?;
    let address = format!("http://127.0.0.1:{port}");
    // Once it answers.
    serverless::link(&address, OPERATOR_TOKEN, "maria")?;
    println!(
        "\nBaton is running on {}. Ctrl-C stops it; a second start finds every conversation still \
         there.\n",
        host.name()
    );
    println!("  the shop      http://localhost:{shop_port}/");
    print_links(&address, OPERATOR_TOKEN)?;
    thread::spawn(move || demo::serve(&shop, &address));
    edge.wait()?;
    println!("stopped");
    Ok(())
}
