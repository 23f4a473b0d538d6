//! Under which origin browsers reach this server.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A `public_url` as browsers write the origin of its pages: lower case, without a port that goes
/// without saying. A path cannot work, since every route begins at the root.
pub fn public_origin(url: &str) -> Result<String, &'static str> {
    let (scheme, rest) = url.trim().split_once("://").ok_or(EXPECTED)?;
    let scheme = scheme.to_ascii_lowercase();
    let (authority, rest) = rest.split_at(rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()));
    if !matches!(rest, "" | "/") {
        return Err(
            "expected no path, no query and no fragment: every address of Baton begins at the root",
        );
    }
    let default_port = match scheme.as_str() {
        "https" => 443,
        "http" => 80,
        _ => return Err(EXPECTED),
    };
    let (host, port) = host_and_port(authority).ok_or(EXPECTED)?;
    Ok(match port.filter(|port| *port != default_port) {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

const EXPECTED: &str = "expected an address such as `https://baton.example.org`, a name of other \
                        letters as browsers send it (xn--...)";

/// The origin without a `public_url`, from the `Host` header: of this machine, or of an address.
/// Any other name may be anybody's who lets it lead here (DNS rebinding), and a page under it must
/// not pass for ours.
pub fn local_origin(host: &str) -> Option<String> {
    let (name, port) = host_and_port(host)?;
    let is_local = name == "localhost"
        || name.ends_with(".localhost")
        || name.starts_with('[')
        || name.parse::<Ipv4Addr>().is_ok();
    is_local.then(|| match port.filter(|port| *port != 80) {
        Some(port) => format!("http://{name}:{port}"),
        None => format!("http://{name}"),
    })
}

/// The host in lower case, and the port if one is said. An IPv6 address is left as it is written;
/// browsers write the shortest way.
fn host_and_port(authority: &str) -> Option<(String, Option<u16>)> {
    let colon = authority.rfind(':').filter(|colon| !authority[*colon..].contains(']'));
    let (host, port) = match colon {
        Some(colon) => (&authority[..colon], Some(authority[colon + 1..].parse().ok()?)),
        None => (authority, None),
    };
    let host = host.to_ascii_lowercase();
    let is_host = match host.strip_prefix('[') {
        Some(address) => address.strip_suffix(']')?.parse::<Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        }
    };
    is_host.then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_what_browsers_call_its_origin() {
        for (url, origin) in [
            ("https://baton.example.org", "https://baton.example.org"),
            ("http://localhost:8787/", "http://localhost:8787"),
            ("HTTP://LocalHost:8787", "http://localhost:8787"),
            ("https://x.example:443", "https://x.example"),
            ("http://x.example:80/", "http://x.example"),
            ("https://x.example:80", "https://x.example:80"),
            ("https://[2001:DB8::1]:443/", "https://[2001:db8::1]"),
            ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ] {
            assert_eq!(public_origin(url).as_deref(), Ok(origin), "{url}");
        }
        for url in [
            "https://x.example/baton",
            "https://x.example//",
            "https://x.example?a=1",
            "https://x.example/#a",
            "https://x.example\\a",
        ] {
            assert!(public_origin(url).is_err_and(|why| why.contains("no path")), "{url}");
        }
        for url in [
            "x.example",
            "ftp://x.example",
            "https://",
            "https://x.example:port",
            "https://kim@x.example",
            "https://bücher.example",
            "https://[::1",
        ] {
            assert!(
                public_origin(url).is_err_and(|why| why.contains("https://baton.example.org")),
                "{url}"
            );
        }
    }

    #[test]
    fn only_this_machine_and_addresses_need_no_public_url() {
        for (host, origin) in [
            ("127.0.0.1:8787", "http://127.0.0.1:8787"),
            ("LOCALHOST:8787", "http://localhost:8787"),
            ("shop.localhost", "http://shop.localhost"),
            ("[::1]:8787", "http://[::1]:8787"),
            ("192.168.1.5:80", "http://192.168.1.5"),
        ] {
            assert_eq!(local_origin(host).as_deref(), Some(origin), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:8787",
            "localhost.evil.example",
            "",
            "127.0.0.1.evil.example",
            "[::1",
            "a/b",
            "127.0.0.1:8787:1",
        ] {
            assert_eq!(local_origin(host), None, "{host}");
        }
    }
}
