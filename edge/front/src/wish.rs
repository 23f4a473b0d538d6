//! From a request to what it asks for.

use desk::{Hash, Peer, PeerId, Side, settings::SiteSettings};
use protocol::{AgentId, Millis, PublicKey, Token, limits};
use serde::Serialize;
use std::collections::BTreeMap;

use crate::{answer::Answer, cookie, pages::Pages};

/// How long a sign-in link may wait to be used.
pub const LINK_MS: Millis = 24 * 60 * 60 * 1000;

/// A request, as far as it matters here.
pub struct Asked<'a> {
    pub method: &'a str,
    pub path: &'a str,
    /// The origin under which browsers reach this server.
    pub own_origin: &'a str,
    /// The headers of these names.
    pub origin: Option<&'a str>,
    pub cookie: Option<&'a str>,
    pub authorization: Option<&'a str>,
    /// Chosen by the host at random, as the number of a peer.
    pub peer: PeerId,
    /// 256 random bits in hex, chosen by the host: a cookie or the secret of a link, if one is needed.
    pub secret: &'a str,
}

/// What a request asks for.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// Answered already.
    Answer(Answer),
    /// A static file, and its `Cache-Control`.
    File { name: String, cache: &'static str },
    /// The body, of at most so many bytes, is a frame of this peer. The answer is the frames for it, with the cookie.
    Frame { site: PublicKey, peer: Peer, most_bytes: usize, cookie: Option<String> },
    /// A WebSocket.
    Socket { site: PublicKey, peer: Peer },
    /// The agent is to be admitted by the secret; then the answer is the link.
    Link { site: PublicKey, agent: AgentId, link: String },
}

/// The sites of a server, and its pages.
pub struct Front {
    sites: BTreeMap<PublicKey, SiteSettings>,
    pages: Pages,
    /// Of the operator's secret.
    operator: Option<Hash>,
}

impl Front {
    pub fn new(sites: impl IntoIterator<Item = SiteSettings>, pages: Pages, operator: Option<Hash>) -> Self {
        Self { sites: sites.into_iter().map(|site| (site.key.clone(), site)).collect(), pages, operator }
    }

    pub fn site(&self, key: &str) -> Option<&SiteSettings> {
        self.sites.get(key)
    }

    /// What a request asks for. Foreign, absent and wrong are one answer.
    pub fn wish(&self, asked: &Asked<'_>) -> Wish {
        let parts: Vec<_> = asked.path.trim_start_matches('/').split('/').collect();
        match (asked.method, parts.as_slice()) {
            ("GET", ["healthz"]) => Wish::Answer(Answer::plain(200, "ok\n")),
            ("GET", ["v1", "baton.js"]) => Wish::File { name: "baton.js".into(), cache: "public, max-age=300" },
            ("GET", ["v1", "assets", name]) => Wish::File { name: format!("assets/{name}"), cache: "public, max-age=31536000, immutable" },
            ("GET", ["v1", "frame", site]) => self.page(site, |site| self.pages.frame(site)),
            ("GET", ["console", site]) => self.page(site, |_| self.pages.console()),
            ("POST", ["v1", "visitor", site, "frames"]) => self.frame(asked, site, Side::Visitor),
            ("POST", ["v1", "agent", site, "frames"]) => self.frame(asked, site, Side::Agent),
            ("POST", ["v1", "agent", site, "sign-in"]) => self.sign_in(asked, site),
            ("GET", ["v1", "visitor", site, "socket"]) => self.socket(asked, site, Side::Visitor),
            ("GET", ["v1", "agent", site, "socket"]) => self.socket(asked, site, Side::Agent),
            ("POST", ["v1", "operator", "link", site, agent]) => self.link(asked, site, agent),
            _ => Wish::Answer(Answer::plain(404, "not found")),
        }
    }

    fn page(&self, site: &str, page: impl FnOnce(&SiteSettings) -> Answer) -> Wish {
        Wish::Answer(self.sites.get(site).map_or_else(Answer::no_such_site, page))
    }

    fn frame(&self, asked: &Asked<'_>, site: &str, side: Side) -> Wish {
        self.guarded(asked, site, |site| Wish::Frame { site, peer: peer(asked, side, false), most_bytes: most_bytes(side), cookie: None })
    }

    fn socket(&self, asked: &Asked<'_>, site: &str, side: Side) -> Wish {
        self.guarded(asked, site, |site| Wish::Socket { site, peer: peer(asked, side, true) })
    }

    /// The host mints the cookie and hands it to the desk with the frame; whether it opens anything, the desk decides.
    fn sign_in(&self, asked: &Asked<'_>, site: &str) -> Wish {
        self.guarded(asked, site, |site| Wish::Frame {
            cookie: Some(cookie::set(asked.secret, &site, asked.own_origin)),
            peer: Peer { cookie: Some(Token(asked.secret.to_owned())), ..peer(asked, Side::Agent, false) },
            most_bytes: most_bytes(Side::Agent),
            site,
        })
    }

    fn link(&self, asked: &Asked<'_>, site: &str, agent: &str) -> Wish {
        let bearer = asked.authorization.and_then(|value| value.strip_prefix("Bearer "));
        let is_operator = self.operator.as_ref().zip(bearer).is_some_and(|(operator, token)| operator.is_of(token));
        match self.sites.get(site).filter(|site| is_operator && site.agent.iter().any(|one| one.id.0 == agent)) {
            Some(site) => {
                let link = sign_in_link(asked.own_origin, &site.key, asked.secret);
                Wish::Link { site: site.key.clone(), agent: AgentId(agent.to_owned()), link }
            }
            None => Wish::Answer(Answer::plain(404, "not found")),
        }
    }

    /// The frame and the console are pages of this server, so every write and every upgrade must name it; a missing origin is
    /// no browser of ours.
    fn guarded(&self, asked: &Asked<'_>, site: &str, wish: impl FnOnce(PublicKey) -> Wish) -> Wish {
        let Some(site) = self.sites.get(site) else { return Wish::Answer(Answer::no_such_site()) };
        if asked.origin != Some(asked.own_origin) {
            return Wish::Answer(Answer::plain(403, "expected the origin of this server"));
        }
        wish(site.key.clone())
    }
}

/// The secret stands behind `#`, so no server and no log sees it.
pub fn sign_in_link(own_origin: &str, site: &PublicKey, secret: &str) -> String {
    format!("{own_origin}/console/{site}#{secret}")
}

fn peer(asked: &Asked<'_>, side: Side, lasting: bool) -> Peer {
    let cookie = match side {
        Side::Visitor => None,
        Side::Agent => cookie::read(asked.cookie),
    };
    Peer { id: asked.peer, side, lasting, cookie }
}

fn most_bytes(side: Side) -> usize {
    match side {
        Side::Visitor => limits::MAX_VISITOR_BODY_BYTES,
        Side::Agent => limits::MAX_AGENT_BODY_BYTES,
    }
}
