//! The two documents, each with its own content security policy: the widget's frame and the agent's console.

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use desk::settings::SiteSettings;

use crate::assets;

/// What both pages may do: run their own script and Wasm, and talk to this server. No HTML is made of text.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// The widget's document. Only the site's own origins may put it into a frame.
pub fn frame(site: &SiteSettings) -> Response<Body> {
    let Some(page) = assets::page("frame.html") else { return not_built() };
    let settings = serde_json::to_string(&site.widget()).expect("settings are plain JSON");
    // Inside a script element only `<` could end it.
    let page = page.replace("{{settings}}", &settings.replace('<', "\\u003c"));
    let ancestors = if site.origins.is_empty() { "'none'".to_owned() } else { site.origins.join(" ") };
    document(page, &format!("{POLICY}; frame-ancestors {ancestors}"))
}

/// The agent's console. Nobody may put it into a frame.
pub fn console() -> Response<Body> {
    match assets::page("console.html") {
        Some(page) => document(page, &format!("{POLICY}; frame-ancestors 'none'")),
        None => not_built(),
    }
}

fn not_built() -> Response<Body> {
    assets::plain(StatusCode::INTERNAL_SERVER_ERROR, "the pages are not built: run `cargo xtask build`")
}

fn document(page: String, policy: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(page));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(policy) = HeaderValue::from_str(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
