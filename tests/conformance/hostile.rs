//! What slow and silent connections get from the binary. The serverless hosts leave all but slow bodies to their platform.

use anyhow::{Result, ensure};
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};
use tests::{Host, Stage};

use crate::{Promise, client::Socket};

pub const ON_EVERY_HOST: [Promise; 1] = [("a_body_that_does_not_come_is_not_waited_for", slow_bodies)];

pub const ALL: [Promise; 4] = [
    ("slow_headers_slow_bodies_and_silent_connections_are_closed", slow_connections),
    ("a_silent_socket_is_closed", silent_sockets),
    ("headers_that_are_too_large_are_refused", large_headers),
    ("a_settings_mistake_is_refused_at_start", settings_mistakes),
];

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

fn slow_connections(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let (seconds, most) = (Duration::from_secs, Duration::from_secs(12));
    ensure!(kept_for(&stage, b"GET / HTTP/1.1\r\nhost: a\r\nx-slow: ")? < most, "slow headers");
    ensure!(kept_for(&stage, b"")? < most, "silence");
    ensure!(kept_for(&stage, b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")? < most, "an idle connection");
    let body = kept_for(&stage, slow_body(&stage, "content-length: 100", "{").as_bytes())?;
    ensure!(body > seconds(6) && body < most, "a slow body: {body:?}");
    Ok(())
}

/// The beginning of a request.
fn slow_body(stage: &Stage, length: &str, body: &str) -> String {
    let host = stage.edge.trim_start_matches("http://");
    format!("POST /v1/visitor/shop/frames HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\n{length}\r\n\r\n{body}")
}

fn slow_bodies(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    for (length, body) in [("content-length: 100", "{"), ("transfer-encoding: chunked", "1\r\n{\r\n")] {
        let mut stream = connect(&stage)?;
        stream.write_all(slow_body(&stage, length, body).as_bytes())?;
        let start = Instant::now();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        ensure!(&answer == b"HTTP/1.1 408" && start.elapsed() < Duration::from_secs(10), "{length}: {}", String::from_utf8_lossy(&answer));
    }
    Ok(())
}

fn silent_sockets(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let start = Instant::now();
    let mut socket = Socket::open(&stage, "/v1/visitor/shop/socket", &[("origin", &stage.edge)])?;
    ensure!(socket.next().is_err());
    ensure!(start.elapsed() < Duration::from_secs(10));
    Ok(())
}

fn large_headers(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    for bytes in [9_000, 40_000] {
        let mut stream = connect(&stage)?;
        let _ = stream.write_all(format!("GET /healthz HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(bytes)).as_bytes());
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        ensure!(!answer.contains(" 200 "), "{bytes}: {answer}");
    }
    Ok(())
}

fn settings_mistakes(host: Host) -> Result<()> {
    let wrong = Stage::on(host, |settings| settings.replace("capacity = 3", "capacity = \"three\""));
    ensure!(wrong.is_err_and(|wrong| format!("{wrong:#}").contains("expected u32")), "it says what was expected");
    Ok(())
}
