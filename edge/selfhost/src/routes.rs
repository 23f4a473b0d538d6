//! Carries out over HTTP what `front` makes of a request.

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequestParts, WebSocketUpgrade},
    http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header, request::Parts},
    response::IntoResponse,
};
use desk::{Hash, Peer};
use front::{Answer, Asked, Front, Wish};
use hyper::body::Incoming;
use protocol::{PublicKey, limits};
use std::{borrow::Cow, collections::BTreeMap, net::IpAddr, time::Duration};
use tokio::{sync::watch, time::timeout};

use crate::{assets, clock, links, random, runner::Runner, socket};

/// A body must be here within this: with the answer, the connection is closed within ten seconds (RELIABILITY, hard limits).
const BODY_TIME: Duration = Duration::from_secs(7);

/// Request line and headers (RELIABILITY, hard limits).
const MAX_HEADER_BYTES: usize = 8 * 1024;

/// What is read of a socket at once; a larger frame takes more reads.
const SOCKET_BUFFER_BYTES: usize = 2 * 1024;

pub struct Server {
    pub front: Front,
    pub runners: BTreeMap<PublicKey, Runner>,
    pub public_url: Option<String>,
    /// In which the proxy names the visitor's address.
    pub address_header: Option<HeaderName>,
    pub stopping: watch::Receiver<bool>,
}

/// Answers a request that comes from there.
pub async fn answer(server: &Server, from: IpAddr, request: Request<Incoming>) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    let header_bytes: usize = parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len()).sum();
    if header_bytes + parts.uri.path_and_query().map_or(0, |uri| uri.as_str().len()) > MAX_HEADER_BYTES {
        return and_close(Answer::plain(431, "the headers are too large"));
    }
    match wish(server, from, &parts) {
        Wish::Answer(answer) => response(answer),
        Wish::File { name, cache } => assets::file(&name, &parts.headers, cache),
        Wish::Frame { site, peer, most_bytes, cookie } => frame(&server.runners[&site], peer, Body::new(body), most_bytes, cookie).await,
        Wish::Link { site, agent, secret, link } => {
            let admitted = links::admit(&server.runners[&site], agent, Hash::of(&secret.0)).await;
            response(admitted.map_or_else(Answer::refused, |()| Answer::plain(200, link)))
        }
        Wish::Backup { site } => response(server.runners[&site].backup().await.map_or_else(Answer::refused, |name| Answer::plain(200, name))),
        Wish::Socket { site, peer } => match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
            Ok(upgrade) => open_socket(server, &site, upgrade, peer),
            Err(refused) => refused.into_response(),
        },
    }
}

fn wish(server: &Server, from: IpAddr, parts: &Parts) -> Wish {
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let address = match &server.address_header {
        Some(name) => text(name.clone()).and_then(|address| address.parse().ok()),
        None => Some(from),
    };
    let asked = Asked {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        own_origin: &own_origin(server, &parts.headers),
        origin: text(header::ORIGIN),
        cookie: text(header::COOKIE),
        authorization: text(header::AUTHORIZATION),
        address,
        now: clock::wall(),
        peer: random::peer_id(),
        secret: &|| random::hex(32),
    };
    server.front.wish(&asked)
}

async fn frame(runner: &Runner, peer: Peer, body: Body, most_bytes: usize, cookie: Option<String>) -> Response<Body> {
    // One byte more, so that what is over the limit is told from what is on it.
    let bytes = match timeout(BODY_TIME, to_bytes(body, most_bytes + 1)).await {
        Ok(Ok(bytes)) if bytes.len() <= most_bytes => bytes,
        Ok(_) => return and_close(Answer::too_large(most_bytes)),
        Err(_) => return and_close(Answer::body_was_slow()),
    };
    let Ok(text) = str::from_utf8(&bytes) else { return response(Answer::not_text()) };
    response(runner.request(peer, text).await.map_or_else(Answer::refused, |frames| Answer::frames(&frames, cookie)))
}

/// What has not been read of the body is not waited for.
fn and_close(answer: Answer) -> Response<Body> {
    let mut response = response(answer);
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn open_socket(server: &Server, site: &PublicKey, upgrade: WebSocketUpgrade, peer: Peer) -> Response<Body> {
    let (runner, stopping) = (server.runners[site].clone(), server.stopping.clone());
    upgrade
        // Most frames are a line; the usual 128 kB would be most of what a socket costs.
        .read_buffer_size(SOCKET_BUFFER_BYTES)
        .write_buffer_size(0)
        // A larger frame is refused by name below the platform's cut, so that the connection goes on.
        .max_message_size(limits::MAX_AGENT_BODY_BYTES)
        .max_frame_size(limits::MAX_AGENT_BODY_BYTES)
        .on_upgrade(move |upgraded| socket::carry(upgraded, runner, peer, stopping))
}

fn response(answer: Answer) -> Response<Body> {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = match value {
            Cow::Borrowed(value) => response.header(HeaderName::from_static(name), HeaderValue::from_static(value)),
            Cow::Owned(value) => response.header(name, value),
        };
    }
    response.body(Body::from(answer.body)).expect("an answer is made of valid headers")
}

/// The origin under which browsers reach this server.
fn own_origin(server: &Server, headers: &HeaderMap) -> String {
    match &server.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("http://{}", headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default()),
    }
}
