//! The agent's cookie.

use protocol::{SiteKey, Token};

/// Under https a browser takes a name that begins so from this very host alone, and keeps one of it
/// (RFC 6265bis, 4.1.3.2): no host beside this one can put a session of its own in front. It asks
/// for `Path=/`, so the site is part of the name. Without https there is no such promise, and the
/// cookie is bound to the site's path.
const HOST_ONLY: &str = "__Host-baton_agent_";
const NAME: &str = "baton_agent";

/// As a sign-in sets it: for this site's agents alone, out of scripts' reach.
pub fn set(value: &str, site: &SiteKey, own_origin: &str) -> String {
    let (name, path, secure) = match own_origin.starts_with("https://") {
        true => (format!("{HOST_ONLY}{site}"), "/".to_owned(), "; Secure"),
        false => (NAME.to_owned(), format!("/v1/agent/{site}"), ""),
    };
    format!("{name}={value}; Path={path}; HttpOnly; SameSite=Strict; Max-Age=43200{secure}")
}

/// From a `Cookie` header. Of two different ones nobody knows which is the agent's own, so neither
/// counts.
pub fn read(header: Option<&str>, site: &SiteKey, own_origin: &str) -> Option<Token> {
    let name = if own_origin.starts_with("https://") {
        format!("{HOST_ONLY}{site}")
    } else {
        NAME.to_owned()
    };
    let mut values = header?
        .split(';')
        .filter_map(|one| one.trim().strip_prefix(name.as_str())?.strip_prefix('='));
    let value = values.next()?;
    values.all(|other| other == value).then(|| Token(value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_this_hosts_alone_and_one() {
        let (shop, other) = (SiteKey::from("shop"), SiteKey::from("other"));
        let secure = set("a", &shop, "https://baton.example.org");
        assert!(
            secure.starts_with("__Host-baton_agent_shop=a; Path=/; ")
                && secure.ends_with("; Secure")
                && !secure.contains("Domain"),
            "{secure}"
        );
        let plain = set("a", &shop, "http://127.0.0.1:8787");
        assert!(
            plain.starts_with("baton_agent=a; Path=/v1/agent/shop; ") && !plain.contains("Secure"),
            "{plain}"
        );
        let https = |header: &str, site| {
            read(Some(header), site, "https://baton.example.org").map(|token| token.0)
        };
        assert_eq!(https("x=1; __Host-baton_agent_shop=a", &shop).as_deref(), Some("a"));
        assert_eq!(https("__Host-baton_agent_shop=a", &other), None);
        assert_eq!(https("baton_agent=a; __Secure-baton_agent=a", &shop), None);
        let http =
            |header: &str| read(Some(header), &shop, "http://127.0.0.1:8787").map(|token| token.0);
        assert_eq!(http("baton_agent=a; x=1").as_deref(), Some("a"));
        assert_eq!(http("baton_agent=a; baton_agent=a").as_deref(), Some("a"));
        assert_eq!(http("baton_agent=theirs; baton_agent=own"), None);
    }
}
