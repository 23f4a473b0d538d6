//! The desks of many sites as one binary: one thread and one SQLite file a desk.

mod assets;
mod backup;
mod checkpoints;
mod clock;
mod config;
mod connection;
mod doctor;
mod erase;
mod faq;
mod findings;
mod folder;
mod integrity;
mod load;
mod logging;
mod marker;
mod mistakes;
mod operator;
mod outgoing;
mod places;
mod random;
mod reload;
mod routes;
mod runner;
mod server;
mod socket;
mod sqlite;
mod stream;
mod traces;
mod wal;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use protocol::ConversationId;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// A frame is read by one thread and freed by the desk's: the system's allocator makes such threads
/// wait for each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(
    name = "baton",
    version,
    about = "Hands a visitor of your site to a person without losing a word"
)]
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
        /// The address of the running server, if it is not the one that uses the data folder.
        #[arg(long)]
        server: Option<String>,
    },
    /// Ends every session and every sign-in link of an agent at once.
    SignOut {
        #[arg(long)]
        site: String,
        #[arg(long)]
        agent: String,
        #[arg(long, default_value = "baton-data")]
        data: PathBuf,
        /// The address of the running server, if it is not the one that uses the data folder.
        #[arg(long)]
        server: Option<String>,
    },
    /// Deletes one conversation and everything that was said in it. Asks the running server for it;
    /// where none runs, it is deleted from the desk's file.
    Erase {
        #[arg(long)]
        site: String,
        /// Its id, as the event log has it.
        #[arg(long)]
        conversation: String,
        /// The settings, where no server runs.
        #[arg(long, default_value = "site.toml")]
        config: PathBuf,
        #[arg(long, default_value = "baton-data")]
        data: PathBuf,
        /// The address of the running server, if it is not the one that uses the data folder.
        #[arg(long)]
        server: Option<String>,
    },
    /// Makes the running server reload its settings file, as SIGHUP does; its log says whether that
    /// worked.
    Reload {
        #[arg(long, default_value = "baton-data")]
        data: PathBuf,
    },
    /// Copies a desk's storage while the server runs; prints where the copy is.
    Backup {
        #[arg(long)]
        site: String,
        #[arg(long, default_value = "baton-data")]
        data: PathBuf,
        /// The address of the running server, if it is not the one that uses the data folder.
        #[arg(long)]
        server: Option<String>,
    },
    /// Puts a copy in place of a desk, while the server is stopped. What was erased since stays
    /// erased.
    Restore {
        #[arg(long)]
        site: String,
        #[arg(long)]
        from: PathBuf,
        /// The site that the copy was made of, if it is another: to move a site to a new key, or to
        /// look at another site's data.
        #[arg(long)]
        of: Option<String>,
        #[arg(long, default_value = "baton-data")]
        data: PathBuf,
    },
    /// Prints the sites of the settings file as JSON, for a serverless host.
    Sites {
        #[arg(long, default_value = "site.toml")]
        config: PathBuf,
    },
    /// Checks the settings, the data and, with an address, what browsers get; says what is wrong.
    Doctor {
        #[arg(long, default_value = "site.toml")]
        config: PathBuf,
        #[arg(long, default_value = "baton-data")]
        data: PathBuf,
        /// The address under which browsers reach the server; it is requested from this machine.
        #[arg(long)]
        url: Option<String>,
    },
    /// Checks the settings file; names every mistake with its line.
    Check {
        #[arg(long, default_value = "site.toml")]
        config: PathBuf,
        /// A file of questions and answers to check as well: the one that `data-faq` names.
        #[arg(long)]
        faq: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    folder::make_private_files();
    logging::start();
    match carry_out(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Both files are looked at, whatever is wrong with the first.
#[expect(clippy::print_stdout, reason = "a command that prints")]
fn check(path: &Path, faq: Option<&Path>) -> Result<()> {
    let settings = config::read(path).map(|config| {
        config::oddities(&config)
            .iter()
            .for_each(|odd| println!("{}: possibly unintended: {odd}", path.display()));
        println!("{}: {} site(s), no mistakes found", path.display(), config.site.len());
    });
    let entries = faq.map(faq::check).transpose();
    if let (Ok(Some(fine)), Some(faq)) = (&entries, faq) {
        fine.oddities
            .iter()
            .for_each(|odd| println!("{}: possibly unintended: {odd}", faq.display()));
        println!("{}: {} entries, no mistakes found", faq.display(), fine.entries);
    }
    match (settings, entries) {
        (Err(settings), Err(entries)) => anyhow::bail!("{settings:#}\n{entries:#}"),
        (settings, entries) => settings.and(entries.map(drop)),
    }
}

#[expect(clippy::print_stdout, reason = "a command that prints")]
fn carry_out(command: Command) -> Result<()> {
    match command {
        Command::Serve { config, data, listen } => {
            let (settings, config) = (config::read(&config)?, config);
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()
                .context("starting the runtime")?;
            runtime.block_on(server::serve(settings, &config, &data, listen))
        }
        Command::Link { site, agent, data, server } => {
            println!(
                "{}",
                operator::ask(server.as_deref(), &data, &format!("link/{site}/{agent}"))?
            );
            Ok(())
        }
        Command::SignOut { site, agent, data, server } => {
            println!(
                "{agent}: {}",
                operator::ask(server.as_deref(), &data, &format!("sign-out/{site}/{agent}"))?
            );
            Ok(())
        }
        Command::Erase { site, conversation, config, data, server } => {
            let conversation = ConversationId(conversation);
            println!("{}", erase::erase(&site, &conversation, &config, &data, server.as_deref())?);
            Ok(())
        }
        Command::Reload { data } => {
            println!("{}", reload::ask(&data)?);
            Ok(())
        }
        Command::Backup { site, data, server } => {
            println!(
                "{}",
                data.join(operator::ask(server.as_deref(), &data, &format!("backup/{site}"))?)
                    .display()
            );
            Ok(())
        }
        Command::Restore { site, from, of, data } => {
            println!("{}", backup::restore(&from, of.as_deref(), &data, &site)?);
            Ok(())
        }
        Command::Sites { config } => {
            println!("{}", config::sites_as_json(&config)?);
            Ok(())
        }
        Command::Doctor { config, data, url } => {
            let report = doctor::examine(&config, &data, url.as_deref());
            report.lines.iter().for_each(|line| println!("{line}"));
            anyhow::ensure!(report.problems == 0, "{} problem(s) found", report.problems);
            Ok(())
        }
        Command::Check { config: path, faq } => check(&path, faq.as_deref()),
    }
}
