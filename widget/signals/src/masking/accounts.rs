//! International account numbers, by the length of their country's and their remainder (ISO 13616).

use crate::masking::signs::{digit, is_word};

/// The length of each country's IBAN.
const IBANS: &str = "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20\
     EG29ES24FI18FO18FR27GB22GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32\
     LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24\
     RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

pub fn ibans(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut end = 0;
    for (at, c) in text.char_indices() {
        if at < end || !c.is_ascii_alphabetic() || text[..at].ends_with(is_word) {
            continue;
        }
        if let Some(to) = iban_at(text, at) {
            found.push((at, to));
            end = to;
        }
    }
    found
}

fn iban_at(text: &str, from: usize) -> Option<usize> {
    let country = text.get(from..from + 2)?.to_ascii_uppercase();
    let place = (0..IBANS.len()).step_by(4).find(|place| IBANS[*place..].starts_with(&country))?;
    let length: usize = IBANS[place + 2..place + 4].parse().ok()?;
    let (mut signs, mut to, mut is_gap) = (String::new(), from, false);
    for (at, c) in text[from..].char_indices() {
        match digit(c).or(Some(c).filter(char::is_ascii_alphanumeric)) {
            Some(sign) => {
                signs.push(sign.to_ascii_uppercase());
                to = from + at + c.len_utf8();
                is_gap = false;
            }
            None if signs.len() >= 4 && (c.is_whitespace() || "-.".contains(c)) && !is_gap => {
                is_gap = true
            }
            None => break,
        }
        if signs.len() == length {
            break;
        }
    }
    let is_end = !text[to..].starts_with(is_word);
    (signs.len() == length && is_end && remainder(&signs[4..], &signs[..4]) == 1).then_some(to)
}

/// Of the number that the signs stand for, by 97; the first four come last.
fn remainder(signs: &str, first: &str) -> u32 {
    signs
        .chars()
        .chain(first.chars())
        .filter_map(|sign| sign.to_digit(36))
        .fold(0, |sum, value| (sum * if value > 9 { 100 } else { 10 } + value) % 97)
}
