//! From a request to what it asks for.

use desk::{Digest, Input, Peer, PeerId, Side, settings::SiteSettings};
use protocol::{AgentId, ConversationId, Millis, SiteKey, Token, limits};
use serde::Serialize;
use std::{collections::BTreeMap, net::IpAddr};

use crate::{
    answer::Answer,
    cookie,
    pages::Pages,
    routes::{self, Route},
};

const FOREIGN_NAME: &str = "this server does not know itself by that name: set public_url";

/// How long a sign-in link may wait to be used.
const LINK_MS: Millis = 24 * 60 * 60 * 1000;

/// The time within which a request's body must be there, so that the connection of a slow sender is
/// closed within ten seconds, the answer included.
pub const BODY_MS: u64 = 7_000;

/// The headers of a static file. Its name has a hash of its content; it is public, and a page may
/// load it with `crossorigin` and `integrity`.
const FILE_HEADERS: [(&str, &str); 3] = [
    ("cache-control", "public, max-age=31536000, immutable"),
    ("access-control-allow-origin", "*"),
    ("cross-origin-resource-policy", "cross-origin"),
];

/// The input that lets an agent sign in once with the secret of a link.
pub fn admit(now: Millis, agent: AgentId, secret: &str) -> Input {
    Input::Admit { agent, link: Digest::of(secret), until: now + LINK_MS }
}

/// A request, as far as it matters here.
pub struct Asked<'a> {
    pub method: &'a str,
    pub path: &'a str,
    /// The origin under which browsers reach this server: of its `public_url`, or
    /// [`crate::local_origin`]; none if it goes by no such name.
    pub own_origin: Option<&'a str>,
    /// The headers of these names.
    pub origin: Option<&'a str>,
    pub cookie: Option<&'a str>,
    pub authorization: Option<&'a str>,
    pub referer: Option<&'a str>,
    pub socket_key: Option<&'a str>,
    pub socket_version: Option<&'a str>,
    /// The address that the request comes from. All of whom the host knows none count as one.
    pub address: Option<IpAddr>,
    /// The host's time.
    pub now: Millis,
    /// Chosen by the host at random, as the number of a peer.
    pub peer: PeerId,
    /// Random bits in hex, at least 128, chosen by the host: a cookie or the secret of a link,
    /// where one is needed.
    pub secret: &'a dyn Fn() -> String,
}

/// What a request asks for.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Answered already.
    Answer(Answer),
    /// A static file, and its headers but for those of its type and encoding.
    File { name: String, headers: [(&'static str, &'static str); 3] },
    /// The body, of at most so many bytes, is a frame of this peer. The answer is the frames for
    /// it, with the cookie.
    Frame { site: SiteKey, peer: Peer, most_bytes: usize, cookie: Option<String> },
    /// A WebSocket.
    Socket { site: SiteKey, peer: Peer },
    /// The agent is to be admitted by the secret; then the answer is the link.
    Link { site: SiteKey, agent: AgentId, secret: Token, link: String },
    /// Every session and every link of the agent are to be ended; then this is the answer.
    SignOut { site: SiteKey, agent: AgentId, answer: &'static str },
    /// The conversation is to be deleted, and the desk's events for this peer are what
    /// [`Answer::erased`] makes the answer of.
    Erase { site: SiteKey, peer: PeerId, conversation: ConversationId },
    /// The desk's storage is to be read as a whole; the answer says whether it is sound.
    Check { site: SiteKey },
    /// The desk's storage is to be copied while it runs; the answer says where the copy is.
    Backup { site: SiteKey },
}

/// The sites of a server, and its pages.
pub struct Front {
    sites: BTreeMap<SiteKey, SiteSettings>,
    pages: Pages,
    /// Of the operator's secret.
    operator: Option<Digest>,
}

impl Front {
    pub fn new(
        sites: impl IntoIterator<Item = SiteSettings>,
        pages: Pages,
        operator: Option<Digest>,
    ) -> Self {
        Self {
            sites: sites.into_iter().map(|site| (site.key.clone(), site)).collect(),
            pages,
            operator,
        }
    }

