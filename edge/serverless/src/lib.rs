//! The front and the desk for hosts in JavaScript. A host hands requests, frames and the time in,
//! and a [`Storage`]; it gets answers and sends back. Everything that travels is JSON text, so that
//! the glue stays small.
//!
//! A panic, or a storage that fails, is an exception at the host: it undoes the transaction, drops
//! the [`Runner`] and opens another.

mod runner;
mod storage;

use desk::{Digest, PeerId, settings::SiteSettings};
use front::{Asked, Front, Pages};
use protocol::Millis;
use wasm_bindgen::prelude::*;

pub use runner::Runner;
pub use storage::Storage;

/// The sites of a deployment and its pages.
#[wasm_bindgen]
pub struct Server {
    front: Front,
}

#[wasm_bindgen]
impl Server {
    /// `sites` is the JSON of all `[[site]]` of a `site.toml`; `operator` the operator's secret.
    #[wasm_bindgen(constructor)]
    pub fn new(
        sites: &str,
        frame: String,
        console: String,
        loader: String,
        operator: Option<String>,
    ) -> Result<Server, JsError> {
        let sites: Vec<SiteSettings> = serde_json::from_str(sites)?;
        for site in &sites {
            if let Some(mistake) = site.check().first() {
                return Err(JsError::new(&format!("site {}: {mistake}", site.key)));
            }
        }
        Ok(Self {
            front: Front::new(sites, Pages { frame, console, loader }, operator.map(Digest::of)),
        })
    }

    /// What a request asks for: the JSON of a `front::Action`. `peer` and `secret` are random, see
    /// `front::Asked`.
    #[allow(
        clippy::too_many_arguments,
        reason = "an object would cost the glue more than it tells"
    )]
    pub fn action(
        &self,
        method: &str,
        path: &str,
        own_origin: Option<String>,
        origin: Option<String>,
        cookie: Option<String>,
        authorization: Option<String>,
        referer: Option<String>,
        socket_key: Option<String>,
        socket_version: Option<String>,
        address: Option<String>,
        now: f64,
        peer: f64,
        secret: &str,
    ) -> String {
        let asked = Asked {
            method,
            path,
            own_origin: own_origin.as_deref(),
            origin: origin.as_deref(),
            cookie: cookie.as_deref(),
            authorization: authorization.as_deref(),
            referer: referer.as_deref(),
            socket_key: socket_key.as_deref(),
            socket_version: socket_version.as_deref(),
            address: address.and_then(|address| address.parse().ok()),
            now: now as Millis,
            peer: PeerId(peer as u64),
            secret: &|| secret.to_owned(),
        };
        json(&self.front.action(&asked))
    }

    /// Opens a site's desk. `held` are the peers whose sockets the host holds.
    pub fn open(
        &self,
        site: &str,
        storage: Storage,
        now: f64,
        held: Vec<f64>,
    ) -> Result<Runner, JsError> {
        let settings = self.front.site(site).ok_or_else(|| JsError::new("no such site"))?;
        Runner::open(settings.clone(), storage, now as Millis, &held)
    }
}

/// The headers that every response carries, as JSON: pairs of a name and a value.
#[wasm_bindgen]
pub fn common_headers(is_https: bool) -> String {
    json(&front::common_headers(is_https).collect::<Vec<_>>())
}

/// A `PUBLIC_URL` as browsers write the origin; throws if it cannot be one.
#[wasm_bindgen]
pub fn public_origin(url: &str) -> Result<String, JsError> {
    front::public_origin(url).map_err(|why| JsError::new(&format!("PUBLIC_URL: {why}")))
}

/// The origin without a `PUBLIC_URL`, see `front::local_origin`.
#[wasm_bindgen]
pub fn local_origin(host: &str) -> Option<String> {
    front::local_origin(host)
}

/// The visitor's address in a proxy's header, see `front::forwarded`.
#[wasm_bindgen]
pub fn forwarded(header: &str, trusted_hops: usize) -> Option<String> {
    front::forwarded_text(std::iter::once(header), trusted_hops).map(str::to_owned)
}

pub(crate) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("what travels is plain JSON")
}
