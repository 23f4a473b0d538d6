//! `cargo xtask build`: `dist/` ready to ship.

use anyhow::{Context, Result};
use std::{fs, path::Path};

use crate::{
    step::{cargo, cargo_with, step},
    tools, web,
};

/// Where what ships is compiled: apart, since its flags would make everything else compile again.
const SHIPPED: &str = "target/shipped";

pub fn run() -> Result<()> {
    web::build()?;
    step("compiling the edge as it ships", || {
        let flags = tools::without_paths()?.join("\u{1f}");
        cargo_with(
            &["build", "--profile", "shipped", "--target-dir", SHIPPED, "-p", "selfhost"],
            &[("CARGO_ENCODED_RUSTFLAGS", &flags)],
        )
    })?;
    step("filling dist/", || {
        let _ = fs::remove_dir_all("dist");
        fs::create_dir_all("dist")?;
        fs::copy(format!("{SHIPPED}/shipped/selfhost"), "dist/baton")
            .context("copying the binary")?;
        fs::copy("www/demo/site.toml", "dist/site.example.toml")?;
        copy(Path::new(web::WEB), Path::new("dist/static"))
    })?;
    println!(
        "\ndist/baton                the whole edge in one binary: dist/baton serve --config \
         site.toml"
    );
    println!("dist/site.example.toml    settings to start from");
    println!("dist/static/              the same static files, for a CDN");
    let (path, integrity) = web::loader()?;
    println!("\nA tag of exactly this loader, for pages that check what they load:");
    println!(
        "<script async src=\"https://YOUR-EDGE{path}\" integrity=\"{integrity}\" \
         crossorigin=\"anonymous\" data-site=\"KEY\"></script>"
    );
    Ok(())
}

/// The pages, then the binary with the pages inside it.
pub fn binary() -> Result<()> {
    web::build()?;
    step("compiling the edge", || cargo(&["build", "--release", "-p", "selfhost"]))
}

/// The program `signals`, natively, and as Wasm with the settings of what browsers download.
pub fn reader() -> Result<()> {
    tools::target(tools::PROGRAM_TARGET)?;
    step("compiling the reader, natively and to Wasm", || {
        cargo(&["build", "--quiet", "--release", "-p", "signals"])?;
        cargo(&[
            "build",
            "--quiet",
            "--profile",
            "browser",
            "--target",
            tools::PROGRAM_TARGET,
            "-p",
            "signals",
        ])
    })
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
