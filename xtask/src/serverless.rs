//! The serverless hosts: a folder each that deploys as it is, in `dist/`.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};
use wasm_bindgen_cli_support::Bindgen;

use crate::{build, step::step, tools, web};

const WORK: &str = "target/serverless";

/// A host without a machine of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Host {
    Cloudflare,
    Deno,
}

impl Host {
    pub fn name(self) -> &'static str {
        match self {
            Self::Cloudflare => "cloudflare",
            Self::Deno => "deno",
        }
    }
}

/// Leaves the folder in `dist/`.
pub fn ship(host: Host, config: &Path) -> Result<()> {
    let folder = Path::new("dist").join(host.name());
    build(host, config, &folder)?;
    let size = |name: &str| -> Result<String> {
        let content = fs::read(folder.join(name))?;
        Ok(format!(
            "{} kB, {} kB brotli",
            content.len() / 1000,
            web::brotli(&content)?.len() / 1000
        ))
    };
    println!("\n{}: ready to ship; the module: {}", folder.display(), size("core.wasm")?);
    Ok(())
}

/// Fills a folder for the sites of a `site.toml`.
pub fn build(host: Host, config: &Path, folder: &Path) -> Result<()> {
    build::binary()?;
    module(WORK, &[])?;
    fill(host, config, folder, WORK)
}

/// A folder of each host beside the module, and a module that panics when a visitor asks for it.
pub fn for_tests() -> Result<()> {
    module(&format!("{WORK}/panics"), &["--features", "panics"])?;
    module(WORK, &[])?;
    for host in [Host::Cloudflare, Host::Deno] {
        fill(host, Path::new("www/demo/site.toml"), &Path::new(WORK).join(host.name()), WORK)?;
    }
    Ok(())
}

/// The module and its glue, in a folder.
pub fn module(folder: &str, features: &[&str]) -> Result<()> {
    step("compiling the front and the desk to Wasm", || {
        let mut what = vec!["-p", "serverless"];
        what.extend(features);
        web::compile(&what)
    })?;
    let compiled = fs::read(web::module("serverless"))?;
    let kept = format!("{folder}/compiled.wasm");
    if fs::read(&kept).is_ok_and(|kept| kept == compiled) {
        return Ok(());
    }
    step("making the module", || {
        fs::create_dir_all(folder)?;
        Bindgen::new()
            .input_path(web::module("serverless"))
            .out_name("core")
            .web(true)?
            .typescript(false)
            .omit_default_module_path(true)
            .reset_state_function(true)
            .generate(folder)
            .context("wasm-bindgen on the front and the desk")?;
        let (from, to) = (format!("{folder}/core_bg.wasm"), format!("{folder}/core.wasm"));
        // What only tests start may be large.
        if features.is_empty() {
            web::shrink(&from, &to)?;
        } else {
            fs::copy(&from, &to).with_context(|| format!("copying {from}"))?;
        }
        fs::write(kept, compiled).context("keeping what was compiled")
    })
}

/// The host's script, the module, the pages and the sites.
pub fn fill(host: Host, config: &Path, folder: &Path, module: &str) -> Result<()> {
    let _ = fs::remove_dir_all(folder);
    let assets = folder.join("assets/v1");
    fs::create_dir_all(assets.join("assets"))?;
    for name in ["core.js", "core.wasm"] {
        fs::copy(Path::new(module).join(name), folder.join(name))?;
    }
    for name in ["frame.html", "console.html"] {
        fs::copy(Path::new(web::WEB).join(name), folder.join(name))?;
    }
    let sites = Command::new("target/release/selfhost")
        .args(["sites", "--config"])
        .arg(config)
        .output()
        .context("reading the sites")?;
    if !sites.status.success() {
        bail!("{}", String::from_utf8_lossy(&sites.stderr).trim());
    }
    fs::write(folder.join("sites.json"), sites.stdout)?;
    // Not among the assets: the front fills it in. wrangler takes text by this ending.
    fs::copy(Path::new(web::WEB).join("baton.js"), folder.join("loader.txt"))?;
    for file in fs::read_dir(Path::new(web::WEB).join("assets"))? {
        let path = file?.path();
        // Serverless hosts compress by themselves.
        if let Some(name) =
            path.file_name().filter(|_| path.extension().is_some_and(|ending| ending != "br"))
        {
            fs::copy(&path, assets.join("assets").join(name))?;
        }
    }
    // The host takes the scripts for modules, whatever stands above the folder.
    fs::copy("package.json", folder.join("package.json"))?;
    let source = Path::new("edge/serverless");
    fs::copy(source.join("host.js"), folder.join("host.js"))?;
    match host {
        Host::Cloudflare => {
            fs::copy(source.join("cloudflare.js"), folder.join("worker.js"))?;
            fs::copy(source.join("wrangler.jsonc"), folder.join("wrangler.jsonc"))?;
            fs::copy(source.join("_headers"), folder.join("assets/_headers"))?;
        }
        Host::Deno => {
            fs::copy(source.join("deno.js"), folder.join("main.js"))?;
        }
    }
    Ok(())
}

/// A sign-in link, as soon as the host listens.
pub fn link(address: &str, operator: &str, agent: &str) -> Result<String> {
    let start = Instant::now();
    loop {
        let asked = ureq::post(format!("{address}/v1/operator/link/shop/{agent}"))
            .header("authorization", format!("Bearer {operator}"))
            .send_empty();
        match asked {
            Ok(mut response) => return Ok(response.body_mut().read_to_string()?),
            Err(_) if start.elapsed() < Duration::from_secs(60) => {
                thread::sleep(Duration::from_millis(200))
            }
            Err(error) => {
                return Err(error).with_context(|| format!("asking {address} for a sign-in link"));
            }
        }
    }
}

/// wrangler, with the Node that it needs and nothing said home.
pub fn wrangler() -> Command {
    let mut command = Command::new(tools::host_bin("node"));
    command
        .arg(tools::host_bin("wrangler"))
        .envs([("WRANGLER_SEND_METRICS", "false"), ("CI", "1")]);
    command
}
