//! Connections that say little, slowly or nothing, beside clients who mean well.

use anyhow::{Context, Result};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tests::{Host, Stage, frames::without_quotas};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    connection::{Connection, Times},
    handoffs::{frame, package},
};

/// Longer than anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

pub async fn run(each: usize) -> Result<()> {
    let stage = Stage::on(Host::Selfhost, without_quotas)?;
    let authority = stage.edge.trim_start_matches("http://").to_owned();
    let alone = good_clients(&stage.edge, Duration::from_secs(5), 1).await?;
    let heads = [
        ("slow headers", "GET /healthz HTTP/1.1\r\nhost: a\r\nx-slow: ".to_owned()),
        (
            "slow bodies",
            format!("POST /v1/visitor/shop/frames HTTP/1.1\r\nhost: {authority}\r\norigin: http://{authority}\r\ncontent-length: 5000\r\n\r\n{{"),
        ),
        (
            "silent sockets",
            format!(
                "GET /v1/visitor/shop/socket HTTP/1.1\r\nhost: {authority}\r\norigin: http://{authority}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                 sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            ),
        ),
    ];
    println!("{each} each of slow headers, slow bodies and silent sockets");
    let attackers: Vec<_> = heads
        .iter()
        .map(|(name, head)| {
            let (authority, head) = (authority.clone(), head.clone());
            (*name, tokio::spawn(async move { attack(&authority, &head, each).await }))
        })
        .collect();
    let mut beside = good_clients(&stage.edge, Duration::from_secs(12), 2).await?;
    for (name, attacker) in attackers {
        let (longest, open) = attacker.await??;
        println!("  {name:<16} closed after at most {:.1} s (goal 10), {open} still open after {} s", longest.as_secs_f64(), PATIENCE.as_secs());
    }
    let mut alone = alone;
    println!("good clients: p99 {:.1} ms alone, {:.1} ms beside them (goal 200)", alone.at(0.99), beside.at(0.99));
    Ok(())
}

/// So many connections at once, a byte every two seconds; gives how long the server kept the longest, and how many it never closed.
async fn attack(authority: &str, head: &str, each: usize) -> Result<(Duration, usize)> {
    let mut all = Vec::new();
    for _ in 0..each {
        let (authority, head) = (authority.to_owned(), head.to_owned());
        all.push(tokio::spawn(async move {
            let mut stream = TcpStream::connect(authority).await?;
            stream.write_all(head.as_bytes()).await?;
            let start = Instant::now();
            let mut buffer = [0; 1024];
            let is_upgrade = head.contains("websocket");
            while start.elapsed() < PATIENCE {
                match timeout(Duration::from_secs(2), stream.read(&mut buffer)).await {
                    // The socket's own greeting and its pings are no end.
                    Ok(Ok(1..)) if is_upgrade => {}
                    Ok(_) => return Ok((start.elapsed(), true)),
                    Err(_) if is_upgrade => {}
                    Err(_) => {
                        if stream.write_all(b"x").await.is_err() {
                            return Ok((start.elapsed(), true));
                        }
                    }
                }
            }
            anyhow::Ok((start.elapsed(), false))
        }));
    }
    let (mut longest, mut open) = (Duration::ZERO, 0);
    for one in all {
        match one.await.context("a connection")? {
            Ok((_, false)) => open += 1,
            Ok((kept, true)) => longest = longest.max(kept),
            // Refused at the door.
            Err(_) => {}
        }
    }
    Ok((longest, open))
}

/// Eight clients, a handoff every 20 ms each.
async fn good_clients(edge: &str, time: Duration, part: u32) -> Result<Times> {
    let package = package();
    let stops = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..8)
        .map(|client| {
            let (edge, package, stops) = (edge.to_owned(), package.clone(), Arc::clone(&stops));
            tokio::spawn(async move {
                let (mut connection, mut times) = (Connection::open(&edge).await?, Times::default());
                for n in 0.. {
                    if stops.load(Ordering::Relaxed) {
                        break;
                    }
                    let sent = Instant::now();
                    let reply = connection.post("/v1/visitor/shop/frames", &frame(part * 100 + client, n, &package)).await?;
                    anyhow::ensure!(reply.status == 200, "a good client was refused: {}", reply.status);
                    times.note(sent);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Ok(times)
            })
        })
        .collect();
    tokio::time::sleep(time).await;
    stops.store(true, Ordering::Relaxed);
    let mut all = Times::default();
    for client in clients {
        all.add(client.await??);
    }
    Ok(all)
}
