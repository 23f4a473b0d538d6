//! What all visitors and agents of a measurement share: where they connect to, when they do what,
//! and what is counted.

use anyhow::{Context, Result, bail};
use futures_util::StreamExt;
use serde_json::Value;
use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize},
    },
    time::{Duration, Instant},
};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest, protocol::WebSocketConfig},
};

use crate::connection::Times;

pub type Socket = WebSocketStream<TcpStream>;

/// What all clients share.
pub struct Crowd {
    pub edge: String,
    pub start: Instant,
    pub talks: AtomicBool,
    pub stops: AtomicBool,
    /// Visitors whose socket has resumed.
    pub here: AtomicUsize,
    /// Visitors who were told that an agent is there.
    pub connected: AtomicUsize,
    pub times: Mutex<Times>,
    pub lost: AtomicUsize,
    pub acknowledged: AtomicUsize,
}

impl Crowd {
    /// How long a message of that author took, by what stands in it.
    pub fn note(&self, message: &Value, author: &str) {
        if message["author"] == author
            && let Some(sent) = message["text"]
                .as_str()
                .and_then(|text| text.strip_prefix("sent ")?.parse::<u64>().ok())
        {
            self.times
                .lock()
                .expect("nobody panics while holding it")
                .note(self.start + Duration::from_micros(sent));
        }
    }
}

pub async fn open(crowd: &Crowd, side: &str, cookie: Option<&str>) -> Result<Socket> {
    let authority = crowd.edge.trim_start_matches("http://");
    let mut request = format!("ws://{authority}/v1/{side}/shop/socket").into_client_request()?;
    request.headers_mut().insert("origin", crowd.edge.parse()?);
    if let Some(cookie) = cookie {
        request.headers_mut().insert("cookie", cookie.parse()?);
    }
    let stream = TcpStream::connect(authority).await?;
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
    Ok(timeout(Duration::from_secs(20), client_async_with_config(request, stream, Some(config)))
        .await??
        .0)
}

pub async fn event(socket: &mut Socket) -> Result<Value> {
    loop {
        match socket.next().await.context("the socket is closed")?? {
            Message::Text(text) => return Ok(serde_json::from_str::<Value>(&text)?["event"].take()),
            Message::Close(_) => bail!("the socket is closed"),
            _ => {}
        }
    }
}