    /// Takes the settings of sites that are there already.
    pub fn take_sites(&mut self, sites: impl IntoIterator<Item = SiteSettings>) {
        self.sites.extend(sites.into_iter().map(|site| (site.key.clone(), site)));
    }

    pub fn site(&self, key: &str) -> Option<&SiteSettings> {
        self.sites.get(key)
    }

    /// What a request asks for. Foreign, absent and wrong are one answer.
    pub fn action(&self, asked: &Asked<'_>) -> Action {
        let Some((route, at)) = routes::find(asked.method, asked.path) else {
            return Action::Answer(Answer::plain(404, "not found"));
        };
        let first = at.first().copied().unwrap_or_default();
        match route {
            Route::Health => Action::Answer(Answer::plain(200, "ok\n")),
            Route::Loader => Action::Answer(self.pages.loader(&self.sites_of(asked.referer))),
            Route::Asset => Action::File { name: format!("assets/{first}"), headers: FILE_HEADERS },
            // The script tag may read why its frame is not shown; there is nothing in it that is
            // not public.
            Route::Frame => Action::Answer(
                self.page(first, |site| self.pages.frame(site, asked.now)).readable(),
            ),
            Route::Console => Action::Answer(self.page(first, |_| self.pages.console())),
            Route::VisitorFrames => self.frame(asked, first, Side::Visitor),
            Route::AgentFrames => self.frame(asked, first, Side::Agent),
            Route::SignIn => self.sign_in(asked, first),
            Route::VisitorSocket => self.socket(asked, first, Side::Visitor),
            Route::AgentSocket => self.socket(asked, first, Side::Agent),
            Route::Link => self.link(asked, first, at.get(1).copied().unwrap_or_default()),
            Route::SignOut => self.sign_out(asked, first, at.get(1).copied().unwrap_or_default()),
            Route::Erase => self.erase(asked, first, at.get(1).copied().unwrap_or_default()),
            Route::Check => self.of_storage(asked, first, |site| Action::Check { site }),
            Route::Backup => self.of_storage(asked, first, |site| Action::Backup { site }),
        }
    }

    /// The sites that a page at this address may embed.
    fn sites_of(&self, referer: Option<&str>) -> Vec<&SiteKey> {
        let Some(origin) = referer.and_then(origin_in) else { return Vec::new() };
        self.sites
            .values()
            .filter(|site| site.origins.iter().any(|own| own == origin))
            .map(|site| &site.key)
            .collect()
    }

    fn page(&self, site: &str, page: impl FnOnce(&SiteSettings) -> Answer) -> Answer {
        self.sites.get(site).map_or_else(Answer::no_such_site, page)
    }

    fn frame(&self, asked: &Asked<'_>, site: &str, side: Side) -> Action {
        self.guarded(asked, site, |site, own| Action::Frame {
            peer: peer(asked, side, false, &site, own),
            most_bytes: most_bytes(side),
            cookie: None,
            site,
        })
    }

    /// Whether a handshake is one at all, the platform sees; here is what some let pass.
    fn socket(&self, asked: &Asked<'_>, site: &str, side: Side) -> Action {
        self.guarded(asked, site, |site, own| {
            if asked.socket_version.is_some_and(|version| version != "13") {
                return Action::Answer(
                    Answer::plain(426, "expected version 13 of WebSocket")
                        .with("sec-websocket-version", "13"),
                );
            }
            if asked.socket_key.is_some_and(|key| !is_socket_key(key)) {
                return Action::Answer(Answer::plain(
                    400,
                    "expected a WebSocket key of 16 bytes in base64",
                ));
            }
            Action::Socket { peer: peer(asked, side, true, &site, own), site }
        })
    }

