//! `cargo xtask demo`: the whole product on embedded defaults.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::build;

const SHOP: &str = "www/demo/shop";

pub fn run(port: u16, shop_port: u16, data: &Path) -> Result<()> {
    // Before the long build: a port that is taken is better known now.
    let shop = TcpListener::bind(("127.0.0.1", shop_port)).with_context(|| format!("port {shop_port} for the shop: try --shop-port"))?;
    drop(TcpListener::bind(("127.0.0.1", port)).with_context(|| format!("port {port} for the edge: try --port"))?);
    build::binary()?;
    fs::create_dir_all(data)?;
    let config = data.join("site.toml");
    let settings = fs::read_to_string("www/demo/site.toml")?.replace("http://localhost:8788", &format!("http://localhost:{shop_port}"));
    fs::write(&config, settings)?;
    let mut edge = Command::new("target/release/selfhost")
        .arg("serve")
        .arg("--config")
        .arg(&config)
        .arg("--data")
        .arg(data)
        .args(["--listen", &format!("127.0.0.1:{port}")])
        .stdout(Stdio::piped())
        .spawn()
        .context("starting the edge")?;
    let lines = BufReader::new(edge.stdout.take().context("the edge's output")?).lines();
    println!("\nBaton is running. Ctrl-C stops it; a second start finds every conversation still there.\n");
    println!("  the shop      http://localhost:{shop_port}/");
    thread::spawn(move || serve(&shop, port));
    for line in lines {
        let line = line?;
        if let Some((who, link)) = line.strip_prefix("sign-in link, once, ").and_then(|rest| rest.split_once(": ")) {
            println!("  {who:<13} {link}");
        }
        if line.starts_with("Baton listens") {
            println!("  the data      {}", data.display());
            println!("  sign-in links, each once; a new one: target/release/selfhost link --site shop --agent maria --data {} --server http://127.0.0.1:{port}", data.display());
        }
    }
    // Ctrl-C reaches the edge as well; it stops by itself.
    let status = edge.wait()?;
    if !status.success() {
        bail!("the edge ended with {status}");
    }
    println!("stopped");
    Ok(())
}

/// The shop: static files, with the edge's address written into them.
fn serve(listener: &TcpListener, edge_port: u16) {
    for stream in listener.incoming().flatten() {
        thread::spawn(move || {
            // A browser that goes away is no error of the shop.
            let _ = answer(stream, edge_port);
        });
    }
}

fn answer(mut stream: TcpStream, edge_port: u16) -> Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && head.len() < 8192 {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head);
    let path = head.split_whitespace().nth(1).unwrap_or("/").split('?').next().unwrap_or("/");
    let name = if path == "/" { "index.html" } else { path.trim_start_matches('/') };
    let found = if name.contains("..") { None } else { fs::read(Path::new(SHOP).join(name)).ok() };
    let (status, body) = match found {
        Some(body) => ("200 OK", body),
        None => ("404 Not Found", b"no such page".to_vec()),
    };
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css",
        Some("json") => "application/json",
        Some("js") => "text/javascript",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };
    let body = if kind.starts_with("text/html") {
        String::from_utf8_lossy(&body).replace("http://127.0.0.1:8787", &format!("http://127.0.0.1:{edge_port}")).into_bytes()
    } else {
        body
    };
    write!(stream, "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\ncache-control: no-cache\r\nconnection: close\r\n\r\n", body.len())?;
    stream.write_all(&body)?;
    Ok(())
}
