//! Agents' consoles without a face: watching over a socket.

use anyhow::Result;
use serde_json::{Value, json};
use std::{net::TcpStream, time::Duration};
use tungstenite::{Message, WebSocket, client::IntoClientRequest, stream::MaybeTlsStream};

pub type Console = WebSocket<MaybeTlsStream<TcpStream>>;

/// A socket that watches; a read gives up after a second.
pub fn console(edge: &str, cookie: &str) -> Result<Console> {
    let mut request =
        format!("{}/v1/agent/shop/socket", edge.replace("http:", "ws:")).into_client_request()?;
    request.headers_mut().insert("origin", edge.parse()?);
    request.headers_mut().insert("cookie", cookie.parse()?);
    let (mut socket, _) = tungstenite::connect(request)?;
    if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    }
    send(&mut socket, &json!({ "watch": {} }))?;
    Ok(socket)
}

pub fn send(socket: &mut Console, command: &Value) -> Result<()> {
    Ok(socket.send(Message::text(json!({ "v": 1, "command": command }).to_string()))?)
}