    /// The host mints the cookie and hands it to the desk with the frame; whether it opens
    /// anything, the desk decides.
    fn sign_in(&self, asked: &Asked<'_>, site: &str) -> Action {
        self.guarded(asked, site, |site, own| {
            let secret = (asked.secret)();
            Action::Frame {
                cookie: Some(cookie::set(&secret, &site, own)),
                peer: Peer {
                    cookie: Some(Token(secret)),
                    ..peer(asked, Side::Agent, false, &site, own)
                },
                most_bytes: most_bytes(Side::Agent),
                site,
            }
        })
    }

    fn link(&self, asked: &Asked<'_>, site: &str, agent: &str) -> Action {
        let Some(site) = self
            .operated(asked, site)
            .filter(|site| site.agent.iter().any(|one| one.id.0 == agent))
        else {
            return Action::Answer(Answer::plain(404, "not found"));
        };
        let Some(own) = asked.own_origin else {
            return Action::Answer(Answer::plain(421, FOREIGN_NAME));
        };
        let secret = (asked.secret)();
        let link = sign_in_link(own, &site.key, &secret);
        Action::Link {
            site: site.key.clone(),
            agent: AgentId(agent.to_owned()),
            secret: Token(secret),
            link,
        }
    }

    /// A name that is mistyped ends nobody's sessions, and is not confirmed. Who is taken out of
    /// the settings is signed out with that.
    fn sign_out(&self, asked: &Asked<'_>, site: &str, agent: &str) -> Action {
        match self
            .operated(asked, site)
            .filter(|site| site.agent.iter().any(|one| one.id.0 == agent))
        {
            Some(site) => Action::SignOut {
                site: site.key.clone(),
                agent: AgentId(agent.to_owned()),
                answer: "signed out",
            },
            None => Action::Answer(Answer::plain(404, "not found")),
        }
    }

    fn erase(&self, asked: &Asked<'_>, site: &str, conversation: &str) -> Action {
        let conversation = ConversationId(conversation.to_owned());
        match self.operated(asked, site).filter(|_| conversation.is_well_formed()) {
            Some(site) => Action::Erase { site: site.key.clone(), peer: asked.peer, conversation },
            None => Action::Answer(Answer::plain(404, "not found")),
        }
    }

    fn of_storage(
        &self,
        asked: &Asked<'_>,
        site: &str,
        action: impl FnOnce(SiteKey) -> Action,
    ) -> Action {
        match self.operated(asked, site) {
            Some(site) => action(site.key.clone()),
            None => Action::Answer(Answer::plain(404, "not found")),
        }
    }

    /// The site, if it is the operator who asks.
    fn operated(&self, asked: &Asked<'_>, site: &str) -> Option<&SiteSettings> {
        let token = asked.authorization?.strip_prefix("Bearer ")?;
        self.sites
            .get(site)
            .filter(|_| self.operator.as_ref().is_some_and(|operator| operator.is_of(token)))
    }

    /// The frame and the console are pages of this server, so every write and every upgrade must
    /// name it; a missing origin is no browser of ours.
    fn guarded(
        &self,
        asked: &Asked<'_>,
        site: &str,
        action: impl FnOnce(SiteKey, &str) -> Action,
    ) -> Action {
        let Some(site) = self.sites.get(site) else {
            return Action::Answer(Answer::no_such_site());
        };
        match asked.own_origin {
            Some(own) if asked.origin == Some(own) => action(site.key.clone(), own),
            Some(_) => Action::Answer(Answer::plain(403, "expected the origin of this server")),
            None => Action::Answer(Answer::plain(403, FOREIGN_NAME)),
        }
    }
}

/// The origin in the address of a page, as browsers write both.
fn origin_in(address: &str) -> Option<&str> {
    let host = address.find("://")? + "://".len();
    let end = address[host..].find(['/', '?', '#']).map_or(address.len(), |end| host + end);
    Some(&address[..end])
}

/// The secret stands behind `#`, so no server and no log sees it.
fn sign_in_link(own_origin: &str, site: &SiteKey, secret: &str) -> String {
    format!("{own_origin}/console/{site}#{secret}")
}

