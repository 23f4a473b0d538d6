//! Agents' consoles without a face: signed in and watching over a socket.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::{net::TcpStream, time::Duration};
use tungstenite::{Message, WebSocket, client::IntoClientRequest, stream::MaybeTlsStream};

pub type Console = WebSocket<MaybeTlsStream<TcpStream>>;

/// By a one-time link; gives the cookie.
pub fn sign_in(edge: &str, link: &str) -> Result<String> {
    let secret = link.trim().rsplit('#').next().unwrap_or_default();
    let body = json!({ "v": 1, "command": { "sign_in": { "link": secret } } }).to_string();
    let response = ureq::post(format!("{edge}/v1/agent/shop/sign-in")).header("origin", edge).send(&body)?;
    let cookie = response.headers().get("set-cookie").context("a cookie")?.to_str()?;
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}

/// A socket that watches; a read gives up after a second.
pub fn console(edge: &str, cookie: &str) -> Result<Console> {
    let mut request = format!("{}/v1/agent/shop/socket", edge.replace("http:", "ws:")).into_client_request()?;
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
