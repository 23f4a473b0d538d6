//! The agent's cookie.

use protocol::{PublicKey, Token};

const NAME: &str = "baton_agent";

/// As a sign-in sets it: for this site's agents alone, out of scripts' reach.
pub fn set(value: &str, site: &PublicKey, own_origin: &str) -> String {
    let secure = if own_origin.starts_with("https://") { "; Secure" } else { "" };
    format!("{NAME}={value}; Path=/v1/agent/{site}; HttpOnly; SameSite=Strict; Max-Age=43200{secure}")
}

/// From a `Cookie` header.
pub fn read(header: Option<&str>) -> Option<Token> {
    let value = header?.split(';').find_map(|one| one.trim().strip_prefix(NAME)?.strip_prefix('='))?;
    Some(Token(value.to_owned()))
}
