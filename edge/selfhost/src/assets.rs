//! The files that browsers fetch, inside the binary. `cargo xtask build` makes them.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use front::{Answer, Pages, SITES};
use rust_embed::RustEmbed;
use std::{borrow::Cow, sync::LazyLock};

#[derive(RustEmbed)]
#[folder = "../../target/web"]
#[allow_missing = true]
struct Web;

/// The documents. Empty before `cargo xtask build`.
pub fn pages() -> Pages {
    let page = |name| {
        Web::get(name)
            .map(|file| String::from_utf8_lossy(&file.data).into_owned())
            .unwrap_or_default()
    };
    Pages { frame: page("frame.html"), console: page("console.html"), loader: page("baton.js") }
}

/// The loader up to what the front fills in, as text and compressed: `cargo xtask build` makes
/// both.
static LOADER_START: LazyLock<Option<(String, Cow<'static, [u8]>)>> = LazyLock::new(|| {
    let text = String::from_utf8(Web::get("baton.js")?.data.into_owned()).ok()?;
    let start = text.split_once(SITES)?.0.to_owned();
    Some((start, Web::get("baton.start.br")?.data))
});

/// The answer as the front made it; compressed if it is the loader and the browser takes that.
pub fn answer(
    answer: Answer,
    request: &HeaderMap,
    response: impl FnOnce(Answer) -> Response<Body>,
) -> Response<Body> {
    let Some((start, compressed_start)) = LOADER_START.as_ref() else { return response(answer) };
    let Some(rest) = answer.body.strip_prefix(start) else { return response(answer) };
    let compressed = takes_brotli(request).then(|| brotli(compressed_start, rest)).flatten();
    let mut response = response(answer);
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    let Some(compressed) = compressed else { return response };
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    response.map(|_| Body::from(compressed))
}

/// A compressed start, the rest as it is, and the end: a meta-block that is not compressed has up
/// to 64 kB, and the last one may be empty (RFC 7932, 9.2). None if the rest does not fit.
fn brotli(start: &[u8], rest: &str) -> Option<Vec<u8>> {
    let length = u32::try_from(rest.len()).ok().filter(|length| (1..=1 << 16).contains(length))?;
    // From the lowest bit: not the last, 16 bits for the length, the length, not compressed.
    let head = ((length - 1) << 3) | (1 << 19);
    Some([start, &head.to_le_bytes()[..3], rest.as_bytes(), &[0b11]].concat())
}

fn takes_brotli(request: &HeaderMap) -> bool {
    let takes = request.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    takes.is_some_and(|value| value.split(',').any(|one| one.trim().starts_with("br")))
}

/// A file with the headers that the front gives it, compressed if the browser takes that.
pub fn file(
    name: &str,
    request: &HeaderMap,
    own: &[(&'static str, &'static str)],
) -> Response<Body> {
    let compressed = takes_brotli(request).then(|| Web::get(&format!("{name}.br"))).flatten();
    let is_compressed = compressed.is_some();
    let Some(found) = compressed.or_else(|| Web::get(name)) else {
        return not_found();
    };
    // Never copied: as many may be on their way as there are connections.
    let mut response = Response::new(match found.data {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    });
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    for (name, value) in own {
        headers.insert(*name, HeaderValue::from_static(value));
    }
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if is_compressed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

fn not_found() -> Response<Body> {
    (StatusCode::NOT_FOUND, "not found").into_response()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("bin") => "application/octet-stream",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        _ => "text/html; charset=utf-8",
    }
}
