//! Telephone numbers, as they are dialled from anywhere. A number is right when its country has
//! numbers of that length.

include!(concat!(env!("OUT_DIR"), "/plans.rs"));

/// What is dialled before a number within a country, where that is no 0.
const TRUNKS: [([u8; 2], &str); 6] =
    [(*b"BY", "8"), (*b"HU", "06"), (*b"KZ", "8"), (*b"MH", "1"), (*b"RU", "8"), (*b"TM", "8")];

/// North America and its neighbours: ten digits, neither the area nor the exchange beginning with 0
/// or 1.
const NORTH_AMERICA: &str = "1";

/// Whether it is an ISO 3166 code.
pub fn is_country(code: &str) -> bool {
    find(code).is_some()
}

/// The number as it is dialled from anywhere, if it is one. Without a country code it is read as
/// dialled in the site's country.
pub fn e164(text: &str, country: Option<&str>) -> Option<String> {
    let text = text.trim();
    if !text
        .chars()
        .enumerate()
        .all(|(i, c)| c.is_ascii_digit() || " -./()".contains(c) || (c == '+' && i == 0))
    {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if text.starts_with('+') {
        return international(&digits);
    }
    let (country, plan) = find(country?)?;
    if let Some(digits) = digits.strip_prefix("00") {
        return international(digits);
    }
    let plan = plan.to_string();
    if let Some(area) = plan.strip_prefix(NORTH_AMERICA) {
        // An island's plan has its area in it.
        let whole =
            digits.strip_prefix(NORTH_AMERICA).filter(|rest| rest.len() == 10).unwrap_or(&digits);
        let local = if digits.len() == 7 { area } else { "" };
        return international(&format!("{NORTH_AMERICA}{local}{whole}"));
    }
    let trunk = TRUNKS.iter().find(|(own, _)| *own == country).map(|(_, trunk)| *trunk);
    let behind = trunk.and_then(|trunk| digits.strip_prefix(trunk));
    behind
        .and_then(|digits| international(&format!("{plan}{digits}")))
        .or_else(|| international(&format!("{plan}{digits}")))
}

fn find(code: &str) -> Option<([u8; 2], u16)> {
    COUNTRIES.iter().find(|(own, _)| own.eq_ignore_ascii_case(code.as_bytes())).copied()
}

/// Digits that begin with a country's code.
fn international(digits: &str) -> Option<String> {
    if let Some(number) = digits.strip_prefix(NORTH_AMERICA) {
        let is_begun = |at: usize| number.as_bytes().get(at).is_some_and(|digit| *digit >= b'2');
        return (number.len() == 10 && is_begun(0) && is_begun(3)).then(|| format!("+{digits}"));
    }
    // No code is the beginning of another.
    let (code, number, lengths, with_zero) =
        PLANS.iter().find_map(|(code, lengths, with_zero)| {
            let code = code.to_string();
            let number = digits.strip_prefix(&code)?;
            Some((code, number, lengths, with_zero))
        })?;
    let has = |lengths: &u16, number: &str| number.len() < 16 && lengths & 1 << number.len() != 0;
    let number = match number.strip_prefix('0') {
        Some(behind) if !has(with_zero, number) => behind,
        _ => number,
    };
    has(lengths, number).then(|| format!("+{code}{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use phonelib::PhoneNumber;

    #[test]
    fn numbers_are_kept_as_they_are_dialled_from_anywhere() {
        for (written, country, kept) in [
            ("+49 30 1234567", None, "+49301234567"),
            ("+49 (0)30 1234567", None, "+49301234567"),
            ("030/1234567", Some("DE"), "+49301234567"),
            ("(415) 555-2671", Some("US"), "+14155552671"),
            ("1-415-555-2671", Some("CA"), "+14155552671"),
            ("462-2000", Some("AG"), "+12684622000"),
            ("+44 20 7946 0958", Some("DE"), "+442079460958"),
            ("00 44 20 7946 0958", Some("DE"), "+442079460958"),
            ("06 1 234 5678", Some("HU"), "+3612345678"),
            ("8 916 123-45-67", Some("RU"), "+79161234567"),
            ("06 698 12345", Some("IT"), "+390669812345"),
        ] {
            assert_eq!(e164(written, country).as_deref(), Some(kept), "{written}");
        }
        for (bad, country) in [
            ("12", Some("DE")),
            ("call me", Some("US")),
            ("1+234567", None),
            ("+999 1234567", None),
            ("030/1234567", None),
            ("", None),
            ("+1 155 555 2671", None),
            ("+44 20 7946 09", None),
        ] {
            assert_eq!(e164(bad, country), None, "{bad}");
        }
    }

    #[test]
    fn every_country_is_read_as_the_library_reads_it() {
        let (mut seen, mut with_zero, mut otherwise, mut state) = (0, 0, 0, 7u64);
        for country in phonelib::countries().iter().filter(|country| country.code.len() == 2) {
            assert!(is_country(country.code));
            for length in country.phone_lengths {
                for _ in 0..40 {
                    let mut digit = || {
                        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                        char::from(b'0' + (state >> 33) as u8 % 10)
                    };
                    let number: String = (0..*length).map(|_| digit()).collect();
                    let written = format!("+{}{number}", country.prefix);
                    // It knows which areas of North America are in use; here it is enough that they
                    // could be.
                    let Some(own) = PhoneNumber::parse(&written) else { continue };
                    if number.starts_with('0') {
                        // Which numbers begin so, it knows one by one.
                        with_zero += 1;
                        otherwise += u32::from(e164(&written, None).as_deref() != Some(own.e164()));
                        continue;
                    }
                    seen += 1;
                    assert_eq!(e164(&written, None).as_deref(), Some(own.e164()), "{written}");
                    assert_eq!(
                        e164(&format!("00{}", &written[1..]), Some("DE")).as_deref(),
                        Some(own.e164()),
                        "{written}"
                    );
                }
            }
        }
        assert!(
            seen > 20_000 && otherwise * 20 < with_zero,
            "{seen} numbers; {otherwise} of {with_zero} that begin with 0 otherwise"
        );
    }
}
