//! What a fresh machine lacks: the wasm targets and the standard library's source, wasm-opt and
//! esbuild by npm, the serverless hosts' own programs, and for the tests a browser and its driver.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::step::{run, step};

/// What the pages are built and tested with: every npm package by its hash.
pub const PACKAGES: &str = include_str!("../tools/package-lock.json");
const FOLDER: &str = "target/tools";
/// The serverless hosts, and the Node that wrangler needs.
const HOST_PACKAGES: &str = include_str!("../hosts/package-lock.json");
const HOST_FOLDER: &str = "target/hosts";

/// The target that browsers take.
pub const BROWSER_TARGET: &str = "wasm32-unknown-unknown";
/// The target of Wasm programs with files and arguments.
pub const PROGRAM_TARGET: &str = "wasm32-wasip1";

/// Everything that rustup has to add.
pub fn toolchain() -> Result<()> {
    target(BROWSER_TARGET)?;
    target(PROGRAM_TARGET)?;
    library_source()?;
    lints()
}

pub fn target(name: &str) -> Result<()> {
    let folder = asked_of_rustc(&["--print", "target-libdir", "--target", name])?;
    if Path::new(&folder).exists() {
        return Ok(());
    }
    step(&format!("installing the target {name}"), || run("rustup", &["target", "add", name]))
}

/// The source of the standard library, which what browsers download is compiled with.
pub fn library_source() -> Result<()> {
    if Path::new(&asked_of_rustc(&["--print", "sysroot"])?)
        .join("lib/rustlib/src/rust/library/Cargo.lock")
        .exists()
    {
        return Ok(());
    }
    step("installing the source of the standard library", || {
        run("rustup", &["component", "add", "rust-src"])
    })
}

fn asked_of_rustc(arguments: &[&str]) -> Result<String> {
    let output = Command::new("rustc").args(arguments).output().context("asking rustc")?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Flags for rustc that take this machine's folders out of what it compiles: where the workspace,
/// the registry's sources and the compiler are. Two people who build the same commit get the same
/// bytes.
pub fn without_paths() -> Result<Vec<String>> {
    let here = std::env::current_dir().context("finding the workspace")?;
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let sources = home.context("finding cargo's folder")?.join("registry/src");
    let library = Path::new(&asked_of_rustc(&["--print", "sysroot"])?).join("lib/rustlib/src/rust");
    let mut folders = vec![(here, "baton"), (library, "rust")];
    for index in fs::read_dir(&sources).with_context(|| format!("reading {}", sources.display()))? {
        folders.push((index?.path(), "registry"));
    }
    Ok(folders
        .into_iter()
        .map(|(folder, name)| format!("--remap-path-prefix={}=/{name}", folder.display()))
        .collect())
}

/// clippy and rustfmt: rustup's minimal profile leaves them out.
fn lints() -> Result<()> {
    let is_there = |name: &str| {
        Command::new("cargo")
            .args([name, "--version"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if is_there("clippy") && is_there("fmt") {
        return Ok(());
    }
    step("installing clippy and rustfmt", || {
        run("rustup", &["component", "add", "clippy", "rustfmt"])
    })
}

pub fn npm_packages() -> Result<()> {
    install("installing wasm-opt, esbuild and axe-core by npm", FOLDER, "xtask/tools", PACKAGES)
}

/// workerd with wrangler, and Deno.
pub fn hosts() -> Result<()> {
    install(
        "installing wrangler with workerd, and Deno, by npm",
        HOST_FOLDER,
        "xtask/hosts",
        HOST_PACKAGES,
    )
}

/// Installs what a lock file names, byte for byte, and runs no script of it.
fn install(name: &str, folder: &str, from: &str, lock: &str) -> Result<()> {
    let stamp = Path::new(folder).join("installed");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == lock) {
        return Ok(());
    }
    step(name, || {
        fs::create_dir_all(folder)?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(Path::new(from).join(file), Path::new(folder).join(file))
                .with_context(|| format!("copying {from}/{file}"))?;
        }
        run(
            "npm",
            &["ci", "--ignore-scripts", "--silent", "--no-audit", "--no-fund", "--prefix", folder],
        )?;
        fs::write(&stamp, lock).context("writing the stamp")
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

/// Deno itself, not the script before it, which would outlive a kill.
pub fn deno() -> String {
    format!("{HOST_FOLDER}/node_modules/@deno/linux-x64-glibc/deno")
}

/// A fresh machine often updates itself just now: wait for that.
const LOCK: &str = "-oDPkg::Lock::Timeout=600";

/// Chromium and its driver: those of the machine, or Debian's packages.
pub fn browser() -> Result<()> {
    let is_there = |program: &str| {
        Command::new(program)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if is_there("chromium") && is_there("chromedriver") {
        return Ok(());
    }
    if !is_there("apt-get") {
        bail!("the browser tests need chromium and chromedriver on the PATH");
    }
    step("installing chromium and its driver", || {
        let as_root: &[&str] =
            if is_there("sudo") && std::env::var("USER").is_ok_and(|user| user != "root") {
                &["sudo"]
            } else {
                &[]
            };
        for words in [
            &["apt-get", LOCK, "update", "-qq"][..],
            &["apt-get", LOCK, "install", "-y", "-qq", "chromium", "chromium-driver"],
        ] {
            let all: Vec<&str> = as_root.iter().chain(words).copied().collect();
            run(all[0], &all[1..])?;
        }
        Ok(())
    })
}
