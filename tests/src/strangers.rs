//! Pages of a stranger: any markup and headers, on an origin of their own.

use anyhow::Result;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, OnceLock},
    thread,
};

/// Keeps what the page's console is told as an error.
const LISTEN: &str = "<script>window.batonErrors = []; const say = console.error; console.error = \
                      (...words) => { batonErrors.push(words.join(' ')); say(...words); \
                      };</script>";

/// Serves what is laid out, by path.
pub struct Strangers {
    pub origin: String,
    pages: Arc<OnceLock<Vec<Page>>>,
}

/// What stands under a path.
pub struct Page {
    pub path: &'static str,
    /// Whole lines.
    pub headers: String,
    pub body: String,
}

impl Page {
    /// A document with this in its head, and what it is about in its body.
    pub fn document(path: &'static str, head: impl Into<String>) -> Self {
        let head = head.into();
        Self {
            path,
            headers: String::new(),
            body: format!(
                "<!doctype html><html lang=en><title>{path}</title>{LISTEN}{head}<body><p>A \
                 page.</p></body></html>"
            ),
        }
    }

    pub fn with(self, header: impl Into<String>) -> Self {
        Self { headers: format!("{}{}\r\n", self.headers, header.into()), ..self }
    }
}

impl Strangers {
    pub fn new() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let origin = format!("http://localhost:{}", listener.local_addr()?.port());
        let pages = Arc::new(OnceLock::new());
        let shared = Arc::clone(&pages);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let pages = Arc::clone(&shared);
                // A browser that goes away is no error of the page.
                thread::spawn(move || answer(stream, pages.get().map_or(&[], Vec::as_slice)));
            }
        });
        Ok(Self { origin, pages })
    }

    /// Once, when it is known where the edge is.
    pub fn lay_out(&self, pages: Vec<Page>) {
        let _ = self.pages.set(pages);
    }
}

/// Who asks for this gets no answer, however long they wait.
pub const NEVER: &str = "/never.json";

fn answer(mut stream: TcpStream, pages: &[Page]) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let path = first.split(' ').nth(1).unwrap_or_default();
    if path == NEVER {
        // Until the browser has had enough.
        return stream.read(&mut [0]).map(drop);
    }
    let (status, headers, body) = match pages.iter().find(|page| page.path == path) {
        Some(page) => ("200 OK", page.headers.as_str(), page.body.as_str()),
        None => ("404 Not Found", "", ""),
    };
    let kind =
        if path.ends_with(".json") { "application/json" } else { "text/html; charset=utf-8" };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: \
         {length}\r\n{headers}connection: close\r\n\r\n{body}"
    )
}
