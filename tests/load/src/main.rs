//! `cargo xtask bench edge`: what the edge takes, beside baselines in the same run. Times of one
//! machine prove nothing; ratios do.
#![allow(clippy::print_stdout, reason = "a program that prints")]

mod baseline;
mod connection;
mod handoffs;
mod hostile;
mod overload;
mod process;
mod sockets;
mod start;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Size, memory at rest, start to first reply.
    Start,
    /// Durable handoffs a second, beside bare inserts with the same durability.
    Handoffs {
        #[arg(long, default_value_t = 5)]
        rounds: usize,
        #[arg(long, default_value_t = 4)]
        seconds: u64,
        /// Of those whose name has this in it.
        #[arg(long, default_value = "")]
        only: String,
    },
    /// Many visitors and agents on one process, and a restart.
    Sockets {
        #[arg(long, default_value_t = 10_000)]
        visitors: usize,
        #[arg(long, default_value_t = 200)]
        agents: usize,
    },
    /// Three times what it can take.
    Overload {
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
    /// Slow headers, slow bodies and silent sockets beside good clients.
    Hostile {
        #[arg(long, default_value_t = 2_000)]
        each: usize,
    },
    /// The baseline's server: prints its port.
    Baseline {
        /// Commits every insert by itself.
        #[arg(long)]
        each: bool,
        #[arg(long)]
        folder: std::path::PathBuf,
    },
}

fn main() -> Result<()> {
    // Ten thousand sockets at either end.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match Arguments::parse().what {
        What::Start => start::run(),
        What::Handoffs { rounds, seconds, only } => handoffs::run(&runtime, rounds, seconds, &only),
        What::Sockets { visitors, agents } => runtime.block_on(sockets::run(visitors, agents)),
        What::Overload { seconds } => runtime.block_on(overload::run(seconds)),
        What::Hostile { each } => runtime.block_on(hostile::run(each)),
        What::Baseline { each, folder } => runtime.block_on(baseline::serve(&folder, each)),
    }
}
