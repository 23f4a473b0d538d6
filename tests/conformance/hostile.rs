//! What bad input and bad peers get.

use anyhow::Result;
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};
use tests::Stage;

use crate::client::{Socket, Visitor, handoff, post};

fn connect(stage: &Stage) -> Result<TcpStream> {
    let stream = TcpStream::connect(stage.edge.trim_start_matches("http://"))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    Ok(stream)
}

/// How long the server keeps a connection on which `bytes` were sent and then nothing.
fn kept_for(stage: &Stage, bytes: &[u8]) -> Result<Duration> {
    let mut stream = connect(stage)?;
    stream.write_all(bytes)?;
    let start = Instant::now();
    let mut rest = Vec::new();
    // Closed or reset: both end it.
    let _ = stream.read_to_end(&mut rest);
    Ok(start.elapsed())
}

#[test]
fn slow_headers_slow_bodies_and_silent_connections_are_closed() -> Result<()> {
    let stage = Stage::new()?;
    let (seconds, most) = (Duration::from_secs, Duration::from_secs(12));
    assert!(kept_for(&stage, b"GET / HTTP/1.1\r\nhost: a\r\nx-slow: ")? < most, "slow headers");
    assert!(kept_for(&stage, b"")? < most, "silence");
    assert!(kept_for(&stage, b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")? < most, "an idle connection");
    let head = format!(
        "POST /v1/visitor/shop/frames HTTP/1.1\r\nhost: {0}\r\norigin: http://{0}\r\ncontent-length: 100\r\n\r\n{{",
        stage.edge.trim_start_matches("http://")
    );
    let body = kept_for(&stage, head.as_bytes())?;
    assert!(body > seconds(8) && body < seconds(18), "a slow body: {body:?}");
    Ok(())
}

#[test]
fn a_silent_socket_is_closed() -> Result<()> {
    let stage = Stage::new()?;
    let start = Instant::now();
    let mut socket = Socket::open(&stage, "/v1/visitor/shop/socket", &[("origin", &stage.edge)])?;
    assert!(socket.next().is_err());
    assert!(start.elapsed() < Duration::from_secs(10));
    Ok(())
}

#[test]
fn too_much_is_refused_by_name() -> Result<()> {
    let stage = Stage::new()?;
    let large = post(&stage, "/v1/visitor/shop/frames", &[("origin", &stage.edge)], &"x".repeat(70_000))?;
    assert_eq!(large.status, 413);
    assert_eq!(large.events()[0]["rejected"]["rejection"]["limit"], 65_536);
    let deep = post(&stage, "/v1/visitor/shop/frames", &[("origin", &stage.edge)], &"[".repeat(30_000))?;
    assert_eq!(deep.events()[0]["rejected"]["rejection"]["limit"], 16);
    let mut stream = connect(&stage)?;
    let _ = stream.write_all(format!("GET /healthz HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(20_000)).as_bytes());
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    assert!(!answer.contains(" 200 "), "{answer}");
    Ok(())
}

#[test]
fn another_version_is_answered_with_what_is_supported() -> Result<()> {
    let stage = Stage::new()?;
    let frame = Visitor::new(1).frame(&handoff("x")).replace("\"v\":1", "\"v\":9");
    let reply = post(&stage, "/v1/visitor/shop/frames", &[("origin", &stage.edge)], &frame)?;
    let rejection = &reply.events()[0]["rejected"]["rejection"];
    assert_eq!((rejection["code"].as_str(), rejection["limit"].as_u64()), (Some("unsupported_version"), Some(1)));
    Ok(())
}

#[test]
fn a_flood_on_one_socket_is_slowed_down_and_the_connection_goes_on() -> Result<()> {
    let stage = Stage::new()?;
    let mut socket = Socket::open(&stage, "/v1/visitor/shop/socket", &[("origin", &stage.edge)])?;
    let ping = Visitor::new(1).frame(&serde_json::json!({ "ping": {} }));
    for _ in 0..60 {
        socket.send(&ping)?;
    }
    assert_eq!(socket.until("rejected")?["rejection"]["code"], "slow_down");
    std::thread::sleep(Duration::from_secs(2));
    socket.send(&ping)?;
    socket.until("pong")?;
    Ok(())
}

#[test]
fn a_settings_mistake_is_refused_at_start_with_its_line() {
    let wrong = Stage::with(|settings| settings.replace("capacity = 3", "capacity = \"three\""));
    assert!(wrong.is_err());
}
