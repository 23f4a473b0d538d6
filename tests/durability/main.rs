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
mod losses;
mod migrations;
mod power;