fn peer(asked: &Asked<'_>, side: Side, lasting: bool, site: &SiteKey, own_origin: &str) -> Peer {
    let cookie = match side {
        Side::Visitor => None,
        Side::Agent => cookie::read(asked.cookie, site, own_origin),
    };
    let network = asked.address.map_or_else(|| Digest::of("an address that nobody knows"), network);
    Peer { id: asked.peer, side, lasting, cookie, network: Some(network) }
}

/// 16 bytes in base64 (RFC 6455, 4.1).
fn is_socket_key(key: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    key.strip_suffix("==").is_some_and(|digits| digits.len() == 22 && digits.bytes().all(is_digit))
}

/// One household or office: an IPv4 address, or the first half of an IPv6 address. Hashed, since it
/// is only compared.
fn network(address: IpAddr) -> Digest {
    match address.to_canonical() {
        IpAddr::V4(address) => Digest::of(address.octets()),
        IpAddr::V6(address) => Digest::of(&address.octets()[..8]),
    }
}

fn most_bytes(side: Side) -> usize {
    match side {
        Side::Visitor => limits::MAX_VISITOR_BODY_BYTES,
        Side::Agent => limits::MAX_AGENT_BODY_BYTES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn front() -> Front {
        let site =
            r#"{"key":"shop","name":"Shop","origins":[],"agent":[{"id":"maria","name":"Maria"}]}"#;
        Front::new([settings(site)], pages(), Some(Digest::of("operator")))
    }

    fn settings(site: &str) -> SiteSettings {
        serde_json::from_str(site).expect("settings")
    }

    fn pages() -> Pages {
        Pages {
            frame: "frame".to_owned(),
            console: "console".to_owned(),
            loader: "(s=>s)([\"@\"]);".to_owned(),
        }
    }

    fn asked<'a>(method: &'a str, path: &'a str, own_origin: Option<&'a str>) -> Asked<'a> {
        Asked {
            method,
            path,
            own_origin,
            origin: Some("http://evil.example"),
            cookie: None,
            authorization: Some("Bearer operator"),
            referer: None,
            socket_key: None,
            socket_version: None,
            address: None,
            now: 0,
            peer: PeerId(1),
            secret: &|| "secret".to_owned(),
        }
    }

    fn status(action: &Action) -> u16 {
        match action {
            Action::Answer(answer) => answer.status,
            _ => 200,
        }
    }

    #[test]
    fn a_server_that_is_reached_by_a_foreign_name_takes_nothing_and_makes_no_link() {
        let front = front();
        for path in ["/v1/visitor/shop/frames", "/v1/agent/shop/frames", "/v1/agent/shop/sign-in"] {
            assert_eq!(status(&front.action(&asked("POST", path, None))), 403, "{path}");
        }
        assert_eq!(status(&front.action(&asked("GET", "/v1/visitor/shop/socket", None))), 403);
        assert_eq!(
            status(&front.action(&asked("POST", "/v1/operator/link/shop/maria", None))),
            421
        );
        let Action::Link { link, .. } = front.action(&asked(
            "POST",
            "/v1/operator/link/shop/maria",
            Some("https://baton.example.org"),
        )) else {
            panic!("a link")
        };
        assert_eq!(link, "https://baton.example.org/console/shop#secret");
    }

    #[test]
    fn files_that_cloudflare_serves_by_itself_have_the_same_headers() {
        let own = include_str!("../../serverless/_headers").to_lowercase();
        for (name, value) in FILE_HEADERS.into_iter().chain(crate::common_headers(true)) {
            assert!(own.lines().any(|line| line == format!("  {name}: {value}")), "{name}");
        }
    }

    #[test]
    fn head_is_answered_like_get_everywhere_but_at_a_socket() {
        let front = front();
        for path in [
            "/healthz",
            "/v1/baton.js",
            "/v1/assets/x.js",
            "/v1/frame/shop",
            "/console/shop",
            "/nothing",
            "/v1/visitor/shop/frames",
        ] {
            let [get, head] = ["GET", "HEAD"]
                .map(|method| format!("{:?}", front.action(&asked(method, path, None))));
            assert_eq!(get, head, "{path}");
        }
        assert_eq!(
            status(&front.action(&asked(
                "HEAD",
                "/v1/visitor/shop/socket",
                Some("http://evil.example")
            ))),
            404
        );
    }

    #[test]
    fn the_loader_hears_of_the_sites_of_its_own_page_and_of_no_other() {
        let site = |key: &str, origins: &str| {
            let agents = r#"[{"id":"maria","name":"Maria"}]"#;
            settings(&format!(
                r#"{{"key":"{key}","name":"Shop","origins":{origins},"agent":{agents}}}"#
            ))
        };
        let shop = r#"["https://shop.example","https://shop.example:8443"]"#;
        let sites = [
            site("shop", shop),
            site("sale", r#"["https://shop.example"]"#),
            site("other", r#"["https://other.example"]"#),
        ];
        let front = Front::new(sites, pages(), None);
        for (referer, keys) in [
            (Some("https://shop.example/"), r#"["sale","shop"]"#),
            (Some("https://shop.example"), r#"["sale","shop"]"#),
            (Some("https://shop.example/a?b=https://other.example/#c"), r#"["sale","shop"]"#),
            (Some("https://shop.example:8443/a"), r#"["shop"]"#),
            (Some("https://other.example/"), r#"["other"]"#),
            (Some("http://shop.example/"), "[]"),
            (Some("https://shop.example.evil.example/"), "[]"),
            (Some("https://shop.example@evil.example/"), "[]"),
            (Some("https://shop.exampl"), "[]"),
            (Some("about:blank"), "[]"),
            (Some(""), "[]"),
            (None, "[]"),
        ] {
            let Action::Answer(answer) =
                front.action(&Asked { referer, ..asked("GET", "/v1/baton.js", None) })
            else {
                panic!("an answer")
            };
            assert_eq!(answer.body, format!("(s=>s)({keys});"), "{referer:?}");
            let header = |name: &str| {
                answer.headers.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_ref())
            };
            assert_eq!(
                (header("vary"), header("cache-control")),
                (Some("Referer"), Some("private, no-cache"))
            );
        }
    }

    #[test]
    fn a_socket_is_opened_by_a_whole_handshake_only() {
        let front = front();
        let opened = |key, version| {
            let asked = asked("GET", "/v1/visitor/shop/socket", Some("http://evil.example"));
            status(&front.action(&Asked {
                socket_key: Some(key),
                socket_version: Some(version),
                ..asked
            }))
        };
        assert_eq!(opened("dGhlIHNhbXBsZSBub25jZQ==", "13"), 200);
        for key in [
            "",
            "x",
            "dGhlIHNhbXBsZSBub25jZQ",
            "dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ==",
            "dGhlIHNhbXBsZSBub25j!Q==",
        ] {
            assert_eq!(opened(key, "13"), 400, "{key}");
        }
        assert_eq!(opened("dGhlIHNhbXBsZSBub25jZQ==", "8"), 426);
    }

    #[test]
    fn who_comes_from_nowhere_is_counted_too() {
        let front = front();
        let own = Some("http://evil.example");
        let network = |address: Option<&str>| {
            let address = address.map(|address| address.parse().expect("an address"));
            let Action::Frame { peer, .. } =
                front.action(&Asked { address, ..asked("POST", "/v1/visitor/shop/frames", own) })
            else {
                panic!("a frame")
            };
            peer.network.expect("everybody comes from somewhere")
        };
        assert!(network(None) == network(None) && network(None) != network(Some("203.0.113.7")));
        assert!(network(Some("::ffff:203.0.113.7")) == network(Some("203.0.113.7")));
        assert!(
            network(Some("2001:db8::1")) == network(Some("2001:db8::2"))
                && network(Some("2001:db8:0:1::1")) != network(Some("2001:db8::1"))
        );
    }
}
