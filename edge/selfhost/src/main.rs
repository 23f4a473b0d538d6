//! The desks of many sites as one binary: one thread and one SQLite file a desk.

mod assets;
mod backup;
mod checkpoints;
mod clock;
mod config;
mod links;
mod load;
mod logging;
mod operator;
mod outgoing;
mod places;
mod random;
mod routes;
mod runner;
mod server;
mod socket;
mod sqlite;
mod stream;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

/// A frame is read by one thread and freed by the desk's: the system's allocator makes such threads wait for each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "baton", version, about = "Hands a visitor of your site to a person without losing a word")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the desks of all sites in the settings file.
    Serve {
        #[arg(long, default_value = "site.toml")]
        config: PathBuf,
        /// Where the desks are kept: one SQLite file a site.
        #[arg(long, default_value = "baton-data")]
        data: PathBuf,
        #[arg(long, default_value = "127.0.0.1:8787")]
        listen: SocketAddr,
    },
    /// Prints a one-time sign-in link for an agent; asks the running server for it.
    Link {
        #[arg(long)]
        site: String,
        #[arg(long)]
        agent: String,
        #[arg(long, default_value = "baton-data")]
        data: PathBuf,
        /// The address of the running server.
        #[arg(long, default_value = "http://127.0.0.1:8787")]
        server: String,
    },
    /// Copies a desk's storage while the server runs; prints where the copy is.
    Backup {
        #[arg(long)]
        site: String,
        #[arg(long, default_value = "baton-data")]
        data: PathBuf,
        /// The address of the running server.
        #[arg(long, default_value = "http://127.0.0.1:8787")]
        server: String,
    },
    /// Puts a copy back in a desk's place, while the server is stopped. What was erased since stays erased.
    Restore {
        #[arg(long)]
        site: String,
        #[arg(long)]
        from: PathBuf,
        #[arg(long, default_value = "baton-data")]
        data: PathBuf,
    },
    /// Prints the sites of the settings file as a serverless host takes them.
    Sites {
        #[arg(long, default_value = "site.toml")]
        config: PathBuf,
    },
    /// Reads the settings file and says whether it is right.
    Check {
        #[arg(long, default_value = "site.toml")]
        config: PathBuf,
    },
}

fn main() -> ExitCode {
    logging::start();
    match carry_out(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(wrong) => {
            eprintln!("{wrong:#}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "a command that prints")]
fn carry_out(command: Command) -> Result<()> {
    match command {
        Command::Serve { config, data, listen } => {
            let config = config::read(&config)?;
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")?;
            runtime.block_on(server::serve(config, &data, listen))
        }
        Command::Link { site, agent, data, server } => {
            println!("{}", operator::ask(&server, &data, &format!("link/{site}/{agent}"))?);
            Ok(())
        }
        Command::Backup { site, data, server } => {
            println!("{}", data.join(operator::ask(&server, &data, &format!("backup/{site}"))?).display());
            Ok(())
        }
        Command::Restore { site, from, data } => {
            println!("{}", backup::restore(&from, &data, &site)?);
            Ok(())
        }
        Command::Sites { config } => {
            println!("{}", config::sites_as_json(&config)?);
            Ok(())
        }
        Command::Check { config } => {
            let sites = config::read(&config)?.site;
            println!("{}: {} site(s), no mistakes found", config.display(), sites.len());
            Ok(())
        }
    }
}
