//! Three times what the binary can take, on a disk whose syncs take 3 ms: what is accepted stays
//! quick, the rest is refused with a time.

use anyhow::{Context, Result, ensure};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tests::{Host, Stage, disk::Hand, frames::without_quotas};
use tokio::time::{interval, sleep};

use crate::{
    connection::{Connection, Times},
    handoffs::{frame, package},
    process::memory_kb,
};

/// Connections that wait for their turn to send.
const CONNECTIONS: u32 = 1_500;
/// The disk of a small machine, and few handoffs a sync: so that the client can send three times as
/// many as the server takes.
const SYNC_US: u64 = 20_000;

pub async fn run(seconds: u64) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (hand, variables) = Hand::new(folder.path())?;
    let stage = Stage::laid_out(Host::Selfhost, without_quotas, |_| Ok(()), &variables)?;
    hand.slow_us(SYNC_US)?;
    let package: Arc<str> = package().into();
    // What it takes: as many as answer each other.
    let closed = drive(&stage.edge, &package, 256, None, Duration::from_secs(4), 0).await?;
    let capacity = closed.accepted.len() as f64 / 4.0;
    let before = memory_kb(stage.process())?;
    let mut over = drive(
        &stage.edge,
        &package,
        CONNECTIONS,
        Some(capacity * 3.0),
        Duration::from_secs(seconds),
        1,
    )
    .await?;
    let memory = memory_kb(stage.process())?.saturating_sub(before);
    let (accepted, refused) = (over.accepted.len(), over.refused);
    println!(
        "on a disk whose syncs take {} ms: {capacity:.0} handoffs a second from 256 connections",
        SYNC_US / 1000
    );
    println!(
        "three times as many for {seconds} s: {:.0} a second accepted, {:.0} refused with a time \
         to retry, {} failed",
        accepted as f64 / seconds as f64,
        refused as f64 / seconds as f64,
        over.failed
    );
    println!(
        "accepted: p50 {:.0} ms, p99 {:.0} ms (goal 250); memory grew {} kB, {:.1} kB an accepted \
         handoff",
        over.accepted.at(0.5),
        over.accepted.at(0.99),
        memory,
        memory as f64 / accepted.max(1) as f64
    );
    let start = Instant::now();
    let mut connection = Connection::open(&stage.edge).await?;
    for n in 0.. {
        let sent = Instant::now();
        let reply = connection.post("/v1/visitor/shop/frames", &frame(9, n, &package)).await?;
        if reply.status == 200 && sent.elapsed() < Duration::from_millis(250) {
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    println!("recovered after {:.1} s (goal 10)", start.elapsed().as_secs_f64());
    Ok(())
}

struct Driven {
    accepted: Times,
    refused: u64,
    failed: u64,
}

/// Sends at a rate, whatever comes back; or as fast as the answers come.
async fn drive(
    edge: &str,
    package: &Arc<str>,
    connections: u32,
    rate: Option<f64>,
    time: Duration,
    part: u32,
) -> Result<Driven> {
    let (start, next, failed) =
        (Instant::now(), Arc::new(AtomicU32::new(0)), Arc::new(AtomicU64::new(0)));
    let clients: Vec<_> = (0..connections)
        .map(|client| {
            let (edge, package, next, failed) =
                (edge.to_owned(), Arc::clone(package), Arc::clone(&next), Arc::clone(&failed));
            tokio::spawn(async move {
                let (mut accepted, mut refused) = (Times::default(), 0u64);
                let mut connection = Connection::open(&edge).await.ok();
                // Each connection has its share of the rate.
                let mut turn = rate
                    .map(|rate| interval(Duration::from_secs_f64(f64::from(connections) / rate)));
                if rate.is_some() {
                    sleep(Duration::from_micros(u64::from(client) * 650 % 1_000_000)).await;
                }
                while start.elapsed() < time {
                    if let Some(turn) = &mut turn {
                        turn.tick().await;
                    }
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let sent = Instant::now();
                    let reply = match &mut connection {
                        Some(connection) => {
                            connection
                                .post(
                                    "/v1/visitor/shop/frames",
                                    &frame(part * 100_000 + client, n, &package),
                                )
                                .await
                        }
                        None => Err(anyhow::anyhow!("no connection")),
                    };
                    match reply {
                        Ok(reply) if reply.status == 200 => accepted.note(sent),
                        Ok(reply) => {
                            ensure!(
                                matches!(reply.status, 429 | 503)
                                    && reply.head.contains("retry-after"),
                                "{}",
                                reply.head
                            );
                            refused += 1;
                        }
                        Err(_) => {
                            failed.fetch_add(1, Ordering::Relaxed);
                            connection = Connection::open(&edge).await.ok();
                        }
                    }
                }
                Ok((accepted, refused))
            })
        })
        .collect();
    let mut all = Driven { accepted: Times::default(), refused: 0, failed: 0 };
    for client in clients {
        let (accepted, refused) = client.await.context("a client")??;
        all.accepted.add(accepted);
        all.refused += refused;
    }
    all.failed = failed.load(Ordering::Relaxed);
    Ok(all)
}
