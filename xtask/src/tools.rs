//! What a fresh machine lacks: the wasm target, wasm-opt and esbuild by npm, and for the tests a browser and its driver.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::step::{run, step};

/// npm packages, each at a fixed version.
pub const PACKAGES: [&str; 3] = ["binaryen@132.0.0", "esbuild@0.28.2", "axe-core@4.14.1"];
const FOLDER: &str = "target/tools";

pub fn wasm_target() -> Result<()> {
    let output = Command::new("rustc").args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]).output().context("asking rustc")?;
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if Path::new(&folder).exists() {
        return Ok(());
    }
    step("installing the target wasm32-unknown-unknown", || run("rustup", &["target", "add", "wasm32-unknown-unknown"]))
}

/// clippy and rustfmt: rustup's minimal profile leaves them out.
pub fn lints() -> Result<()> {
    let is_there = |name: &str| {
        Command::new("cargo").args([name, "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    if is_there("clippy") && is_there("fmt") {
        return Ok(());
    }
    step("installing clippy and rustfmt", || run("rustup", &["component", "add", "clippy", "rustfmt"]))
}

pub fn npm_packages() -> Result<()> {
    let stamp = Path::new(FOLDER).join("installed");
    let wanted = PACKAGES.join("\n");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    step("installing wasm-opt, esbuild and axe-core by npm", || {
        fs::create_dir_all(FOLDER)?;
        let mut arguments = vec!["install", "--silent", "--no-audit", "--no-fund", "--prefix", FOLDER];
        arguments.extend(PACKAGES);
        run("npm", &arguments)?;
        fs::write(&stamp, &wanted).context("writing the stamp")
    })
}

/// A program of an npm package.
pub fn bin(name: &str) -> String {
    format!("{FOLDER}/node_modules/.bin/{name}")
}

/// Chromium and its driver: those of the machine, or Debian's packages.
pub fn browser() -> Result<()> {
    let is_there = |program: &str| {
        Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    if is_there("chromium") && is_there("chromedriver") {
        return Ok(());
    }
    if !is_there("apt-get") {
        bail!("the browser tests need chromium and chromedriver on the PATH");
    }
    step("installing chromium and its driver", || {
        let as_root: &[&str] = if is_there("sudo") && std::env::var("USER").is_ok_and(|user| user != "root") { &["sudo"] } else { &[] };
        for words in [&["apt-get", "update", "-qq"][..], &["apt-get", "install", "-y", "-qq", "chromium", "chromium-driver"]] {
            let all: Vec<&str> = as_root.iter().chain(words).copied().collect();
            run(all[0], &all[1..])?;
        }
        Ok(())
    })
}
