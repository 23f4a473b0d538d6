//! The routes, and who may ask for what by which origin.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Path, State, WebSocketUpgrade},
    http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header},
    middleware::{self, Next},
    response::IntoResponse,
    routing::{get, post},
};
use desk::{Hash, Peer, Side, refusal};
use protocol::{AgentId, PublicKey, Rejection, RejectionCode, Token, limits};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{sync::watch, time::timeout};

use crate::{assets, links, pages, random, runner::Runner, socket};
use desk::settings::SiteSettings;

/// A body must be here within this (RELIABILITY, hard limits).
const BODY_TIME: Duration = Duration::from_secs(10);
const COOKIE: &str = "baton_agent";

pub struct Sites {
    pub sites: BTreeMap<PublicKey, (SiteSettings, Runner)>,
    pub public_url: Option<String>,
    pub operator: Hash,
    pub stopping: watch::Receiver<bool>,
}

type Shared = State<Arc<Sites>>;

pub fn router(sites: Arc<Sites>) -> Router {
    Router::new()
        // static files and pages
        .route("/v1/baton.js", get(|headers: HeaderMap| async move { assets::file("baton.js", &headers, "public, max-age=300") }))
        .route("/v1/assets/{name}", get(asset))
        .route("/v1/frame/{site}", get(frame))
        .route("/console/{site}", get(console))
        // visitors
        .route("/v1/visitor/{site}/frames", post(visitor_frames))
        .route("/v1/visitor/{site}/socket", get(visitor_socket))
        // agents
        .route("/v1/agent/{site}/sign-in", post(sign_in))
        .route("/v1/agent/{site}/frames", post(agent_frames))
        .route("/v1/agent/{site}/socket", get(agent_socket))
        // operators
        .route("/v1/operator/link/{site}/{agent}", post(operator_link))
        .route("/healthz", get(|| async { "ok\n" }))
        .fallback(|| async { assets::plain(StatusCode::NOT_FOUND, "not found") })
        .layer(middleware::from_fn(common_headers))
        .with_state(sites)
}

