//! A connection that is kept, and as little HTTP as it takes.

use anyhow::{Context, Result, bail};
use std::{
    io::ErrorKind,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

pub struct Connection {
    stream: TcpStream,
    authority: String,
    read: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
#[error("the server closed the connection")]
struct Closed;

fn closed(error: std::io::Error) -> anyhow::Error {
    match error.kind() {
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => Closed.into(),
        _ => error.into(),
    }
}

/// What came back.
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Connection {
    pub async fn open(address: &str) -> Result<Self> {
        let authority = address.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&authority).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, authority, read: Vec::new() })
    }

    /// A server may close a connection that it keeps, at any time (workerd does, after some
    /// seconds): then the same is sent once more on a new one.
    pub async fn post(&mut self, path: &str, body: &str) -> Result<Reply> {
        match self.post_once(path, body).await {
            Err(error) if error.is::<Closed>() => {
                *self = Self::open(&self.authority).await?;
                self.post_once(path, body).await
            }
            reply => reply,
        }
    }

    async fn post_once(&mut self, path: &str, body: &str) -> Result<Reply> {
        let authority = &self.authority;
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {authority}\r\norigin: http://{authority}\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        self.stream.write_all(request.as_bytes()).await.map_err(closed)?;
        timeout(Duration::from_secs(30), self.reply()).await?
    }

    async fn reply(&mut self) -> Result<Reply> {
        let head_end = loop {
            if let Some(end) = find(&self.read, b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.read[..head_end]).to_ascii_lowercase();
        let status =
            head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("a status")?;
        self.read.drain(..head_end);
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .map(|length| length.trim().parse::<usize>());
        let body = match length {
            Some(length) => {
                let length = length?;
                while self.read.len() < length {
                    self.more().await?;
                }
                self.read.drain(..length).collect()
            }
            None if head.contains("transfer-encoding: chunked") => {
                let end = loop {
                    if let Some(end) = find(&self.read, b"0\r\n\r\n") {
                        break end + 5;
                    }
                    self.more().await?;
                };
                self.read.drain(..end).collect()
            }
            None => Vec::new(),
        };
        Ok(Reply { status, head, body })
    }

    async fn more(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.read).await {
            Ok(0) => bail!(Closed),
            read => read.map(drop).map_err(closed),
        }
    }
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

/// Latencies of what was done.
#[derive(Default)]
pub struct Times(Vec<Duration>);

impl Times {
    pub fn note(&mut self, start: Instant) {
        self.0.push(start.elapsed());
    }

    pub fn add(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// In milliseconds; `share` is 0 to 1.
    pub fn at(&mut self, share: f64) -> f64 {
        self.0.sort_unstable();
        let i = ((self.0.len() as f64 * share) as usize).min(self.0.len().saturating_sub(1));
        self.0.get(i).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    }
}
