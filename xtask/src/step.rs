//! One step of a long piece of work: says what it does, and how long it took.

use anyhow::{Context, Result, bail};
use std::{process::Command, time::Instant};

/// Does something with a name.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("▸ {name} …");
    let start = Instant::now();
    let result = work().with_context(|| format!("step failed: {name}"))?;
    println!("  {name}: done in {:.1} s", start.elapsed().as_secs_f32());
    Ok(result)
}

/// Runs a program whose output the person sees.
pub fn run(program: &str, arguments: &[&str]) -> Result<()> {
    run_with(program, arguments, &[])
}

/// The same, with variables of its environment.
pub fn run_with(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    let status = Command::new(program)
        .args(arguments)
        .envs(variables.iter().copied())
        .status()
        .with_context(|| format!("starting {program}"))?;
    if !status.success() {
        bail!("`{program} {}` ended with {status}", arguments.join(" "));
    }
    Ok(())
}

/// cargo, as it runs this program.
pub fn cargo(arguments: &[&str]) -> Result<()> {
    cargo_with(arguments, &[])
}

/// The same, with variables of its environment. What it compiles is what `Cargo.lock` says.
pub fn cargo_with(arguments: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    let (command, rest) = arguments.split_first().context("a command of cargo")?;
    let mut all = vec![*command];
    if *command != "fmt" {
        all.push("--locked");
    }
    all.extend(rest);
    run_with(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()), &all, variables)
}
