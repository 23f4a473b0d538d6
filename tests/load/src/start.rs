//! What it takes to be there at all.

use anyhow::Result;
use std::{
    fs,
    time::{Duration, Instant},
};
use tests::{Host, Stage, frames::without_quotas, host::BINARY};

use crate::process::memory_kb;

pub fn run() -> Result<()> {
    println!(
        "{:<12} {:>16} {:>24} {:>20}",
        "host", "program kB", "start to first reply ms", "memory at rest kB"
    );
    for host in Host::ALL {
        let mut stage = Stage::on(host, without_quotas)?;
        let mut times = Vec::new();
        for _ in 0..7 {
            stage.kill()?;
            let start = Instant::now();
            stage.start_again()?;
            times.push(start.elapsed());
        }
        times.sort_unstable();
        std::thread::sleep(Duration::from_secs(1));
        let size = match host {
            Host::Selfhost => fs::metadata(BINARY)?.len(),
            _ => fs::metadata(stage.data().join("core.wasm"))?.len(),
        };
        println!(
            "{:<12} {:>16} {:>24.0} {:>20}",
            host.name(),
            size / 1000,
            times[3].as_secs_f64() * 1000.0,
            memory_kb(stage.process())?
        );
    }
    Ok(())
}
