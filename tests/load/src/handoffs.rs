//! Handoffs of 8 kB, each durable before it is acknowledged, from connections that send the next
//! when they have the answer.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tests::{
    Host, Stage,
    disk::Hand,
    frames::{handoff, without_quotas},
};
use tokio::runtime::Runtime;

use crate::{
    connection::{Connection, Times},
    process::cpu_seconds,
};

/// Of one round.
struct Round {
    a_second: f64,
    p50: f64,
    p99: f64,
    cpu_us: f64,
}

/// One of those that are compared, in one run.
struct Contestant {
    name: &'static str,
    connections: usize,
    /// Starts afresh; gives what is to be kept alive, the address, the path and the process.
    start: fn() -> Result<Running>,
    rounds: Vec<Round>,
}

struct Running {
    _alive: Box<dyn std::any::Any>,
    address: String,
    path: &'static str,
    process: u32,
}

const OURS: &str = "/v1/visitor/shop/frames";

/// Of all contestants, or of those whose name has `only` in it.
pub fn run(runtime: &Runtime, rounds: usize, seconds: u64, only: &str) -> Result<()> {
    let contestant =
        |name, connections, start| Contestant { name, connections, start, rounds: Vec::new() };
    let mut all = [
        contestant("Baton, the binary", 64, || ours(Host::Selfhost, 0)),
        contestant("bare axum + insert, group commit", 64, || bare(false, 0)),
        contestant("bare axum + insert, a commit each", 64, || bare(true, 0)),
        contestant("Baton, every sync 3 ms longer", 64, || ours(Host::Selfhost, 3_000)),
        contestant("bare, a commit each, syncs 3 ms longer", 64, || bare(true, 3_000)),
        contestant("Baton on workerd", 16, || ours(Host::Cloudflare, 0)),
        contestant("bare Durable Object, one insert", 16, bare_object),
        contestant("Baton on Deno", 16, || ours(Host::Deno, 0)),
    ];
    for round in 0..rounds {
        for contestant in all.iter_mut().filter(|contestant| contestant.name.contains(only)) {
            print!("\rround {} of {rounds}: {:<40}", round + 1, contestant.name);
            std::io::Write::flush(&mut std::io::stdout())?;
            let running = (contestant.start)()?;
            let first = (round * 1000) as u32;
            contestant.rounds.push(runtime.block_on(measure(
                &running,
                contestant.connections,
                Duration::from_secs(seconds),
                first,
            ))?);
        }
    }
    println!(
        "\r{:<40} {:>11} {:>12} {:>9} {:>9} {:>12}",
        "medians of rounds of 8 kB handoffs",
        "connections",
        "a second",
        "p50 ms",
        "p99 ms",
        "CPU us each"
    );
    for contestant in all.iter().filter(|contestant| !contestant.rounds.is_empty()) {
        let of = |value: fn(&Round) -> f64| median(contestant.rounds.iter().map(value));
        println!(
            "{:<40} {:>11} {:>12.0} {:>9.1} {:>9.1} {:>12.0}",
            contestant.name,
            contestant.connections,
            of(|round| round.a_second),
            of(|round| round.p50),
            of(|round| round.p99),
            of(|round| round.cpu_us)
        );
    }
    // Of rounds that stood side by side.
    let ratio = |ours: usize, other: usize| {
        median(
            all[ours]
                .rounds
                .iter()
                .zip(&all[other].rounds)
                .map(|(ours, other)| ours.a_second / other.a_second),
        )
    };
    println!();
    for (name, ratio, goal) in [
        ("the binary : bare insert, group commit", ratio(0, 1), 0.8),
        ("the binary : bare insert, a commit each", ratio(0, 2), 1.0),
        ("the same, syncs 3 ms longer", ratio(3, 4), 10.0),
        ("on workerd : bare Durable Object", ratio(5, 6), 0.7),
    ] {
        if ratio.is_nan() {
            continue;
        }
        let share = (ratio / goal * 20.0).round().clamp(0.0, 40.0) as usize;
        println!(
            "{name:<42} {ratio:>6.2}  goal {goal:>4}  {}{}",
            "█".repeat(share),
            "·".repeat(20usize.saturating_sub(share))
        );
    }
    Ok(())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

async fn measure(
    running: &Running,
    connections: usize,
    time: Duration,
    first: u32,
) -> Result<Round> {
    let package = package();
    let (cpu, start) = (cpu_seconds(running.process)?, Instant::now());
    let clients: Vec<_> = (0..connections)
        .map(|client| {
            let (address, path, package) = (running.address.clone(), running.path, package.clone());
            tokio::spawn(async move {
                let (mut connection, mut times) =
                    (Connection::open(&address).await?, Times::default());
                for n in 0.. {
                    if start.elapsed() > time {
                        break;
                    }
                    let body = frame(client as u32, first * 1000 + n, &package);
                    let sent = Instant::now();
                    let reply = connection.post(path, &body).await?;
                    ensure!(
                        reply.status == 200,
                        "{} {}",
                        reply.status,
                        String::from_utf8_lossy(&reply.body)
                    );
                    times.note(sent);
                }
                Ok(times)
            })
        })
        .collect();
    let mut times = Times::default();
    for client in clients {
        times.add(client.await??);
    }
    let (took, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds(running.process)? - cpu);
    let n = times.len() as f64;
    Ok(Round { a_second: n / took, p50: times.at(0.5), p99: times.at(0.99), cpu_us: cpu / n * 1e6 })
}

/// A command of 8 kB.
pub fn package() -> String {
    let mut command = handoff();
    let package = &mut command["request_handoff"]["package"];
    let text = "The boots came on Tuesday and the left one has a seam that opens at the toe. I \
                have walked in them once, and I should like to have my money back or another pair.";
    let author = |i: usize| if i.is_multiple_of(2) { "visitor" } else { "bot" };
    let lines: Vec<Value> =
        (0..40).map(|i| json!({ "author": author(i), "at": i, "text": text })).collect();
    package["transcript"] = lines.into();
    command.to_string()
}

/// A new visitor's frame.
pub fn frame(client: u32, n: u32, command: &str) -> String {
    format!(
        r#"{{"v":1,"conversation":"{client:016x}{n:016x}","token":"{:064x}","command":{command}}}"#,
        7
    )
}

/// On a disk whose syncs take so much longer.
fn ours(host: Host, slow_us: u64) -> Result<Running> {
    let (folder, mut variables) = (tempfile::tempdir()?, Vec::new());
    if slow_us > 0 {
        variables = slow_disk(folder.path(), slow_us)?;
    }
    let stage = Stage::laid_out(host, without_quotas, |_| Ok(()), &variables)?;
    Ok(Running {
        address: stage.edge.clone(),
        process: stage.process(),
        path: OURS,
        _alive: Box::new((stage, folder)),
    })
}

fn slow_disk(folder: &Path, slow_us: u64) -> Result<Vec<(&'static str, String)>> {
    let (hand, variables) = Hand::new(folder)?;
    hand.slow_us(slow_us)?;
    Ok(variables)
}

struct Bare {
    process: Child,
    _folder: tempfile::TempDir,
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn bare(each: bool, slow_us: u64) -> Result<Running> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("baseline").arg("--folder").arg(folder.path()).stdout(Stdio::piped());
    if each {
        command.arg("--each");
    }
    if slow_us > 0 {
        command.envs(slow_disk(folder.path(), slow_us)?);
    }
    let mut process = command.spawn()?;
    let mut port = String::new();
    BufReader::new(process.stdout.take().context("its output")?).read_line(&mut port)?;
    let address = format!("http://127.0.0.1:{}", port.trim());
    Ok(Running {
        address,
        path: "/handoff",
        process: process.id(),
        _alive: Box::new(Bare { process, _folder: folder }),
    })
}

fn bare_object() -> Result<Running> {
    let lay_out =
        |folder: &Path| Ok(fs::write(folder.join("worker.js"), include_str!("baseline.js"))?);
    let stage = Stage::laid_out(Host::Cloudflare, |settings| settings, lay_out, &[])?;
    Ok(Running {
        address: stage.edge.clone(),
        process: stage.process(),
        path: "/handoff",
        _alive: Box::new(stage),
    })
}
