//! `cargo xtask test`: every check and test, on a fresh machine too.

use anyhow::{Result, bail};
use std::thread;

use crate::{
    arrows, build, documents, modules, serverless,
    step::{cargo, cargo_with, run as run_program, step},
    supply, tools, words,
};

/// Set for checks that count: they try as much as a release deserves (`tests/src/effort.rs`).
const LONG: (&str, &str) = ("BATON_LONG", "1");

/// Two lanes, since much of what compiles for browsers keeps one core busy: what ships, and what
/// judges the code. Then, alone, what is tried with processes.
pub fn run(long: bool) -> Result<()> {
    let variables = if long { &[LONG][..] } else { &[] };
    // First, since rustup does not install two things at once.
    tools::toolchain()?;
    thread::scope(|scope| {
        let ships = scope.spawn(|| {
            build::reader()?;
            stage()?;
            // Hundreds of days: with optimisation.
            step("simulated days", || {
                cargo_with(&["test", "--quiet", "--release", "-p", "simulator"], variables)
            })
        });
        let judged = check().and_then(|()| beside_the_code());
        // The other lane goes on to its end, which may be minutes away.
        if let Err(error) = &judged {
            eprintln!("{error:#}");
        }
        ships.join().unwrap_or_else(|_| bail!("what ships: a panic")).and(judged)
    })?;
    process_tests(&[], variables)
}

/// The tests with processes and browsers whose name holds this.
pub fn only(name: &str) -> Result<()> {
    stage()?;
    process_tests(&[name], &[])
}

/// What compiles no test.
pub fn check() -> Result<()> {
    tools::toolchain()?;
    step("there is no async in the core", no_async)?;
    step("which module may know which", arrows::check)?;
    step("modules of a size to read", modules::check)?;
    step("links, lines and references of documents", documents::check)?;
    step("words of every language", words::check)?;
    step("licences, sources and versions of dependencies", supply::check)?;
    step("formatting", || cargo(&["fmt", "--all", "--check"]))?;
    step("lints", || {
        cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"])
    })
}

/// Without what brings a browser's driver along: its features would change how golden files are
/// written. Those with processes are compiled here, too.
fn beside_the_code() -> Result<()> {
    step("tests beside the code", || {
        let apart = ["--exclude", "tests", "--exclude", "load", "--exclude", "simulator"];
        cargo(&[&["test", "--quiet", "--workspace"][..], &apart].concat())
    })?;
    step("compiling the tests with processes and browsers", || {
        cargo(&["test", "--quiet", "-p", "tests", "--no-run"])
    })
}

/// What the tests with processes start: the hosts and a browser.
fn stage() -> Result<()> {
    hosts()?;
    tools::browser()
}

/// The binary, the serverless hosts, and the disk that fails.
pub fn hosts() -> Result<()> {
    build::binary()?;
    tools::hosts()?;
    serverless::for_tests()?;
    step("compiling the disk that fails", || {
        cargo(&["build", "--quiet", "--release", "-p", "disk"])
    })
}

pub fn screenshots() -> Result<()> {
    build::binary()?;
    tools::browser()?;
    step("taking screenshots", || cargo(&["run", "--quiet", "-p", "tests", "--bin", "screenshots"]))
}

/// The tests that need processes and browsers; one at a time, since two cores carry no more.
fn process_tests(names: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    step("tests with processes and browsers", || {
        let mut arguments = vec!["test", "--quiet", "-p", "tests", "--"];
        arguments.extend(names);
        arguments.extend(["--test-threads", "1"]);
        cargo_with(&arguments, variables)
    })
}

fn no_async() -> Result<()> {
    for folder in [
        "edge/protocol/src",
        "edge/phone/src",
        "edge/desk/src",
        "edge/front/src",
        "widget/signals/src",
    ] {
        // grep ends with 1 when it finds nothing.
        if run_program(
            "grep",
            &["-rnwE", "async|await|tokio", folder, "--include=*.rs", "--exclude=lib.rs"],
        )
        .is_ok()
        {
            anyhow::bail!("{folder} must stay free of async");
        }
    }
    Ok(())
}