async fn common_headers(request: Request<Body>, next: Next) -> Response<Body> {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

// ---- pages

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response<Body> {
    assets::file(&format!("assets/{name}"), &headers, "public, max-age=31536000, immutable")
}

async fn frame(State(sites): Shared, Path(site): Path<PublicKey>) -> Response<Body> {
    match sites.sites.get(&site) {
        Some((settings, _)) => pages::frame(settings),
        None => no_site(),
    }
}

async fn console(State(sites): Shared, Path(site): Path<PublicKey>) -> Response<Body> {
    if sites.sites.contains_key(&site) { pages::console() } else { no_site() }
}

fn no_site() -> Response<Body> {
    assets::plain(StatusCode::NOT_FOUND, "no such site")
}

// ---- visitors

async fn visitor_frames(state: Shared, Path(site): Path<PublicKey>, headers: HeaderMap, body: Body) -> Response<Body> {
    let Some((_, runner)) = state.sites.get(&site) else { return no_site() };
    if !is_own_origin(&state, &headers) {
        return wrong_origin();
    }
    let peer = Peer { id: random::peer_id(), side: Side::Visitor, lasting: false, cookie: None };
    carry_out(runner, peer, body, limits::MAX_VISITOR_BODY_BYTES).await
}

async fn visitor_socket(state: Shared, Path(site): Path<PublicKey>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response<Body> {
    let peer = Peer { id: random::peer_id(), side: Side::Visitor, lasting: true, cookie: None };
    open_socket(&state, &site, &headers, upgrade, peer)
}

// ---- agents

/// The host mints the cookie and hands it to the desk with the frame; whether it opens anything, the desk decides.
async fn sign_in(state: Shared, Path(site): Path<PublicKey>, headers: HeaderMap, body: Body) -> Response<Body> {
    let Some((_, runner)) = state.sites.get(&site) else { return no_site() };
    if !is_own_origin(&state, &headers) {
        return wrong_origin();
    }
    let fresh = random::hex(32);
    let peer = Peer { id: random::peer_id(), side: Side::Agent, lasting: false, cookie: Some(Token(fresh.clone())) };
    let mut response = carry_out(runner, peer, body, limits::MAX_AGENT_BODY_BYTES).await;
    let secure = if state.public_url.as_deref().is_some_and(|url| url.starts_with("https://")) { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={fresh}; Path=/v1/agent/{site}; HttpOnly; SameSite=Strict; Max-Age=43200{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

async fn agent_frames(state: Shared, Path(site): Path<PublicKey>, headers: HeaderMap, body: Body) -> Response<Body> {
    let Some((_, runner)) = state.sites.get(&site) else { return no_site() };
    if !is_own_origin(&state, &headers) {
        return wrong_origin();
    }
    let peer = Peer { id: random::peer_id(), side: Side::Agent, lasting: false, cookie: cookie(&headers) };
    carry_out(runner, peer, body, limits::MAX_AGENT_BODY_BYTES).await
}

async fn agent_socket(state: Shared, Path(site): Path<PublicKey>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response<Body> {
    let peer = Peer { id: random::peer_id(), side: Side::Agent, lasting: true, cookie: cookie(&headers) };
    open_socket(&state, &site, &headers, upgrade, peer)
}

// ---- operators

/// Foreign, absent and wrong are one answer.
async fn operator_link(state: Shared, Path((site, agent)): Path<(PublicKey, AgentId)>, headers: HeaderMap) -> Response<Body> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    let found = state.sites.get(&site).filter(|(settings, _)| settings.agent.iter().any(|one| one.id == agent));
    let (Some((_, runner)), true) = (found, bearer.is_some_and(|token| state.operator.is_of(token))) else {
        return assets::plain(StatusCode::NOT_FOUND, "not found");
    };
    match links::mint(runner, &own_origin(&state, &headers), &site, agent).await {
        Some(link) => link.into_response(),
        None => refused(Rejection::new(RejectionCode::Unavailable, "this cannot be kept now").limit(2)),
    }
}

// ---- both sides

fn open_socket(state: &Sites, site: &PublicKey, headers: &HeaderMap, upgrade: WebSocketUpgrade, peer: Peer) -> Response<Body> {
    let Some((_, runner)) = state.sites.get(site) else { return no_site() };
    if !is_own_origin(state, headers) {
        return wrong_origin();
    }
    let (runner, stopping) = (runner.clone(), state.stopping.clone());
    upgrade
        // A larger frame is refused by name below the platform's cut, so that the connection goes on.
        .max_message_size(limits::MAX_AGENT_BODY_BYTES)
        .max_frame_size(limits::MAX_AGENT_BODY_BYTES)
        .on_upgrade(move |upgraded| socket::carry(upgraded, runner, peer, stopping))
}

async fn carry_out(runner: &Runner, peer: Peer, body: Body, max_bytes: usize) -> Response<Body> {
    // One byte more, so that what is over the limit is told from what is on it.
    let bytes = match timeout(BODY_TIME, to_bytes(body, max_bytes + 1)).await {
        Ok(Ok(bytes)) if bytes.len() <= max_bytes => bytes,
        Ok(_) => return refused(Rejection::new(RejectionCode::TooLarge, "the frame has too many bytes").limit(max_bytes as u64)),
        Err(_) => return assets::plain(StatusCode::REQUEST_TIMEOUT, "the body took too long"),
    };
    let Ok(text) = String::from_utf8(bytes.to_vec()) else {
        return refused(Rejection::new(RejectionCode::Malformed, "expected UTF-8"));
    };
    match runner.request(peer, text).await {
        Ok(frames) => json(StatusCode::OK, format!("[{}]", frames.join(","))),
        Err(rejection) => refused(rejection),
    }
}

fn refused(rejection: Rejection) -> Response<Body> {
    let status = match rejection.code {
        RejectionCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        RejectionCode::SlowDown => StatusCode::TOO_MANY_REQUESTS,
        RejectionCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    };
    let retry_after = rejection.limit.filter(|_| matches!(rejection.code, RejectionCode::SlowDown | RejectionCode::Unavailable));
    let mut response = json(status, format!("[{}]", refusal(rejection)));
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn json(status: StatusCode, text: String) -> Response<Body> {
    (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}

fn cookie(headers: &HeaderMap) -> Option<Token> {
    let all = headers.get(header::COOKIE)?.to_str().ok()?;
    let value = all.split(';').find_map(|one| one.trim().strip_prefix(COOKIE)?.strip_prefix('='))?;
    Some(Token(value.to_owned()))
}

/// The origin under which browsers reach this server.
fn own_origin(state: &Sites, headers: &HeaderMap) -> String {
    match &state.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("http://{}", headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default()),
    }
}

/// The frame and the console are pages of this server, so every write and every upgrade must name it; a missing origin is
/// no browser of ours.
fn is_own_origin(state: &Sites, headers: &HeaderMap) -> bool {
    headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()) == Some(own_origin(state, headers).as_str())
}

fn wrong_origin() -> Response<Body> {
    assets::plain(StatusCode::FORBIDDEN, "expected the origin of this server")
}
