//! From a request to what it asks for.

use desk::{Hash, Peer, PeerId, Side, settings::SiteSettings};
use protocol::{AgentId, Millis, PublicKey, Token, limits};
use serde::Serialize;
use std::{collections::BTreeMap, net::IpAddr};

use crate::{
    answer::Answer,
    cookie,
    pages::Pages,
    routes::{self, Route},
};

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
    /// The address that the request comes from, where the host knows it.
    pub address: Option<IpAddr>,
    /// The host's time.
    pub now: Millis,
    /// Chosen by the host at random, as the number of a peer.
    pub peer: PeerId,
    /// Random bits in hex, at least 128, chosen by the host: a cookie or the secret of a link, where one is needed.
    pub secret: &'a dyn Fn() -> String,
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
    Link { site: PublicKey, agent: AgentId, secret: Token, link: String },
    /// The desk's storage is to be copied while it runs; the answer says where the copy is.
    Backup { site: PublicKey },
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
        let Some((route, at)) = routes::find(asked.method, asked.path) else { return Wish::Answer(Answer::plain(404, "not found")) };
        let first = at.first().copied().unwrap_or_default();
        match route {
            Route::Health => Wish::Answer(Answer::plain(200, "ok\n")),
            Route::Loader => Wish::File { name: "baton.js".into(), cache: "public, max-age=300" },
            Route::Asset => Wish::File { name: format!("assets/{first}"), cache: "public, max-age=31536000, immutable" },
            // The script tag may read why its frame is not shown; there is nothing in it that is not public.
            Route::Frame => Wish::Answer(self.page(first, |site| self.pages.frame(site, asked.now)).readable()),
            Route::Console => Wish::Answer(self.page(first, |_| self.pages.console())),
            Route::VisitorFrames => self.frame(asked, first, Side::Visitor),
            Route::AgentFrames => self.frame(asked, first, Side::Agent),
            Route::SignIn => self.sign_in(asked, first),
            Route::VisitorSocket => self.socket(asked, first, Side::Visitor),
            Route::AgentSocket => self.socket(asked, first, Side::Agent),
            Route::Link => self.link(asked, first, at.get(1).copied().unwrap_or_default()),
            Route::Backup => self.backup(asked, first),
        }
    }

    fn page(&self, site: &str, page: impl FnOnce(&SiteSettings) -> Answer) -> Answer {
        self.sites.get(site).map_or_else(Answer::no_such_site, page)
    }

    fn frame(&self, asked: &Asked<'_>, site: &str, side: Side) -> Wish {
        self.guarded(asked, site, |site| Wish::Frame { site, peer: peer(asked, side, false), most_bytes: most_bytes(side), cookie: None })
    }

    fn socket(&self, asked: &Asked<'_>, site: &str, side: Side) -> Wish {
        self.guarded(asked, site, |site| Wish::Socket { site, peer: peer(asked, side, true) })
    }

    /// The host mints the cookie and hands it to the desk with the frame; whether it opens anything, the desk decides.
    fn sign_in(&self, asked: &Asked<'_>, site: &str) -> Wish {
        self.guarded(asked, site, |site| {
            let secret = (asked.secret)();
            Wish::Frame {
                cookie: Some(cookie::set(&secret, &site, asked.own_origin)),
                peer: Peer { cookie: Some(Token(secret)), ..peer(asked, Side::Agent, false) },
                most_bytes: most_bytes(Side::Agent),
                site,
            }
        })
    }

    fn link(&self, asked: &Asked<'_>, site: &str, agent: &str) -> Wish {
        match self.operated(asked, site).filter(|site| site.agent.iter().any(|one| one.id.0 == agent)) {
            Some(site) => {
                let secret = (asked.secret)();
                let link = sign_in_link(asked.own_origin, &site.key, &secret);
                Wish::Link { site: site.key.clone(), agent: AgentId(agent.to_owned()), secret: Token(secret), link }
            }
            None => Wish::Answer(Answer::plain(404, "not found")),
        }
    }

    fn backup(&self, asked: &Asked<'_>, site: &str) -> Wish {
        match self.operated(asked, site) {
            Some(site) => Wish::Backup { site: site.key.clone() },
            None => Wish::Answer(Answer::plain(404, "not found")),
        }
    }

    /// The site, if it is the operator who asks.
    fn operated(&self, asked: &Asked<'_>, site: &str) -> Option<&SiteSettings> {
        let token = asked.authorization?.strip_prefix("Bearer ")?;
        self.sites.get(site).filter(|_| self.operator.as_ref().is_some_and(|operator| operator.is_of(token)))
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
    Peer { id: asked.peer, side, lasting, cookie, network: asked.address.map(network) }
}

/// One household or office: an IPv4 address, or the first half of an IPv6 address. Hashed, since it is only compared.
fn network(address: IpAddr) -> Hash {
    match address.to_canonical() {
        IpAddr::V4(address) => Hash::of(address.octets()),
        IpAddr::V6(address) => Hash::of(&address.octets()[..8]),
    }
}

fn most_bytes(side: Side) -> usize {
    match side {
        Side::Visitor => limits::MAX_VISITOR_BODY_BYTES,
        Side::Agent => limits::MAX_AGENT_BODY_BYTES,
    }
}
