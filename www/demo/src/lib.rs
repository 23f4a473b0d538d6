//! A small shop with the widget on it: static files, and a server for them that knows where the
//! edge is.

use std::{
    fs, io,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    thread,
    time::Duration,
};

const FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/shop");
/// The addresses that stand in the files; the real ones take their place.
const WRITTEN_EDGE: &str = "http://127.0.0.1:8787";
const WRITTEN_SHOP: &str = "http://localhost:8788";

/// The shop's `site.toml`, for a shop on this port.
pub fn settings(shop_port: u16) -> String {
    include_str!("../site.toml").replace(WRITTEN_SHOP, &format!("http://localhost:{shop_port}"))
}

/// Serves the shop until the process ends.
pub fn serve(listener: &TcpListener, edge: &str) {
    for stream in listener.incoming().flatten() {
        let edge = edge.to_owned();
        thread::spawn(move || {
            // A browser that goes away is no error of the shop.
            let _ = answer(stream, &edge);
        });
    }
}

fn answer(mut stream: TcpStream, edge: &str) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let shop = format!("http://localhost:{}", stream.local_addr()?.port());
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && head.len() < 8192 {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head);
    let path = head.split_whitespace().nth(1).unwrap_or("/").split('?').next().unwrap_or("/");
    let name = if path == "/" { "index.html" } else { path.trim_start_matches('/') };
    let found = if name.contains("..") {
        None
    } else {
        fs::read_to_string(Path::new(FILES).join(name)).ok()
    };
    let (status, body) = match found {
        Some(text) => ("200 OK", text.replace(WRITTEN_EDGE, edge).replace(WRITTEN_SHOP, &shop)),
        None => ("404 Not Found", "no such page".to_owned()),
    };
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css",
        Some("json") => "application/json",
        Some("js") => "text/javascript",
        _ => "text/plain; charset=utf-8",
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\ncache-control: \
         no-cache\r\nconnection: close\r\n\r\n{body}"
    )
}
