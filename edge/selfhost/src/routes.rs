//! Carries out over HTTP what `front` makes of a request.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequestParts, WebSocketUpgrade},
    http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header, request::Parts},
    response::IntoResponse,
};
use desk::{Input, Peer, settings::SiteSettings};
use front::{
    Action, Answer, Asked, BODY_MS, Front, admit, common_headers, forwarded, local_origin,
};
use hyper::body::Incoming;
use protocol::{Rejection, RejectionCode, SiteKey, limits};
use std::{
    borrow::Cow,
    collections::BTreeMap,
    net::IpAddr,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::timeout,
};

use crate::{assets, clock, random, runner::Runner, socket};

/// Bytes of the request line and the headers: a browser sends one or two thousand.
const MAX_HEADER_BYTES: usize = 8 * 1024;

/// What is read of a socket at once; a larger frame takes more reads.
const SOCKET_BUFFER_BYTES: usize = 2 * 1024;

/// Bytes of large replies that are on their way at once, and from when a reply is large: whoever
/// reads slowly keeps a reply in memory, and a page of messages is asked for with a hundred bytes.
pub const MAX_REPLY_BYTES: usize = 64 * 1024 * 1024;
const LARGE_REPLY_BYTES: usize = 16 * 1024;

/// What there is to know of a connection.
#[derive(Clone)]
pub struct Connection {
    pub from: IpAddr,
    /// Among the connections: whoever goes on with this one keeps it.
    pub place: Arc<OwnedSemaphorePermit>,
    /// Set once it is a WebSocket.
    pub is_socket: Arc<AtomicBool>,
}

pub struct Server {
    pub front: RwLock<Front>,
    pub runners: BTreeMap<SiteKey, Runner>,
    /// As browsers write an origin.
    pub public_url: Option<String>,
    /// In which the proxy names the visitor's address.
    pub address_header: Option<HeaderName>,
    /// How many proxies of the operator add to that header.
    pub trusted_hops: usize,
    /// The header could not be read, and the log says so.
    pub has_warned: AtomicBool,
    /// Places for sockets.
    pub sockets: Arc<Semaphore>,
    /// Places for bytes of large replies.
    pub replies: Arc<Semaphore>,
    pub stopping: watch::Receiver<bool>,
}

impl Server {
    /// What is said of these sites from now on.
    pub fn take_sites(&self, sites: Vec<SiteSettings>) {
        self.front.write().unwrap_or_else(PoisonError::into_inner).take_sites(sites);
    }
}

/// Answers a request of a connection.
pub async fn answer(
    server: &Server,
    connection: &Connection,
    request: Request<Incoming>,
) -> Response<Body> {
    let mut response = carry_out(server, connection, request).await;
    let is_https = server.public_url.as_ref().is_some_and(|url| url.starts_with("https://"));
    for (name, value) in common_headers(is_https) {
        response
            .headers_mut()
            .insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

async fn carry_out(
    server: &Server,
    connection: &Connection,
    request: Request<Incoming>,
) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    let header_bytes: usize = parts
        .headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len())
        .sum();
    if header_bytes + parts.uri.path_and_query().map_or(0, |uri| uri.as_str().len())
        > MAX_HEADER_BYTES
    {
        return and_close(Answer::plain(431, "the headers are too large"));
    }
    match action(server, connection, &parts) {
        Action::Answer(answer) => assets::answer(answer, &parts.headers, response),
        Action::File { name, headers } => assets::file(&name, &parts.headers, &headers),
        Action::Frame { site, peer, most_bytes, cookie } => {
            frame(server, &site, peer, Body::new(body), most_bytes, cookie).await
        }
        Action::Link { site, agent, secret, link } => {
            let input = admit(clock::wall(), agent, &secret.0);
            operated(&server.runners[&site], input, link).await
        }
        Action::SignOut { site, agent, answer } => {
            operated(&server.runners[&site], Input::Revoke { agent }, answer).await
        }
        Action::Erase { site, peer, conversation } => response(
            server.runners[&site]
                .operate(Input::Erase { peer, conversation })
                .await
                .map_or_else(Answer::refused, |events| Answer::erased(&events)),
        ),
        Action::Check { site } => response(
            server.runners[&site]
                .check()
                .await
                .map_or_else(Answer::refused, |said| Answer::plain(200, said)),
        ),
        Action::Backup { site } => response(
            server.runners[&site]
                .backup()
                .await
                .map_or_else(Answer::refused, |name| Answer::plain(200, name)),
        ),
        Action::Socket { site, peer } => {
            match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
                Ok(upgrade) => open_socket(server, connection, &site, upgrade, peer),
                Err(refused) => refused.into_response(),
            }
        }
    }
}

