//! The files that browsers fetch, inside the binary. `cargo xtask build` makes them.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use front::Pages;
use rust_embed::RustEmbed;
use std::borrow::Cow;

#[derive(RustEmbed)]
#[folder = "../../target/web"]
#[allow_missing = true]
struct Web;

/// The documents. Empty before `cargo xtask build`.
pub fn pages() -> Pages {
    let page = |name| Web::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default();
    Pages { frame: page("frame.html"), console: page("console.html") }
}

/// A file, compressed if the browser takes that. `cache` is its Cache-Control.
pub fn file(name: &str, request: &HeaderMap, cache: &'static str) -> Response<Body> {
    let takes_brotli = request
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|one| one.trim().starts_with("br")));
    let compressed = takes_brotli.then(|| Web::get(&format!("{name}.br"))).flatten();
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
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    // Static files are public: a page may load them with `crossorigin` and `integrity`.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
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
