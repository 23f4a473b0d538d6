//! The script tag, and two documents, each with its own content security policy: the widget's frame
//! and the agent's console.

use desk::settings::SiteSettings;
use protocol::{Millis, SiteKey};

use crate::answer::Answer;

/// What both pages may do: run their own script and Wasm, and talk to this server. No HTML is made
/// of text.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                      connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

/// What stands in the loader where its sites belong, in place of a key: no key has such letters, so
/// a loader that nobody filled in, from a CDN, knows none.
pub const SITES: &str = r#""@""#;

/// The documents and the loader, as `cargo xtask build` makes them.
pub struct Pages {
    pub frame: String,
    pub console: String,
    pub loader: String,
}

impl Pages {
    /// The script tag, with the sites that its page may embed: of these the launcher is painted at
    /// once. It is for this page's origin alone, so no cache in between may keep it; and a browser
    /// asks for it on every page, so that the launcher of an edge that is gone, or of a site that
    /// left its origin, is not painted from a cache.
    pub(crate) fn loader(&self, sites: &[&SiteKey]) -> Answer {
        if self.loader.is_empty() {
            return Answer::plain(500, NOT_BUILT);
        }
        let keys = serde_json::to_string(sites).expect("keys are plain JSON");
        let body = self.loader.replace(SITES, &keys[1..keys.len() - 1]);
        Answer::new(200, "text/javascript; charset=utf-8", body)
            .with("cache-control", "private, no-cache")
            .with("vary", "Referer")
            .with("cross-origin-resource-policy", "cross-origin")
            .readable()
    }

    /// The widget's document. Only the site's own origins may put it into a frame.
    pub(crate) fn frame(&self, site: &SiteSettings, now: Millis) -> Answer {
        let settings = serde_json::to_string(&site.widget(now)).expect("settings are plain JSON");
        // Inside a script element only `<` could end it.
        let page = self.frame.replace("{{settings}}", &settings.replace('<', "\\u003c"));
        let ancestors =
            if site.origins.is_empty() { "'none'".to_owned() } else { site.origins.join(" ") };
        // A page that isolates itself (Cross-Origin-Embedder-Policy) takes only frames that do the
        // same and may be had across origins.
        document(page, &ancestors)
            .with("cross-origin-embedder-policy", "require-corp")
            .with("cross-origin-resource-policy", "cross-origin")
    }

    /// The agent's console. Nobody may put it into a frame, and no page that opened it, or that it
    /// opens, may reach its window.
    pub(crate) fn console(&self) -> Answer {
        document(self.console.clone(), "'none'").with("cross-origin-opener-policy", "same-origin")
    }
}

const NOT_BUILT: &str = "the pages are not built: run `cargo xtask build`";

fn document(page: String, ancestors: &str) -> Answer {
    if page.is_empty() {
        return Answer::plain(500, NOT_BUILT);
    }
    Answer::new(200, "text/html; charset=utf-8", page)
        .with("cache-control", "no-cache")
        .with("content-security-policy", format!("{POLICY}; frame-ancestors {ancestors}"))
}