fn action(server: &Server, connection: &Connection, parts: &Parts) -> Action {
    let text = |name| one_text(&parts.headers, name, ", ");
    let [origin, authorization, referer, socket_key, socket_version] = [
        header::ORIGIN,
        header::AUTHORIZATION,
        header::REFERER,
        header::SEC_WEBSOCKET_KEY,
        header::SEC_WEBSOCKET_VERSION,
    ]
    .map(text);
    let cookie = one_text(&parts.headers, header::COOKIE, "; ");
    // What cannot be read stands for nothing, so that nobody's own entry takes its place.
    let values =
        |name| parts.headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default());
    let named =
        server.address_header.as_ref().map(|name| forwarded(values(name), server.trusted_hops));
    let address = named.flatten().unwrap_or(connection.from);
    let own_origin = own_origin(server, &parts.headers);
    let asked = Asked {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        own_origin: own_origin.as_deref(),
        origin: origin.as_deref(),
        cookie: cookie.as_deref(),
        authorization: authorization.as_deref(),
        referer: referer.as_deref(),
        socket_key: socket_key.as_deref(),
        socket_version: socket_version.as_deref(),
        address: Some(address),
        now: clock::wall(),
        peer: random::peer_id(),
        secret: &|| random::hex(32),
    };
    let action = server.front.read().unwrap_or_else(PoisonError::into_inner).action(&asked);
    if named == Some(None)
        && matches!(action, Action::Frame { .. } | Action::Socket { .. })
        && !server.has_warned.swap(true, Ordering::Relaxed)
    {
        let hops = server.trusted_hops;
        tracing::warn!(
            "a visitor came without an address in `address_header` (with trusted_hops = {hops}): \
             all such count as one, under their connection's address"
        );
    }
    action
}

async fn operated(runner: &Runner, input: Input, answer: impl Into<String>) -> Response<Body> {
    let answer = answer.into();
    response(
        runner.operate(input).await.map_or_else(Answer::refused, |_| Answer::plain(200, answer)),
    )
}

async fn frame(
    server: &Server,
    site: &SiteKey,
    peer: Peer,
    body: Body,
    most_bytes: usize,
    cookie: Option<String>,
) -> Response<Body> {
    // One byte more, so that what is over the limit is told from what is on it.
    let bytes = match timeout(Duration::from_millis(BODY_MS), to_bytes(body, most_bytes + 1)).await
    {
        Ok(Ok(bytes)) if bytes.len() <= most_bytes => bytes,
        Ok(_) => return and_close(Answer::too_large(most_bytes)),
        Err(_) => return and_close(Answer::body_was_slow()),
    };
    let Ok(text) = str::from_utf8(&bytes) else { return response(Answer::not_text()) };
    let answered = server.runners[site].request(peer, text).await;
    in_flight(
        server,
        answered.map_or_else(Answer::refused, |events| Answer::events(&events, cookie)),
    )
}

/// A reply that counts while it is on its way, if it is large. Every command may be asked again.
fn in_flight(server: &Server, mut answer: Answer) -> Response<Body> {
    if answer.body.len() < LARGE_REPLY_BYTES {
        return response(answer);
    }
    let bytes = u32::try_from(answer.body.len().min(MAX_REPLY_BYTES)).unwrap_or(u32::MAX);
    match Arc::clone(&server.replies).try_acquire_many_owned(bytes) {
        Ok(permit) => {
            let body = Bytes::from_owner(Reply {
                text: std::mem::take(&mut answer.body),
                _permit: permit,
            });
            response(answer).map(|_| Body::from(body))
        }
        Err(_) => response(Answer::refused(
            Rejection::new(RejectionCode::Unavailable, "too many replies are on their way")
                .limit(2),
        )),
    }
}

