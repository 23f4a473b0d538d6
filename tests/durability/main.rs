//! What was acknowledged is safe: from kills, power cuts, full and failing disks, cut connections,
//! killed migrations and restores. Each prints what it did and its seed; one history checker says
//! whether it was right.
#![allow(clippy::print_stdout, reason = "says what it did")]

mod backups;
mod commands;
mod consoles;
mod cuts;
mod disks;
mod kills;
mod migrations;
mod power;

use std::time::{SystemTime, UNIX_EPOCH};

/// How often something is done: by the variable of that name, or this often.
fn times(variable: &str, usual: u32) -> u32 {
    std::env::var(variable).ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// From `BATON_SEED`, or from the time.
fn seed() -> u64 {
    let given = std::env::var("BATON_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or_else(|| {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_nanos() as u64) | 1
    })
}
