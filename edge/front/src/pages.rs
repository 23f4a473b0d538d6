//! The two documents, each with its own content security policy: the widget's frame and the agent's console.

use desk::settings::SiteSettings;
use protocol::Millis;

use crate::answer::Answer;

/// What both pages may do: run their own script and Wasm, and talk to this server. No HTML is made of text.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// The documents, as `cargo xtask build` makes them.
pub struct Pages {
    pub frame: String,
    pub console: String,
}

impl Pages {
    /// The widget's document. Only the site's own origins may put it into a frame.
    pub(crate) fn frame(&self, site: &SiteSettings, now: Millis) -> Answer {
        let settings = serde_json::to_string(&site.widget(now)).expect("settings are plain JSON");
        // Inside a script element only `<` could end it.
        let page = self.frame.replace("{{settings}}", &settings.replace('<', "\\u003c"));
        let ancestors = if site.origins.is_empty() { "'none'".to_owned() } else { site.origins.join(" ") };
        // A page that isolates itself (Cross-Origin-Embedder-Policy) takes only frames that do the same and may be had across origins.
        document(page, &ancestors).with("cross-origin-embedder-policy", "require-corp").with("cross-origin-resource-policy", "cross-origin")
    }

    /// The agent's console. Nobody may put it into a frame, and no page that opened it, or that it opens, may reach its window.
    pub(crate) fn console(&self) -> Answer {
        document(self.console.clone(), "'none'").with("cross-origin-opener-policy", "same-origin")
    }
}

fn document(page: String, ancestors: &str) -> Answer {
    if page.is_empty() {
        return Answer::plain(500, "the pages are not built: run `cargo xtask build`");
    }
    Answer::new(200, "text/html; charset=utf-8", page)
        .with("cache-control", "no-cache")
        .with("content-security-policy", format!("{POLICY}; frame-ancestors {ancestors}"))
}
