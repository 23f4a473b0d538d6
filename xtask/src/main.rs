//! `cargo xtask demo | test | build | bench | simulate | backup | restore | screenshots | docs`:
//! every command a person types.
#![allow(clippy::print_stdout, reason = "a program that prints")]

mod arrows;
mod bench;
mod build;
mod demo;
mod documents;
mod modules;
mod running;
mod serverless;
mod step;
mod supply;
mod test;
mod tools;
mod web;
mod words;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

use serverless::Host;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, shows, tests and measures Baton")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Installs what is missing, builds everything and runs the whole product: the edge, and a
    /// small shop with the widget.
    Demo {
        /// The edge's port.
        #[arg(long, default_value_t = 8787)]
        port: u16,
        /// The shop's port: another origin than the edge.
        #[arg(long, default_value_t = 8788)]
        shop_port: u16,
        /// Where the conversations are kept.
        #[arg(long, default_value = "target/demo")]
        data: PathBuf,
        /// On a serverless host's own runtime, offline, in place of the binary.
        #[arg(long)]
        host: Option<Host>,
    },
    /// Installs what is missing and runs every check and test.
    Test {
        /// Only the tests with processes and browsers whose name holds this.
        #[arg(long)]
        only: Option<String>,
        /// Every kill, cut and state that a release deserves: some hours.
        #[arg(long)]
        long: bool,
    },
    /// The checks of `test` that compile no test: arrows, sizes, documents, words, dependencies,
    /// formatting and lints.
    Check,
    /// Leaves `dist/` ready to ship: the binary with the pages inside it, and the static files with
    /// hashed names; or a folder for a serverless host.
    Build {
        #[arg(long)]
        host: Option<Host>,
        /// The sites of a serverless host's folder.
        #[arg(long, default_value = "www/demo/site.toml")]
        config: PathBuf,
    },
    /// Prints what the browser downloads: raw, gzip and brotli; or what else is measured.
    Bench {
        #[command(subcommand)]
        what: Option<Measured>,
    },
    /// Runs whole days through the real desk and prints how it did; see `cargo xtask simulate --
    /// --help`.
    Simulate {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Copies the demo's desk, or another's, while it runs.
    Backup {
        #[arg(long, default_value = "shop")]
        site: String,
        #[arg(long, default_value = "target/demo")]
        data: PathBuf,
        #[arg(long, default_value = "http://127.0.0.1:8787")]
        server: String,
    },
    /// Puts a copy back, while the server is stopped: `cargo xtask restore FILE`.
    Restore {
        from: PathBuf,
        #[arg(long, default_value = "shop")]
        site: String,
        #[arg(long, default_value = "target/demo")]
        data: PathBuf,
    },
    /// Takes the README's screenshots of the running product.
    Screenshots,
    /// Writes what is generated from the types: the protocol's golden files and schema, and the
    /// reference documents of `docs/`.
    Docs {
        /// Writes nothing, and looks only for dead links, wide lines and references to what is not
        /// in the repository.
        #[arg(long)]
        check: bool,
    },
}

#[derive(Subcommand)]
enum Measured {
    /// What the edge takes, beside baselines in the same run: start, handoffs, sockets, overload,
    /// hostile connections.
    Edge {
        /// Only one of them.
        only: Option<bench::edge::Part>,
    },
    /// How well the reader reads, on a folder of labelled sets.
    Signals {
        #[arg(long)]
        sets: PathBuf,
    },
}

fn main() -> ExitCode {
    match carry_out(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn simulate(arguments: &[String]) -> Result<()> {
    let mut all = vec!["run", "--quiet", "--release", "-p", "simulator", "--"];
    all.extend(arguments.iter().map(String::as_str));
    step::cargo(&all)
}

/// The tests that hold generated files current also write them. First what documents take their
/// examples from.
fn docs() -> Result<()> {
    for name in ["protocol", "reference"] {
        step::cargo_with(&["test", "--quiet", "-p", name], &[("BATON_WRITE", "1")])?;
    }
    Ok(())
}

/// A command of the binary itself.
fn baton(words: &[&str]) -> Result<()> {
    build::binary()?;
    step::run("target/release/selfhost", words)
}

fn carry_out(command: Command) -> Result<()> {
    // Every path below is relative to the workspace.
    std::env::set_current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))?;
    match command {
        Command::Demo { port, shop_port, data, host } => demo::run(port, shop_port, &data, host),
        Command::Test { only: Some(name), .. } => test::only(&name),
        Command::Test { only: None, long } => test::run(long),
        Command::Check => test::check(),
        Command::Build { host: None, .. } => build::run(),
        Command::Build { host: Some(host), config } => serverless::ship(host, &config),
        Command::Bench { what: None } => bench::downloads::run(),
        Command::Bench { what: Some(Measured::Signals { sets }) } => bench::signals::run(&sets),
        Command::Bench { what: Some(Measured::Edge { only }) } => bench::edge::run(only),
        Command::Backup { site, data, server } => baton(&[
            "backup",
            "--site",
            &site,
            "--data",
            &data.display().to_string(),
            "--server",
            &server,
        ]),
        Command::Restore { from, site, data } => baton(&[
            "restore",
            "--site",
            &site,
            "--from",
            &from.display().to_string(),
            "--data",
            &data.display().to_string(),
        ]),
        Command::Simulate { arguments } => simulate(&arguments),
        Command::Screenshots => test::screenshots(),
        Command::Docs { check: true } => documents::check(),
        Command::Docs { check: false } => docs(),
    }
}
