//! From which address a request comes, where a proxy stands before the server and says so in a
//! header.

use std::net::IpAddr;

/// The visitor's address in the values of a proxy's header, as it stands there once or many times:
/// `x-real-ip`, `x-forwarded-for`, or `forwarded` (RFC 7239). Every proxy adds whom it heard at the
/// right, so what stands further left than `trusted_hops` entries, one for each proxy of the
/// operator, was written by who knows whom. None if it cannot be read: then the connection's own
/// address counts.
pub fn forwarded<'a>(
    values: impl DoubleEndedIterator<Item = &'a str>,
    trusted_hops: usize,
) -> Option<IpAddr> {
    forwarded_text(values, trusted_hops).and_then(|address| address.parse::<IpAddr>().ok())
}

/// The same as it is written there, for hosts that hand on text.
pub fn forwarded_text<'a>(
    values: impl DoubleEndedIterator<Item = &'a str>,
    trusted_hops: usize,
) -> Option<&'a str> {
    let entry =
        values.rev().flat_map(|value| value.rsplit(',')).nth(trusted_hops.checked_sub(1)?)?;
    address_in(entry)
}

/// An entry: an address, alone, quoted, in brackets, with a port, or as `for=` among other parts.
fn address_in(entry: &str) -> Option<&str> {
    let is_for =
        |part: &&str| part.trim().get(..4).is_some_and(|key| key.eq_ignore_ascii_case("for="));
    let entry = entry.split(';').find(is_for).map_or(entry, |part| &part.trim()[4..]);
    let entry = entry.trim().trim_matches('"');
    let (address, port) = match entry.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']').map(|(address, rest)| {
            (address, rest.strip_prefix(':').or(rest.is_empty().then_some("0")))
        })?,
        // An IPv6 address without brackets has no port.
        None => match entry.split_once(':').filter(|(_, rest)| !rest.contains(':')) {
            Some((address, port)) => (address, Some(port)),
            None => (entry, Some("0")),
        },
    };
    port?.parse::<u16>().ok()?;
    address.parse::<IpAddr>().is_ok().then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: &[&str], trusted_hops: usize) -> Option<String> {
        forwarded(values.iter().copied(), trusted_hops)
            .map(|address| address.to_canonical().to_string())
    }

    #[test]
    fn an_address_is_read_as_proxies_write_it() {
        for written in [
            "203.0.113.7",
            " 203.0.113.7 ",
            "203.0.113.7:4711",
            "\"203.0.113.7:4711\"",
            "::ffff:203.0.113.7",
            "[::ffff:203.0.113.7]:4711",
            "for=203.0.113.7;proto=https;by=10.0.0.1",
            "proto=https; For=\"203.0.113.7:4711\"",
            "spoofed, 203.0.113.7",
            "198.51.100.1,203.0.113.7",
        ] {
            assert_eq!(found(&[written], 1).as_deref(), Some("203.0.113.7"), "{written}");
        }
        for written in
            ["2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:4711", "for=\"[2001:db8::1]:4711\""]
        {
            assert_eq!(found(&[written], 1).as_deref(), Some("2001:db8::1"), "{written}");
        }
        for written in [
            "",
            "unknown",
            "_hidden",
            "203.0.113.7:",
            "203.0.113.7:x",
            "203.0.113",
            "[2001:db8::1",
            "[2001:db8::1]x",
            "a, ",
            "for=unknown",
        ] {
            assert_eq!(found(&[written], 1), None, "{written}");
        }
    }

    #[test]
    fn who_stands_before_the_trusted_proxies_counts() {
        let list = "spoofed, 203.0.113.7, 10.0.0.2";
        assert_eq!(found(&[list], 1).as_deref(), Some("10.0.0.2"));
        assert_eq!(found(&[list], 2).as_deref(), Some("203.0.113.7"));
        assert_eq!(found(&[list], 3), None);
        assert_eq!(found(&[list], 4), None);
        // A header that stands twice is one list (RFC 9110, 5.3).
        assert_eq!(found(&["spoofed, 203.0.113.7", "10.0.0.2"], 2).as_deref(), Some("203.0.113.7"));
        assert_eq!(found(&[], 1), None);
    }
}