/// The text of a large reply; freed when the last of it was handed to the system.
struct Reply {
    text: String,
    _permit: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Reply {
    fn as_ref(&self) -> &[u8] {
        self.text.as_bytes()
    }
}

/// What has not been read of the body is not waited for.
fn and_close(answer: Answer) -> Response<Body> {
    let mut response = response(answer);
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn open_socket(
    server: &Server,
    connection: &Connection,
    site: &SiteKey,
    upgrade: WebSocketUpgrade,
    peer: Peer,
) -> Response<Body> {
    let Ok(socket_place) = Arc::clone(&server.sockets).try_acquire_owned() else {
        return response(Answer::refused(
            Rejection::new(RejectionCode::Unavailable, "too many sockets are open").limit(5),
        ));
    };
    let places = (Arc::clone(&connection.place), socket_place);
    let (runner, stopping, is_socket) =
        (server.runners[site].clone(), server.stopping.clone(), Arc::clone(&connection.is_socket));
    upgrade
        // Most frames are a line; the usual 128 kB would be most of what a socket costs.
        .read_buffer_size(SOCKET_BUFFER_BYTES)
        .write_buffer_size(0)
        // A larger frame is refused by name below the platform's cut, so that the connection goes
        // on.
        .max_message_size(limits::MAX_AGENT_BODY_BYTES)
        .max_frame_size(limits::MAX_AGENT_BODY_BYTES)
        .on_upgrade(move |upgraded| async move {
            is_socket.store(true, Ordering::Relaxed);
            socket::carry(upgraded, runner, peer, stopping).await;
            drop(places);
        })
}

fn response(answer: Answer) -> Response<Body> {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = match value {
            Cow::Borrowed(value) => {
                response.header(HeaderName::from_static(name), HeaderValue::from_static(value))
            }
            Cow::Owned(value) => response.header(name, value),
        };
    }
    response.body(Body::from(answer.body)).expect("an answer is made of valid headers")
}

/// The origin under which browsers reach this server.
fn own_origin(server: &Server, headers: &HeaderMap) -> Option<String> {
    server.public_url.clone().or_else(|| local_origin(&one_text(headers, header::HOST, ", ")?))
}

/// A header as one text, like `Headers.get` of the other hosts: one that stands twice is a list
/// (RFC 9110, 5.3), so that a second value is never hidden behind a fine first one. Cookies are
/// joined as a browser writes several. A byte that is no text stands for itself alone: the cookie
/// of another program beside ours may have some.
fn one_text<'a>(
    headers: &'a HeaderMap,
    name: HeaderName,
    between: &'a str,
) -> Option<Cow<'a, str>> {
    headers
        .get_all(name)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .reduce(|before, next| (before + between) + next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_stands_twice_is_one_text() {
        let mut headers = HeaderMap::new();
        let mut add = |name, value: &[u8]| {
            headers.append(name, HeaderValue::from_bytes(value).unwrap());
        };
        add(header::ORIGIN, b"https://baton.example.org");
        add(header::ORIGIN, b"https://evil.example");
        add(header::COOKIE, b"caf\xe9=1; baton_agent=a");
        add(header::COOKIE, b"baton_agent=b");
        add(header::REFERER, b"https://shop.example/");
        let text = |name, between| one_text(&headers, name, between);
        assert_eq!(
            text(header::ORIGIN, ", ").as_deref(),
            Some("https://baton.example.org, https://evil.example")
        );
        assert_eq!(
            text(header::COOKIE, "; ").as_deref(),
            Some("caf\u{fffd}=1; baton_agent=a; baton_agent=b")
        );
        assert!(matches!(
            text(header::REFERER, ", "),
            Some(Cow::Borrowed("https://shop.example/"))
        ));
        assert_eq!(text(header::HOST, ", "), None);
    }
}
