//! Peers that say little, slowly, nothing or far too much, or read nothing, beside clients who mean
//! well.

use anyhow::{Context, Result, ensure};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tests::{Host, Stage, frames::without_quotas};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use crate::{
    connection::{Connection, Times},
    handoffs::{frame, package},
    process,
};

/// Longer than anything may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Floods cost their sender as much as the edge: a few show what one costs.
const FLOODS: usize = 20;

/// What a hostile connection does once it has said its head.
#[derive(Clone, Copy)]
enum Manner {
    /// A byte every two seconds.
    Drips,
    /// Says nothing more and reads what comes.
    Waits,
    /// Reads nothing, in a buffer as small as can be.
    ReadsNothing,
    /// The same bytes again and again, as fast as they are taken.
    Floods(&'static [u8]),
    /// The same bytes again and again, five times a second.
    Repeats(&'static [u8]),
}

/// Frames of a client with a mask of zeros, which is one: a ping, an empty piece of a message, a
/// text.
const PING: &[u8] = &[0x89, 0x80, 0, 0, 0, 0];
const PIECE: &[u8] = &[0x00, 0x80, 0, 0, 0, 0];
const GARBAGE: &[u8] = &[0x81, 0x83, 0, 0, 0, 0, b'a', b'b', b'c'];
const GARBAGE_AND_PING: &[u8] = &[0x81, 0x83, 0, 0, 0, 0, b'a', b'b', b'c', 0x89, 0x80, 0, 0, 0, 0];

pub async fn run(each: usize) -> Result<()> {
    let stage = Stage::on(Host::Selfhost, without_quotas)?;
    let authority = stage.edge.trim_start_matches("http://").to_owned();
    let mut alone = good_clients(&stage.edge, Duration::from_secs(5), 1).await?;
    let socket = format!(
        "GET /v1/visitor/shop/socket HTTP/1.1\r\nhost: {authority}\r\n\
         origin: http://{authority}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    let body = format!(
        "POST /v1/visitor/shop/frames HTTP/1.1\r\nhost: {authority}\r\n\
         origin: http://{authority}\r\ncontent-length: 5000\r\n\r\n{{"
    );
    let files = "GET /console/shop HTTP/1.1\r\nhost: a\r\n\r\n".repeat(500);
    let headers = "GET /healthz HTTP/1.1\r\nhost: a\r\nx-slow: ".to_owned();
    let all = [
        ("slow headers", headers, Manner::Drips, each),
        ("slow bodies", body, Manner::Drips, each),
        ("silent sockets", socket.clone(), Manner::Waits, each),
        ("slow readers", files, Manner::ReadsNothing, each),
        ("garbage with pings", socket.clone(), Manner::Repeats(GARBAGE_AND_PING), each),
        ("floods of pings", socket.clone(), Manner::Floods(PING), FLOODS),
        ("floods of frames", socket.clone(), Manner::Floods(GARBAGE), FLOODS),
        ("floods of pieces", socket, Manner::Floods(PIECE), FLOODS),
    ];
    println!(
        "{each} connections of each kind, {FLOODS} of each flood, and {FLOODS} pollers of a long \
         conversation"
    );
    let used = process::cpu_seconds(stage.process())?;
    let start = Instant::now();
    let attackers: Vec<_> = all
        .map(|(name, head, manner, many)| {
            (name, tokio::spawn(attack(authority.clone(), head, manner, many)))
        })
        .into();
    let pollers = tokio::spawn(poll(stage.edge.clone(), Duration::from_secs(10)));
    let mut beside = good_clients(&stage.edge, Duration::from_secs(12), 2).await?;
    let (cpu, memory) = (
        process::cpu_seconds(stage.process())? - used,
        process::memory_kb(stage.process())? / 1000,
    );
    println!(
        "  the edge used {cpu:.1} s of CPU in {:.1} s, memory {memory} MB",
        start.elapsed().as_secs_f64()
    );
    for (name, attacker) in attackers {
        let (longest, open) = attacker.await??;
        println!(
            "  {name:<20} closed after at most {:.1} s (goal 10), {open} still open after {} s",
            longest.as_secs_f64(),
            PATIENCE.as_secs()
        );
    }
    let (polls, largest) = pollers.await??;
    println!("  pollers got {polls} replies, the largest of {largest} bytes");
    println!(
        "good clients: p99 {:.1} ms alone, {:.1} ms beside them (goal 200)",
        alone.at(0.99),
        beside.at(0.99)
    );
    Ok(())
}

/// So many connections at once; gives how long the server kept the longest, and how many it never
/// closed.
async fn attack(
    authority: String,
    head: String,
    manner: Manner,
    many: usize,
) -> Result<(Duration, usize)> {
    let address: SocketAddr = authority.parse()?;
    let one = move |head: String| async move {
        let socket = TcpSocket::new_v4()?;
        if let Manner::ReadsNothing = manner {
            socket.set_recv_buffer_size(2_048)?;
        }
        let stream = socket.connect(address).await?;
        let start = Instant::now();
        let closed = timeout(PATIENCE, kept(stream, &head, manner)).await.is_ok();
        anyhow::Ok((start.elapsed(), closed))
    };
    let all: Vec<_> = (0..many).map(|_| tokio::spawn(one(head.clone()))).collect();
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

/// Until the server ends the connection.
async fn kept(mut stream: TcpStream, head: &str, manner: Manner) {
    if stream.write_all(head.as_bytes()).await.is_err() {
        return;
    }
    let mut buffer = [0; 1024];
    match manner {
        // The socket's own greeting and its pings are no end.
        Manner::Waits => while let Ok(1..) = stream.read(&mut buffer).await {},
        Manner::Drips => {
            while timeout(Duration::from_secs(2), stream.read(&mut buffer)).await.is_err()
                && stream.write_all(b"x").await.is_ok()
            {}
        }
        // Only a reset ends it before everything is read.
        Manner::ReadsNothing => {
            while stream.ready(tokio::io::Interest::ERROR).await.is_ok()
                && stream.take_error().is_ok_and(|error| error.is_none())
            {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        Manner::Floods(bytes) | Manner::Repeats(bytes) => {
            let flood = bytes.repeat(if matches!(manner, Manner::Floods(_)) { 1_000 } else { 1 });
            let (mut from, mut to) = stream.split();
            let reads = async { while let Ok(1..) = from.read(&mut buffer).await {} };
            let writes = async {
                while to.write_all(&flood).await.is_ok() {
                    if let Manner::Repeats(_) = manner {
                        tokio::time::sleep(Duration::from_millis(200)).await;
                    }
                }
            };
            tokio::select! { () = reads => {} () = writes => {} }
        }
    }
}

/// Asks for all of a long conversation, again and again; gives how many replies came and the size
/// of the largest.
async fn poll(edge: String, time: Duration) -> Result<(usize, usize)> {
    let credential = |command: &str| {
        format!(
            r#"{{"v":1,"conversation":"{:032x}","token":"{:064x}","command":{command}}}"#,
            0xa11, 0xa11
        )
    };
    let mut connection = Connection::open(&edge).await?;
    let path = "/v1/visitor/shop/frames";
    let reply = connection.post(path, &credential(&package())).await?;
    ensure!(reply.status == 200, "the long conversation's handoff: {}", reply.status);
    for n in 0..60 {
        let say = credential(&format!(
            r#"{{"say":{{"message":"m{n}","text":"{}"}}}}"#,
            "word ".repeat(790)
        ));
        connection.post(path, &say).await?;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let resume = credential(r#"{"resume":{"after":0}}"#);
    let pollers: Vec<_> = (0..FLOODS)
        .map(|_| {
            let (edge, resume) = (edge.clone(), resume.clone());
            tokio::spawn(async move {
                let (start, mut connection, mut polls, mut largest) =
                    (Instant::now(), Connection::open(&edge).await?, 0, 0);
                while start.elapsed() < time {
                    let reply = connection.post(path, &resume).await?;
                    polls += usize::from(reply.status == 200);
                    largest = largest.max(reply.body.len());
                }
                anyhow::Ok((polls, largest))
            })
        })
        .collect();
    let mut all = (0, 0);
    for poller in pollers {
        let (polls, largest) = poller.await??;
        all = (all.0 + polls, all.1.max(largest));
    }
    Ok(all)
}

/// Eight clients, a handoff every 20 ms each.
async fn good_clients(edge: &str, time: Duration, part: u32) -> Result<Times> {
    let package = package();
    let stops = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..8)
        .map(|client| {
            let (edge, package, stops) = (edge.to_owned(), package.clone(), Arc::clone(&stops));
            tokio::spawn(async move {
                let (mut connection, mut times) =
                    (Connection::open(&edge).await?, Times::default());
                for n in 0.. {
                    if stops.load(Ordering::Relaxed) {
                        break;
                    }
                    let sent = Instant::now();
                    let reply = connection
                        .post("/v1/visitor/shop/frames", &frame(part * 100 + client, n, &package))
                        .await?;
                    ensure!(reply.status == 200, "a good client was refused: {}", reply.status);
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
